"""The policy that follows contingent plans: it earns what they expect, and betters what was cut off."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.diagnosis.model import DiagnosisModel, Information, decode_observation
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis_contingent import Conduct, ContingentPolicy, Part
from planzoo.planners.domains.diagnosis_problem import first_information
from planzoo.planners.pomdp.information_problem import Choice
from tests.planners.domains.diagnosis_play import exact_return, play, returns
from tests.planners.domains.diagnosis_worlds import Rules, random_problem

ASIA = DiagnosisModel(DiagnosisParams.asia())
CLINIC = DiagnosisModel(DiagnosisParams.clinic(1))
TROUBLE = DiagnosisModel(DiagnosisParams.troubleshooting())
EPISODES = 1500


@pytest.mark.parametrize("seed", range(10))
def test_what_the_plan_expects_is_what_it_earns(seed: int) -> None:
    model = random_problem(300 + seed)
    policy = ContingentPolicy(model)
    assert exact_return(policy) == pytest.approx(policy.plan().expected_utility, abs=1e-8)
    assert policy.plan().expected_utility == pytest.approx(Rules(model).optimum(), abs=1e-8)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("expansions", [1, 4])
def test_a_hurried_policy_earns_no_less_than_its_first_plan(seed: int, expansions: int) -> None:
    """It plans anew after every result, and keeps the better of the new and the old plan."""
    model = random_problem(400 + seed)
    policy = ContingentPolicy(model, expansions=expansions)
    first = policy.plan().expected_utility
    earned = exact_return(policy)
    assert earned <= Rules(model).optimum() + 1e-8
    if model.num_tests == len(model.tests):
        assert earned >= first - 1e-8
    assert exact_return(ContingentPolicy(model, expansions=0)) <= earned + 1e-8


@pytest.mark.parametrize("model", [CLINIC, random_problem(7), random_problem(12)], ids=["clinic", "7", "12"])
def test_in_the_simulator_it_earns_what_it_expects(model: DiagnosisModel) -> None:
    """The mean of many episodes is within four standard errors of the plan's value."""
    policy = ContingentPolicy(model)
    expected = policy.plan().expected_utility
    earned = returns(policy, EPISODES)
    assert earned.std() > 0
    assert abs(earned.mean() - expected) < 4 * earned.std() / np.sqrt(EPISODES)


def chances(model: DiagnosisModel, conduct: Conduct) -> dict[object, float]:
    """How probable it is to know so much at some time, when a plan is followed."""
    found: dict[object, float] = {}
    waiting = [(first_information(model), 1.0)]
    while waiting:
        known, chance = waiting.pop()
        part = conduct.part(known)
        assert part is not None
        found[known.evidence, known.given] = chance
        for branch in part.choice.branches:
            if isinstance(branch.information, Information):
                waiting.append((branch.information, chance * branch.probability))
    return found


def test_in_the_simulator_plans_branch_as_often_as_they_expect() -> None:
    """Each point of the plan is reached in its share of the episodes, within four standard errors."""
    model, episodes = random_problem(12), 600
    policy = ContingentPolicy(model)
    expected = chances(model, policy.choose_after(first_information(model), None)[1])
    seen: dict[object, set[int]] = {}
    for seed in range(episodes):
        for decided in play(policy, range(seed, seed + 1)):
            known = decode_observation(model, decided.observation)
            seen.setdefault((known.evidence, known.given), set()).add(seed)
    assert set(seen) <= set(expected) and len(seen) > 3
    for key, chance in expected.items():
        error = np.sqrt(chance * (1 - chance) / episodes)
        assert abs(len(seen.get(key, ())) / episodes - chance) <= 4 * error + 2 / episodes


def test_decisions_report_the_search() -> None:
    policy = ContingentPolicy(ASIA)
    decided = play(policy, range(1))
    next(decided)
    assert policy.last_decision.expansions > 5 and policy.last_decision.replans == 1
    next(decided)
    assert policy.last_decision.expansions == 0, "the plan is followed"
    hurried = ContingentPolicy(ASIA, expansions=3)
    spent = [hurried.last_decision.expansions for _ in play(hurried, range(1))]
    assert spent[0] == 3 and max(spent) == 3


def test_an_unbounded_search_in_depth_is_repeated_after_each_result() -> None:
    shallow, deep = ContingentPolicy(ASIA, depth=1), ContingentPolicy(ASIA)
    assert shallow.plan().depth == 1 < deep.plan().depth
    assert exact_return(shallow) > shallow.plan().expected_utility
    assert exact_return(ContingentPolicy(ASIA, depth=2)) == pytest.approx(4.050370064, abs=1e-9)
    assert exact_return(ContingentPolicy(ASIA, depth=0)) == pytest.approx(2.94368, abs=1e-4)


def test_a_plan_is_followed_only_while_there_is_what_it_counts_on() -> None:
    known = Information(((0, 1),), budget=2.0, time=5, places=1)
    part = Part(known, Choice(7, 1.0), 1.0)
    conduct = Conduct({(known.evidence, (), ()): part}, True)
    assert conduct.part(known) is part
    assert conduct.part(known._replace(budget=3.0, time=6, places=2)) is part
    for less in ({"budget": 1.9}, {"time": 4}, {"places": 0}, {"evidence": ()}, {"given": (1,)}):
        assert conduct.part(known._replace(**less)) is None


def test_results_off_the_plan_are_planned_for() -> None:
    policy = ContingentPolicy(ASIA)
    plan = policy.choose_after(policy.problem.initial(), None)[1]
    unforeseen = Information(((0, 0), (2, 0)), budget=0.75)
    assert plan.part(unforeseen) is None
    action, after = policy.choose_after(unforeseen, plan)
    assert after is not plan and after.part(unforeseen) is not None
    assert action == policy.choose(unforeseen)


def test_explanations_show_the_plan() -> None:
    policy = ContingentPolicy(TROUBLE, expansions=40)
    told = [policy.explain() for _ in play(policy, range(2))]
    assert all("The plan from here expects utility" in each.words for each in told)
    first = told[0].data["plan"]
    assert first["action"].startswith(told[0].data["action"]) and first["probability"] == 1.0
    assert sum(branch["probability"] for branch in first["branches"].values()) == pytest.approx(1)
