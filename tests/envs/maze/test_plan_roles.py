"""Who does what in a plan."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.plan_roles import PLAN_ROLES
from planzoo.envs.maze.state import (
    AREA_SWEEP,
    COORDINATOR,
    GATHERER,
    GENERALIST,
    NAVIGATOR,
    PLAN_TYPES,
    RENDEZVOUS,
    SCOUT,
    TO_HERE,
)
from tests.envs.maze.plan_hall import Hall


def roles(hall: Hall) -> list[int]:
    """The participants' roles in the first plan."""
    return [int(role) for role in hall.plans[0].roles[: hall.params.agents]]


def test_an_area_sweep_has_the_roles_of_the_document() -> None:
    hall = Hall()
    hall.know(0, "frontier")
    hall.started(AREA_SWEEP, TO_HERE, (0, 1, 2))
    assert roles(hall) == [SCOUT, GATHERER, NAVIGATOR]


def test_who_is_left_over_is_a_generalist() -> None:
    hall = Hall(agents=4)
    hall.started(RENDEZVOUS, TO_HERE, (0, 1, 2, 3))
    assert roles(hall) == [COORDINATOR, NAVIGATOR, GENERALIST, GENERALIST]


def test_agents_get_the_free_role_that_they_do_best_in() -> None:
    hall = Hall()
    performance = hall.state.performance
    performance.role_tasks[0, 0, SCOUT] = 2
    performance.role_tasks[0, 1, [NAVIGATOR, COORDINATOR]] = 3
    performance.role_successes[0, 1, NAVIGATOR] = 2
    performance.role_successes[0, 1, COORDINATOR] = 3
    hall.know(0, "frontier")
    hall.started(AREA_SWEEP, TO_HERE, (0, 1, 2))
    # The first failed as a scout; the second is best as a coordinator; the third takes the first free one.
    assert roles(hall) == [GATHERER, COORDINATOR, SCOUT]


@pytest.mark.parametrize(("mode", "current"), [("roles", COORDINATOR), ("enabled", GENERALIST)])
def test_roles_are_taken_up_in_mode_roles_only_and_given_back(mode: str, current: int) -> None:
    hall = Hall(coordination=mode)
    hall.state.agents.usual_role[0, 1] = hall.state.agents.role[0, 1] = SCOUT
    hall.started(RENDEZVOUS, TO_HERE)
    assert roles(hall)[:2] == [COORDINATOR, NAVIGATOR]
    assert hall.state.agents.role[0].tolist() == [
        current,
        NAVIGATOR if mode == "roles" else SCOUT,
        GENERALIST,
    ]
    assert hall.complete(0)
    assert hall.complete(1)
    assert hall.state.agents.role[0].tolist() == [GENERALIST, SCOUT, GENERALIST]


def test_every_type_has_roles_each_once() -> None:
    assert len(PLAN_ROLES) == len(PLAN_TYPES)
    for each in PLAN_ROLES:
        special = [role for role in each if role != GENERALIST]
        assert len(special) == len(set(special)) >= 2
