from dataclasses import replace

import pytest
from rich.console import Console

from planzoo.baselines.summary import ScenarioSummary
from planzoo.baselines.table import WIDE, scenario_table


def text(summary: ScenarioSummary, width: int) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        console.print(scenario_table(summary, width))
    return capture.get()


def test_wide_table_has_a_line_a_policy(toy_summary: ScenarioSummary) -> None:
    lines = text(toy_summary, WIDE).splitlines()
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


def test_narrow_table_cuts_nothing_off(toy_summary: ScenarioSummary) -> None:
    shown = text(toy_summary, 80)
    assert "…" not in shown and max(map(len, shown.splitlines())) <= 80
    for word in ("random", "fleet", "20.2", "[20.2, 20.2]", "100%", "2.5 M", "observation"):
        assert word in shown


def test_best_policy_is_bold(toy_summary: ScenarioSummary) -> None:
    assert [row.style for row in scenario_table(toy_summary).rows] == [None, "bold"]


def test_an_oracle_is_not_the_best(toy_summary: ScenarioSummary) -> None:
    low, high = toy_summary.policies
    summary = replace(toy_summary, policies=(low, replace(high, access="state")))
    assert [row.style for row in scenario_table(summary).rows] == ["bold", None]


@pytest.mark.parametrize(
    ("kind", "caption"),
    [
        ("published", "reference return 30.50: a proof"),
        ("optimum", "optimal return 30.50: a proof"),
        ("upper_bound", "proven upper bound of the return 30.50: a proof"),
    ],
)
def test_references_are_called_what_they_are(toy_summary: ScenarioSummary, kind: str, caption: str) -> None:
    assert toy_summary.reference is not None
    reference = toy_summary.reference.model_copy(update={"kind": kind})
    assert caption in text(replace(toy_summary, reference=reference), WIDE)


def test_long_names_take_the_narrow_table(toy_summary: ScenarioSummary) -> None:
    long = replace(
        toy_summary, policies=(replace(toy_summary.policies[0], title="a policy with a long, long name"),)
    )
    assert "a policy with a long, long name" in text(long, WIDE)
    assert "IQM [95 %]" not in text(long, WIDE) and "IQM [95 %]" in text(long, 200)
