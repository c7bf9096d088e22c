from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from planzoo.errors import InputError
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner, SearchBudget
from planzoo.planners.pomdp.information import (
    mutual_information,
    rank_tests,
    select_observation,
    should_stop,
    value_of_information,
)
from planzoo.planners.pomdp.problem import TableProblem, best_treatment, uses_up_budget
from tests.planners.pomdp.tables import asia, optimum, problems

ASIA = asia()


def test_one_bit_is_known_of_a_coin_that_is_seen() -> None:
    assert mutual_information(np.array([[0.5, 0.0], [0.0, 0.5]])) == pytest.approx(1)
    assert mutual_information(np.full((2, 2), 0.25)) == 0


def test_a_binary_symmetric_channel_has_its_textbook_information() -> None:
    """1 - H(0.1) bits: Cover and Thomas, "Elements of Information Theory", section 7.1.4."""
    table = np.array([[0.9, 0.1], [0.1, 0.9]]) / 2
    entropy = -(0.1 * np.log2(0.1) + 0.9 * np.log2(0.9))
    assert mutual_information(table) == pytest.approx(1 - entropy)


def test_asia_values_by_hand() -> None:
    """Without tests the bronchodilator is best; only the answer about breath may change that."""
    value = value_of_information(ASIA, ASIA.tests.index("dysp"))
    joint = ASIA.joint.reshape(8, 8, 2).sum(axis=1)
    after = sum((joint[:, outcome] @ ASIA.utilities).max() for outcome in (0, 1))
    assert value.utility == pytest.approx(after - (ASIA.belief() @ ASIA.utilities).max())
    assert value.net == pytest.approx(value.utility - 0.2)
    assert value.to_dict()["net"] == value.net
    assert value_of_information(ASIA, ASIA.tests.index("smoke")).utility == 0


@settings(max_examples=60, deadline=None)
@given(problems())
def test_all_tests_in_one_pass_are_valued_as_one_by_one(problem: TableProblem) -> None:
    """Against plain sums over the table; gains are never negative unless the money runs out."""
    belief = problem.belief()
    right = problem.utilities >= problem.utilities.max(axis=1, keepdims=True) - 1e-9
    for value in rank_tests(problem):
        test = problem.tests.index(value.test)
        table = problem.outcome_beliefs(test)
        lone = value_of_information(problem, test)
        assert list(value.to_dict().values())[1:] == pytest.approx(
            list(lone.to_dict().values())[1:], abs=1e-12
        )
        assert value.bits == pytest.approx(mutual_information(table), abs=1e-9)
        if uses_up_budget(problem, test, ()):
            assert value.goal <= 0
            continue
        after = sum(max(row @ column for column in problem.utilities.T) for row in table)
        assert value.utility == pytest.approx(after - best_treatment(problem, belief)[1], abs=1e-9)
        goal = sum((row @ right).max() for row in table) - (belief @ right).max()
        assert value.goal == pytest.approx(goal, abs=1e-9)
        assert min(value.utility, value.goal, value.bits) >= 0


@settings(max_examples=30, deadline=None)
@given(problems())
def test_looking_ahead_without_bound_is_worth_the_optimum(problem: TableProblem) -> None:
    now = best_treatment(problem, problem.belief())[1]
    values = [value.net for value in rank_tests(problem, (), "net", lookahead=None)]
    assert now + max([0.0, *values]) == pytest.approx(optimum(problem), abs=1e-9)
    for lookahead in (1, 2, 3):
        values = [value.net for value in rank_tests(problem, (), "net", lookahead)]
        assert now + max([0.0, *values]) == pytest.approx(optimum(problem, lookahead), abs=1e-9)


def test_tests_are_worth_more_together() -> None:
    smoke = ASIA.tests.index("smoke")
    alone, ahead = (value_of_information(ASIA, smoke, (), lookahead) for lookahead in (1, None))
    assert alone.utility == 0
    assert ahead.utility > 0.6
    assert select_observation(ASIA, (), "net", None) == "smoke"
    assert (alone.bits, alone.goal, alone.cost) == (ahead.bits, ahead.goal, ahead.cost)


def test_exact_tests_of_all_that_matters_are_worth_perfect_information() -> None:
    prior = np.array([0.2, 0.5, 0.3])
    problem = TableProblem(
        ("a", "b", "c"), ("see",), (("a", "b", "c"),), ("for a", "for b", "for c"),
        np.diag(prior), np.array([0.5]), np.array([[9, -1, 0], [-5, 4, 0], [-8, 1, 6]]), np.zeros(3),
    )  # fmt: skip
    value = value_of_information(problem, 0)
    perfect = prior @ problem.utilities.max(axis=1) - (prior @ problem.utilities).max()
    assert value.utility == pytest.approx(perfect)
    assert value.bits == pytest.approx(float(-(prior * np.log2(prior)).sum()))
    assert value.goal == pytest.approx(0.5)


def test_a_test_that_uses_up_the_budget_leads_to_no_treatment() -> None:
    problem = asia(budget=2.0)
    belief, xray = problem.belief(), problem.tests.index("xray")
    for lookahead in (1, None):
        value = value_of_information(problem, xray, (), lookahead)
        assert value.utility == pytest.approx(belief @ problem.untreated - (belief @ problem.utilities).max())
        assert value.goal < 0


