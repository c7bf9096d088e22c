"""Explanations name who asked for a step, what makes it possible and what it is for, in words and as data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from planzoo.errors import InputError
from planzoo.planners.htn import Domain, Goal, HierarchicalPlanner, Multigoal, Plan, State, Task
from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.explanation import LONGEST_PATH, NAMED, explain, explain_step
from planzoo.planners.htn.causal.links import START
from tests.planners.htn.networks import Network, domain_of, networks


def solved(domain: Domain, state: State, tasks: list[Any]) -> Plan:
    plan = HierarchicalPlanner(domain).solve((state, tasks)).plan
    assert plan is not None
    return plan


def test_a_step_for_a_goal(travel: Domain, home: State) -> None:
    plan = solved(travel, home, [Goal(("at", "me"), "shop"), Goal(("at", "me"), "park")])
    walk = explain(travel, home, plan, 0)
    assert walk.words == str(walk)
    assert walk.words == (
        "Step 1 is walk(me, shop). The problem asks for at(me) = shop, which leads by method 'go' to "
        "travel(me, shop), which leads by method 'by_foot' to this step. It relies on at(me) = home and "
        "distance(home, shop) = 2, which hold from the start. It brings about at(me) = shop, on which step "
        "3, ride(me, park), relies. Through later steps it contributes to at(me) = park."
    )
    ride = explain(travel, home, plan, 2)
    assert "at(me) = shop, brought about by step 1, walk(me, shop); and on distance(shop, park)" in ride.words
    assert ride.words.endswith("It brings about at(me) = park, which is a goal.")
    assert ride.path == ((Goal(("at", "me"), "park"), "go"), (Task("travel", "me", "park"), "by_taxi"))


def test_a_step_for_tasks_leaves_something_behind(travel: Domain, home: State) -> None:
    plan = solved(travel, home, [Task("travel", "me", "park"), Goal(("at", "me"), "park")])
    words = explain(travel, home, plan, 1).words
    assert words.endswith("cash(me) = 10, which is still so at the end; and at(me) = park, which is a goal.")
    assert explain(travel, home, plan, 0).words.endswith(
        "It reads no facts, so it can be taken at any time. No later step and no goal relies on what it does."
    )
    own = explain(travel, home, plan, 1, {("cash", "me"): 10})
    assert own.words.endswith("It brings about cash(me) = 10, which is a goal.")
    direct = solved(travel, home, [Task("walk", "me", "shop")])
    assert explain(travel, home, direct, 0).words.startswith(
        "Step 1 is walk(me, shop); the problem itself asks for it. It relies on at(me) = home"
    )


def test_data_is_json_with_steps_from_0(travel: Domain, home: State) -> None:
    plan = solved(travel, home, [Goal(("at", "me"), "park")])
    data = json.loads(json.dumps(explain(travel, home, plan, 1).to_data()))
    assert data["path"] == [
        {"task": "at(me) = park", "method": "go"},
        {"task": "travel(me, park)", "method": "by_taxi"},
    ]
    assert (data["step"], data["action"], data["serves"]) == (1, "ride(me, park)", ["at(me) = park"])
    assert {link["producer"] for link in data["preconditions"]} == {START}
    assert data["uses"] == [{"producer": 1, "variable": "at(me)", "value": "park", "consumer": 2}]
    assert data["words"].startswith("Step 2 is ride(me, park).")


def test_long_paths_and_many_facts_are_shortened() -> None:
    domain = Domain("long")

    @domain.operator
    def sweep(state: State) -> None:
        for room in state.dust:
            state.dust[room] = 0

    domain.add_operator(lambda state: sum(state.dust.values()) == 0, "inspect")
    domain.add_method("clean", lambda state, left: [("clean", left - 1)] if left else [("sweep",)], "down")
    state = State(dust=dict.fromkeys(range(NAMED + 3), 1))
    plan = solved(domain, state, [("clean", 20), ("inspect",)])
    words = explain(domain, state, plan, 0).words
    assert f"{21 - LONGEST_PATH} tasks more, the last of which leads to clean(3), which" in words
    assert "dust(0) = 1, dust(1) = 1" in words
    assert f"dust({NAMED - 1}) = 1 and 4 more, which hold from the start" in words
    assert "It brings about dust(0) = 0, on which step 2, inspect(), relies and which is still so" in words
    assert words.endswith("; and 3 facts more that are of use.")
    assert "the choice of facts in 'dust'" not in words
    few = State(dust={1: 1})
    plan = solved(domain, few, [("sweep",), ("inspect",)])
    assert "and the choice of facts in 'dust' (1 of them), which hold" in explain(domain, few, plan, 0).words


def test_a_multigoal_is_told_by_its_first_goals() -> None:
    domain = Domain("many")
    domain.add_operator(lambda state: state.update(dict.fromkeys("abcdefghi", 1)), "all")
    domain.add_multigoal_method(lambda state, goals: [("all",)])
    goals = Multigoal(dict.fromkeys("abcdefghi", 1))
    words = explain(domain, State(), solved(domain, State(), [goals]), 0).words
    assert "asks for a = 1, b = 1, c = 1, d = 1, e = 1, f = 1 and 3 more, which leads by method" in words
    assert "It brings about a = 1, which is a goal; and b = 1, which is a goal;" in words


def test_a_step_that_there_is_not(travel: Domain, home: State) -> None:
    plan = solved(travel, home, [Task("travel", "me", "park")])
    for step in (-1, 2):
        with pytest.raises(InputError, match=f"no step {step}"):
            explain(travel, home, plan, step)


@settings(max_examples=100, deadline=None)
@given(networks(recursive=False))
def test_every_step_of_a_random_plan_can_be_explained(network: Network) -> None:
    operators, methods, start, names = network
    domain, tasks = domain_of(operators, methods), [(name,) for name in names]
    plan = HierarchicalPlanner(domain).solve((start, tasks)).plan
    if plan is None:
        return
    finder = CausalChainFinder(domain, start, plan)
    for step in range(len(plan.actions)):
        explanation = explain_step(finder, step)
        assert explanation == explain(domain, start, plan, step)
        assert explanation.preconditions == finder.links_into(step)
        assert explanation.uses == finder.links_from(step)
        assert [task for task, _ in explanation.path] == list(plan.path(step)[:-1])
        assert bool(explanation.serves) == finder.supports_goal(step)
        ends = {chain[-1].variable for chain in finder.chains(step)}
        assert {goal.variable for goal in explanation.serves} == ends
        assert json.loads(json.dumps(explanation.to_data()))["words"] == explanation.words
