"""The simple policies for the diagnosis scenarios, and what all of them promise."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from planzoo.envs import diagnosis_v0
from planzoo.envs.diagnosis.model import DiagnosisModel, decode_observation
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis import ContingentPolicy, DiagnosisPolicy, GreedyPolicy, MyopicPolicy
from planzoo.planners.domains.diagnosis_protocol import ProtocolPolicy
from planzoo.planners.policy import Access
from tests.planners.domains.diagnosis_play import exact_return, play
from tests.planners.domains.diagnosis_worlds import Rules, random_problem

ASIA = DiagnosisModel(DiagnosisParams.asia())
CLINIC = DiagnosisModel(DiagnosisParams.clinic())
TROUBLE = DiagnosisModel(DiagnosisParams.troubleshooting())
BY_FORESIGHT = (ContingentPolicy, ProtocolPolicy, MyopicPolicy, GreedyPolicy)


def quick(kind: type[DiagnosisPolicy], model: DiagnosisModel) -> DiagnosisPolicy:
    """Makes a policy that decides at once."""
    return ContingentPolicy(model, expansions=12) if kind is ContingentPolicy else kind(model)


def test_asia_orders_the_policies() -> None:
    earned = [exact_return(kind(ASIA)) for kind in BY_FORESIGHT]
    assert earned == pytest.approx([4.050370064, 4.050370064, 3.8442309812, 3.3073948], abs=1e-9)
    assert exact_return(GreedyPolicy(ASIA, num_tests=0)) == pytest.approx(-1.697756, abs=1e-9)


def test_on_the_pump_one_test_of_foresight_is_enough() -> None:
    toy = DiagnosisModel(DiagnosisParams.toy())
    earned = [exact_return(kind(toy)) for kind in BY_FORESIGHT]
    assert earned == pytest.approx([1.8645, 1.8645, 1.8645, -2.57], abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_nobody_earns_more_than_the_best(seed: int) -> None:
    """With all features that there are; the plan without a bound earns just as much."""
    model = random_problem(seed)
    optimum = Rules(model).optimum()
    for kind in BY_FORESIGHT:
        assert exact_return(quick(kind, model)) <= optimum + 1e-8
    assert exact_return(ContingentPolicy(model)) == pytest.approx(optimum, abs=1e-8)


@pytest.mark.parametrize("model", [ASIA, TROUBLE], ids=["asia", "troubleshooting"])
@pytest.mark.parametrize("kind", BY_FORESIGHT)
def test_what_is_masked_is_never_done(kind: type[DiagnosisPolicy], model: DiagnosisModel) -> None:
    """Told the masks or not: the policies know the rules."""
    for masked in (True, False):
        for decided in play(quick(kind, model), range(8), masked):
            assert decided.mask[decided.action]


@pytest.mark.parametrize("model", [CLINIC, TROUBLE], ids=["clinic", "troubleshooting"])
@pytest.mark.parametrize("kind", BY_FORESIGHT)
def test_what_is_hidden_changes_nothing(kind: type[DiagnosisPolicy], model: DiagnosisModel) -> None:
    """In a copy of the world whose patients are others, but that looks the same, the same is done."""
    policy, random = quick(kind, model), np.random.default_rng(0)
    env = diagnosis_v0.gymnasium_env(model.params)
    for seed in range(3):
        observation, _ = env.reset(seed=seed)
        memory, start, over = None, np.ones(1, dtype=bool), False
        while not over:
            other = env.simulator.fork(seed=int(random.integers(2**31)))
            other.state.nodes[:] = random.integers(0, 2, other.state.nodes.shape)
            other.state.condition[:] = random.integers(0, len(model.conditions), other.state.condition.shape)
            other.refresh()
            view = other.buffers.observations.reshape(-1)
            np.testing.assert_array_equal(view, observation)
            mask = env.simulator.buffers.action_masks.reshape(-1).copy()
            np.testing.assert_array_equal(other.buffers.action_masks.reshape(-1), mask)
            theirs, _ = policy.predict(view, copy.deepcopy(memory), start, True, mask)
            action, memory = policy.predict(observation, memory, start, True, mask)
            np.testing.assert_array_equal(theirs, action)
            start = np.zeros(1, dtype=bool)
            observation, _, terminated, truncated, _ = env.step(action)
            over = terminated or truncated


@pytest.mark.parametrize("kind", BY_FORESIGHT)
def test_any_observation_of_the_space_is_answered(kind: type[DiagnosisPolicy]) -> None:
    """Checkers of other libraries draw observations at random, also such as no episode can give."""
    random = np.random.default_rng(0)
    for model in (ASIA, CLINIC, TROUBLE, DiagnosisModel(DiagnosisParams.asia(budget=2.0, deadline=2))):
        policy = quick(kind, model)
        rows = random.random((5, policy.observation_size), dtype=np.float32)
        actions, _ = policy.predict(rows)
        assert ((actions >= 0) & (actions < model.params.num_actions)).all()
        assert policy.explain().words


def test_a_masked_choice_becomes_the_best_treatment() -> None:
    mask = np.array([False] * 4 + [True] * 5)
    observation, _ = diagnosis_v0.gymnasium_env(ASIA.params).reset(seed=0)
    for kind in (MyopicPolicy, ProtocolPolicy, ContingentPolicy):
        action, _ = kind(ASIA).predict(observation, action_masks=mask)
        assert ASIA.treatments[action - 4] == "bronchodilator"


def test_batches_and_states_travel_as_in_sb3() -> None:
    policy = MyopicPolicy(ASIA)
    rows, _ = diagnosis_v0.vector_env(3, ASIA.params).reset(seed=1)
    actions, state = policy.predict(rows, None, np.ones(3, dtype=bool))
    again, _ = policy.predict(rows, state, np.array([False, True, False]))
    np.testing.assert_array_equal(actions, again)
    assert policy.access is Access.MODEL and actions.dtype.kind == "i"


def test_explanations_tell_belief_and_values() -> None:
    policy = MyopicPolicy(ASIA)
    assert policy.explain().data == {}
    last = list(play(policy, range(1)))[-1]
    data = policy.explain().data
    assert data["action"] in ASIA.treatments and data["given"] == [] and data["pending"] == []
    seen = decode_observation(ASIA, last.observation).evidence
    assert data["evidence"] == [[ASIA.tests[test], ASIA.outcomes[test][outcome]] for test, outcome in seen]
    assert sum(data["belief"].values()) == pytest.approx(1)
    assert {value["test"] for value in data["tests"]} <= set(ASIA.tests)
    assert "Belief: " in policy.explain().words
    policy.reset()
    assert policy.explain().data == {}


def test_explanations_say_why_testing_stopped() -> None:
    policy = MyopicPolicy(ASIA)
    words = [policy.explain().words for _ in play(policy, range(8))]
    assert any("Does the test 'xray': alone it is worth" in each for each in words)
    assert any("the best single test, " in each for each in words)
    poor = MyopicPolicy(DiagnosisModel(DiagnosisParams.asia(budget=0.2)))
    next(play(poor, range(1)))
    assert "no test is left that could be done" in poor.explain().words
    greedy = GreedyPolicy(ASIA)
    told = [greedy.explain().words for _ in play(greedy, range(1))]
    assert "'dysp', the cheapest test" in told[0] and "most likely: " in told[1]


def test_greedy_waits_for_what_it_asked_for() -> None:
    slow = DiagnosisModel(DiagnosisParams.clinic(1))
    policy = GreedyPolicy(slow, num_tests=3)
    decided = list(play(policy, range(3)))
    waits = [each for each in decided if each.action == policy.problem.wait]
    assert waits and all(decode_observation(slow, each.observation).pending for each in waits)
    assert not decode_observation(slow, decided[-1].observation).pending


def test_myopic_is_not_misled_by_what_is_in_work() -> None:
    """The quick X-ray is worth its price alone, but not while the X-ray itself is in work."""
    alone = DiagnosisModel(DiagnosisParams.clinic(1))
    policy = MyopicPolicy(alone)
    xray, known = alone.tests.index("xray"), policy.problem.initial()._replace(evidence=((5, 0),))
    assert policy.choose(known) == xray
    asked = policy.problem.choice(known, xray).branches[0].information
    assert asked is not None and policy.choose(asked) == policy.problem.wait  # type: ignore[arg-type]
