"""What agents keep in mind: exits that they were told of, who knows of them, doors, and when to plan anew."""

from __future__ import annotations

from planzoo.envs.maze.state import FIRST_PROPOSAL, GROUP_EXIT, PROPOSALS, REST, TO_EXIT
from planzoo.planners.domains.maze_memory import MazeMemory, signs_of
from tests.planners.domains.maze_play import drawn, remembering, views

APART = """
###########
#0.......E#
#########.#
#1........#
###########
"""
EXIT_PLAN = FIRST_PROPOSAL + PROPOSALS.index((GROUP_EXIT, TO_EXIT))


def test_a_proposal_tells_where_the_exit_is() -> None:
    """The one asked knows the cell although its map does not show it, and that the others know."""
    simulator = drawn(APART, sight=9, share_range=1, map_sharing=False)
    before = views(simulator)[1]
    assert simulator.buffers.action_masks[0, 0, EXIT_PLAN] and before.ground(before.across * 2 + 10) == 0
    simulator.step([[EXIT_PLAN, REST]])
    memory = MazeMemory()
    memory.observe(views(simulator)[1], simulator.params)
    assert memory.exits == {before.across * 2 + 10} and memory.informed == {0}


def test_where_somebody_left_an_exit_is_worked_out() -> None:
    """From the cell in which it was last seen; not if an exit beside it is known already."""
    simulator = drawn("########\n#1.#..0E\n########", map_sharing=False)
    memory = MazeMemory()
    memory.observe(views(simulator)[1], simulator.params)
    simulator.step([[3, REST]])
    view = views(simulator)[1]
    memory.observe(view, simulator.params)
    assert view.teammates[0].escaped and {view.place(cell) for cell in memory.exits} == {(1, 6)}
    memory.observe(view, simulator.params)
    assert len(memory.exits) == 1


def test_proposals_are_followed_by_the_environments_pause() -> None:
    """And whoever hears one of an exit is informed."""
    simulator = drawn(APART, sight=9)
    here, memory = remembering(simulator)
    memory.note_action(EXIT_PLAN, here.view, simulator.params)
    simulator.step([[EXIT_PLAN, REST]])
    assert memory.next_proposal == simulator.state.agents.next_proposal[0, 0]
    assert memory.informed == {1}


def test_meetings_and_doors_are_remembered_by_their_step() -> None:
    """Who is within sharing range now, and before which closed door the agent stands."""
    simulator = drawn("#######\n#1.0DE#\n#######", share_range=2)
    _, memory = remembering(simulator)
    assert memory.met_at == {1: 0} and list(memory.doors_at.values()) == [0]
    assert memory.start == views(simulator)[0].cell


def test_signs_change_with_what_matters_and_with_nothing_else() -> None:
    """A step along a known corridor changes nothing; a new cell, a gift or a lower need does."""
    simulator = drawn("##########\n#0......E#\n##########", known=True)
    _, memory = remembering(simulator)
    first = signs_of(views(simulator)[0], memory)
    simulator.step([[3]])
    assert signs_of(views(simulator)[0], memory) == first
    simulator.state.agents.needs[0, 0, 1] = 42.0
    simulator.refresh()
    assert signs_of(views(simulator)[0], memory) != first
    memory.signs = first
    memory.forget_plan()
    assert memory.signs == () and memory.plan is None
