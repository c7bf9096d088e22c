"""Decisions of any diagnosing policy as plans that are watched."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.errors import InputError
from planzoo.planners.domains.diagnosis import ContingentPolicy, GreedyPolicy
from planzoo.planners.domains.diagnosis_courses import CoursePlanner
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem, first_information
from planzoo.planners.domains.diagnosis_replanning import ReplanningDoctors
from planzoo.planners.domains.diagnosis_tasks import Protocol
from planzoo.planners.htn import Budget, Problem, Task
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.status import Status
from tests.planners.domains.diagnosis_play import returns

ASIA = DiagnosisModel(DiagnosisParams.asia())
PROTOCOL = Protocol(DiagnosisProblem(ASIA))
START = Problem(PROTOCOL.state(first_information(ASIA)), (Task("diagnose"),))


def test_a_course_is_what_is_decided_for_the_most_likely_results() -> None:
    planner = CoursePlanner(PROTOCOL, ContingentPolicy(ASIA))
    found = planner.solve(START)
    assert found.status is Status.SOLVED and found.plan is not None
    names = [str(action) for action in found.plan.actions]
    assert names[0] == "test(smoke)" and names[-1] == "treat(bronchodilator)"
    assert found.plan.decomposition.methods[0] == "ContingentPolicy"
    assert PlanProgress(found.plan).fault(planner.domain, START.state.copy()) == ""
    assert START.state.known == first_information(ASIA)


def test_a_contingent_plan_that_is_watched_earns_what_the_policy_does() -> None:
    policy = ContingentPolicy(ASIA)
    watched = ReplanningDoctors(ASIA, "threshold:0", "full", planner="contingent")
    np.testing.assert_allclose(returns(watched, 300), returns(policy, 300), atol=1e-5)


def test_without_watching_it_treats_what_was_likely_at_first() -> None:
    careless = ReplanningDoctors(ASIA, "failure", "full", planner="contingent")
    watched = ReplanningDoctors(ASIA, "threshold:0", "full", planner="contingent")
    assert returns(careless, 300).mean() < returns(watched, 300).mean() - 2


@pytest.mark.parametrize("planner", ["greedy", "myopic", "contingent"])
@pytest.mark.parametrize("how", ["full", "repair", "continuation", "opportunistic", "cost_aware"])
def test_every_planner_goes_with_every_strategy(planner: str, how: str) -> None:
    policy = ReplanningDoctors(ASIA, "failure+threshold", how, planner=planner)
    assert np.isfinite(returns(policy, 40)).all()


def test_without_time_there_is_no_plan_and_something_safe_is_done() -> None:
    spent = CoursePlanner(PROTOCOL, GreedyPolicy(ASIA)).solve(START, Budget(expansions=0))
    assert spent.status is Status.BUDGET_SPENT and spent.plan is None
    policy = ReplanningDoctors(ASIA, budget=0, planner="contingent")
    assert np.isfinite(returns(policy, 20)).all()


def test_other_names_are_refused() -> None:
    with pytest.raises(InputError, match="no planner 'oracle'; choose one of protocol, contingent"):
        ReplanningDoctors(ASIA, planner="oracle")
