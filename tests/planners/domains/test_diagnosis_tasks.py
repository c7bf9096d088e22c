"""The clinical protocol's task network: preconditions, values and plans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.model import DiagnosisModel, Information
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem
from planzoo.planners.domains.diagnosis_tasks import CONFIRM, SCREEN, Protocol, protocol_domain
from planzoo.planners.domains.diagnosis_values import prospects, value_of
from planzoo.planners.htn import HierarchicalPlanner, Plan, validate
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner
from tests.planners.domains.diagnosis_worlds import random_problem
from tests.planners.domains.test_diagnosis_values import some_information

ASIA = DiagnosisModel(DiagnosisParams.asia())
CLINIC = DiagnosisModel(DiagnosisParams.clinic(1))
TROUBLE = DiagnosisModel(DiagnosisParams.troubleshooting())
TASKS = [("diagnose",)]


def plan_of(model: DiagnosisModel, known: Information | None = None) -> Plan:
    """Plans, and checks the plan with the validator."""
    protocol = Protocol(DiagnosisProblem(model))
    state = protocol.state(protocol.problem.initial() if known is None else known)
    domain = protocol_domain(protocol)
    plan = HierarchicalPlanner(domain).solve((state, TASKS)).plan
    assert plan is not None and validate(domain, state, TASKS, plan) is None
    return plan


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 99), st.integers(0, 1000))
def test_every_plan_is_valid_and_ends_it(instance: int, seed: int) -> None:
    """With all features there are; costs are what is lost against perfect knowledge, and none is negative."""
    model = random_problem(instance)
    known = some_information(model, seed)
    plan = plan_of(model, known)
    assert {action.name for action in plan.actions} <= {"test", "wait", "treat", "stop"}
    assert plan.actions[-1].name in ("treat", "stop")
    if model.params.roles.treatment_ends:
        assert [action.name in ("treat", "stop") for action in plan.actions].count(True) == 1
    assert all(action.cost >= 0 for action in plan.actions)
    tests = [action.arguments[0] for action in plan.actions if action.name == "test"]
    assert sum(model.prices[model.tests.index(test)] for test in tests) <= known.budget + 1e-6


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 99), st.integers(0, 1000))
def test_where_it_is_certain_enough_the_optimal_plan_learns_no_more(instance: int, seed: int) -> None:
    model = random_problem(instance)
    protocol, known = Protocol(DiagnosisProblem(model)), some_information(model, seed)
    state = protocol.state(known)
    if protocol.is_certain_enough(state) and model.params.roles.treatment_ends:
        solved = ContingentPlanner().solve(protocol.problem.starting_at(known))
        assert solved.plan is not None and solved.plan.depth == 0
        assert solved.expected_utility == pytest.approx(protocol.value(known, SCREEN), abs=1e-9)
        assert [action.name in ("treat", "stop") for action in plan_of(model, known).actions] == [True]


def test_the_plan_screens_confirms_and_treats() -> None:
    plan = plan_of(ASIA)
    assert [str(action) for action in plan.actions] == ["test(smoke)", "test(xray)", "treat(bronchodilator)"]
    assert plan.path(1)[:2] == (("diagnose",), ("confirm",)) and plan.path(2)[1] == ("prescribe",)
    assert [action.cost for action in plan.actions[:2]] == pytest.approx([0.25, 2.0])
    methods = plan.decomposition.methods
    assert methods[0] == "screen_and_confirm" and "no_test_pays" in methods
    smokes = Information(((1, 0),), budget=2.75)
    assert plan_of(ASIA, smokes).actions[0].arguments == ("dysp",)


def test_results_in_work_are_awaited() -> None:
    xray = CLINIC.tests.index("xray")
    known = Information(((5, 0),), ((xray, 2),), budget=1.0, places=1)
    plan = plan_of(CLINIC, known)
    assert [action.name for action in plan.actions[:2]] == ["wait", "wait"]
    assert plan.decomposition.methods[0] == "await_results"
    idle = known._replace(pending=((CLINIC.tests.index("asia"), 2),))
    assert plan_of(CLINIC, idle).actions[0].name != "wait", "whatever it is, it changes no treatment"


def test_a_repair_is_followed_by_another_look() -> None:
    broken = Information(((11, 1),), budget=8.0, places=1)
    plan = plan_of(TROUBLE, broken)
    assert ("look_again",) in [task[:1] for task in plan.decomposition.tasks]
    protocol = Protocol(DiagnosisProblem(TROUBLE))
    state = protocol.state(broken)
    treatment = TROUBLE.tables.treatments[0]
    assert protocol.treat(state, treatment) and not state.left and state.known.given == (0,)
    assert protocol.treat(state, treatment) is False, "it was given"
    assert state.belief.probability("blown fuse") == 0.0
    assert protocol.not_all_cured(state) == [("diagnose",)] and protocol.all_cured(state) is None
    for each in TROUBLE.tables.treatments[1:]:
        protocol.treat(state, each)
    assert state.left and protocol.all_cured(state) == []


def test_operators_keep_their_preconditions() -> None:
    protocol = Protocol(DiagnosisProblem(ASIA))
    state = protocol.state(Information(((2, 0),), budget=1.0))
    assert protocol.test(state, "xray") is False, "it is done already"
    assert protocol.wait(state) is False, "for nothing"
    before = state.belief
    assert protocol.test(state, "smoke") and state.known.budget == pytest.approx(0.75)
    assert state.known.evidence == ((1, 0), (2, 0)) and state.belief != before, "smoking explains the picture"
    np.testing.assert_allclose(
        [state.belief.probability(condition) for condition in ASIA.conditions],
        ASIA.belief(((1, 0), (2, 0))),
        atol=1e-12,
    )
    assert protocol.treat(state, "oncology") and state.left
    assert not any([protocol.treat(state, "oncology"), protocol.test(state, "dysp"), protocol.stop(state)])
    poor = Protocol(DiagnosisProblem(DiagnosisModel(DiagnosisParams.asia(budget=2.0))))
    assert poor.test(poor.state(poor.problem.initial()), "xray") is False, "it would end it all"


def test_values_follow_from_looking_ahead() -> None:
    protocol = Protocol(DiagnosisProblem(CLINIC))
    known = Information(((5, 0),), budget=2.0, places=2)
    now = protocol.problem.lower_bound(known)
    found = prospects(protocol.problem, known)
    assert protocol.values_after(known, CONFIRM) == {
        int(test): pytest.approx(now + net) for test, net in zip(found.tests, found.nets, strict=True)
    }
    assert protocol.value(known, 0) == now and protocol.value(known, SCREEN) == value_of(
        protocol.problem, known, 2
    )
    best = protocol.worthwhile(protocol.state(known), CONFIRM)[0]
    assert next(protocol.most_informative_test(protocol.state(known))) == [("test", best), ("confirm",)]
    assert protocol.problem.name(protocol.number(best)) == best
