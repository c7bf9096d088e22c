from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import (
    Action,
    Budget,
    Decomposition,
    Domain,
    Goal,
    HierarchicalPlanner,
    Plan,
    Result,
    State,
    Status,
)
from planzoo.planners.pomdp.action_plan import DONE
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.observation_model import ObservationAction, ObservationModel
from planzoo.planners.pomdp.plan_values import Valuation, applied_to
from planzoo.planners.pomdp.pomdp_planner import POMDPPlanner
from tests.planners.pomdp.boxes import (
    box_belief,
    box_domain,
    box_planner,
    door_belief,
    door_domain,
    door_planner,
)
from tests.planners.pomdp.random_problems import RandomProblem


def test_check_whether_the_door_is_locked() -> None:
    planner, belief = door_planner(cost=1.0), door_belief(0.4)
    assert planner.value(belief, "go_to_office") == pytest.approx(95)
    voi = planner.value_of_information(belief, ("locked", "door"), "go_to_office")
    assert voi == pytest.approx(0.6 * 99 + 0.4 * 95 - 95)
    plan = planner.plan("go_to_office", belief)
    assert plan.root_action == "locked(door)" and list(plan.branches) == ["True", "False"]
    assert plan.expected_utility == pytest.approx(0.6 * 99 + 0.4 * 95 - 1)
    assert [branch.root_action for branch in plan.branches.values()] == ["around()", "through_door()"]


@pytest.mark.parametrize(("cost", "looks"), [(2.3, True), (2.4, False), (2.5, False)])
def test_it_looks_only_where_information_is_worth_more_than_it_costs(cost: float, looks: bool) -> None:
    plan = door_planner(cost).plan({"at": "office"}, door_belief(0.4))
    assert plan.is_test == looks
    assert plan.expected_utility == pytest.approx(97.4 - cost if looks else 95)


def test_which_of_three_boxes_holds_the_part() -> None:
    planner, belief = box_planner(0.9, cost=1.5), box_belief()
    assert planner.value(belief, Goal("held", True)) == pytest.approx(47.5)
    assert planner.value_of_information(belief, "part", Goal("held", True)) == pytest.approx(39.6)
    plan = planner.plan(Goal("held", True), belief, max_depth=1)
    assert plan.expected_utility == pytest.approx(87.1 - 1.5)
    assert planner.plan(Goal("held", True), belief, max_depth=0).root_action == "open_box(a)"


@pytest.mark.parametrize("repeatable", [True, False])
def test_looking_again_helps_only_if_the_reading_is_new(repeatable: bool) -> None:
    planner, belief = box_planner(0.7, 0.1, repeatable), box_belief()
    once, thrice = (planner.plan("fetch", belief, depth) for depth in (1, 3))
    assert thrice.depth == (3 if repeatable else 1)
    assert (thrice.expected_utility > once.expected_utility + 1) == repeatable


def test_costs_may_be_too_high_to_act_at_all() -> None:
    model = ObservationModel({"part": 1.0}, costs={"part": 1.0})
    planner = POMDPPlanner(HierarchicalPlanner(box_domain()), model, valuation=Valuation(reward=3.5))
    assert planner.plan("fetch", box_belief()).kind == "stop"
    worthwhile = POMDPPlanner(HierarchicalPlanner(box_domain()), model, valuation=Valuation(reward=4.5))
    assert worthwhile.plan("fetch", box_belief()).expected_utility == pytest.approx(0.5)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.booleans())
def test_plans_are_as_good_as_the_best_of_all_policies(seed: int, repeatable: bool) -> None:
    problem = RandomProblem(seed)
    plan = problem.planner(repeatable).plan("cure", problem.belief, max_depth=1)
    assert plan.expected_utility == pytest.approx(problem.best(1, repeatable), abs=1e-9)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200))
def test_deeper_plans_are_as_good_as_the_best_of_all_policies(seed: int) -> None:
    problem = RandomProblem(seed, states=2 + seed % 2)
    for repeatable in (seed % 2 == 0, False):  # the policies of three states with repetition are too many
        plan = problem.planner(repeatable).plan("cure", problem.belief, max_depth=2)
        assert plan.expected_utility == pytest.approx(problem.best(2, repeatable), abs=1e-9)


@given(st.integers(0, 10**6))
def test_information_is_worth_the_fall_of_the_planners_own_values(seed: int) -> None:
    problem = RandomProblem(seed)
    planner, belief = problem.planner(), problem.belief
    expected = -planner.value(belief, "cure")
    for outcome in range(problem.tables[0].shape[1]):
        observation = {"sensor_0": outcome}
        after = belief.update(observation, planner.observation_model)
        expected += belief.chance(observation, planner.observation_model) * planner.value(after, "cure")
    assert planner.value_of_information(belief, "sensor_0", "cure") == pytest.approx(expected, abs=1e-9)