@settings(max_examples=40, deadline=None)
@given(problems())
def test_stopping_is_optimal_where_the_best_plan_treats(problem: TableProblem) -> None:
    decision = should_stop(problem)
    best, now = optimum(problem), best_treatment(problem, problem.belief())[1]
    assert decision.stop == (best <= now + 1e-9)
    assert decision.is_certain
    assert decision.value_now == pytest.approx(now)
    if not decision.stop:
        assert now + decision.best_net == pytest.approx(best, abs=1e-9)
        assert decision.best_test == ContingentPlanner().solve(problem).plan.root_action  # type: ignore[union-attr]
    assert decision.most_to_gain == pytest.approx(max(0.0, best - now), abs=1e-9)


def test_stopping_says_why() -> None:
    goes_on = should_stop(ASIA)
    assert (goes_on.stop, goes_on.best_test) == (False, "smoke")
    assert (
        goes_on.reason.startswith("Goes on: 'bronchodilator' now is worth 2.94,")
        and "smoke" in goes_on.reason
    )
    stops = should_stop(ASIA, ((1, 1), (3, 1)))
    assert stops.stop
    assert "no test is worth its cost" in stops.reason
    nothing_left = should_stop(ASIA, ((0, 1), (1, 1), (2, 1), (3, 1)))
    assert nothing_left.best_test is None
    assert "no test can be done" in nothing_left.reason
    unsure = should_stop(ASIA, (), None, SearchBudget(expansions=0))
    assert (unsure.stop, unsure.is_certain) == (True, False)
    assert unsure.most_to_gain > goes_on.most_to_gain > 0
    assert "not ruled out" in unsure.reason
    myopic = should_stop(ASIA, (), lookahead=1)
    assert (myopic.stop, myopic.best_test) == (False, "dysp")


class Batched:
    """A wide problem that counts how often it is asked."""

    def __init__(self, conditions: int, tests: int) -> None:
        random = np.random.default_rng(0)
        self.prior = random.dirichlet(np.ones(conditions))
        positive = random.random((tests, conditions))
        self.likelihood = np.stack([positive, 1 - positive], axis=1)
        self.conditions = tuple(map(str, range(conditions)))
        self.tests = tuple(f"t{k}" for k in range(tests))
        self.outcomes = (("yes", "no"),) * tests
        self.treatments = ("drug", "rest")
        self.test_costs = random.random(tests)
        self.utilities = random.normal(0, 5, (conditions, 2))
        self.untreated = np.zeros(conditions)
        self.budget = np.inf
        self.max_tests = tests
        self.asked: list[str] = []

    def belief(self, evidence: Any = ()) -> Any:
        self.asked.append("belief")
        return self.prior

    def outcome_beliefs(self, test: int, evidence: Any = ()) -> Any:
        self.asked.append("one")
        return self.likelihood[test] * self.prior

    def all_outcome_beliefs(self, evidence: Any = ()) -> Any:
        self.asked.append("all")
        return list(self.likelihood * self.prior)


def test_a_wide_problem_is_scanned_in_one_pass() -> None:
    problem = Batched(conditions=288, tests=60)
    values = rank_tests(problem)
    assert problem.asked == ["all"]
    assert len(values) == 60
    lone = value_of_information(problem, 7)
    assert lone.net == pytest.approx(next(value.net for value in values if value.test == "t7"))


def test_ranking_is_by_the_criterion_and_leaves_out_what_cannot_be_paid() -> None:
    for criterion, key in {"net": "net", "bits": "bits", "goal": "goal"}.items():
        values = [value.to_dict()[key] for value in rank_tests(ASIA, (), criterion)]  # type: ignore[arg-type]
        assert values == sorted(values, reverse=True)
        assert len(values) == 4
    assert rank_tests(ASIA, (), "per_cost")[0].test == "dysp"
    tight = asia(budget=0.5)
    assert {value.test for value in rank_tests(tight)} == {"asia", "smoke", "dysp"}
    assert "dysp" not in {value.test for value in rank_tests(ASIA, ((3, 0),))}


def test_selection_needs_a_net_gain() -> None:
    assert select_observation(ASIA) == "dysp"
    assert select_observation(ASIA, ((1, 1), (3, 1))) is None


def test_unknown_criteria_and_tests_done_are_errors() -> None:
    with pytest.raises(InputError, match="one of net, per_cost, bits, goal"):
        rank_tests(ASIA, (), "luck")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="'xray' is done already"):
        value_of_information(ASIA, 2, ((2, 0),))
    with pytest.raises(InputError, match="numbered from 0 to 3"):
        value_of_information(ASIA, 4)
    for call in (rank_tests, select_observation):
        with pytest.raises(InputError, match="lookahead must be 1"):
            call(ASIA, lookahead=0)
    with pytest.raises(InputError, match="lookahead must be 1"):
        should_stop(ASIA, lookahead=0)
    with pytest.raises(InputError, match="nothing to decide"):
        should_stop(asia(budget=1.0), ((2, 0),))


def test_chances_of_treating_rightly_ignore_how_much_is_at_stake() -> None:
    """By goal the test of the common conditions is best, by net value that of the rare, dear one."""
    prior = np.array([0.45, 0.45, 0.05, 0.05])
    first, second = np.array([1, 0, 1, 0]), np.array([0, 0, 1, 0])
    joint = np.zeros((4, 2, 2))
    for k in range(4):
        joint[k, first[k], second[k]] = prior[k]
    utilities = np.eye(4)
    utilities[:, 2], utilities[2] = -20, [-100, -100, 0, -100]
    problem = TableProblem(
        ("a", "b", "c", "d"), ("common", "rare"), (("no", "yes"),) * 2, ("A", "B", "C", "D"),
        joint, np.zeros(2), utilities, np.zeros(4),
    )  # fmt: skip
    assert rank_tests(problem, (), "goal")[0].test == "common"
    assert rank_tests(problem, (), "net")[0].test == "rare"
