"""What tests are worth, against contingent plans of bounded depth and one computation at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel, Information
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem, first_information
from planzoo.planners.domains.diagnosis_values import (
    MOST_OUTCOMES,
    SCREENED,
    is_worth_waiting,
    prospects,
    screening,
    test_values,
    told_bits,
    value_of,
    wanted_anyway,
)
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner
from planzoo.planners.pomdp.information import rank_tests
from tests.planners.domains.diagnosis_worlds import random_problem
from tests.planners.domains.test_diagnosis_outlook import random_evidence

ASIA = DiagnosisModel(DiagnosisParams.asia())
CLINIC = DiagnosisModel(DiagnosisParams.clinic(1))
XRAY, SPIROMETRY = CLINIC.tests.index("xray"), CLINIC.tests.index("spirometry")


def some_information(model: DiagnosisModel, seed: int) -> Information:
    """What may be known early in an episode: the symptoms and some results."""
    evidence = random_evidence(model, np.random.default_rng(seed), 2)
    problem, known = DiagnosisProblem(model), first_information(model)
    for finding, outcome in evidence:
        if finding in problem.tests(known):
            known = problem.shown(known, finding, outcome)
    for finding in range(model.num_tests, len(model.tests)):
        known = known._replace(evidence=tuple(sorted({*known.evidence, (finding, 0)})))
    return known


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 30), st.integers(0, 1000), st.integers(0, 2))
def test_values_are_those_of_plans_with_so_many_tests(instance: int, seed: int, tests: int) -> None:
    """Where nothing is rare and treatments end it: else plans may also treat in between."""
    model = DiagnosisModel(random_instance(instance, tests=3, noise=0.3, end_when_spent=bool(seed % 2)))
    problem, known = DiagnosisProblem(model), some_information(model, seed)
    solved = ContingentPlanner(tests).solve(problem.starting_at(known))
    assert value_of(problem, known, tests) == pytest.approx(solved.expected_utility, abs=0.05)
    assert value_of(problem, known, tests) <= solved.expected_utility + 1e-9


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 99), st.integers(0, 1000))
def test_all_features_leave_values_that_plans_reach(instance: int, seed: int) -> None:
    model = random_problem(instance)
    problem, known = DiagnosisProblem(model), some_information(model, seed)
    optimum = ContingentPlanner().solve(problem.starting_at(known)).expected_utility
    values = [value_of(problem, known, tests) for tests in (0, 1, 2)]
    assert values[0] <= values[1] + 1e-9 and values[1] <= values[2] + 1e-9
    assert values[2] <= optimum + 1e-9


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1000))
def test_one_test_is_worth_what_howard_says(seed: int) -> None:
    """Against the problem of tables, which computes each test by itself."""
    known = some_information(ASIA, seed)
    mine = {value.test: value for value in test_values(DiagnosisProblem(ASIA), known)}
    theirs = {value.test: value for value in rank_tests(ASIA, known.evidence)}
    for name, value in mine.items():
        assert value.utility == pytest.approx(theirs[name].utility, abs=1e-9)
        assert value.goal == pytest.approx(theirs[name].goal, abs=1e-9)
        assert value.bits == pytest.approx(theirs[name].bits, abs=1e-9) and value.cost == theirs[name].cost
    assert [value.net for value in mine.values()] == sorted(
        (value.net for value in mine.values()), reverse=True
    )


def test_a_late_result_costs_the_steps_until_then() -> None:
    problem, known = DiagnosisProblem(CLINIC), Information(((5, 0),), budget=2.0, places=2)
    found = prospects(problem, known)
    costs = dict(zip(found.tests.tolist(), found.costs.tolist(), strict=True))
    assert costs[0] == pytest.approx(0.35) and costs[SPIROMETRY] == pytest.approx(0.95)
    best = found.best()
    assert best is not None and best[1] == found.nets.max() > 0
    assert prospects(problem, known._replace(budget=0.0)).best() is None


def test_what_is_in_work_is_awaited_if_it_matters() -> None:
    problem = DiagnosisProblem(CLINIC)
    known = Information(((5, 1),), ((SPIROMETRY, 1),), budget=2.0, places=1)
    assert is_worth_waiting(problem, known)
    assert not is_worth_waiting(problem, known._replace(pending=()))
    assert not is_worth_waiting(problem, known._replace(time=1)), "it comes too late"
    assert not is_worth_waiting(problem, known._replace(pending=((XRAY, 1),))), "it changes no treatment"
    assert not is_worth_waiting(problem, known._replace(pending=((SPIROMETRY, 16),))), "it takes too long"


def test_meanwhile_is_done_what_is_worth_it_whatever_comes() -> None:
    """Two tests of two diseases that have nothing to do with each other: neither makes the other idle."""
    model = DiagnosisModel(DiagnosisParams.random(5, diseases=2, tests=4, noise=0.02, step_cost=0.1))
    slow = [test for test in range(4) if model.tables.delays[test] > 0]
    problem = DiagnosisProblem(model)
    for test in slow:
        known = first_information(model)._replace(pending=((test, 1),))
        wanted = wanted_anyway(problem, known)
        for outcome in range(2):
            later = known._replace(evidence=((test, outcome),), pending=())
            found = prospects(problem, later)
            nets = dict(zip(found.tests.tolist(), found.nets.tolist(), strict=True))
            assert wanted is None or nets[wanted] > 0
    assert wanted_anyway(DiagnosisProblem(CLINIC), Information(((5, 0),), ((XRAY, 2),), budget=0.0)) is None


def test_screening_looks_ahead_from_a_few_tests_only() -> None:
    model = DiagnosisModel(DiagnosisParams.random(1, diseases=4, tests=14, noise=0.2, budget=None))
    problem, known = DiagnosisProblem(model), first_information(model)
    values = screening(problem, known)
    assert len(values) == SCREENED and sum(len(model.outcomes[test]) for test in values) <= MOST_OUTCOMES
    found = prospects(problem, known)
    best = found.best()
    assert best is not None and best[0] in values
    bits = told_bits(problem, known, found.tests)
    assert int(found.tests[bits.argmax()]) in values
    now = problem.lower_bound(known)
    assert all(
        values[int(test)] >= now + net - 1e-9
        for test, net in zip(found.tests, found.nets, strict=True)
        if test in values
    )
    assert value_of(problem, known, 2) == pytest.approx(max(values.values()))


def test_asias_values_are_known() -> None:
    problem = DiagnosisProblem(ASIA)
    start = problem.initial()
    assert [round(value_of(problem, start, tests), 4) for tests in (0, 1, 2)] == [2.9437, 3.3074, 3.8993]
    free = DiagnosisProblem(DiagnosisModel(replace(ASIA.params, budget=None)))
    assert value_of(free, free.initial(), 2) >= value_of(problem, start, 2)
