"""What a plan expects, and how two states differ."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn import Domain, HierarchicalPlanner, State
from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.state import ABSENT
from planzoo.planners.replanning.foresight import Foresight, changed_variables
from tests.planners.htn.corridor import BROUGHT
from tests.planners.htn.deviations import case, changed
from tests.planners.replanning.worlds import DOMAIN, brought

FACTS = st.dictionaries(
    st.sampled_from([("at", "box"), ("at", "ball"), ("on", "a", "b"), "time", "light"]),
    st.sampled_from([0, 1, 1.0, "hall", (1, 2)]),
)


@given(FACTS, FACTS)
def test_changes_are_the_variables_with_other_values(one: dict, other: dict) -> None:
    expected = {key for key in one | other if one.get(key, ABSENT) != other.get(key, ABSENT)}
    assert changed_variables(State(one), State(other)) == expected


@dataclass(frozen=True)
class View:
    """A value that looks as if it could be hashed."""

    parts: dict[int, int]


def test_values_need_not_be_hashed() -> None:
    same = View({3: 4})
    one, other = State(view=View({1: 2})), State(view=View({1: 3}))
    for variable, value in (("here", View({})), ("there", same), ("gone", same)):
        one["seen", variable] = value
    for variable, value in (("here", View({})), ("there", same)):
        other["seen", variable] = value
    assert changed_variables(one, other) == {"view", ("seen", "gone")}


@given(st.sampled_from(["blocks", "logistics", "rovers"]), st.integers(0, 20), st.integers(0, 999))
def test_changes_of_large_states_are_found(name: str, seed: int, own: int) -> None:
    _, problem, _, _ = case(name, seed)
    other = changed(problem.state, random.Random(own), 3, losses=0.5)
    every = {*problem.state, *other}
    expected = {key for key in every if problem.state.get(key, ABSENT) != other.get(key, ABSENT)}
    assert changed_variables(problem.state, other) == expected


def test_actions_are_foreseen_from_what_is_seen() -> None:
    state, plan = brought()
    foresight = Foresight(DOMAIN, plan, state)
    assert foresight.foresee(plan.actions[0]) == {"at": (0, 1)}
    assert state.at == 0
    shut = state.copy()
    shut.at = 1
    shut.closed[7] = True
    expected = foresight.see(shut, True)
    assert expected["at"] == 1 and ("closed", 7) not in expected
    assert foresight.surprises == {("closed", 7)}
    assert foresight.divergence is not None and foresight.divergence.value == 0
    foresight.foresee(plan.actions[1])
    assert foresight.see(shut, False)["closed", 7] is True


@given(st.sampled_from(["blocks", "logistics", "rovers"]), st.integers(0, 20), st.integers(0, 10**6))
def test_each_step_is_foreseen_as_from_a_copy(name: str, seed: int, own: int) -> None:
    domain, problem, plan, _ = case(name, seed)
    generator = random.Random(own)
    foresight = Foresight(domain, plan, problem.state)
    for action in plan.actions:
        copy = foresight.state.copy()
        assert foresight.foresee(action) == apply_operator(domain, copy, action.name, action.arguments)
        copy.commit()
        actual = changed(copy, generator, generator.choice([0, 0, 1, 3]), losses=0.3)
        if generator.random() < 0.2:  # somebody looks on meanwhile
            foresight.look_on(changed(foresight.state, generator, 1))
        expected = foresight.see(actual, done=generator.random() < 0.9)
        assert expected == copy
        assert foresight.surprises == changed_variables(copy, actual)


def test_facts_that_were_lost_are_not_found_in_what_is_foreseen() -> None:
    domain = Domain("counters")

    @domain.operator
    def count(state: State) -> None:
        state.counted[len(state.counted)] = True

    state = State(counted={}, dark=False)
    plan = HierarchicalPlanner(domain).solve((state, [("count",)])).plan
    assert plan is not None
    foresight = Foresight(domain, plan, state)
    for _ in range(3):
        assert foresight.foresee(Action("count")) == {("counted", 0): (ABSENT, True)}
        assert foresight.see(state, done=False) == {("counted", 0): True, "dark": False}


def test_what_nobody_can_do_is_foreseen_to_change_nothing() -> None:
    state, plan = brought()
    foresight = Foresight(DOMAIN, plan, state)
    for action in (plan.actions[2], Action("fly", ("moon",))):
        assert foresight.foresee(action) is None
        assert foresight.see(state, False) == state


def test_rests_of_plans_are_foreseen_from_where_they_begin() -> None:
    state, plan = brought()
    state.at = 2
    foresight = Foresight(DOMAIN, plan, state, executed=2)
    assert foresight.fault == ""
    assert foresight.divergence is not None and foresight.divergence.value == 0
    assert foresight.opens([("place", "box")])


def test_plans_of_other_domains_are_told() -> None:
    state, plan = brought()
    foresight = Foresight(Domain("kitchen"), plan, state)
    assert "is not an operator of domain 'kitchen'" in foresight.fault
    assert foresight.divergence is None and foresight.farthest is None
    assert foresight.opens([])
    foresight.foresee(plan.actions[0])
    foresight.see(State(), False)
    assert foresight.state == State()


def test_goals_are_those_that_the_plan_leaves_reached() -> None:
    state, plan = brought()
    foresight = Foresight(DOMAIN, plan, state)
    assert foresight.goals == {BROUGHT}
    assert foresight.planned_state() == state
    elsewhere = state.copy()
    elsewhere.place["box"] = 9
    assert Foresight(DOMAIN, plan, elsewhere).goals == frozenset(), "the plan cannot be executed there"
    assert Foresight(DOMAIN, plan, elsewhere).planned_state() is None
    walk = HierarchicalPlanner(DOMAIN).solve((state, [("go", 2)])).plan
    assert walk is not None
    assert Foresight(DOMAIN, walk, state).goals == frozenset(), "no goals were given"
