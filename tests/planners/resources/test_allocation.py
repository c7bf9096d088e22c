"""Tasks shared out among agents that draw on the same resources."""

from __future__ import annotations

from itertools import product

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Task
from planzoo.planners.resources import (
    Allocation,
    Effort,
    Mode,
    Precedence,
    Resource,
    ResourceRequirement,
    ResourceTracker,
    allocate_tasks_with_resources,
)
from planzoo.planners.status import Status

EXACT = Effort(milliseconds=5_000, solver="exact")
TASKS = [Task("deliver", parcel) for parcel in "abc"]
COSTS = {"van": {"a": 3, "b": 1, "c": 2}, "bike": {"a": 1, "b": 2, "c": 6}}
FUEL = {"van": 2, "bike": 0}


def offer(agent: str, task: Task) -> Mode | None:
    parcel = task.arguments[0]
    if agent == "bike" and parcel == "c":
        return None
    needs = (ResourceRequirement("fuel", FUEL[agent]),) if FUEL[agent] else ()
    return Mode(2, needs, COSTS[agent][parcel])


def allocate(fuel: float, objective: str = "minimize_cost", **constraints: object) -> Allocation:
    tracker = ResourceTracker([Resource("fuel", "consumable", fuel)], constraints)
    return allocate_tasks_with_resources(TASKS, ["van", "bike"], tracker, offer, objective, EXACT)


@pytest.mark.parametrize("fuel", [2, 4, 6])
def test_the_cheapest_allocation_is_that_of_all(fuel: float) -> None:
    costs = []
    for agents in product(COSTS, repeat=3):
        pairs = list(zip(agents, TASKS, strict=True))
        if all(offer(*pair) for pair in pairs) and sum(FUEL[agent] for agent in agents) <= fuel:
            costs.append(sum(COSTS[agent][task.arguments[0]] for agent, task in pairs))
    found = allocate(fuel)
    assert found.status is Status.SOLVED
    assert found.schedule is not None
    assert found.schedule.cost == min(costs)
    assert sorted(task for own in found.tasks.values() for task in own) == sorted(TASKS)


def test_an_agent_does_one_task_at_a_time() -> None:
    found = allocate(6, "minimize_time")
    assert found.schedule is not None
    assert found.schedule.makespan == 4
    assert {len(own) for own in found.tasks.values()} == {1, 2}


def test_tasks_stand_in_the_order_in_which_they_are_done() -> None:
    links = (Precedence("deliver(c)", "deliver(b)"), Precedence("deliver(b)", "deliver(a)"))
    found = allocate(6, precedences=links)
    assert found.tasks == {"van": (TASKS[2], TASKS[1]), "bike": (TASKS[0],)}


def test_too_little_for_all_tasks_is_told() -> None:
    found = allocate(1)
    assert (found.status, found.tasks, found.schedule) == (Status.INFEASIBLE, {}, None)
    assert found.conflict == ("1 of fuel at first",)
    links = (Precedence("deliver(c)", "deliver(b)"),)
    late = allocate(6, precedences=links, deadline=3)
    assert late.status is Status.INFEASIBLE
    assert "deadline 3" in late.conflict[0]


def test_wrong_input_is_refused() -> None:
    tracker = ResourceTracker([Resource("fuel", "consumable", 9)])
    with pytest.raises(InputError, match=r"Nobody can do deliver\(a\)"):
        allocate_tasks_with_resources(TASKS, ["van"], tracker, lambda agent, task: None)
    with pytest.raises(InputError, match=r"Two of the tasks are called 'deliver\(a\)'"):
        allocate_tasks_with_resources([TASKS[0], TASKS[0]], ["van"], tracker, offer)
    with pytest.raises(InputError, match="Two of the agents are called 'van'"):
        allocate_tasks_with_resources(TASKS, ["van", "van"], tracker, offer)
