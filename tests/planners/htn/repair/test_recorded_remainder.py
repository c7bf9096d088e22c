"""A recorded plan is carried on exactly as one that is executed and asked for at every node."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.htn import ABSENT, Budget
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.repair.recorded_plan import RecordedPlan
from planzoo.planners.htn.repair.recorded_remainder import RecordedRemainder
from planzoo.planners.htn.repair.remainder import Remainder, Segment
from planzoo.planners.htn.repair.repairer import state_after
from tests.planners.htn.courier import COURIER, START_STATE, TASKS, planned
from tests.planners.htn.deviations import MODULES, case, changed


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(MODULES)),
    st.integers(0, 3),
    st.floats(0, 1),
    st.integers(0, 4),
    st.integers(0, 10**6),
)
def test_it_breaks_where_the_plan_breaks_and_leads_to_the_same_state(
    name: str, seed: int, share: float, count: int, draw: int
) -> None:
    domain, problem, plan, record = case(name, seed)
    executed = round(share * len(plan.actions))
    expected = state_after(domain, problem.state, plan.actions[:executed])
    observed = changed(expected, random.Random(draw), count, losses=0.1)
    plain = Remainder(domain, plan, executed)
    recorded = RecordedRemainder(domain, record, executed, expected, observed)
    cut = random.Random(draw).randint(plain.first, len(plan.decomposition.tasks))
    states = observed.copy(), observed.copy()
    for state in states:
        state.mark()
    meters = Meter(Budget()), Meter(Budget())
    for segment in (Segment(plain.first, cut, len(plain.ends)), Segment(cut, len(plain.ends), 0)):
        found = plain.carry_on(states[0], segment, meters[0])
        assert recorded.carry_on(states[1], segment, meters[1]) == found
        if found is not None:
            return
        if not plain.ends_in(segment):
            assert states[1] == states[0]
    assert meters[1].expansions <= meters[0].expansions + 2 * plain.size


def test_only_what_a_change_concerns_is_looked_at() -> None:
    plan = planned(COURIER, START_STATE, TASKS)
    record = RecordedPlan(COURIER, START_STATE, plan)
    observed = START_STATE.copy()
    observed.at["b"] = "north"
    remainder = RecordedRemainder(COURIER, record, 0, START_STATE, observed)
    assert remainder.changes == {("at", "b")}
    observed.mark()
    meter = Meter(Budget())
    broken = remainder.carry_on(observed, remainder.whole, meter)
    assert broken is not None
    assert plan.decomposition.tasks[broken.node] == ("get", "b")
    assert meter.expansions == 1
    assert observed.courier == "east"  # what the first parcel's actions write was written for them


@pytest.mark.parametrize("executed", [0, 3, 7])
def test_a_value_is_the_one_of_the_plans_own_course(executed: int) -> None:
    plan = planned(COURIER, START_STATE, TASKS)
    expected = state_after(COURIER, START_STATE, plan.actions[:executed])
    record = RecordedPlan(COURIER, START_STATE, plan)
    remainder = RecordedRemainder(COURIER, record, executed, expected, expected.copy())
    end = len(plan.decomposition.tasks)
    assert remainder.value("courier", remainder.first) == expected.courier
    assert remainder.value("courier", end) == "west"
    assert remainder.value(("at", "b"), end) == "west"
    assert remainder.value(("at", "c"), end) is ABSENT
