from dataclasses import replace

import pytest
from rich.console import Console

from planzoo.baselines.cells import make_cells
from planzoo.baselines.config import CompareConfig, ReferenceConfig
from planzoo.baselines.results import Record
from planzoo.baselines.summary import ScenarioSummary, summarize_policy
from planzoo.baselines.table import WIDE, scenario_table


@pytest.fixture
def summary(toy_config: CompareConfig, record: Record) -> ScenarioSummary:
    low, high = (
        [replace(record, training_steps=2_500_000, episode=replace(record.episode, episode_return=value))] * 4
        for value in (1.5, 20.25)
    )
    first, second = make_cells(toy_config)
    policies = (summarize_policy(first, low), summarize_policy(second, high))
    return ScenarioSummary(
        "Toy [bold]", "warehouse_v0", ReferenceConfig(value=30.5, source="a proof"), policies
    )


def text(summary: ScenarioSummary, width: int) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        console.print(scenario_table(summary, width))
    return capture.get()


def test_wide_table_has_a_line_a_policy(summary: ScenarioSummary) -> None:
    lines = text(summary, WIDE).splitlines()
    row = next(line for line in lines if "random fleet" in line)
    estimate = ["20.2", "[20.2,", "20.2]"]
    assert row.split() == [
        "random",
        "fleet",
        "observation",
        "fleet",
        *estimate,
        *estimate,
        "100%",
        "100",
        "2.5",
        "M",
    ]
    assert lines[0].strip() == "Toy [bold] · 4 episodes each"
    assert "reference return 30.50: a proof" in lines[-1]


def test_narrow_table_cuts_nothing_off(summary: ScenarioSummary) -> None:
    shown = text(summary, 80)
    assert "…" not in shown and max(map(len, shown.splitlines())) <= 80
    for word in ("random", "fleet", "20.2", "[20.2, 20.2]", "100%", "2.5 M", "observation"):
        assert word in shown


def test_best_policy_is_bold(summary: ScenarioSummary) -> None:
    assert [row.style for row in scenario_table(summary).rows] == [None, "bold"]
