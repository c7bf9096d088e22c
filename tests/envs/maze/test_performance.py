"""What is known of how agents do their parts."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.performance import role_share, trust
from planzoo.envs.maze.state import (
    FOOD,
    HEALTH,
    HUNGER,
    KEY,
    MEDICINE,
    RENDEZVOUS,
    RESCUE_MISSION,
    SUPPLY_RUN,
    THIRST,
    TO_HERE,
    TO_SUPPLY,
    TO_TEAMMATE,
    WATER,
)
from planzoo.envs.simulation.kernel import python_function
from tests.envs.maze.plan_hall import BEGIN, CARRY, DIE, ESCAPE, GIFT, NEED, SUPPLY, Hall


def test_success_changes_rates_as_the_document_says() -> None:
    hall = Hall(agents=2)
    hall.started(RENDEZVOUS, TO_HERE)
    hall.tick(15)
    assert hall.complete(0)
    performance = hall.state.performance[0, 0]
    assert (performance.tasks_completed, performance.success_rate) == (1, 1.0)
    assert performance.reliability == pytest.approx(0.6)
    assert performance.efficiency == pytest.approx(1 - 15 / 60)


def test_failure_takes_from_the_rate_but_not_from_reliability() -> None:
    hall = Hall(agents=2)
    hall.started(RENDEZVOUS, TO_HERE)
    assert hall.complete(0)
    assert hall.complete(1)
    hall.started(RENDEZVOUS, TO_HERE)
    hall.do(ESCAPE, 0)
    performance = hall.state.performance[0, 0]
    assert (performance.tasks_completed, performance.success_rate) == (2, 0.5)
    assert performance.reliability == pytest.approx(0.6)
    assert performance.efficiency == 1.0


def test_reliability_is_at_most_one() -> None:
    hall = Hall(agents=2)
    for _ in range(7):
        hall.started(RENDEZVOUS, TO_HERE)
        assert hall.complete(0)
        assert hall.complete(1)
    assert hall.state.performance.reliability[0].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("item", "need", "value", "praise"),
    [
        (FOOD, HUNGER, 49, 0.1),
        (FOOD, HUNGER, 50, 0.0),
        (FOOD, THIRST, 10, 0.0),
        (WATER, THIRST, 10, 0.1),
        (MEDICINE, HEALTH, 10, 0.1),
        (KEY, HEALTH, 10, 0.0),
    ],
)
def test_gifts_to_those_in_need_of_them_are_helpful(item: int, need: int, value: int, praise: float) -> None:
    hall = Hall()
    hall.do(NEED, 1, need, value)
    hall.do(GIFT, 0, 1, item)
    assert hall.state.performance.helpfulness[0].tolist() == pytest.approx([praise, 0, 0])


def test_rescuers_are_helpful_and_patients_are_not() -> None:
    hall = Hall(agents=2)
    hall.do(CARRY, 0, MEDICINE, 1)
    hall.do(NEED, 1, HEALTH, 10)
    hall.started(RESCUE_MISSION, TO_TEAMMATE)
    hall.do(NEED, 1, HEALTH, 60)
    assert hall.complete(0)
    assert hall.complete(1)
    assert hall.state.performance.helpfulness[0].tolist() == pytest.approx([0.1, 0])


def commitments(hall: Hall) -> tuple[list[list[int]], list[list[int]]]:
    """What was kept and broken."""
    return hall.state.kept[0].tolist(), hall.state.broken[0].tolist()


def test_completed_parts_are_kept_commitments() -> None:
    hall = Hall()
    hall.started(RENDEZVOUS, TO_HERE)
    assert hall.complete(0)
    assert hall.complete(1)
    assert commitments(hall) == ([[0, 1, 0], [1, 0, 0], [0, 0, 0]], [[0, 0, 0]] * 3)


def test_expired_parts_are_broken_but_for_those_completed() -> None:
    hall = Hall(agents=2)
    hall.know(0, "supply")
    hall.started(SUPPLY_RUN, TO_SUPPLY)
    hall.do(SUPPLY, 0)
    assert hall.complete(0)
    hall.tick(hall.params.plan_steps["SUPPLY_RUN"])
    assert commitments(hall) == ([[0, 0], [1, 0]], [[0, 1], [0, 0]])
    share = python_function(trust)
    assert share(hall.state, 0, 1, 0) == pytest.approx(2 / 3)
    assert share(hall.state, 0, 0, 1) == pytest.approx(1 / 3)


def test_the_dead_break_nothing_but_the_escaped_do() -> None:
    for end, broken in ((DIE, 0), (ESCAPE, 1)):
        hall = Hall()
        hall.started(RENDEZVOUS, TO_HERE, (0, 1, 2))
        hall.do(end, 2)
        assert hall.complete(0)
        assert hall.complete(1)
        assert hall.state.broken[0, :, 2].tolist() == [broken, broken, 0]
        assert hall.state.kept[0, :, 2].tolist() == [0, 0, 0]


def test_plans_that_never_started_are_no_commitments() -> None:
    hall = Hall(response_steps=2)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    hall.tick(2)
    assert commitments(hall) == ([[0, 0, 0]] * 3, [[0, 0, 0]] * 3)


def test_shares_of_roles_begin_at_a_half() -> None:
    hall = Hall()
    share = python_function(role_share)
    assert share(hall.state, 0, 0, 2) == 0.5
    hall.state.performance.role_tasks[0, 0, 2] = 3
    hall.state.performance.role_successes[0, 0, 2] = 3
    assert share(hall.state, 0, 0, 2) == pytest.approx(0.8)


@pytest.mark.parametrize("memory", ["episode", "kept"])
def test_a_new_episode_forgets_unless_memory_is_kept(memory: str) -> None:
    hall = Hall(memory=memory, agents=2)
    hall.started(RENDEZVOUS, TO_HERE)
    hall.tick()
    assert hall.complete(0)
    assert hall.complete(1)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    hall.do(BEGIN)
    stays = memory == "kept"
    assert hall.state.kept[0].tolist() == ([[0, 1], [1, 0]] if stays else [[0, 0], [0, 0]])
    assert hall.state.performance.tasks_completed[0].tolist() == [stays, stays]
    assert hall.state.performance.reliability[0].tolist() == pytest.approx([0.6 if stays else 0.5] * 2)
    # The second plan was cut off by the reset.
    assert hall.state.type_counts[0, RENDEZVOUS].tolist() == ([0, 2, 1, 1, 1, 1, 0, 0] if stays else [0] * 8)
    assert hall.state.type_steps[0, RENDEZVOUS] == stays
    assert (hall.plans.status == 0).all()
    assert hall.state.memory_counts[0].tolist() == [0, 0]
