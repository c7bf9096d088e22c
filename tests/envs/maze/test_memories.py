"""The ring of what agents remember."""

from __future__ import annotations

from planzoo.envs.maze.memories import remember
from planzoo.envs.maze.state import ATE, HURT, NO_AGENT, NO_PLAN, PROPOSAL, RENDEZVOUS, TO_HERE, State
from planzoo.envs.simulation.kernel import python_function
from tests.envs.maze.plan_hall import Hall


def note(state: State, step: int, event: int) -> None:
    """Let agent 1 remember an event."""
    state.steps[0] = step
    python_function(remember)(state, 0, 1, event, NO_AGENT, 7)


def test_an_event_is_a_bit_and_a_memory() -> None:
    hall = Hall(memories=4)
    note(hall.state, 3, HURT)
    note(hall.state, 3, ATE)
    assert hall.state.agents.events[0, 1] == 1 << HURT | 1 << ATE
    assert hall.state.memory_counts[0].tolist() == [0, 2, 0]
    memory = hall.state.memories[0, 1, 0]
    assert (memory.step, memory.event, memory.other, memory.plan, memory.cell) == (3, HURT, -1, NO_PLAN, 7)


def test_the_oldest_memories_are_overwritten() -> None:
    hall = Hall(memories=4)
    for step in range(10):
        note(hall.state, step, HURT)
    assert hall.state.memory_counts[0, 1] == 10
    assert hall.state.memories.step[0, 1].tolist() == [8, 9, 6, 7]


def test_memories_of_plans_know_number_initiator_and_target() -> None:
    hall = Hall()
    hall.put(2, 1, 1)
    assert hall.propose(2, RENDEZVOUS, TO_HERE)
    memory = hall.state.memories[0, 2, 0]
    assert (memory.event, memory.other, memory.plan) == (PROPOSAL, 2, 0)
    assert memory.cell == hall.cell(1, 1)
    assert hall.state.agents.events[0, 2] == 1 << PROPOSAL
