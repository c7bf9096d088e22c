from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel, encode_observation, remaining_budget
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis import (
    ContingentPolicy,
    DiagnosisPolicy,
    GreedyPolicy,
    MyopicPolicy,
)
from planzoo.planners.policy import Access
from planzoo.planners.pomdp.contingent_planner import SearchBudget

ASIA = DiagnosisModel(DiagnosisParams.asia())
ASIA_BELIEF = DiagnosisModel(DiagnosisParams.asia(observation="belief"))
SMOKES, BREATHLESS = (1, 0), (3, 0)


def exact_return(policy: DiagnosisPolicy) -> float:
    """Lives through every hidden truth by the rules of the scenario."""
    params = policy.model.params
    total = 0.0
    for (condition, cell), chance in np.ndenumerate(params.joint):
        results = np.unravel_index(cell, params.outcome_counts)
        evidence: tuple[tuple[int, int], ...] = ()
        value = 0.0
        while chance > 0:
            action, _ = policy.predict(encode_observation(policy.model, evidence))
            if action >= len(params.tests):
                value += params.utilities[condition, action - len(params.tests)]
                break
            value -= params.test_costs[action]
            evidence = tuple(sorted((*evidence, (action, int(results[action])))))
            if remaining_budget(params, evidence) <= 1e-9:
                value += params.untreated[condition]
                break
        total += chance * value
    return total


@pytest.mark.parametrize("model", [ASIA, ASIA_BELIEF], ids=["results", "belief"])
def test_the_contingent_policy_earns_the_optimum(model: DiagnosisModel) -> None:
    assert exact_return(ContingentPolicy(model)) == pytest.approx(4.050370064, abs=1e-9)


@pytest.mark.parametrize("model", [ASIA, ASIA_BELIEF], ids=["results", "belief"])
def test_asia_orders_the_policies(model: DiagnosisModel) -> None:
    contingent, myopic = exact_return(ContingentPolicy(model)), exact_return(MyopicPolicy(model))
    greedy, at_once = exact_return(GreedyPolicy(model)), exact_return(GreedyPolicy(model, num_tests=0))
    assert myopic == pytest.approx(3.8442309812, abs=1e-9)
    assert greedy == pytest.approx(3.3073948, abs=1e-9)
    assert at_once == pytest.approx(-1.697756, abs=1e-9)
    assert contingent > myopic > greedy > at_once


@pytest.mark.parametrize("seed", range(6))
def test_what_the_plan_expects_is_what_it_earns(seed: int) -> None:
    for observation in ("results", "belief"):
        model = DiagnosisModel(random_instance(seed, tests=4, observation=observation))
        policy = ContingentPolicy(model)
        expected = policy.plan().expected_utility
        assert exact_return(policy) == pytest.approx(expected, abs=1e-9)
        assert exact_return(MyopicPolicy(model)) <= expected + 1e-9


def test_a_bounded_policy_plans_anew_after_every_result() -> None:
    model = DiagnosisModel(random_instance(8, tests=4))
    optimum = exact_return(ContingentPolicy(model))
    shallow = exact_return(ContingentPolicy(model, depth=1))
    hurried = exact_return(ContingentPolicy(model, budget=SearchBudget(expansions=2)))
    at_once = float((model.belief() @ model.utilities).max())
    assert at_once <= shallow <= optimum + 1e-9
    assert at_once <= hurried <= optimum + 1e-9
    assert exact_return(ContingentPolicy(model, depth=0)) == pytest.approx(at_once)


def test_decisions_report_the_search() -> None:
    policy = ContingentPolicy(ASIA)
    policy.predict(encode_observation(ASIA, ()))
    assert policy.last_decision.expansions > 10
    assert policy.last_decision.seconds > 0
    policy.predict(encode_observation(ASIA, (SMOKES,)))
    assert policy.last_decision.expansions == 0


def test_results_off_the_plan_are_planned_for() -> None:
    policy = ContingentPolicy(ASIA)
    action, _ = policy.predict(encode_observation(ASIA, ((0, 0), (2, 0))))
    assert policy.action_name(action) in ASIA.tests + ASIA.treatments
    assert policy.last_decision.expansions > 0


def test_a_masked_choice_becomes_the_best_treatment() -> None:
    mask = np.array([False] * 4 + [True] * 5)
    action, _ = ContingentPolicy(ASIA).predict(encode_observation(ASIA, ()), action_masks=mask)
    assert ASIA.treatments[action - 4] == "bronchodilator"


def test_batches_and_states_travel_as_in_sb3() -> None:
    policy = MyopicPolicy(ASIA)
    rows = np.stack([encode_observation(ASIA, ()), encode_observation(ASIA, (BREATHLESS,))])
    actions, state = policy.predict(rows, None, np.array([True, True]))
    again, _ = policy.predict(rows, state, np.array([False, True]))
    np.testing.assert_array_equal(actions, again)
    assert policy.access is Access.MODEL


def test_explanations_tell_belief_and_values() -> None:
    policy = ContingentPolicy(ASIA)
    assert policy.explain().data == {}
    policy.predict(encode_observation(ASIA, (SMOKES,)))
    explanation = policy.explain()
    assert explanation.data["action"] == "dysp"
    assert explanation.data["evidence"] == {"smoke": "yes"}
    assert sum(explanation.data["belief"].values()) == pytest.approx(1)
    assert {value["test"] for value in explanation.data["tests"]} == {"asia", "xray", "dysp"}
    assert explanation.data["plan"]["action"] == "dysp"
    assert "Does the test 'dysp'" in explanation.words
    assert "Belief: bronc 53.4%" in explanation.words


def test_explanations_say_why_testing_stopped() -> None:
    policy = MyopicPolicy(ASIA)
    policy.predict(encode_observation(ASIA, ((1, 1), (3, 1))))
    assert "the best single test" in policy.explain().words
    policy.predict(encode_observation(ASIA, ((0, 0), (1, 0), (2, 0), (3, 0))))
    assert "no test left" in policy.explain().words
    greedy = GreedyPolicy(ASIA)
    greedy.predict(encode_observation(ASIA, ()))
    assert "'dysp', the cheapest test" in greedy.explain().words
    greedy.predict(encode_observation(ASIA, (BREATHLESS,)))
    assert "most likely: bronc" in greedy.explain().words


def test_results_that_no_budget_could_have_paid_are_treated_at_once() -> None:
    """Checkers of other libraries draw observations at random."""
    model = DiagnosisModel(DiagnosisParams.asia(budget=1.0))
    everything = encode_observation(ASIA, ((0, 0), (1, 0), (2, 0), (3, 0)))
    for policy in (ContingentPolicy(model), MyopicPolicy(model), GreedyPolicy(model)):
        action, _ = policy.predict(everything)
        assert action >= 4
        assert policy.explain().data["evidence"]["xray"] == "yes"


@pytest.mark.parametrize("model", [ASIA, ASIA_BELIEF], ids=["results", "belief"])
def test_any_observation_of_the_space_is_answered(model: DiagnosisModel) -> None:
    random = np.random.default_rng(0)
    rows = random.random((50, model.params.observation_size), dtype=np.float32)
    for policy in (ContingentPolicy(model), MyopicPolicy(model), GreedyPolicy(model, num_tests=2)):
        actions, _ = policy.predict(rows)
        assert ((actions >= 0) & (actions < model.params.num_actions)).all()
