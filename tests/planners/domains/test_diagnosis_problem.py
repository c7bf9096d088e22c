"""The AND/OR graph of the scenario: it is the rules' own, and its best plan is the best of all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from planzoo.envs import diagnosis_v0
from planzoo.envs.diagnosis.model import DiagnosisModel, Information, decode_observation
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.simulation.gymnasium_env import CentralizedEnv
from planzoo.planners.domains.diagnosis_problem import (
    CURED,
    NOTHING_YET,
    DiagnosisProblem,
    first_information,
    horizon,
)
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner
from planzoo.planners.pomdp.information_problem import Choice
from tests.planners.domains.diagnosis_worlds import Rules, random_problem

ASIA = DiagnosisModel(DiagnosisParams.asia())
CLINIC = DiagnosisModel(DiagnosisParams.clinic(1))
REPAIRS = DiagnosisModel(DiagnosisParams.troubleshooting())


def best_value(problem: DiagnosisProblem, information: Information, known: dict[Information, float]) -> float:
    """Tries all choices."""
    if information not in known:
        known[information] = max(
            choice.reward
            + sum(
                branch.probability * best_value(problem, branch.information, known)
                for branch in choice.branches
                if isinstance(branch.information, Information)
            )
            for choice in problem.choices(information)
        )
    return known[information]


@pytest.mark.parametrize("block", range(10))
def test_the_best_plan_is_the_best_by_the_rules(block: int) -> None:
    """On a hundred problems: the search, trying all choices, and trying all that the rules allow."""
    for seed in range(10 * block, 10 * block + 10):
        model = random_problem(seed)
        problem, optimum = DiagnosisProblem(model), Rules(model).optimum()
        assert best_value(problem, problem.initial(), {}) == pytest.approx(optimum, abs=1e-8), seed
        solved = ContingentPlanner().solve(DiagnosisProblem(model))
        assert solved.expected_utility == pytest.approx(optimum, abs=1e-8), seed
        assert solved.plan is not None
        assert solved.plan.expected_utility == pytest.approx(optimum, abs=1e-8), seed


def test_random_problems_have_all_features_and_are_worth_planning() -> None:
    models = [random_problem(seed) for seed in range(100)]
    solved = [ContingentPlanner().solve(DiagnosisProblem(model)).plan for model in models]
    assert sum(plan is not None and plan.depth >= 2 for plan in solved) > 30
    params = [model.params for model in models]
    assert sum(each.deadline is not None for each in params) > 20
    assert sum(each.capacity is not None for each in params) > 20
    assert sum(each.roles.treatment_ends for each in params) in range(25, 75)
    for feature in ("repeats", "delays", "harms"):
        assert sum(bool((getattr(model.tables, feature) > 0).any()) for model in models) > 50


def episodes(model: DiagnosisModel, count: int) -> Iterator[tuple[CentralizedEnv, np.ndarray]]:
    """Begins episodes."""
    env = diagnosis_v0.gymnasium_env(model.params)
    for seed in range(count):
        yield env, env.reset(seed=seed)[0]


def read(problem: DiagnosisProblem, observation: np.ndarray, steps: int) -> Information:
    """What is known, as the graph names it."""
    known = decode_observation(problem.model, observation)
    limit = horizon(problem.model)
    return known._replace(budget=round(known.budget, 4), time=None if limit is None else limit - steps)


def coarse(information: Information) -> Information:
    """With as many digits of the money as float32 has for certain."""
    return information._replace(budget=round(information.budget, 4))


def earned(
    model: DiagnosisModel, choice: Choice, condition: int, given: tuple[int, ...], last: bool
) -> float:
    """What a step pays under a condition, by the tables."""
    problem, tables = DiagnosisProblem(model), model.tables
    if choice.action < model.num_tests or choice.action == problem.wait:
        return -problem.cost(choice.action)
    treatment = choice.action - model.num_tests
    if problem.treatment_ends or choice.action == problem.stop:
        return float(problem.outlooks.utilities(given)[condition, treatment]) - problem.step_cost
    cured = np.bitwise_or.reduce(tables.cured[condition, [*given, treatment]])
    value = (
        -problem.step_cost - tables.treatment_costs[treatment] - tables.treatment_harms[condition, treatment]
    )
    if tables.present[condition] & ~cured == 0 or last:
        value += tables.untreated(np.full(len(tables.conditions), cured))[condition]
    return float(value)


@pytest.mark.parametrize("seed", range(40))
def test_the_graph_is_the_simulators(seed: int) -> None:
    """Of every step played at random: the mask, the reward, and what is known then is one of the branches."""
    model = random_problem(1000 + seed)
    problem, random = DiagnosisProblem(model), np.random.default_rng(seed)
    for env, observation in episodes(model, 15):
        for steps in range(model.params.time_limit):
            known = read(problem, observation, steps)
            last = known.time is not None and known.time <= 1
            mask = env.simulator.buffers.action_masks[0, 0]
            allowed = {int(test) for test in np.flatnonzero(mask[: model.num_tests])}
            assert set(problem.tests(known)) <= allowed
            if not last and known.time is None and not model.params.end_when_spent:
                assert set(problem.tests(known)) == allowed
            action = int(random.choice(np.flatnonzero(mask)))
            if action < model.num_tests and action not in problem.tests(known):
                break
            condition = int(env.simulator.state.condition[0, 0])
            choice = problem.choice(known, action)
            observation, reward, terminated, truncated, _ = env.step(action)
            if last and (action < model.num_tests or action == problem.wait):
                break
            assert reward == pytest.approx(earned(model, choice, condition, known.given, last), abs=1e-4)
            if terminated or truncated:
                assert choice.ends or any(branch.observation == CURED for branch in choice.branches)
                break
            after = read(problem, observation, steps + 1)
            assert after in [coarse(each) for _, _, each in choice.branches if isinstance(each, Information)]
            assert sum(branch.probability for branch in choice.branches) == pytest.approx(1)


def test_actions_have_names_and_kinds() -> None:
    problem = DiagnosisProblem(CLINIC)
    names = [problem.name(action) for action in range(problem.wait + 2)]
    assert names[:5] == list(CLINIC.tests[:5]) and names[-3:] == ["send home", "wait", "dysp"]
    kinds = [problem.kind(action) for action in range(problem.wait + 2)]
    assert kinds == ["ask", "ask", "test", "test", "test", *["treat"] * 4, "stop", "wait", "observe"]
    assert problem.label(3) == "chest X-ray" and problem.label(problem.wait + 1) == "short of breath"
    assert problem.cost(3) == pytest.approx(2.1) and problem.cost(problem.wait) == pytest.approx(0.1)
    assert problem.cost(problem.wait + 1) == 0.0


def test_what_takes_several_steps_is_one_choice() -> None:
    """Asking for the X-ray and waiting for it; giving one repair after the other."""
    problem = DiagnosisProblem(CLINIC, Information(((5, 0),), budget=2.0))
    xray = CLINIC.tests.index("xray")
    awaited = next(
        choice
        for choice in problem.choices(problem.initial())
        if problem.name(choice.action) == "xray, and wait"
    )
    assert problem.first_action(awaited.action) == xray and problem.kind(awaited.action) == "test"
    assert awaited.reward == pytest.approx(-2.3) == -problem.cost(awaited.action)
    assert [branch.observation for branch in awaited.branches] == ["yes", "no"]
    first, last = problem.waits(problem.initial(), awaited)
    assert first.pending == ((xray, 2),) and last.pending == ((xray, 1),)
    plain = problem.choice(problem.initial(), xray)
    assert [branch.information for branch in plain.branches] == [first]
    assert plain.branches[0].observation == NOTHING_YET
    arrived = problem.choice(last, problem.wait).branches
    assert [branch.information for branch in arrived] == [branch.information for branch in awaited.branches]
    assert [branch.observation for branch in arrived] == ["xray yes", "xray no"]
    repairs = DiagnosisProblem(REPAIRS, Information(((11, 1),), budget=8.0))
    order = repairs.ending(repairs.initial())
    actions = repairs.ending_of(repairs.initial()).actions
    assert repairs.name(order.action) == ", else ".join(map(repairs.name, actions)) and len(actions) > 1
    assert repairs.first_action(order.action) == actions[0] and repairs.kind(order.action) == "treat"
    assert repairs.waits(repairs.initial(), order) == []
    labels = repairs.labels()
    assert (
        labels["hiss"] == "listen for a hiss"
        and labels["encoder check, and wait"] == "encoder check, and wait"
    )
    assert labels[repairs.name(order.action)] == repairs.label(order.action)


def test_results_that_arrive_together_are_told_apart() -> None:
    problem = DiagnosisProblem(CLINIC)
    xray, spirometry = CLINIC.tests.index("xray"), CLINIC.tests.index("spirometry")
    known = Information(((5, 0),), ((xray, 1), (spirometry, 1)), budget=1.0)
    words = [branch.observation for branch in problem.choice(known, problem.wait).branches]
    assert words == [f"xray {one}, spirometry {other}" for one in ("yes", "no") for other in ("yes", "no")]
    treated = DiagnosisProblem(REPAIRS).choice(Information(((11, 1),), ((10, 1),)), REPAIRS.num_tests)
    assert treated.branches[0].observation == CURED
    assert all(branch.observation.startswith("not all cured, log ") for branch in treated.branches[1:])


def test_what_is_surely_no_better_is_left_out() -> None:
    everything = Information(budget=2.0)
    assert DiagnosisProblem(ASIA).tests(everything) == [0, 1, 3], "the X-ray would use the money up"
    generous = DiagnosisModel(replace(ASIA.params, end_when_spent=False))
    assert DiagnosisProblem(generous).tests(everything) == [0, 1, 2, 3]
    clinic = DiagnosisProblem(CLINIC)
    hurried = Information(((5, 0),), budget=8.0, time=3, places=1)
    assert [CLINIC.tests[test] for test in clinic.tests(hurried)] == [
        "asia",
        "smoke",
        "quick x-ray",
        "spirometry",
    ]
    assert clinic.tests(hurried._replace(places=0)) == [0, 1]
    assert clinic.tests(hurried._replace(time=1)) == []
    waiting = hurried._replace(pending=((3, 3),))
    assert clinic.wait not in [choice.action for choice in clinic.choices(waiting)], "it comes too late"


def test_money_is_the_same_in_whatever_order_it_was_spent() -> None:
    problem = DiagnosisProblem(CLINIC)
    known = problem.initial()._replace(evidence=((5, 0),))
    there, back = (problem.shown(problem.shown(known, one, 0), other, 0) for one, other in ((0, 4), (4, 0)))
    assert there == back and there.budget == pytest.approx(1.0)


def test_a_horizon_counts_only_where_it_can_be_reached() -> None:
    assert horizon(ASIA) is None and first_information(ASIA) == Information(budget=3.0)
    assert horizon(DiagnosisModel(DiagnosisParams.asia(max_steps=3))) == 3
    assert horizon(DiagnosisModel(DiagnosisParams.asia(max_steps=4, deadline=2))) == 2
    assert horizon(DiagnosisModel(DiagnosisParams.asia(deadline=100))) is None


def test_starting_elsewhere_shares_what_was_computed() -> None:
    problem = DiagnosisProblem(ASIA)
    known = Information(((1, 0),), budget=2.75)
    other = problem.starting_at(known)
    assert other.initial() == known != problem.initial() == first_information(ASIA)
    assert other.outlooks is problem.outlooks and other.belief_array(known) is problem.belief_array(known)
    assert problem.belief(known).probabilities == pytest.approx(ASIA.belief(((1, 0),)), abs=1e-12)
