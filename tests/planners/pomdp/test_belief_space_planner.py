from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Budget, Domain, Goal, HierarchicalPlanner, Result, State, Status, validate
from planzoo.planners.htn.beliefs.conformant import ConformantDomain
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.belief_space_planner import BeliefSpacePlanner, BeliefSpaceResult
from tests.planners.pomdp.boxes import box_belief, box_domain, door_belief, door_domain
from tests.planners.pomdp.random_moves import RandomMoves


def corridor() -> Domain:
    """Five places in a row, walls at both ends, nothing to see by."""
    domain = Domain("corridor")

    @domain.operator
    def left(state: State) -> None:
        state.at = max(0, state.at - 1)

    @domain.operator
    def right(state: State) -> None:
        state.at = min(4, state.at + 1)

    return domain


ANYWHERE = BeliefState.uniform({"at": place} for place in range(5))


def names(result: BeliefSpaceResult) -> list[str]:
    """The plan's actions as text."""
    assert result.plan is not None
    return [str(action) for action in result.plan.actions]


def test_walls_tell_where_one_is() -> None:
    result = BeliefSpacePlanner(HierarchicalPlanner(corridor())).plan_in_belief_space({"at": 2}, ANYWHERE)
    assert result.status is Status.SOLVED and isinstance(result, Result)
    assert names(result) in (["left()"] * 4 + ["right()"] * 2, ["right()"] * 4 + ["left()"] * 2)
    assert result.probability == pytest.approx(1)
    assert result.belief is not None and result.belief.states == ({"at": 2},)


def test_a_lower_threshold_makes_shorter_plans() -> None:
    planner = BeliefSpacePlanner(HierarchicalPlanner(corridor()))
    result = planner.plan_in_belief_space(Goal("at", 2), ANYWHERE, threshold=0.6)
    assert len(names(result)) == 4 and result.probability == pytest.approx(0.6)


def test_goals_may_be_predicates_on_beliefs() -> None:
    planner = BeliefSpacePlanner(HierarchicalPlanner(corridor()))
    result = planner.plan_in_belief_space(lambda belief: belief.entropy() == 0, ANYWHERE)
    assert names(result) == ["left()"] * 4
    assert planner.plan_in_belief_space(lambda belief: True, ANYWHERE).plan is not None
    never = planner.plan_in_belief_space(lambda belief: False, ANYWHERE)
    assert (never.status, never.plan, never.probability, never.belief) == (Status.INFEASIBLE, None, 0, None)


def test_infeasible_is_an_answer() -> None:
    result = BeliefSpacePlanner(HierarchicalPlanner(corridor())).plan_in_belief_space({"at": 9}, ANYWHERE)
    assert result.status is Status.INFEASIBLE and "No sequence of the 2 actions" in result.reason


def test_budgets_are_kept() -> None:
    planner = BeliefSpacePlanner(HierarchicalPlanner(corridor()))
    result = planner.plan_in_belief_space({"at": 2}, ANYWHERE, budget=Budget(expansions=3))
    assert result.status is Status.BUDGET_SPENT and result.plan is None


def test_methods_are_used_where_enough_worlds_agree() -> None:
    planner = BeliefSpacePlanner(HierarchicalPlanner(door_domain()))
    for chance, action in ((0.9, "around()"), (0.05, "through_door()")):
        result = planner.plan_in_belief_space("go_to_office", door_belief(chance), threshold=0.9)
        assert names(result) == [action]
        assert result.probability == pytest.approx(1.0 if action == "around()" else 0.95)
    lifted = ConformantDomain(door_domain(), 0.9)
    result = planner.plan_in_belief_space("go_to_office", door_belief(0.9), threshold=0.9)
    start = lifted.state_of(door_belief(0.9).items())
    assert result.plan is not None and validate(lifted, start, [("go_to_office",)], result.plan) is None


def test_tasks_are_done_only_by_their_methods() -> None:
    planner = BeliefSpacePlanner(HierarchicalPlanner(door_domain()))
    result = planner.plan_in_belief_space("go_to_office", door_belief(0.5), threshold=0.9)
    assert result.status is Status.INFEASIBLE


def test_goals_fall_back_on_operators_where_methods_disagree() -> None:
    planner = BeliefSpacePlanner(HierarchicalPlanner(door_domain()))
    result = planner.plan_in_belief_space({"at": "office"}, door_belief(0.5), threshold=0.9)
    assert names(result) == ["around()"] and result.probability == 1


