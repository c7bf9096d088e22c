"""The clinical protocol's task network: preconditions, values and plans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis_tasks import CONFIRM, SCREEN, Protocol, protocol_domain
from planzoo.planners.htn import HierarchicalPlanner, Plan, validate
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner
from planzoo.planners.pomdp.information import rank_tests
from planzoo.planners.pomdp.problem import Evidence, best_treatment, uses_up_budget

ASIA = DiagnosisModel(DiagnosisParams.asia())
SMOKES, BREATHLESS, XRAY = (1, 0), (3, 0), (2, 0)
TASKS = [("diagnose",)]


def plan_of(model: DiagnosisModel, evidence: Evidence = ()) -> Plan:
    """Plans, and checks the plan with the validator."""
    protocol = Protocol(model)
    domain, state = protocol_domain(protocol), protocol.state(evidence)
    plan = HierarchicalPlanner(domain).solve((state, TASKS)).plan
    assert plan is not None and validate(domain, state, TASKS, plan) is None
    return plan


def random_evidence(model: DiagnosisModel, seed: int, most: int) -> Evidence:
    """Possible results of some tests."""
    random = np.random.default_rng(seed)
    cell = random.choice(model.joint.shape[1], p=model.joint.sum(axis=0) / model.joint.sum())
    results = np.unravel_index(cell, model.params.outcome_counts)
    tests = random.permutation(len(model.tests))[: random.integers(most + 1)]
    return tuple(sorted((int(test), int(results[test])) for test in tests))


@settings(deadline=None)
@given(st.integers(0, 20), st.integers(0, 1000))
def test_values_are_those_of_bounded_contingent_plans(instance: int, seed: int) -> None:
    """Wherever no test uses up the budget, which the protocol does not consider."""
    model = DiagnosisModel(random_instance(instance, tests=3, budget=1000.0))
    evidence = random_evidence(model, seed, 3)
    for tests in (0, CONFIRM, SCREEN):
        expected = ContingentPlanner(tests).solve(model, None, evidence).expected_utility
        assert Protocol(model).value(evidence, tests) == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(st.integers(0, 20), st.integers(0, 1000))
def test_where_it_is_certain_enough_the_optimal_plan_treats_too(instance: int, seed: int) -> None:
    model = DiagnosisModel(random_instance(instance, tests=3))
    protocol, evidence = Protocol(model), random_evidence(model, seed, 3)
    state = protocol.state(evidence)
    best = best_treatment(model, model.belief(evidence))[1]
    perfect = float(model.belief(evidence) @ model.utilities.max(axis=1))
    assert protocol.at_stake(state) == pytest.approx(perfect - best, abs=1e-9)
    if protocol.is_certain_enough(state):
        assert protocol.value(evidence, SCREEN) == pytest.approx(best, abs=1e-9)
        assert [action.name for action in plan_of(model, evidence).actions] == ["treat"]


@settings(deadline=None)
@given(st.integers(0, 20), st.integers(0, 1000), st.floats(2.0, 8.0))
def test_every_plan_is_valid_and_paid_for(instance: int, seed: int, budget: float) -> None:
    model = DiagnosisModel(random_instance(instance, tests=4, budget=budget))
    evidence = random_evidence(model, seed, 4)
    plan = plan_of(model, evidence)
    tests = [action for action in plan.actions if action.name == "test"]
    assert [action.name for action in plan.actions] == ["test"] * len(tests) + ["treat"]
    if tests:
        assert sum(action.cost for action in tests) < Protocol(model).state(evidence).money
        assert not uses_up_budget(model, model.tests.index(tests[0].arguments[0]), evidence)


def test_the_plan_screens_confirms_and_treats() -> None:
    plan = plan_of(ASIA)
    assert [str(action) for action in plan.actions] == ["test(smoke)", "test(xray)", "treat(bronchodilator)"]
    assert plan.path(1)[:2] == (("diagnose",), ("confirm",)) and plan.path(2)[1] == ("prescribe",)
    assert [action.cost for action in plan.actions[:2]] == [0.25, 2.0]
    methods = plan.decomposition.methods
    assert methods[0] == "screen_and_confirm" and "no_test_pays" in methods
    assert plan_of(ASIA, (SMOKES,)).actions[0].arguments == ("dysp",)


def test_operators_keep_their_preconditions() -> None:
    protocol = Protocol(ASIA)
    state = protocol.state((XRAY,))
    assert protocol.test(state, "xray") is False, "it is done already"
    before = state.belief
    assert protocol.test(state, "smoke") and state.money == pytest.approx(0.75)
    assert state.results["smoke"] == "yes" and state.belief != before, "smoking explains the picture"
    np.testing.assert_allclose(
        [state.belief.probability(condition) for condition in ASIA.conditions],
        ASIA.belief((SMOKES, XRAY)),
        atol=1e-12,
    )
    assert protocol.treat(state, "oncology") and protocol.treat(state, "oncology") is False
    assert protocol.test(state, "dysp") is False, "it is all over"
    poor = Protocol(DiagnosisModel(DiagnosisParams.asia(budget=2.0)))
    assert poor.test(poor.state(()), "xray") is False, "nothing would be left to treat with"
    hurried = Protocol(DiagnosisModel(DiagnosisParams.asia(max_steps=2)))
    assert hurried.test(hurried.state((BREATHLESS,)), "smoke") is False, "there is no time"


def test_confirming_takes_the_best_single_test() -> None:
    best = rank_tests(ASIA, (BREATHLESS,))[0]
    protocol = Protocol(ASIA)
    state = protocol.state((BREATHLESS,))
    assert next(protocol.most_informative_test(state)) == [("test", best.test), ("confirm",)]
    gain = protocol.value((BREATHLESS,), CONFIRM) - protocol.value((BREATHLESS,), 0)
    assert gain == pytest.approx(best.net)
