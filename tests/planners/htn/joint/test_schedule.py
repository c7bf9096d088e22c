"""Schedules: exact small examples, and random plans against brute force, in every order that they allow."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Domain, HierarchicalPlanner, State
from planzoo.planners.htn.joint.joint_plan import JointPlan, Order, Reason
from planzoo.planners.htn.joint.joint_validator import check_joint_plan
from planzoo.planners.htn.joint.schedule import schedule
from tests.planners.htn.joint_domains import (
    CAPACITIES,
    DEEDS,
    Deed,
    domain_of,
    execute,
    naive_starts,
    start_state,
)


def make_yard() -> Domain:
    """Two robots move boxes; what is heavy needs the crane, what is huge needs two of its hooks."""
    domain = Domain("yard")

    @domain.operator(agent=0, duration=2)
    def drive(state: State, robot: str, place: str) -> None:
        state.at[robot] = place

    @domain.operator(agent=0, duration=3, resources={"hook": 1})
    def lift(state: State, robot: str, box: str) -> bool:
        if state.at[robot] != state.at[box]:
            return False
        state.on[box] = robot
        return True

    @domain.operator(agent=0, duration=1, resources=lambda state, robot, box: {"hook": 2})
    def turn(state: State, robot: str, box: str) -> None:
        state.side[box] = robot

    @domain.operator(duration=4)
    def count(state: State) -> None:
        state.boxes = len(state.on)

    return domain


def yard_state() -> State:
    return State({("at", thing): "gate" for thing in ("r", "s", "a", "b")}, on={}, side={})


def scheduled(tasks: list[Any], **capacities: float) -> JointPlan:
    domain, state = make_yard(), yard_state()
    plan = HierarchicalPlanner(domain).solve((state, tasks)).plan
    assert plan is not None
    joint = schedule(domain, state, plan, capacities)
    assert check_joint_plan(domain, state, joint, capacities) is None
    assert state == yard_state()
    return joint


def test_two_robots_and_one_crane() -> None:
    tasks = [("lift", "r", "a"), ("lift", "s", "b"), ("drive", "r", "yard"), ("drive", "s", "yard")]
    assert scheduled(tasks).starts == (0, 0, 3, 3)
    assert scheduled(tasks, hook=2).starts == (0, 0, 3, 3)
    joint = scheduled(tasks, hook=1)
    assert joint.starts == (0, 3, 3, 6)
    assert joint.makespan == 8
    assert joint.critical_path == (0, 1, 3)
    assert Order(0, 1, Reason.RESOURCE, "hook") in joint.orders
    assert Order(0, 2, Reason.AGENT, "r") in joint.orders
    assert Order(0, 2, Reason.SPARES, ("at", "r")) in joint.orders


def test_an_action_slips_into_a_gap_of_the_crane_but_not_of_its_agent() -> None:
    tasks = [("drive", "r", "gate"), ("lift", "r", "a"), ("turn", "s", "b"), ("turn", "s", "a")]
    assert scheduled(tasks, hook=2).starts == (0, 2, 0, 1)
    late = [("drive", "r", "gate"), ("drive", "r", "gate"), ("lift", "r", "a"), ("lift", "s", "b")]
    assert scheduled(late, hook=1).starts == (0, 2, 4, 0)
    tight = [("drive", "r", "gate"), ("lift", "r", "a"), ("lift", "s", "b"), ("turn", "s", "b")]
    assert scheduled(tight, hook=2).starts == (0, 2, 0, 5)


def test_a_look_through_a_table_waits_for_every_write_into_it_and_later_ones_wait_for_it() -> None:
    joint = scheduled([("lift", "r", "a"), ("count",), ("count",), ("lift", "s", "b"), ("turn", "s", "b")])
    assert joint.starts == (0, 3, 7, 11, 14)
    assert [order for order in joint.orders if order.later == 1] == [Order(0, 1, Reason.PRODUCES, "on")]
    assert Order(1, 2, Reason.OVERWRITES, "boxes") in joint.orders
    assert {order.earlier for order in joint.waits[3] if order.reason is Reason.SPARES} == {1, 2}


def test_orders_that_follow_from_others_are_left_out() -> None:
    domain = Domain("slate")
    domain.add_operator(lambda state: state.text is None, "read")
    domain.add_operator(lambda state: state.update(text="new"), "write")
    joint = schedule(domain, {"text": None}, [Action(name) for name in ("read", "read", "write", "write")])
    assert joint.orders == (
        Order(0, 2, Reason.SPARES, "text"),
        Order(1, 2, Reason.SPARES, "text"),
        Order(2, 3, Reason.OVERWRITES, "text"),
    )
    domain.add_operator(lambda state: state.seen.update({len(state.seen): True}), "note")
    joint = schedule(domain, State(seen={}), [Action("note")] * 3)
    assert {order[:2] for order in joint.orders} == {(0, 1), (1, 2)}


def test_a_resource_is_handed_over_by_whoever_has_freed_it_first() -> None:
    domain = Domain("hall")
    domain.add_operator(
        lambda state, hours, seats: None,
        "rent",
        duration=lambda state, hours, seats: hours,
        resources=lambda state, hours, seats: {"seats": seats},
    )
    wishes = ((10, 1), (2, 2), (3, 2), (1, 1), (1, 3))
    actions = [Action("rent", wish, 1.0, wish[0], None, (("seats", wish[1]),)) for wish in wishes]
    joint = schedule(domain, {}, actions, {"seats": 3})
    assert joint.starts == (0, 0, 2, 5, 10)
    assert [order[:2] for order in joint.orders] == [(1, 2), (2, 3), (2, 4), (3, 4), (0, 4)]
    assert joint.critical_path == (0, 4)


def test_actions_without_an_agent_or_duration() -> None:
    domain = Domain("light")
    domain.add_operator(lambda state: state.update(on=True), "switch", duration=0)
    domain.add_operator(lambda state: state.get("on", False), "read", duration=2)
    actions = [Action("read", (), 1.0, 2.0)]
    with pytest.raises(InputError, match=r"^Step 1, read\(\), of the plan is not applicable"):
        schedule(domain, {}, actions)
    joint = schedule(domain, {}, [Action("switch", (), 1.0, 0.0), *actions, *actions])
    assert (joint.starts, joint.makespan) == ((0, 0, 0), 2)
    assert schedule(domain, {}, ()) == JointPlan((), ())
    assert JointPlan((), ()).critical_path == ()


def test_bad_input() -> None:
    domain, state = make_yard(), yard_state()
    lift = domain.operators["lift"].action(state, ("r", "a"))
    turn = domain.operators["turn"].action(state, ("r", "a"))
    for actions, capacities, fault in (
        ([turn], {"hook": 1}, r"Step 1, turn\(r, a\), of the plan holds 2 of 'hook', but there is only 1"),
        ([lift], {"hook": -1}, "capacity of 'hook' is -1"),
        ([lift], {"hook": "many"}, "capacity of 'hook' is 'many'"),
        ([Action("fly")], {}, "no operator of domain 'yard'"),
        ([lift._replace(duration=1.0)], {}, "another cost, duration, agent or amount"),
    ):
        with pytest.raises(InputError, match=fault):
            schedule(domain, state, actions, capacities)  # type: ignore[arg-type]


def closure(orders: tuple[Order, ...], by_start: tuple[int, ...]) -> set[tuple[int, int]]:
    before: dict[int, set[int]] = {step: set() for step in by_start}
    for step in by_start:
        for order in orders:
            if order.later == step:
                before[step] |= {order.earlier} | before[order.earlier]
    return {(earlier, later) for later, all_earlier in before.items() for earlier in all_earlier}


def random_linearisation(joint: JointPlan, random: Random) -> list[int]:
    waiting = {step: {order.earlier for order in joint.waits[step]} for step in range(len(joint.actions))}
    order: list[int] = []
    while waiting:
        step = random.choice([step for step, earlier in waiting.items() if not earlier])
        del waiting[step]
        order.append(step)
        for earlier in waiting.values():
            earlier.discard(step)
    return order


def require_capacities(joint: JointPlan, durations: list[float]) -> None:
    """Lets every action start as soon as the orders allow, whatever it takes, and adds up what is held."""
    ends: dict[int, tuple[float, float]] = {}
    for step in joint.steps_by_start:
        start = max((ends[order.earlier][1] for order in joint.waits[step]), default=0.0)
        ends[step] = (start, start + durations[step])
    for instant, _ in ends.values():
        for resource, capacity in joint.capacities.items():
            held = sum(
                dict(joint.actions[step].resources).get(resource, 0.0)
                for step, (start, end) in ends.items()
                if start <= instant < end and joint.actions[step].duration
            )
            assert held <= capacity + 1e-6


@settings(max_examples=150, deadline=None)
@given(st.lists(DEEDS, max_size=8), st.booleans(), st.integers(0, 1000))
def test_random_plans_against_brute_force(deeds: list[Deed], bounded: bool, seed: int) -> None:
    domain, capacities, random = domain_of(deeds), CAPACITIES if bounded else {}, Random(seed)
    actions, end = execute(domain, range(len(deeds)), len(deeds))
    joint = schedule(domain, start_state(), actions, capacities)
    assert list(joint.starts) == pytest.approx(naive_starts(deeds, actions, capacities))
    assert check_joint_plan(domain, start_state(), joint, capacities) is None
    kept = closure(joint.orders, joint.steps_by_start)
    for later, deed in enumerate(deeds):
        for earlier in range(later):
            if deeds[earlier].conflicts(deed) or (deed.agent and deeds[earlier].agent == deed.agent):
                assert (earlier, later) in kept
    for _ in range(5):
        assert execute(domain, random_linearisation(joint, random), len(deeds)) == (actions, end)
    durations = [action.duration * random.choice((1, 1, 0.5, 3)) for action in actions]
    require_capacities(joint, durations)


@settings(max_examples=120, deadline=None)
@given(st.lists(DEEDS, min_size=1, max_size=8))
def test_the_makespan_lies_between_its_bounds(deeds: list[Deed]) -> None:
    domain = domain_of(deeds)
    actions, _ = execute(domain, range(len(deeds)), len(deeds))
    joint = schedule(domain, start_state(), actions, CAPACITIES)
    path = joint.critical_path
    assert joint.makespan == pytest.approx(sum(actions[step].duration for step in path))
    assert joint.starts[path[0]] == 0
    assert joint.makespan <= sum(action.duration for action in actions) + 1e-9
    free = schedule(domain, start_state(), actions)
    longest: list[float] = []
    for step, action in enumerate(actions):
        longest.append(action.duration + max([longest[o.earlier] for o in free.waits[step]], default=0.0))
    assert free.makespan == pytest.approx(max(longest))
    assert free.makespan <= joint.makespan + 1e-9
