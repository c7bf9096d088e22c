"""The check of concurrent plans accepts schedules, and finds whatever is changed in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planzoo.planners.htn import Action, Domain, Goal, Multigoal, State
from planzoo.planners.htn.joint.joint_plan import JointPlan, Order, Reason
from planzoo.planners.htn.joint.joint_validator import check_joint_plan
from planzoo.planners.htn.joint.schedule import schedule
from planzoo.planners.htn.plan_faults import FaultKind, PlanFault
from tests.planners.htn.joint_domains import CAPACITIES, DEEDS, Deed, domain_of, execute, start_state


def make_kitchen() -> Domain:
    domain = Domain("kitchen")

    @domain.operator(agent=0, duration=2, resources={"stove": 1})
    def cook(state: State, cook: str, dish: str) -> bool:
        state.ready[dish] = True
        return dish != "stone"

    @domain.operator(agent=0, duration=1)
    def taste(state: State, cook: str, dish: str) -> bool:
        return bool(state.ready.get(dish, False))

    @domain.operator(duration=0)
    def ring(state: State) -> None:
        state.rung = True

    @domain.operator(duration=1)
    def serve(state: State) -> None:
        state.served = len(state.ready)

    return domain


KITCHEN = make_kitchen()
COOK = Action("cook", ("ann", "soup"), 1.0, 2.0, "ann", (("stove", 1.0),))
BAKE = Action("cook", ("bob", "cake"), 1.0, 2.0, "bob", (("stove", 1.0),))
TASTE = Action("taste", ("bob", "soup"), 1.0, 1.0, "bob")
SERVE = Action("serve", (), 1.0, 1.0)
RING = Action("ring", (), 1.0, 0.0)
AGAIN = Order(0, 1, Reason.OVERWRITES, "rung")
AFTER = Order(0, 1, Reason.PRODUCES, ("ready", "soup"))


def fault(
    actions: tuple[Action, ...],
    starts: tuple[float, ...],
    orders: tuple[Order, ...] = (),
    capacities: Mapping[str, float] | None = None,
    goals: Any = (),
) -> PlanFault | None:
    plan = JointPlan(actions, starts, orders, {"stove": 2.0})
    return check_joint_plan(KITCHEN, State(ready={}), plan, capacities, goals)


def test_every_kind_of_fault() -> None:
    stone = COOK._replace(arguments=("ann", "stone"))
    for found, kind in (
        (fault((COOK, TASTE), (0, 2), (AFTER,)), None),
        (fault((COOK, TASTE), (0,), (AFTER,)), FaultKind.COLUMNS),
        (fault((COOK, TASTE), (0, float("nan")), (AFTER,)), FaultKind.START),
        (fault((COOK, TASTE), (-1, 2), (AFTER,)), FaultKind.START),
        (fault((COOK, TASTE), (0, 2), (Order(0, 7, Reason.AGENT, "ann"),)), FaultKind.NO_STEP),
        (fault((COOK, TASTE), (0, 1), (AFTER,)), FaultKind.ORDER_BROKEN),
        (fault((COOK, TASTE), (2, 0), (AFTER,)), FaultKind.ORDER_BROKEN),
        (fault((COOK, TASTE), (0, 1)), FaultKind.OVERLAP),
        (fault((COOK, TASTE), (0, 2)), FaultKind.UNORDERED),
        (fault((COOK, TASTE), (4, 0)), FaultKind.NOT_APPLICABLE),
        (fault((stone,), (0,)), FaultKind.NOT_APPLICABLE),
        (fault((COOK._replace(name="fry"),), (0,)), FaultKind.OPERATOR),
        (fault((COOK._replace(duration=1.0),), (0,)), FaultKind.MEASURE),
        (fault((COOK._replace(agent="bob"),), (0,)), FaultKind.MEASURE),
        (fault((COOK._replace(resources=()),), (0,)), FaultKind.MEASURE),
        (fault((RING, RING), (0, 0), (AGAIN,)), None),
        (fault((RING, RING), (0, 0), (AGAIN._replace(earlier=1, later=0),)), FaultKind.ORDER_BROKEN),
        (fault((COOK, BAKE), (0, 0)), None),
        (fault((COOK, BAKE), (0, 0), (), {"stove": 1}), FaultKind.CAPACITY),
        (fault((COOK, BAKE), (0, 2), (), {"stove": 1}), None),
        (fault((COOK, BAKE), (0, 0), (), {}), None),
        (fault((COOK, SERVE), (0, 1)), FaultKind.OVERLAP),
        (fault((SERVE, COOK), (0, 1)), FaultKind.UNORDERED),
        (fault((BAKE, COOK._replace(arguments=("bob", "x"), agent="bob")), (0, 1)), FaultKind.AGENT_BUSY),
        (fault((COOK._replace(arguments=()),), (0,)), FaultKind.RAISED),
        (fault((COOK,), (0,), (), None, [Goal(("ready", "soup"), True)]), None),
        (fault((COOK,), (0,), (), None, [Multigoal({("ready", "cake"): True})]), FaultKind.GOAL_LOST),
    ):
        assert (found and found.kind) == kind, found


def test_faults_are_sentences() -> None:
    assert (
        fault((COOK, BAKE), (0, 0.5), (), {"stove": 1})
        == "When cook(bob, cake) starts, 2 of 'stove' is held, but there is only 1."
    )
    assert (
        fault((COOK, SERVE), (0, 1))
        == "Actions cook(ann, soup) and serve() overlap, although they conflict on table 'ready'."
    )
    assert (
        fault((COOK, TASTE), (0, 1))
        == "Actions cook(ann, soup) and taste(bob, soup) overlap, although they conflict on ready(soup)."
    )


def test_the_state_stays() -> None:
    state = State(ready={})
    assert check_joint_plan(KITCHEN, state, JointPlan((COOK,), (0.0,))) is None
    assert state == {}


def scheduled(deeds: list[Deed]) -> tuple[Domain, JointPlan]:
    domain = domain_of(deeds)
    actions, _ = execute(domain, range(len(deeds)), len(deeds))
    return domain, schedule(domain, start_state(), actions, CAPACITIES)


@settings(max_examples=120, deadline=None)
@given(st.lists(DEEDS, min_size=1, max_size=7), st.data())
def test_nothing_can_start_earlier(deeds: list[Deed], data: st.DataObject) -> None:
    domain, joint = scheduled(deeds)
    step = data.draw(st.integers(0, len(deeds) - 1))
    assume(joint.starts[step] > 0)
    starts = list(joint.starts)
    starts[step] *= data.draw(st.sampled_from((0.0, 0.3, 0.7, 0.99)))
    assert check_joint_plan(domain, start_state(), replace(joint, starts=tuple(starts))) is not None


@settings(max_examples=120, deadline=None)
@given(st.lists(DEEDS, min_size=2, max_size=7), st.data())
def test_an_order_is_missed_exactly_where_nothing_else_keeps_two_actions_apart(
    deeds: list[Deed], data: st.DataObject
) -> None:
    domain, joint = scheduled(deeds)
    assume(joint.orders)
    dropped = data.draw(st.sampled_from(joint.orders))[:2]
    orders = tuple(order for order in joint.orders if order[:2] != dropped)
    before: dict[int, set[int]] = {step: set() for step in joint.steps_by_start}
    for later in joint.steps_by_start:
        for order in orders:
            if order.later == later:
                before[later] |= {order.earlier} | before[order.earlier]
    missed = any(
        deeds[earlier].conflicts(deeds[later]) and earlier not in before[later]
        for later in range(len(deeds))
        for earlier in range(later)
    )
    found = check_joint_plan(domain, start_state(), replace(joint, orders=orders))
    assert (found.kind if found else None) == (FaultKind.UNORDERED if missed else None)


@settings(max_examples=60, deadline=None)
@given(st.lists(DEEDS, min_size=1, max_size=7), st.data())
def test_other_measures_or_a_missing_action_are_noticed(deeds: list[Deed], data: st.DataObject) -> None:
    domain, joint = scheduled(deeds)
    step = data.draw(st.integers(0, len(deeds) - 1))
    action = joint.actions[step]
    for changed in (
        action._replace(cost=action.cost + 1),
        action._replace(duration=action.duration + 1),
        action._replace(agent="eve"),
        action._replace(resources=(*action.resources, ("glue", 1.0))),
    ):
        actions = (*joint.actions[:step], changed, *joint.actions[step + 1 :])
        assert check_joint_plan(domain, start_state(), replace(joint, actions=actions)) is not None
    with pytest.raises(ValueError, match="zip"):
        replace(joint, starts=joint.starts[:-1]).ends  # noqa: B018
    assert check_joint_plan(domain, start_state(), replace(joint, starts=joint.starts[:-1])) is not None
