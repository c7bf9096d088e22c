"""The rules: against the oracle in random clinics, and one by one with numbers to check by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import Roles, validated
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.diagnosis.state import NO_ACTION, NO_TREATMENT, NOT_PENDING
from planzoo.envs.networks.network import BayesianNetwork
from tests.envs.diagnosis.clinic_oracle import ClinicOracle
from tests.envs.diagnosis.clinic_views import (
    as_numbers,
    expected_observation,
    expected_truth,
    hidden_states,
    times_seen,
)
from tests.envs.diagnosis.random_clinics import random_clinic

WORLDS, STEPS = 2, 25


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_clinics_go_by_the_rules(seed: int) -> None:
    play(random_clinic(seed), seed)


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_generated_clinics_go_by_the_rules(seed: int) -> None:
    random = np.random.default_rng(seed)
    options: dict[str, Any] = {"patients": int(random.integers(1, 5)), "capacity": int(random.integers(1, 3))}
    play(DiagnosisParams.random(seed, 1 + seed % 3, 1 + seed % 6, 0.2, **options), seed)


@pytest.mark.long
@settings(max_examples=4000)
@given(st.integers(0, 2**32))
def test_thousands_of_clinics_go_by_the_rules(seed: int) -> None:
    play(random_clinic(seed), seed)


def play(params: DiagnosisParams, seed: int) -> set[str]:
    """Plays some worlds next to the oracle, with random actions, some of them forbidden.

    Returns:
        What happened in them.
    """
    simulator = DiagnosisSimulator(params, WORLDS)
    simulator.reset(seed)
    random, seen = np.random.default_rng(seed), set[str]()
    oracles = [ClinicOracle(params, hidden_states(simulator, world)) for world in range(WORLDS)]
    for world, oracle in enumerate(oracles):
        check_world(simulator, world, oracle)
    for _ in range(STEPS):
        actions = some_actions(simulator, random)
        ended = simulator.state.ended.copy()
        simulator.step(actions, autoreset=True)
        for world in range(WORLDS):
            if ended[world]:
                oracles[world] = ClinicOracle(params, hidden_states(simulator, world))
            else:
                follow(simulator, world, oracles[world], actions[world].tolist())
            check_world(simulator, world, oracles[world])
            seen |= happenings(oracles[world])
    return seen


def some_actions(simulator: DiagnosisSimulator, random: np.random.Generator) -> np.ndarray:
    """Draws actions: mostly allowed ones, and tests rather than what ends the episode."""
    masks = simulator.buffers.action_masks
    weights = random.random(masks.shape) * (masks | (random.random((*masks.shape[:2], 1)) < 0.15))
    weights[..., len(simulator.params.tables.tests) :] *= random.choice([0.3, 1.0])
    actions = weights.argmax(axis=2)
    nonsense = random.choice([-7, simulator.num_actions, 10**9], size=actions.shape)
    return np.where(random.random(actions.shape) < 0.03, nonsense, actions)


def follow(simulator: DiagnosisSimulator, world: int, oracle: ClinicOracle, actions: list[int]) -> None:
    """Lets the oracle do the same, and tells it the results that the simulator drew."""
    before = [{name: dict(seen) for name, seen in patient.seen.items()} for patient in oracle.patients]
    for agent, test in oracle.step(actions):
        now = times_seen(simulator, world, agent)[test]
        new = [outcome for outcome, times in now.items() if times > before[agent][test][outcome]]
        assert len(new) == 1 and sum(now.values()) == sum(before[agent][test].values()) + 1
        assert oracle.chance(test, new[0], oracle.patients[agent].hidden[oracle.node(test)]) > 0
        oracle.see(oracle.patients[agent], test, new[0])
    oracle.close()


def check_world(simulator: DiagnosisSimulator, world: int, oracle: ClinicOracle) -> None:
    """Compares all that a world has and shows."""
    state, buffers = simulator.state, simulator.buffers
    assert state.steps[world] == oracle.steps and state.ended[world] == oracle.ended
    assert state.remaining[world] == pytest.approx(oracle.money, abs=1e-9)
    assert buffers.truncated[world] == (
        oracle.ended and not all(patient.finished for patient in oracle.patients)
    )
    for agent in range(simulator.num_agents):
        check_patient(simulator, world, agent, oracle)
    truth = np.zeros(simulator.global_state_size, dtype=np.float32)
    simulator.write_global_state(world, truth)
    check_close(truth, as_numbers(expected_truth(oracle)), 1e-6)
    facts = simulator.episode_info(world)
    assert facts == {**oracle.facts(), "cost": pytest.approx(oracle.facts()["cost"])}
    if simulator.params.budget is not None:
        assert facts["cost"] == pytest.approx(simulator.params.budget - oracle.money)


def check_patient(simulator: DiagnosisSimulator, world: int, agent: int, oracle: ClinicOracle) -> None:
    state, buffers, patient = simulator.state, simulator.buffers, oracle.patients[agent]
    assert times_seen(simulator, world, agent) == patient.seen
    arrivals = [patient.pending.get(test, NOT_PENDING) for test in oracle.tests]
    assert state.arrival[world, agent].tolist() == arrivals
    assert state.given[world, agent].tolist() == [each in patient.given for each in oracle.treatments]
    last = oracle.treatments.index(patient.given[-1]) if patient.given else NO_TREATMENT
    assert state.treatment[world, agent] == last
    assert state.finished[world, agent] == buffers.terminated[world, agent] == patient.finished
    assert state.utility[world, agent] == pytest.approx(patient.reward, abs=1e-9)
    assert buffers.rewards[world, agent] == np.float32(state.utility[world, agent])
    assert state.last_action[world, agent] == patient.last_action
    assert state.turned_away[world, agent] == patient.turned_away
    assert buffers.action_masks[world, agent].tolist() == oracle.mask(patient)
    expected = as_numbers(expected_observation(oracle, patient))
    check_close(buffers.observations[world, agent], expected, 1e-6)
    if simulator.params.observation != "results":
        check_close(state.belief[world, agent], patient.belief, 1e-9)


def check_close(found: np.ndarray, expected: Any, tolerance: float) -> None:
    assert found.shape == expected.shape and abs(found - expected).max(initial=0) < tolerance


def happenings(oracle: ClinicOracle) -> set[str]:
    """What is rare enough that a test should make sure of having seen it."""
    patients, params = oracle.patients, oracle.params
    late = params.deadline is not None and oracle.steps >= params.deadline
    told = {
        "turned away": any(patient.turned_away for patient in patients),
        "result on its way": any(patient.pending for patient in patients),
        "full laboratory": oracle.places_taken() == params.capacity,
        "repeated": any(len(set(patient.ordered)) < len(patient.ordered) for patient in patients),
        "money spent": oracle.ended and params.end_when_spent and oracle.money <= 1e-9,
        "deadline": oracle.ended and late and not any(patient.given for patient in patients),
        "time limit": oracle.ended and not all(patient.finished for patient in patients),
        "not cured": any(patient.given and not patient.finished for patient in patients),
        "all cured": not oracle.roles.treatment_ends and any(len(each.given) > 1 for each in patients),
        "left early": any(patient.finished for patient in patients) and not oracle.ended,
    }
    return {name for name, happened in told.items() if happened}


def test_everything_happens_in_random_clinics() -> None:
    seen = set[str]().union(*(play(random_clinic(seed), seed) for seed in range(24)))
    assert len(seen) == 10, sorted(seen)


COIN = BayesianNetwork(
    name="coins",
    variables=("flu", "gout"),
    states=(("yes", "no"), ("yes", "no")),
    parents=((), ()),
    tables=(np.array([0.5, 0.5]), np.array([0.5, 0.5])),
)
ROLES: dict[str, Any] = {
    "diseases": {"flu": {"severity": 8}, "gout": {"severity": 3}},
    "tests": {
        "swab": {"node": "flu", "cost": 1, "harm": 0.5},
        "culture": {"node": "flu", "cost": 2, "delay": 2},
        "look": {"node": "gout", "kind": "observe", "cost": 0.25, "repeats": 3, "accuracy": 0.75},
    },
    "treatments": {
        "tea": {"treats": ["flu"], "cost": 2, "harms": {"healthy": 1, "gout": 0.5}},
        "diet": {"treats": ["gout=yes"], "cost": 1},
    },
    "health_value": 10,
}
SWAB, CULTURE, LOOK, TEA, DIET, STOP, WAIT = range(7)
BOTH, FLU, GOUT, HEALTHY = range(4)


def clinic(conditions: list[int], roles: dict[str, Any] | None = None, **changes: Any) -> DiagnosisSimulator:
    """One world whose patients have the given conditions."""
    made = validated({**ROLES, **(roles or {})}, Roles, "roles")
    changes = {"patients": len(conditions), "end_when_spent": False, **changes}
    simulator = DiagnosisSimulator(DiagnosisParams.from_network(COIN, made, **changes))
    seeds = iter(range(10_000))
    while simulator.state.steps[0] < 0 or simulator.state.condition[0].tolist() != conditions:
        simulator.reset(next(seeds))
    return simulator


def act(simulator: DiagnosisSimulator, *actions: int) -> list[float]:
    """One step; gives what each doctor earned."""
    simulator.step(np.array([actions]))
    return [float(value) for value in simulator.state.utility[0]]


def counts(simulator: DiagnosisSimulator, agent: int = 0) -> list[int]:
    return list(map(int, simulator.state.counts[0, agent]))


def test_a_test_costs_harms_and_shows_its_result() -> None:
    simulator = clinic([FLU], budget=5.0)
    assert act(simulator, SWAB) == pytest.approx([-1.5])
    assert simulator.state.remaining[0] == pytest.approx(4.0)
    assert counts(simulator) == [1, 0, 0, 0, 0, 0]
    assert simulator.buffers.action_masks[0, 0].tolist() == [False, True, True, True, True, True, False]
    assert act(simulator, SWAB) == [0.0] and simulator.buffers.invalid_actions[0, 0]
    assert simulator.state.last_action[0, 0] == NO_ACTION and counts(simulator) == [1, 0, 0, 0, 0, 0]


def test_a_result_comes_late_and_can_be_waited_for() -> None:
    simulator = clinic([HEALTHY], step_cost=0.125)
    assert act(simulator, CULTURE) == [-2.125]
    for left in (2, 1):
        assert simulator.state.arrival[0, 0, CULTURE] == 3 and counts(simulator) == [0] * 6
        mask = simulator.buffers.action_masks[0, 0]
        assert mask[WAIT] and not mask[CULTURE]
        assert simulator.buffers.observations[0, 0, 6:9].tolist() == [0.0, left / 2, 0.0]
        assert act(simulator, WAIT) == [-0.125]
    assert counts(simulator) == [0, 0, 0, 1, 0, 0]
    assert not simulator.buffers.action_masks[0, 0, WAIT]


def test_noisy_tests_can_be_repeated_as_often_as_allowed() -> None:
    simulator = clinic([GOUT])
    for times in (1, 2, 3):
        assert simulator.buffers.action_masks[0, 0, LOOK]
        act(simulator, LOOK)
        assert sum(counts(simulator)[4:]) == times
    assert not simulator.buffers.action_masks[0, 0, LOOK]


@pytest.mark.parametrize(("condition", "tea"), [(BOTH, -2 - 0.5 - 3), (FLU, 8), (GOUT, -5.5), (HEALTHY, 7)])
def test_a_treatment_ends_the_episode_with_its_utility(condition: int, tea: float) -> None:
    simulator = clinic([condition])
    assert act(simulator, TEA) == pytest.approx([tea])
    assert simulator.buffers.terminated[0, 0] and not simulator.buffers.truncated[0]
    assert act(simulator, SWAB) == [tea], "an episode that has ended stands still"
    assert simulator.buffers.rewards[0, 0] == 0 and counts(simulator) == [0] * 6


def test_repairs_go_on_until_nothing_is_left() -> None:
    simulator = clinic([BOTH], {"treatment_ends": False})
    assert act(simulator, TEA) == pytest.approx([-2.5])
    assert not simulator.state.ended[0] and not simulator.buffers.action_masks[0, 0, TEA]
    assert act(simulator, DIET) == pytest.approx([-1 + 10])
    assert simulator.buffers.terminated[0, 0]
    facts = simulator.episode_info(0)
    assert facts == {"success": True, "correct": 1.0, "tests": 0, "cost": 0.0, "treatments": 2}


def test_stopping_leaves_the_rest_untreated() -> None:
    simulator = clinic([BOTH], {"treatment_ends": False})
    act(simulator, TEA)
    assert act(simulator, STOP) == [-3.0]
    assert not simulator.episode_info(0)["success"] and simulator.state.treatment[0, 0] == TEA - 3


@pytest.mark.parametrize("step", [1, 2, 3])
def test_another_doctor_is_first_at_the_laboratory_each_step(step: int) -> None:
    simulator = clinic([FLU] * 3, capacity=1)
    for _ in range(step - 1):
        act(simulator, LOOK, LOOK, LOOK)
    rewards = act(simulator, SWAB, SWAB, SWAB)
    first = step % 3
    assert [each != first for each in range(3)] == simulator.state.turned_away[0].tolist()
    assert rewards == [-1.5 if each == first else 0.0 for each in range(3)]
    assert not simulator.buffers.invalid_actions[0].any(), "nobody could know"
    assert [counts(simulator, each)[0] for each in range(3)] == [int(each == first) for each in range(3)]


def test_a_place_is_taken_until_the_result_is_there_or_the_patient_leaves() -> None:
    simulator = clinic([FLU, FLU], capacity=1)
    act(simulator, CULTURE, LOOK)
    masks = simulator.buffers.action_masks[0]
    assert masks[1].tolist() == [False, False, True, True, True, True, True], "others wait, or look elsewhere"
    act(simulator, TEA, WAIT)
    assert simulator.buffers.action_masks[0, 1].tolist() == [True, True, True, True, True, True, False]
    assert simulator.state.arrival[0, 0, CULTURE] == NOT_PENDING
    assert simulator.episode_info(0)["tests"] == 2 and simulator.episode_info(0)["cost"] == 2.25


def test_money_is_shared_and_the_first_come_gets_it() -> None:
    simulator = clinic([FLU, FLU], budget=2.5)
    assert act(simulator, CULTURE, CULTURE) == [0.0, -2.0], "in step 1 the second doctor is first"
    assert simulator.state.turned_away[0].tolist() == [True, False]
    assert simulator.buffers.action_masks[0, 0].tolist() == [False, False, True, True, True, True, True]


@pytest.mark.parametrize("looks", [1, 3])
def test_using_up_the_budget_ends_the_episode_untreated(looks: int) -> None:
    """Three times 0.1 is not 0.3 in floating point."""
    tests = {"look": {"node": "gout", "cost": 0.1, "repeats": 3}}
    simulator = clinic([BOTH, FLU], {"tests": tests}, budget=looks * 0.1, end_when_spent=True)
    stop, look = 3, 0
    for _ in range(looks - 1):
        act(simulator, look, -1)
        assert not simulator.state.ended[0]
    assert act(simulator, look, -1) == pytest.approx([-0.1 - 11, -8])
    assert simulator.buffers.terminated[0].all() and not simulator.buffers.truncated[0]
    assert simulator.episode_info(0)["cost"] == pytest.approx(looks * 0.1), "the last test was paid for, too"
    assert simulator.buffers.action_masks[0, :, stop].all()


def test_at_the_deadline_who_is_not_treated_leaves() -> None:
    simulator = clinic([FLU, FLU], deadline=2)
    act(simulator, LOOK, CULTURE)
    assert act(simulator, TEA, LOOK) == pytest.approx([8, -8.25]), "a treatment in the last step counts"
    assert simulator.buffers.terminated[0].all() and not simulator.buffers.truncated[0]
    assert sum(counts(simulator, 1)) == 0, "results on their way are lost"
    assert simulator.buffers.observations[0, 0, -2] == 0


def test_the_time_limit_truncates_who_is_still_there() -> None:
    simulator = clinic([FLU, GOUT], max_steps=2)
    act(simulator, TEA, LOOK)
    assert act(simulator, -1, SWAB) == pytest.approx([0, -1.5 - 3])
    assert simulator.buffers.terminated[0].tolist() == [True, False]
    assert simulator.buffers.truncated[0] and simulator.state.ended[0]


def test_a_treatment_in_the_last_step_is_no_truncation() -> None:
    simulator = clinic([FLU], max_steps=1)
    act(simulator, TEA)
    assert simulator.buffers.terminated[0, 0] and not simulator.buffers.truncated[0]


def test_without_a_budget_there_is_always_money() -> None:
    simulator = clinic([FLU])
    act(simulator, CULTURE)
    assert np.isinf(simulator.state.remaining[0])
    assert simulator.buffers.observations[0, 0, -1] == 1.0
