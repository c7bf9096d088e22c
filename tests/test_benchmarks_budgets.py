"""The tables and the picture of the comparison under budgets, from made-up episodes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from planzoo.baselines.cells import load_comparison

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    """The script as Python would load it, forgotten afterwards."""
    sys.path.insert(0, str(FOLDER))
    import budgets

    yield budgets
    sys.path.remove(str(FOLDER))
    for name in ("budgets", "comparison_tables"):
        sys.modules.pop(name, None)


def facts(*returns: float, **others: float) -> dict[str, Any]:
    """Facts of as many episodes as there are returns."""
    constant = {name: np.full(len(returns), value) for name, value in others.items()}
    return {"return": np.array(returns), **constant}


SCENARIOS = {
    "Maze, no budget": {"Independent": facts(4, 6), "PPO": facts(5, 5)},
    "Maze, 9 of oil": {
        "Independent": facts(1, 2, left_oil=0, violations=3),
        "Independent (aware)": facts(3, 3, left_oil=1, violations=0),
        "PPO": facts(2, 2, left_oil=0, violations=0),
        "PPO (wrapper)": facts(1, 1, left_oil=2, violations=0),
    },
}


def test_tables_have_the_columns_that_are_told(benchmark: ModuleType) -> None:
    head, _, first, *_ = benchmark.table(SCENARIOS["Maze, 9 of oil"]).splitlines()
    assert head == "| policy | return | refused actions | oil left |"
    assert first == "| Independent | 1.50 [1.00, 2.00] | 3.0 [3.0, 3.0] | 0.0 [0.0, 0.0] |"
    assert benchmark.table(SCENARIOS["Maze, no budget"]).splitlines()[0] == "| policy | return |"


def test_differences_are_taken_seed_by_seed(benchmark: ModuleType) -> None:
    rows = benchmark.differences(SCENARIOS).splitlines()[2:]
    assert rows == [
        "| Maze, 9 of oil | Independent (aware) − Independent | 1.50 [1.00, 2.00] |",
        "| Maze, 9 of oil | PPO (wrapper) − PPO | −1.00 [−1.00, −1.00] |",
    ]


def test_the_picture_shows_every_policy_over_the_budgets(benchmark: ModuleType) -> None:
    figure = benchmark.picture(SCENARIOS)
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "Maze"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["no budget", "9 of oil"]
    lines = {container.get_label(): container.lines[0] for container in axes.containers}
    assert set(lines) == {"Independent", "Independent (aware)", "PPO", "PPO (wrapper)"}
    assert lines["Independent"].get_ydata().tolist() == [5.0, 1.5]
    assert lines["PPO (wrapper)"].get_xdata() == pytest.approx([1.075])


def test_the_names_are_those_of_the_comparison(benchmark: ModuleType) -> None:
    config, _ = load_comparison("resources")
    titles = {policy.title for comparison in config.comparisons for policy in comparison.policies}
    pairs = benchmark.AWARE | benchmark.TRAINED
    assert set(pairs) | set(pairs.values()) <= titles
    environments = [each.scenario.title.split(", ")[0] for each in config.comparisons]
    assert environments == [name for name in ("Warehouse", "Diagnosis", "Maze") for _ in range(3)]
