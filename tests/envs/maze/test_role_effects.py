"""Roles have effects in one mode only, and only while a plan is in progress."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.role_effects import (
    acts_as,
    capacity,
    hazard_loss,
    move_cost,
    reach_of_voice,
    recognition,
)
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import (
    ACCEPTED,
    COORDINATOR,
    GATHERER,
    GENERALIST,
    NAVIGATOR,
    PROTECTOR,
    RENDEZVOUS,
    SCOUT,
    Constants,
    State,
)
from planzoo.envs.simulation.kernel import driver
from tests.envs.maze.stage import cell_at, plan_in_progress, staged


@driver
def effects(constants: Constants, state: State, agent: int) -> tuple[float, int, int, int, float]:
    """Gives all that roles change."""
    return (
        move_cost(constants, state, 0, agent),
        capacity(constants, state, 0, agent),
        recognition(constants, state, 0, agent),
        reach_of_voice(constants, state, 0, agent),
        hazard_loss(constants, state, 0, agent),
    )


@driver
def plays(constants: Constants, state: State, agent: int, role: int) -> bool:
    """Tells whether a role has effects."""
    return acts_as(constants, state, 0, agent, role)


PLAIN = (0.5, 3, 1, 3, 15.0)
SPECIAL = {
    SCOUT: (0.25, 3, 1, 3, 15.0),
    GATHERER: (0.5, 5, 1, 3, 15.0),
    NAVIGATOR: (0.5, 3, 4, 3, 15.0),
    COORDINATOR: (0.5, 3, 1, 6, 15.0),
    PROTECTOR: (0.5, 3, 1, 3, 7.5),
    GENERALIST: PLAIN,
}


def team(mode: str, role: int) -> MazeSimulator:
    """Three agents, of whom two take part in a plan, all in the same role."""
    simulator = staged("#####\n#012#\n#####\n#####\n#####", coordination=mode)
    plan_in_progress(simulator, RENDEZVOUS, cell_at(simulator, 1, 1), {0: role, 1: role})
    simulator.state.agents.role[0, 2] = role
    return simulator


@pytest.mark.parametrize("role", SPECIAL)
def test_each_role_changes_one_thing(role: int) -> None:
    simulator = team("roles", role)
    assert effects(simulator.constants, simulator.state, 0) == SPECIAL[role]
    assert effects(simulator.constants, simulator.state, 2) == PLAIN, "it takes no part"
    assert plays(simulator.constants, simulator.state, 1, role)
    assert not plays(simulator.constants, simulator.state, 1, (role + 1) % 6)
    simulator.state.plans.status[0, 0] = ACCEPTED
    assert effects(simulator.constants, simulator.state, 0) == PLAIN, "the plan has not started"


@pytest.mark.parametrize("mode", ["enabled", "forced"])
def test_in_other_modes_roles_are_names(mode: str) -> None:
    for role in SPECIAL:
        simulator = team(mode, role)
        assert effects(simulator.constants, simulator.state, 0) == PLAIN
