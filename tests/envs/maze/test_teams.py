"""Sets of agents as bits."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.maze.state import ALIVE, DEAD, ESCAPED, MOST_AGENTS, State
from planzoo.envs.maze.teams import NOBODY, is_member, living_team, team_of, team_size
from planzoo.envs.simulation.kernel import driver, python_function
from tests.envs.maze.plan_hall import Hall

AGENTS = st.sets(st.integers(0, MOST_AGENTS - 1))


@driver
def ask_living(state: State) -> np.uint64:
    """See `living_team`."""
    return living_team(state, 0)


def bits_of(agents: set[int]) -> np.uint64:
    """The set as the kernels write it, made another way."""
    return np.uint64(sum(1 << agent for agent in agents))


@given(AGENTS)
def test_sets_know_their_members_and_size(agents: set[int]) -> None:
    team = bits_of(agents)
    found = {agent for agent in range(MOST_AGENTS) if python_function(is_member)(team, agent)}
    assert found == agents
    assert python_function(team_size)(team) == len(agents)


@given(st.integers(0, MOST_AGENTS - 1))
def test_a_set_of_one(agent: int) -> None:
    assert python_function(team_of)(agent) == bits_of({agent})


def test_the_living_are_those_who_neither_escaped_nor_died() -> None:
    hall = Hall(agents=4)
    hall.state.agents.status[0] = [ALIVE, DEAD, ESCAPED, ALIVE]
    assert ask_living(hall.state) == bits_of({0, 3})
    hall.state.agents.status[0] = DEAD
    assert ask_living(hall.state) == NOBODY
