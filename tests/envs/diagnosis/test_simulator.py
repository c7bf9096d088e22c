"""How the kernels are bound to arrays; what they compute is tested next to them."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs import diagnosis_v0, medical_testing_v0
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.errors import InputError
from tests.envs.diagnosis.random_clinics import random_clinic

ASIA = DiagnosisParams.asia()
CLINIC = DiagnosisParams.clinic(3, deadline=8, observation="marginals")


def random_steps(simulators: list[DiagnosisSimulator], steps: int, seed: int = 0) -> None:
    """The same actions for all, of which some are not allowed."""
    random = np.random.default_rng(seed)
    for _ in range(steps):
        shape = (simulators[0].num_worlds, simulators[0].num_agents)
        actions = random.integers(simulators[0].num_actions, size=shape)
        for simulator in simulators:
            simulator.step(actions, autoreset=True)


def assert_same(one: DiagnosisSimulator, other: DiagnosisSimulator, world: int | slice = slice(None)) -> None:
    """Bit for bit; ``other`` may hold one world of ``one``."""
    for mine, theirs in zip((*one.state, *one.buffers), (*other.state, *other.buffers), strict=True):
        np.testing.assert_array_equal(mine[world], theirs[0] if isinstance(world, int) else theirs)


@settings(max_examples=5)
@given(st.integers(0, 2**32))
def test_a_world_is_the_same_in_every_batch_and_thread(seed: int) -> None:
    params = random_clinic(seed)
    batch = DiagnosisSimulator(params, 40, threads=2)
    batch.reset(seed)
    alone = DiagnosisSimulator(params)
    alone.reset(seed + 17)
    random = np.random.default_rng(seed)
    for _ in range(15):
        actions = random.integers(batch.num_actions, size=(40, batch.num_agents))
        batch.step(actions, autoreset=True)
        alone.step(actions[17:18], autoreset=True)
        assert_same(batch, alone, 17)


@pytest.mark.parametrize("params", [ASIA, CLINIC], ids=["asia", "clinic"])
def test_copies_go_on_alike_and_on_their_own(params: DiagnosisParams) -> None:
    simulator = DiagnosisSimulator(params, 5)
    simulator.reset(1)
    random_steps([simulator], 3)
    twins = [copy.deepcopy(simulator), pickle.loads(pickle.dumps(simulator))]
    random_steps([simulator, *twins], 12, seed=1)
    for twin in twins:
        assert_same(simulator, twin)
    before = twins[0].buffers.observations.copy()
    random_steps([simulator], 2, seed=2)
    np.testing.assert_array_equal(twins[0].buffers.observations, before)


def test_forks_know_the_patient_but_not_the_results_to_come() -> None:
    simulator = DiagnosisSimulator(DiagnosisParams.clinic(1, budget=90.0, observation="belief"))
    simulator.reset(2)
    forks = simulator.fork(0, copies=256, seed=5)
    assert (forks.state.nodes == simulator.state.nodes).all()
    forks.step(np.full((256, 1), 2))
    simulator.step(np.array([[2]]))
    share = forks.state.counts[:, 0, 4].mean()
    assert 0.02 < share < 0.98, "the test errs in some of the futures"
    again = simulator.fork(0, into=forks, seed=9)
    np.testing.assert_array_equal(
        again.buffers.observations, simulator.buffers.observations.repeat(256, axis=0)
    )
    again.step(np.full((256, 1), 4))
    simulator.refresh()
    assert len(np.unique(again.state.belief[:, 0, 0])) == 1, "spirometry takes a step"
    again.step(np.full((256, 1), 10))
    assert len(np.unique(again.state.belief[:, 0, 0])) == 2


def test_the_global_state_is_the_truth() -> None:
    simulator = DiagnosisSimulator(ASIA)
    simulator.reset(3)
    simulator.step(np.array([[1]]))
    out = np.full(simulator.global_state_size, np.nan, dtype=np.float32)
    simulator.write_global_state(0, out)
    order = ASIA.network.topological_order()
    hidden = dict(zip(order, simulator.state.nodes[0, 0].tolist(), strict=True))
    nodes = ["tub", "lung", "bronc", "asia", "smoke", "xray", "dysp"]
    expected = np.concatenate([np.eye(2)[hidden[node]] for node in nodes])
    np.testing.assert_array_equal(out[:14], expected)
    assert out[14] == 0, "the patient is still there"
    np.testing.assert_array_equal(out[15:23], [0, 0, *np.eye(2)[hidden["smoke"]], 0, 0, 0, 0])
    np.testing.assert_array_equal(out[23:31], 0)
    np.testing.assert_allclose(out[31:], [2.75 / 3, 1 - 1 / 10], rtol=1e-6)


def test_success_is_the_right_treatment() -> None:
    simulator = DiagnosisSimulator(ASIA, 200)
    simulator.reset(0)
    simulator.step(np.full((200, 1), 3))
    values = np.column_stack([ASIA.tables.utilities, ASIA.tables.untreated()])
    best = values[simulator.state.condition[:, 0]].argmax(axis=1)
    simulator.step(np.where(np.arange(200) < 100, best, (best + 1) % 5)[:, None] + 4)
    assert [simulator.episode_info(world)["success"] for world in range(200)] == [True] * 100 + [False] * 100
    treated = best[0] < 4
    assert simulator.episode_info(0) == {
        "success": True,
        "correct": 1.0,
        "tests": 1,
        "cost": 0.2,
        "treatments": int(treated),
    }


def test_facts_are_of_all_patients_together() -> None:
    simulator = DiagnosisSimulator(DiagnosisParams.clinic(2), 300)
    simulator.reset(0)
    simulator.step(np.tile([0, 1], (300, 1)))
    simulator.step(np.tile([9, 5], (300, 1)))
    facts = simulator.episode_facts(np.arange(300))
    assert set(facts["tests"]) == {2} and set(facts["cost"]) == {0.5} and set(facts["treatments"]) == {1}
    healthy = simulator.state.condition[:, 0] == 7
    bronchitis = simulator.state.condition[:, 1] == 6
    np.testing.assert_array_equal(facts["correct"], (healthy.astype(int) + bronchitis) / 2)
    np.testing.assert_array_equal(facts["success"], healthy & bronchitis)
    assert [facts[name].dtype.kind for name in ("success", "correct", "tests", "cost")] == list("bfif")


def test_rooms_are_kept_and_each_thread_has_its_own() -> None:
    simulator = DiagnosisSimulator(CLINIC, 256, threads=2)
    simulator.reset(0)
    random_steps([simulator], 5)
    rooms = dict(simulator._rooms)
    random_steps([simulator], 5)
    assert simulator._rooms == rooms and len(rooms) == 3
    assert len({id(room.likelihood) for room in rooms.values()}) == 3
    assert simulator.fork(0, copies=2)._rooms == {}


def test_the_door_takes_fields_and_presets() -> None:
    env = diagnosis_v0.gymnasium_env(budget=2.5, observation="belief")
    assert env.observation_space.shape == (8 + 4 + 1,)
    assert diagnosis_v0.simulator(DiagnosisParams.toy()).num_actions == 3 + 3 + 1
    assert diagnosis_v0.model(budget=1.5).budget == 1.5
    assert diagnosis_v0.simulator(patients=3).agents == ("doctor_0", "doctor_1", "doctor_2")
    assert medical_testing_v0.simulator().num_agents == 4
    with pytest.raises(InputError, match="no field 'doctors'"):
        diagnosis_v0.simulator(doctors=3)


def test_the_generative_model_samples_the_scenario() -> None:
    model = diagnosis_v0.model().generative()
    random = np.random.default_rng(0)
    state = model.initial_belief(random)
    assert model.actions(state) == list(range(9))
    state, observation, reward, ended = model.sample_transition(state, 2, random)
    assert reward == pytest.approx(-2)
    assert not ended
    assert observation.shape == (9,)
    assert model.actions(state) == [0, 1, 3, 4, 5, 6, 7, 8]
    assert model.sample_transition(state, 4, random)[3]
