"""What the scenes of several scenarios have in common."""

from __future__ import annotations

import pytest

from planzoo.envs.simulation.scene import Palette, Text
from planzoo.envs.simulation.scene_parts import cut, happenings_panel, rules, scaled


def test_points_of_a_unit_square_are_put_where_they_belong() -> None:
    assert scaled(((0.0, 0.0), (1.0, 0.5)), (3.0, 2.0), 4.0) == ((3.0, 2.0), (7.0, 4.0))


def test_rules_run_around_every_cell() -> None:
    lines = [line.points for line in rules(3, 2)]
    assert lines[:4] == [((column, 0), (column, 2)) for column in range(4)]
    assert lines[4:] == [((0, row), (3, row)) for row in range(3)]


@pytest.mark.parametrize("count", [0, 1, 4])
def test_rows_that_fit_stay(count: int) -> None:
    rows = [Text(str(number)) for number in range(count)]
    assert cut(rows, 4) == rows


def test_rows_that_are_too_many_are_counted() -> None:
    rows = [Text(str(number)) for number in range(6)]
    assert cut(rows, 4) == [*rows[:3], Text("and 3 more", colour=Palette.MUTED)]


@pytest.mark.parametrize(
    ("happenings", "told"),
    [
        ([], ["nothing special", "", ""]),
        (["a"], ["a", "", ""]),
        (["a", "b", "c"], ["a", "b", "c"]),
        (["a", "b", "c", "d", "e"], ["a", "b", "and 3 more"]),
    ],
)
def test_what_happened_always_takes_as_many_lines(happenings: list[str], told: list[str]) -> None:
    panel = happenings_panel(iter(happenings), 3, 30)
    assert [row.text for row in panel.rows if isinstance(row, Text)] == told
    assert (panel.title, panel.columns) == ("In the last step", 30)
