from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.diagnosis import dynamics
from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel, Evidence
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.diagnosis.state import NO_ACTION, NO_TREATMENT
from planzoo.envs.simulation.kernel import driver, python_function

ASIA = DiagnosisParams.asia()
SEND_HOME = 4


def world(params: DiagnosisParams = ASIA, seed: int = 0) -> DiagnosisSimulator:
    simulator = DiagnosisSimulator(params)
    simulator.reset(seed)
    return simulator


def act(simulator: DiagnosisSimulator, action: int) -> float:
    simulator.step(np.array([[action]]))
    return float(simulator.buffers.rewards[0, 0])


def evidence_of(simulator: DiagnosisSimulator) -> Evidence:
    done, results = simulator.state.done[0], simulator.state.results[0]
    return tuple((int(test), int(results[test])) for test in np.flatnonzero(done))


@driver
def compiled_draw(cumulative: NDArray[np.float64], unit: float) -> int:
    return int(dynamics.draw_cell(cumulative, unit))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0, 1, exclude_max=True))
def test_a_cell_is_drawn_by_its_share(weights: list[float], unit: float) -> None:
    cumulative = np.cumsum(weights)
    if cumulative[-1] <= 1e-9:
        return
    drawn = python_function(dynamics.draw_cell)(cumulative, unit)
    assert drawn == compiled_draw(cumulative, unit)
    assert cumulative[drawn] > unit * cumulative[-1] or drawn == len(weights) - 1
    assert drawn == 0 or cumulative[drawn - 1] <= unit * cumulative[-1]


def test_patients_are_drawn_from_the_joint_distribution() -> None:
    """Chi-square over all cells of the toy: its 0.9999 quantile with 23 degrees of freedom is 57.3."""
    params, worlds = DiagnosisParams.toy(), 40_000
    simulator = DiagnosisSimulator(params, worlds)
    simulator.reset(1)
    cells = np.ravel_multi_index(tuple(simulator.state.results.T.astype(int)), params.outcome_counts)
    counts = np.zeros(params.joint.shape)
    np.add.at(counts, (simulator.state.condition, cells), 1)
    expected = params.joint * worlds
    assert ((counts - expected) ** 2 / expected).sum() < 57.3


def test_impossible_patients_are_never_drawn() -> None:
    params = random_instance(0, noise=0.0)
    simulator = DiagnosisSimulator(params, 5000)
    simulator.reset(0)
    cells = np.ravel_multi_index(tuple(simulator.state.results.T.astype(int)), params.outcome_counts)
    assert (params.joint[simulator.state.condition, cells] > 0).all()


def test_a_test_costs_shows_its_result_and_can_be_done_once() -> None:
    simulator = world()
    before = simulator.state.results.copy()
    assert act(simulator, 2) == pytest.approx(-2)
    assert simulator.state.remaining[0] == pytest.approx(1)
    assert evidence_of(simulator) == ((2, int(before[0, 2])),)
    assert not simulator.buffers.action_masks[0, 0, 2]
    assert act(simulator, 2) == 0
    assert simulator.buffers.invalid_actions[0, 0]
    assert simulator.state.last_action[0] == NO_ACTION
    assert simulator.state.steps[0] == 2
    np.testing.assert_array_equal(simulator.state.results, before)


def test_a_treatment_pays_its_utility_and_ends_the_episode() -> None:
    for treatment in range(5):
        simulator = world(seed=treatment)
        expected = ASIA.utilities[simulator.state.condition[0], treatment]
        assert act(simulator, 4 + treatment) == pytest.approx(expected)
        assert simulator.buffers.terminated[0, 0]
        assert not simulator.buffers.truncated[0]
        assert simulator.state.treatment[0] == treatment
        assert act(simulator, 0) == 0, "an episode that has ended stands still"


def test_what_cannot_be_paid_is_masked() -> None:
    simulator = world(ASIA.changed(budget=2.1))
    np.testing.assert_array_equal(simulator.buffers.action_masks[0, 0], [True] * 9)
    act(simulator, 3)
    np.testing.assert_array_equal(
        simulator.buffers.action_masks[0, 0], [True, True, False, False] + [True] * 5
    )
    assert act(simulator, 2) == 0
    assert not simulator.state.ended[0]


@pytest.mark.parametrize("tests", [[2], [0, 1, 3]])
def test_using_up_the_budget_leaves_the_patient_untreated(tests: list[int]) -> None:
    """0.25 + 0.25 + 0.2 is not 0.7 in floating point."""
    simulator = world(ASIA.changed(budget=float(sum(ASIA.test_costs[tests].tolist()))))
    for test in tests[:-1]:
        act(simulator, test)
    assert not simulator.state.ended[0]
    last = act(simulator, tests[-1])
    expected = ASIA.untreated[simulator.state.condition[0]] - ASIA.test_costs[tests[-1]]
    assert last == pytest.approx(expected)
    assert simulator.buffers.terminated[0, 0]
    assert simulator.state.treatment[0] == NO_TREATMENT
    assert simulator.buffers.observations[0, 0, -1] == pytest.approx(0, abs=1e-6)


def test_the_time_limit_truncates_and_leaves_the_patient_untreated() -> None:
    simulator = world(ASIA.changed(max_steps=2))
    assert act(simulator, 0) == pytest.approx(-0.25)
    last = act(simulator, 1)
    assert last == pytest.approx(ASIA.untreated[simulator.state.condition[0]] - 0.25)
    assert simulator.buffers.truncated[0]
    assert not simulator.buffers.terminated[0, 0]


def test_a_treatment_in_the_last_step_is_no_truncation() -> None:
    simulator = world(ASIA.changed(max_steps=1))
    assert act(simulator, SEND_HOME) == pytest.approx(ASIA.utilities[simulator.state.condition[0], 0])
    assert simulator.buffers.terminated[0, 0]
    assert not simulator.buffers.truncated[0]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.permutations(range(5)))
def test_the_kernels_belief_is_the_models(seed: int, order: list[int]) -> None:
    params = random_instance(seed, noise=0.2, observation="belief", budget=20.0)
    model = DiagnosisModel(params)
    simulator = world(params, seed)
    np.testing.assert_allclose(simulator.state.belief[0], model.belief(), atol=1e-12)
    for test in order:
        act(simulator, test)
        np.testing.assert_allclose(
            simulator.state.belief[0], model.belief(evidence_of(simulator)), atol=1e-12
        )
