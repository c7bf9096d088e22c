from __future__ import annotations

from collections.abc import Iterator

import pytest

from planzoo.planners.htn import Action, HierarchicalPlanner
from planzoo.planners.pomdp.action_plan import DONE, STOP_ACTION, ActionPlan, PlanBuilder
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.observation_model import ObservationAction, ObservationModel
from planzoo.planners.pomdp.observation_search import ObservationSearch, readings
from planzoo.planners.pomdp.plan_values import PlanEvaluator, Valuation
from tests.planners.pomdp.boxes import box_belief, box_domain, box_planner, door_belief, door_planner
from tests.planners.pomdp.random_problems import RandomProblem


def test_the_boxes_tree_by_hand() -> None:
    plan = box_planner(1.0, cost=1.5).plan("fetch", box_belief())
    assert (plan.root_action, plan.kind, plan.depth) == ("part", "observe", 1)
    assert isinstance(plan, ActionPlan) and plan.action == ObservationAction("part", 1.5, 1.0)
    assert plan.expected_cost == pytest.approx(1.5 + 3)
    assert plan.expected_utility == pytest.approx(97 - 1.5)
    assert list(plan.branches) == ["a", "b", "c"]
    opening = plan.follow("b")
    assert isinstance(opening, ActionPlan) and opening.action == Action("open_box", ("b",), 2)
    assert (opening.root_action, opening.kind, opening.depth) == ("open_box(b)", "act", 0)
    assert opening.probability == pytest.approx(0.3)
    taking = opening.follow(DONE)
    assert (taking.root_action, dict(taking.branches)) == ("take(b)", {})
    assert (taking.expected_cost, taking.expected_utility) == pytest.approx((1, 99))


def test_a_chain_is_come_to_where_the_actions_before_it_could_be_executed() -> None:
    plan = door_planner(cost=50).plan("go_to_office", door_belief(0.01))
    assert plan.root_action == "through_door()" and plan.probability == 1
    assert plan.expected_utility == pytest.approx(0.99 * 99)
    assert plan.expected_cost == pytest.approx(0.99)


def test_a_chain_ends_where_no_state_lets_it_go_on() -> None:
    belief = box_belief()
    plan = box_planner(1 / 3).plan("fetch", belief)
    taking = plan.follow(DONE)
    assert [node.probability for node in plan.nodes()] == pytest.approx([1, 1])
    assert taking.expected_utility == pytest.approx(0.5 * 99)
    assert taking.belief is not None and taking.belief.marginal("part").probability("a") == 0.5


def test_a_chain_ends_with_the_action_that_no_state_allows() -> None:
    domain = box_domain()
    domain.add_operator(lambda state: None, "carry")
    domain.add_method("deliver", lambda state: [("open_box", state.part), ("take", state.part), ("carry",)])
    worth = Valuation(worth=lambda state: 50.0 * ("a" in state.opened))
    evaluator, belief = PlanEvaluator(HierarchicalPlanner(domain), worth), box_belief()
    model = ObservationModel({"part": 1.0}).with_values_of(belief)
    table = evaluator.table("deliver", belief.states)
    search = ObservationSearch(belief, table, readings(model, ["part"], belief.states))
    plan = PlanBuilder(belief, search, evaluator).build(0, seen=((0, 1),))
    assert [node.root_action for node in plan.nodes()] == ["open_box(a)", "take(a)"]
    assert [node.expected_utility for node in plan.nodes()] == [48, 50]
    assert [node.expected_cost for node in plan.nodes()] == [2, 0]


def test_stopping_is_a_plan() -> None:
    plan = door_planner().plan({"at": "lab"}, door_belief())
    assert (plan.root_action, plan.kind, plan.expected_utility) == (STOP_ACTION, STOP_ACTION, 100)
    assert isinstance(plan, ActionPlan) and plan.action is None


def walks(plan: ContingentPlan, problem: RandomProblem, state: int) -> Iterator[tuple[float, float]]:
    """The probability and utility of each way through a plan in a true state."""
    if plan.kind == "observe":
        number = int(plan.root_action.removeprefix("sensor_"))
        for outcome, chance in enumerate(problem.tables[number][state].tolist()):
            for share, utility in walks(plan.branches[str(outcome)], problem, state):
                yield chance * share, utility - float(problem.costs[number])
    elif plan.kind == "stop":
        yield 1.0, 0.0
    else:
        treatment = int(plan.root_action.removeprefix("treat(").removesuffix(")"))
        yield 1.0, float(problem.worth[state, treatment] - problem.fees[treatment])


@pytest.mark.parametrize("seed", range(25))
def test_the_tree_is_worth_what_it_says(seed: int) -> None:
    problem = RandomProblem(seed)
    plan = problem.planner().plan("cure", problem.belief, max_depth=3)
    expected = 0.0
    for state, chance in problem.belief.items():
        ways = list(walks(plan, problem, state["hidden"]))
        assert sum(share for share, _ in ways) == pytest.approx(1)
        expected += chance * sum(share * utility for share, utility in ways)
    assert plan.expected_utility == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(10))
def test_branches_share_out_probability_belief_cost_and_utility(seed: int) -> None:
    problem = RandomProblem(seed)
    for node in problem.planner().plan("cure", problem.belief, max_depth=3).nodes():
        assert node.belief is not None
        if node.kind != "observe":
            continue
        number = int(node.root_action.removeprefix("sensor_"))
        shares = [branch.probability / node.probability for branch in node.branches.values()]
        branches = list(zip(shares, node.branches.values(), strict=True))
        assert sum(shares) == pytest.approx(1)
        assert node.depth == 1 + max(branch.depth for branch in node.branches.values())
        further = sum(share * branch.expected_cost for share, branch in branches)
        assert node.expected_cost == pytest.approx(problem.costs[number] + further)
        for state, chance in node.belief.items():
            mixed = sum(
                share * branch.belief.probability(state) for share, branch in branches if branch.belief
            )
            assert chance == pytest.approx(mixed)
