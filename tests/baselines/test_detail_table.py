from dataclasses import replace

import pytest
from rich.console import Console

from planzoo.baselines.detail_table import detail_tables
from planzoo.baselines.summary import ScenarioSummary
from planzoo.baselines.table import WIDE
from tests.baselines.conftest import MEASURES


def details(summary: ScenarioSummary, width: int) -> list[str]:
    console = Console(width=width, force_terminal=False)
    shown = []
    for table in detail_tables(summary, width):
        with console.capture() as capture:
            console.print(table)
        shown.append(capture.get())
    return shown


def test_without_measures_there_is_the_regret_alone(toy_summary: ScenarioSummary) -> None:
    (shown,) = details(toy_summary, WIDE)
    lines = [line.split() for line in shown.splitlines() if line.strip()]
    assert lines[0] == ["regret"] and lines[1] == ["policy", "[95", "%]"]
    assert lines[3:] == [
        ["random", "29.0"],
        ["[29.0,", "29.0]"],
        ["random", "fleet", "10.2"],
        ["[10.2,", "10.2]"],
    ]
    assert detail_tables(replace(toy_summary, reference=None), WIDE) == []


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("published", "regret"),
        ("optimum", "regret to the optimum"),
        ("upper_bound", "regret to a proven bound"),
    ],
)
def test_regret_says_to_what(toy_summary: ScenarioSummary, kind: str, title: str) -> None:
    assert toy_summary.reference is not None
    changed = replace(toy_summary, reference=toy_summary.reference.model_copy(update={"kind": kind}))
    (shown,) = details(changed, WIDE)
    heading = shown.partition("─")[0].replace("policy", "").replace("[95 %]", "")
    assert " ".join(heading.split()) == title


@pytest.mark.parametrize(("width", "tables"), [(WIDE, 1), (80, 2), (40, 4)])
def test_measures_stand_side_by_side_as_far_as_they_fit(
    toy_summary: ScenarioSummary, width: int, tables: int
) -> None:
    shown = details(replace(toy_summary, measures=MEASURES), width)
    assert len(shown) == tables
    assert all(len(line.rstrip()) <= width for each in shown for line in each.splitlines())
    for word in ("regret", "shelves delivered", "[all]", "stuck", "cost", "3.00", "[9.00, 9.00]", "–"):
        assert sum(word in each for each in shown) >= 1
    assert all("random fleet" in each for each in shown)