def test_selection_by_each_criterion() -> None:
    belief = BeliefState.uniform(
        {"part": box, "opened": {}, "held": False, "colour": colour} for box in "abcd" for colour in range(8)
    )
    model = ObservationModel(
        {"part": 0.9, "colour": 1.0}, values={"part": "abcd"}, costs={"part": 20.0, "colour": 0.0}
    )
    planner = POMDPPlanner(HierarchicalPlanner(box_domain()), model)
    assert planner.select_observation(belief, ["part", "colour"]) == "colour"
    assert planner.select_observation(belief, criterion="entropy") == "colour"
    assert planner.select_observation(belief, goal="fetch") == "part"
    assert planner.select_observation(belief, criterion="goal", goal="fetch") == "part"
    assert planner.select_observation(belief, ["colour"], goal="fetch") is None
    dear, cheap = ObservationAction("part", 90, 0.9), ObservationAction("part", 1, 0.5)
    assert planner.select_observation(belief, [dear], goal="fetch") is None
    assert planner.select_observation(belief, [cheap], goal="fetch") == "part"
    assert planner.select_observation(belief, [], goal="fetch") is None
    certain = belief.update({"part": "a", "colour": 3}, ObservationModel({"part": 1.0, "colour": 1.0}))
    assert planner.select_observation(certain, criterion="entropy") is None


def test_value_per_cost_prefers_cheap_information() -> None:
    base = HierarchicalPlanner(box_domain())
    states = [{"part": box, "opened": {}, "held": False, "smell": box} for box in "abc"]
    model = ObservationModel({"part": 1.0, "smell": 0.6}, costs={"part": 40.0, "smell": 0.5})
    planner = POMDPPlanner(base, model)
    assert planner.select_observation(BeliefState.uniform(states), goal="fetch") == "smell"
    assert planner.select_observation(BeliefState.uniform(states), criterion="goal", goal="fetch") == "part"


def test_wrong_criteria_and_depths_are_errors() -> None:
    planner, belief = box_planner(), box_belief()
    for call in (
        lambda: planner.select_observation(belief, criterion="luck", goal="fetch"),  # type: ignore[arg-type]
        lambda: planner.select_observation(belief, criterion="goal"),
        lambda: planner.plan("fetch", belief, max_depth=-1),
        lambda: planner.value_of_information(belief, "weight", "fetch"),
        lambda: planner.plan(3, belief),
    ):
        with pytest.raises(InputError):
            call()


def test_states_that_are_names_only_are_completed() -> None:
    model = ObservationModel()
    planner = POMDPPlanner(
        HierarchicalPlanner(box_domain()),
        model,
        complete=lambda box: {"part": box, "opened": {}, "held": False},
    )
    belief = BeliefState(("a", "b"), np.array([0.5, 0.5]))
    plan = planner.plan("fetch", belief)
    assert plan.expected_utility == pytest.approx(0.5 * 97 - 0.5 * 2)
    trace = planner.execute_contingent_plan(plan, belief, "a", goal="fetch")
    assert trace.achieved and trace.belief.marginal("part").states == ("a",)


def test_impossible_states_count_as_values_but_not_as_branches() -> None:
    states = box_belief().states
    belief = BeliefState(states, np.array([0.6, 0.4, 0.0]))
    plan = box_planner(0.8).plan("fetch", belief, max_depth=1)
    assert list(plan.branches) == ["a", "b", "c"]
    assert plan.branches["c"].probability == pytest.approx(0.1)
    assert all(len(node.belief.states) <= 2 for node in plan.nodes() if node.belief)


class ShortestPath:
    """A base planner of another kind: breadth-first search over the operators without arguments."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    def solve(self, problem: Any, budget: Budget | None = None) -> Result:
        """Searches for facts as goals."""
        state, goals = problem
        waiting: deque[tuple[State, tuple[Action, ...]]] = deque([(State(state), ())])
        seen: set[Any] = set()
        while waiting:
            here, actions = waiting.popleft()
            if all(goal.holds_in(here) for goal in goals):
                return Result(Status.SOLVED, Plan(actions, Decomposition((), (), ())), len(seen), 0.0)
            for operator in self.domain.operators.values():
                applied = applied_to(self.domain, here, operator.action(here, ()))
                if applied is not None and frozenset(applied[0].items()) not in seen:
                    seen.add(frozenset(applied[0].items()))
                    waiting.append((applied[0], (*actions, applied[1])))
        return Result(Status.INFEASIBLE, None, len(seen), 0.0)


def test_any_planner_will_do_as_base() -> None:
    door = ("locked", "door")
    model = ObservationModel({door: 1.0}, costs={door: 1.0})
    other = POMDPPlanner(ShortestPath(door_domain()), model)
    goal = Goal("at", "office")
    for chance in (0.1, 0.4, 0.99):
        mine, htn = (each.plan(goal, door_belief(chance)) for each in (other, door_planner()))
        assert mine.to_dict() == htn.to_dict()
    nowhere = other.plan(Goal("at", "moon"), door_belief())
    assert nowhere.kind == "stop" and nowhere.expected_utility == 0


def test_plans_are_drawn() -> None:
    text = door_planner().plan("go_to_office", door_belief()).to_text()
    assert text.splitlines()[0].startswith("locked(door)?")
    assert "False → through_door()" in text
    assert f"{DONE} → take(c)" in box_planner().plan("fetch", box_belief(), 1).to_text()
