"""The maze in characters."""

from __future__ import annotations

from planzoo.envs.maze.scene_glyphs import CROWD_GLYPH, DEAD_GLYPH, TARGET_GLYPH, glyphs, text_legend
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import DEAD, ESCAPED
from tests.envs.maze.scene_stage import hall, put_plan, view, words
from tests.envs.maze.stage import cell_at


def lines(simulator: MazeSimulator) -> list[str]:
    """The map as text."""
    cells = {(glyph.row, glyph.column): glyph.character for glyph in glyphs(view(simulator))}
    return ["".join(cells.get((row, column), " ") for column in range(7)) for row in range(5)]


def see_all(simulator: MazeSimulator) -> MazeSimulator:
    """Lets somebody have seen everything."""
    simulator.state.seen[0] = True
    return simulator


def test_everything_has_its_character() -> None:
    simulator = see_all(hall())
    assert lines(simulator) == ["███████", "█0·f·S█", "█12!█·█", "█·w·DkE", "███████"]


def test_what_nobody_has_seen_is_pale_or_blank() -> None:
    simulator = hall()
    simulator.state.seen[0], simulator.state.known[0] = False, 0
    assert lines(simulator) == ["▒▒▒▒▒▒▒", "▒0 f S▒", "▒12!▒ ▒", "▒ w DkE", "▒▒▒▒▒▒▒"]


def test_the_dead_are_crosses_and_the_escaped_are_gone() -> None:
    simulator = see_all(hall())
    simulator.state.agents.status[0] = [DEAD, ESCAPED, 0]
    assert lines(simulator)[1][1] == DEAD_GLYPH
    assert lines(simulator)[2][1:3] == "·2"


def test_agents_who_share_a_cell_are_a_crowd() -> None:
    simulator = see_all(hall())
    simulator.state.agents.cell[0, 1] = simulator.state.agents.cell[0, 0]
    assert lines(simulator)[1][1] == CROWD_GLYPH


def test_targets_are_marked_on_floor_only() -> None:
    simulator = see_all(hall())
    put_plan(simulator, 0, (1, 2))
    put_plan(simulator, 1, (3, 6))
    put_plan(simulator, 2, (1, 1))
    shown = lines(simulator)
    assert [shown[1][2], shown[3][6], shown[1][1]] == [
        TARGET_GLYPH,
        "E",
        "0",
    ]


def test_numbers_above_nine_show_their_last_digit() -> None:
    simulator = see_all(hall(agents=12))
    simulator.state.agents.cell[0] = cell_at(simulator, 1, 1)
    simulator.state.agents.cell[0, 11] = cell_at(simulator, 1, 2)
    assert lines(simulator)[1][1:3] == CROWD_GLYPH + "1"
    assert "agent, the last digit of its number" in words(text_legend(view(simulator)))[0]


def test_the_legend_has_what_can_occur() -> None:
    shown = words(text_legend(view(hall(doors=1))))
    assert "D k: locked door, key" in shown and "*: where a plan leads" in shown
    alone = words(text_legend(view(hall(agents=1, coordination="none"))))
    assert not any("plan" in row or "several" in row or "door" in row for row in alone)
