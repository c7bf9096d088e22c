"""The generative model of any scenario."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.simulation.model import GenerativeModel
from planzoo.envs.simulation.simulator_model import SimulatorModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import State
from tests.envs.simulation.mortals import WORK, mortals


def test_it_keeps_the_protocol() -> None:
    model = SimulatorModel(mortals(), discount=0.9)
    assert isinstance(model, GenerativeModel) and model.discount == 0.9


def test_it_samples_without_foresight() -> None:
    model = SimulatorModel(WarehouseSimulator(WarehouseParams.rware(robots=1)))
    random = np.random.default_rng(0)
    state = model.initial_belief(random)
    assert set(model.actions(state)) <= set(range(5))
    once = model.sample_transition(state, [1], np.random.default_rng(1))
    again = model.sample_transition(state, [1], np.random.default_rng(1))
    other = model.sample_transition(state, [1], np.random.default_rng(2))
    np.testing.assert_array_equal(once[1], again[1])
    assert once[2] == 0.0 and once[3] is False
    assert (once[0].state[0] != other[0].state[0]).any(), "each call draws a random stream of its own"


def start_cell(model: SimulatorModel, random: np.random.Generator) -> int:
    robots = State._fields.index("robots")
    return int(model.initial_belief(random).state[robots]["cell"][0, 0])


def test_the_initial_belief_has_many_states() -> None:
    model = SimulatorModel(WarehouseSimulator(WarehouseParams.toy()))
    random = np.random.default_rng(0)
    cells = {start_cell(model, random) for _ in range(40)}
    assert len(cells) > 10


def test_only_one_agent_s_actions_are_listed() -> None:
    alone = SimulatorModel(mortals(lifetimes=(3,)))
    assert alone.actions(alone.initial_belief(np.random.default_rng(0))) == [0, 1]
    team = SimulatorModel(mortals())
    with pytest.raises(ValueError, match="joint actions of several agents are not listed"):
        team.actions(team.initial_belief(np.random.default_rng(0)))


def test_rewards_are_summed_until_the_end() -> None:
    model = SimulatorModel(mortals(max_steps=3))
    random = np.random.default_rng(0)
    start = state = model.initial_belief(random)
    rewards, ends = [], []
    for _ in range(3):
        state, observations, reward, ended = model.sample_transition(state, [WORK] * 3, random)
        rewards.append(reward)
        ends.append(ended)
    wage = float(np.float32(0.1))
    assert rewards == pytest.approx([3 * wage, 3 * wage, 2 * wage], abs=1e-15)
    assert ends == [False, False, True] and observations.tolist() == [3, 0, 3, 1, 3, 1]
    assert model.sample_transition(start, [WORK] * 3, random)[1][0] == 1, "states are values: they do not age"
