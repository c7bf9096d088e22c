"""Tables in Markdown, and pictures, of what a shipped comparison has found, for the pages of results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from planzoo.baselines.cells import Cell, load_comparison
from planzoo.baselines.compare import CompareOptions, compare
from planzoo.baselines.metrics import bootstrap_interval
from planzoo.baselines.results import Record, read_results

Facts = dict[str, NDArray[np.float64]]
"""Fact → its value in each episode, in the order of the seeds."""


def played(name: str, options: CompareOptions, episodes: int | None = None) -> dict[str, dict[str, Facts]]:
    """Plays what of a comparison is missing, and gives the facts of its episodes by scenario and policy.

    Args:
        name: of the shipped comparison.
        options: folder, processes, command.
        episodes: replaces the number of episodes everywhere.
    """
    config, cells = load_comparison(name, episodes)
    compare(config, cells, options, Console(stderr=True))
    records = {(record.key, record.episode.seed): record for record in read_results(options.output)}
    found: dict[str, dict[str, Facts]] = {}
    for cell in cells:
        found.setdefault(cell.scenario.title, {})[cell.policy.title] = facts_of(cell, records)
    return found


def facts_of(cell: Cell, records: dict[tuple[str, int], Record]) -> Facts:
    """Gives the facts of a cell's episodes."""
    episodes = [records[cell.key, seed].episode for seed in cell.seeds.values]
    facts = {
        name: np.array([each.facts[name] for each in episodes], dtype=np.float64)
        for name in episodes[0].facts
    }
    return {**facts, "return": np.array([each.episode_return for each in episodes])}


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lays a table out; the first column is left-aligned."""
    lines = [headings, ["---"] + ["---:"] * (len(headings) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def estimate(values: NDArray[np.float64], digits: int) -> str:
    """Writes a mean with its interval."""
    interval = bootstrap_interval(values)
    low, mean, high = (written(each, digits) for each in (interval.low, float(values.mean()), interval.high))
    return f"{mean} [{low}, {high}]"


def written(value: float, digits: int) -> str:
    """Writes a number without a sign that rounding has left of nothing."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def save_picture(figure: Figure, path: Path) -> None:
    """Writes a figure; a PNG keeps a palette, in a third of the bytes."""
    figure.savefig(path)
    if path.suffix.lower() == ".png":
        picture = Image.open(path).convert("RGB")
        picture.quantize(dither=Image.Dither.NONE).save(path, optimize=True)
