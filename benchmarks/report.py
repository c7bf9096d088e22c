"""What every benchmark prints: a table for people, or JSON rows for programs."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version


@dataclass(frozen=True)
class Row:
    """One comparison with a peer.

    Attributes:
        task: what was done.
        ours: our figure.
        peer: the peer's name.
        peer_version: its version.
        peer_value: its figure.
        ratio: how many times better ours is; > 1 = we are better.
        unit: of both figures.
    """

    task: str
    ours: float
    peer: str
    peer_version: str
    peer_value: float
    ratio: float
    unit: str


def rates(runs: Sequence[Callable[[], int]], repetitions: int = 5) -> list[list[float]]:
    """Measures work per CPU second of several functions in turn, so that a drifting machine hits all alike.

    Args:
        runs: functions that do some work and give how much; each is called once before, to warm up.
        repetitions: how often each is measured.

    Returns:
        For each function its rates, in the order of the repetitions.
    """
    for run in runs:
        run()
    measured: list[list[float]] = [[] for _ in runs]
    for _ in range(repetitions):
        for run, found in zip(runs, measured, strict=True):
            started = time.process_time()
            work = run()
            found.append(work / (time.process_time() - started))
    return measured


def compare_rates(task: str, ours: Sequence[float], peers: Sequence[float], peer: str, unit: str) -> Row:
    """Makes a row of medians; the ratio is the median of the ratios of neighbouring runs."""
    ratios = [mine / theirs for mine, theirs in zip(ours, peers, strict=True)]
    return Row(
        task=task,
        ours=statistics.median(ours),
        peer=peer,
        peer_version=version(peer),
        peer_value=statistics.median(peers),
        ratio=statistics.median(ratios),
        unit=unit,
    )


def machine() -> str:
    """Describes the machine and the libraries that matter."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("planzoo", "numpy", "numba", "gymnasium"))
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {libraries}"
    )


def main(description: str, measure: Callable[[], list[Row]]) -> None:
    """Runs a benchmark from the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print a list of rows as JSON instead of a table")
    arguments = parser.parse_args()
    rows = measure()
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    print_table(description, rows)


def print_table(title: str, rows: Sequence[Row]) -> None:
    """Prints the rows for people."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, caption=machine())
    for heading in ("task", "ours", "peer", "peer's", "ratio", "unit"):
        table.add_column(heading, justify="left" if heading in ("task", "peer", "unit") else "right")
    for row in rows:
        peer = f"{row.peer} {row.peer_version}"
        table.add_row(
            row.task, f"{row.ours:,.0f}", peer, f"{row.peer_value:,.0f}", f"{row.ratio:,.1f} ×", row.unit
        )
    Console().print(table)