def test_actions_with_arguments_come_from_the_plans_for_single_states() -> None:
    result = BeliefSpacePlanner(HierarchicalPlanner(boxes_to_empty())).plan_in_belief_space(
        {"held": True}, box_belief()
    )
    assert sorted(names(result)) == ["empty(a)", "empty(b)", "empty(c)"]
    assert result.probability == pytest.approx(1)
    likely = BeliefSpacePlanner(HierarchicalPlanner(boxes_to_empty())).plan_in_belief_space(
        {"held": True}, box_belief(), threshold=0.8
    )
    assert sorted(names(likely)) == ["empty(a)", "empty(b)"]


def boxes_to_empty() -> Domain:
    """Emptying a box gives the part if it is in there."""
    domain = Domain("emptying")

    @domain.operator
    def empty(state: State, box: str) -> None:
        state.held = state.held or state.part == box

    @domain.goal_method("held")
    def hold(state: State, value: bool) -> Iterator[Any]:
        yield [("empty", state.part)]

    return domain


def test_actions_may_be_given() -> None:
    base = HierarchicalPlanner(boxes_to_empty())
    only_a = BeliefSpacePlanner(base, actions=[("empty", "a")])
    assert only_a.plan_in_belief_space({"held": True}, box_belief(), 0.8).status is Status.INFEASIBLE
    offered = BeliefSpacePlanner(base, actions=lambda world: [("empty", world.part)])
    assert len(names(offered.plan_in_belief_space({"held": True}, box_belief()))) == 3


def test_goals_hold_together() -> None:
    domain = Domain("switches")

    @domain.operator
    def press(state: State) -> None:
        state.a, state.b = state.first, state.second

    for variable in "ab":
        domain.add_goal_method(variable, lambda state, value: [("press",)], "press it")
    belief = BeliefState.from_weights(
        ({"first": first, "second": second, "a": False, "b": False}, weight)
        for first, second, weight in [(True, True, 8), (True, False, 1), (False, True, 1)]
    )
    planner = BeliefSpacePlanner(HierarchicalPlanner(domain))
    both = {"a": True, "b": True}
    assert planner.plan_in_belief_space(both, belief, 0.9).status is Status.INFEASIBLE
    result = planner.plan_in_belief_space(both, belief, 0.8)
    assert result.status is Status.SOLVED and result.probability == pytest.approx(0.8)


def test_the_part_in_an_unknown_box_cannot_be_fetched_blindly() -> None:
    planner = BeliefSpacePlanner(HierarchicalPlanner(box_domain()))
    assert planner.plan_in_belief_space({"held": True}, box_belief()).status is Status.INFEASIBLE
    known = box_belief().mapped(lambda state: {**state, "part": "a"})
    assert names(planner.plan_in_belief_space({"held": True}, known)) == ["open_box(a)", "take(a)"]


@pytest.mark.parametrize("seed", range(12))
def test_plans_cost_as_little_as_the_best_sequence(seed: int) -> None:
    moves = RandomMoves(100 + seed)
    result = BeliefSpacePlanner(HierarchicalPlanner(moves.domain())).plan_in_belief_space(
        {"at": 0}, moves.belief, 0.7
    )
    least = moves.cheapest(0, 0.7, longest=4)
    if result.plan is None:
        assert least == float("inf")
    else:
        assert result.plan.cost <= least
        sequence = tuple(int(action.name.removeprefix("act_")) for action in result.plan.actions)
        assert moves.chance(sequence, 0) == pytest.approx(result.probability)


def test_names_as_states_and_wrong_input() -> None:
    planner = BeliefSpacePlanner(HierarchicalPlanner(corridor()), complete=lambda place: {"at": place})
    assert len(names(planner.plan_in_belief_space({"at": 0}, BeliefState.uniform(range(5))))) == 4
    with pytest.raises(InputError, match="threshold"):
        planner.plan_in_belief_space({"at": 0}, BeliefState.uniform(range(5)), threshold=0.4)

    class Other:
        domain = corridor()

        def solve(self, problem: Any, budget: Budget | None = None) -> Result:
            return Result(Status.INFEASIBLE, None, 0, 0.0)

    other = BeliefSpacePlanner(Other())
    assert len(names(other.plan_in_belief_space({"at": 0}, ANYWHERE))) == 4
    with pytest.raises(InputError, match="HierarchicalPlanner"):
        other.plan_in_belief_space("walk", ANYWHERE)
