"""What agents remember of an episode: a ring of the last events of each."""

from __future__ import annotations

from planzoo.envs.maze.state import NO_PLAN, State
from planzoo.envs.simulation.kernel import kernel


@kernel
def remember(state: State, world: int, agent: int, event: int, other: int, cell: int) -> None:
    """Notes an event of an agent: in its ``events`` of this step and in its memories.

    ``event`` is the number of one of EVENTS, ``other`` the other agent that has to do with it or NO_AGENT,
    ``cell`` where it happened or NO_CELL.
    """
    state.agents[world, agent].events |= 1 << event
    number = state.memory_counts[world, agent]
    memory = state.memories[world, agent, number % state.memories.shape[2]]
    memory.step = state.steps[world]
    memory.event = event
    memory.other = other
    memory.plan = NO_PLAN
    memory.cell = cell
    state.memory_counts[world, agent] = number + 1


@kernel
def remember_plan(state: State, world: int, agent: int, event: int, slot: int) -> None:
    """Notes an event of a plan, with the plan's number, initiator and target."""
    plan = state.plans[world, slot]
    number = state.memory_counts[world, agent]
    remember(state, world, agent, event, plan.initiator, plan.target)
    state.memories[world, agent, number % state.memories.shape[2]].plan = plan.number
