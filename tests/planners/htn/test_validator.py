"""The validator accepts what the planner gives and finds every kind of fault."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planzoo.planners.htn import (
    NO_PARENT,
    Action,
    Decomposition,
    Domain,
    Goal,
    HierarchicalPlanner,
    Multigoal,
    Plan,
    State,
    Task,
)
from planzoo.planners.htn import validate as check
from planzoo.planners.htn.plan_faults import FaultKind

TASKS = [Goal(("at", "me"), "shop"), Task("travel", "me", "park"), Goal(("at", "me"), "park")]


@pytest.fixture
def plan(travel: Domain, home: State) -> Plan:
    """Nodes: 0 goal, 1 travel, 2 walk, 3 travel, 4 wait, 5 ride, 6 goal that holds."""
    found = HierarchicalPlanner(travel).solve((home, TASKS)).plan
    assert found is not None
    return found


def with_tree(plan: Plan, **columns: Any) -> Plan:
    return replace(plan, decomposition=replace(plan.decomposition, **columns))


def changed(column: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    return (*column[:index], value, *column[index + 1 :])


def test_a_good_plan_is_valid_and_the_state_stays(travel: Domain, home: State, plan: Plan) -> None:
    before = dict(home)
    assert check(travel, home, TASKS, plan) is None
    assert home == before


def test_wrong_roots(travel: Domain, home: State, plan: Plan) -> None:
    assert "roots" in str(check(travel, home, TASKS[:2], plan))
    assert "roots" in str(check(travel, home, TASKS[::-1], plan))


def test_wrong_actions(travel: Domain, home: State, plan: Plan) -> None:
    walk, wait, ride = plan.actions
    for actions, fault in (
        ((walk, ride, wait), "is not wait(me)"),
        ((walk, wait), "no action for leaf ride(me, park)"),
        ((walk, wait, ride, wait), "stands in no leaf"),
        ((walk, wait, ("ride", ("me", "park"))), "is not ride(me, park)"),
        (
            (walk._replace(duration=1.0), wait, ride),
            "has the duration 1.0 in the plan, but 20.0 in the state",
        ),
        ((walk, wait, ride._replace(cost=float("nan"))), "has the cost nan in the plan, but 9.0"),
        ((walk._replace(agent="you"), wait, ride), "has the agent 'you' in the plan, but None"),
        ((walk, wait._replace(resources=(("chair", 1.0),)), ride), "has the resources (('chair', 1.0),)"),
    ):
        assert fault in str(check(travel, home, TASKS, replace(plan, actions=actions)))


def test_an_action_that_is_not_applicable(travel: Domain, home: State, plan: Plan) -> None:
    home["cash", "me"] = 1
    assert check(travel, home, TASKS, plan) == "Action ride(me, park) is not applicable when its turn comes."


def test_a_decomposition_that_no_method_gives(travel: Domain, home: State, plan: Plan) -> None:
    methods = plan.decomposition.methods
    for index, method, fault in (
        (1, "by_taxi", "'by_taxi' does not decompose travel(me, shop) into walk(me, shop)"),
        (1, "stay", "'stay' does not decompose"),
        (1, "by_magic", "has no method 'by_magic' for travel(me, shop)"),
        (6, "go", "does not decompose at(me) = park into nothing"),
        (1, None, "Leaf travel(me, shop) is not an operator"),
        (2, "by_foot", "has no method 'by_foot' for walk(me, shop)"),
    ):
        broken = with_tree(plan, methods=changed(methods, index, method))
        assert fault in str(check(travel, home, TASKS, broken))


def test_a_misshapen_tree(travel: Domain, home: State, plan: Plan) -> None:
    tree = plan.decomposition
    assert "differ in length" in str(check(travel, home, TASKS, with_tree(plan, methods=tree.methods[:-1])))
    forward = with_tree(plan, parents=changed(tree.parents, 1, 2))
    assert "before its parent" in str(check(travel, home, TASKS, forward))
    late = with_tree(plan, parents=changed(tree.parents, 5, 1))
    assert check(travel, home, TASKS, late) is not None
    three = (Task("wait", "me"), 4, None)  # a second time, below the action itself
    columns = zip(("tasks", "parents", "methods"), three, strict=True)
    surplus = {name: (*getattr(tree, name)[:5], value, *getattr(tree, name)[5:]) for name, value in columns}
    actions = (*plan.actions[:2], plan.actions[1], plan.actions[2])
    fault = check(travel, home, TASKS, replace(with_tree(plan, **surplus), actions=actions))
    assert fault == "Node 5 of the decomposition does not stand among the children of node 4."
    below_an_action = with_tree(plan, parents=changed(tree.parents, 5, 4))
    assert check(travel, home, TASKS, below_an_action) is not None


def test_what_is_no_tree_at_all(travel: Domain, home: State, plan: Plan) -> None:
    tree = plan.decomposition
    for column, value, kind in (
        ("tasks", "travel", FaultKind.NO_TASK),
        ("tasks", (), FaultKind.NO_TASK),
        ("parents", None, FaultKind.NODE),
        ("parents", -2, FaultKind.NODE),
        ("methods", 7, FaultKind.NODE),
    ):
        fault = check(
            travel, home, TASKS, with_tree(plan, **{column: changed(getattr(tree, column), 1, value)})
        )
        assert fault is not None and fault.kind is kind


def test_declared_objects_are_known_to_methods() -> None:
    domain = Domain("greet")
    domain.type("person")
    domain.variable("met", "person")

    @domain.operator
    def meet(state: State, person: str) -> None:
        state.met[person] = True

    domain.add_method("all", lambda state: [("meet", person) for person in state.objects("person")], "each")
    state = domain.state(objects={"person": ["ann", "bob"]})
    plan = HierarchicalPlanner(domain).solve((state, [Task("all")])).plan
    assert plan is not None and len(plan.actions) == 2
    assert check(domain, state, [Task("all")], plan) is None


def test_methods_that_write_or_offer_no_list() -> None:
    domain = Domain("odd")

    def scribble(state: State) -> Any:
        state.seen = True
        yield []

    domain.add_method("look", scribble, "scribble")
    domain.add_method("look", lambda state: iter(["look"]), "word")
    domain.add_method("look", lambda state: iter([None, []]), "second thoughts")
    for method, fault in (
        ("scribble", "Method 'scribble' wrote into the state when it was asked for look()."),
        ("word", "Method 'word' offers 'look' for look(), which is no list of tasks."),
        ("second thoughts", None),
    ):
        plan = Plan((), Decomposition((Task("look"),), (NO_PARENT,), (method,)))
        assert check(domain, State(), [Task("look")], plan) == fault


def test_a_multigoal_must_hold_as_a_whole(home: State) -> None:
    domain = Domain("lazy")
    domain.add_multigoal_method(lambda state, multigoal: [])
    both = Multigoal({("at", "me"): "home", ("cash", "me"): 1})
    plan = Plan((), Decomposition((both,), (NO_PARENT,), ("<lambda>",)))
    assert check(domain, home, [both], plan) == (
        "Goal at(me) = home and cash(me) = 1 does not hold at the end of its decomposition."
    )


def test_a_goal_that_does_not_hold_at_its_end(home: State) -> None:
    domain = Domain("lazy")
    domain.add_goal_method("at", lambda state, person, place: [], "hope")
    goal = Goal(("at", "me"), "park")
    plan = Plan((), Decomposition((goal,), (NO_PARENT,), ("hope",)))
    assert (
        check(domain, home, [goal], plan)
        == "Goal at(me) = park does not hold at the end of its decomposition."
    )


def test_a_domain_that_raises_is_a_fault_and_no_exception(home: State) -> None:
    domain = Domain("broken")
    domain.add_operator(lambda state: state["nothing"], "act")
    plan = Plan((Action("act"),), Decomposition((Task("act"),), (NO_PARENT,), (None,)))
    assert "raised KeyError" in str(check(domain, home, [Task("act")], plan))


def test_tables_without_facts_are_part_of_the_state() -> None:
    domain = Domain("boxes")

    @domain.operator
    def fill(state: State, box: str) -> bool:
        state.full[box] = True
        return box not in state.sealed

    state, tasks = State(full={}, sealed={}), [Task("fill", "crate")]
    plan = HierarchicalPlanner(domain).solve((state, tasks)).plan
    assert plan is not None and check(domain, state, tasks, plan) is None
    assert dict(state) == {}
