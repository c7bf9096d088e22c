"""Every registered scenario, also with other parameters, before others' checkers."""

from __future__ import annotations

import contextlib
import io
import itertools
import warnings
from typing import Any

import gymnasium
import pettingzoo
import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import api_test, max_cycles_test, parallel_api_test, parallel_seed_test
from stable_baselines3.common.env_checker import check_env as sb3_check_env

import planzoo  # noqa: F401, registers the environments
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import RIGHT
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.simulation.scenario import Scenario
from tests.contracts.presets import MAZES, load_preset

CHECKED = [
    "toy",
    "fulfilment",
    "sorting",
    "list",
    "image",
    "everything",
    "everything cardinal",
    "everything image",
    "pump",
    "clinic",
    "diagnosis belief",
    "diagnosis marginals deadline",
    "repairs",
    *MAZES,
]
"""Those that are shown to the checkers of other libraries."""


@pytest.fixture(params=REGISTRY, scope="module")
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load_scenario(request.param)


def test_gymnasium_checker(scenario: Scenario) -> None:
    check_env(gymnasium.make(scenario.gymnasium_id, render_mode="rgb_array").unwrapped)


def test_sb3_checker(scenario: Scenario) -> None:
    sb3_check_env(gymnasium.make(scenario.gymnasium_id))


@pytest.mark.parametrize("flat", [False, True])
def test_pettingzoo_parallel_checkers(scenario: Scenario, flat: bool) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        parallel_api_test(pettingzoo.make("parallel", scenario.pettingzoo_id, flat=flat), num_cycles=1000)
    parallel_seed_test(lambda: pettingzoo.make("parallel", scenario.pettingzoo_id, flat=flat))


def test_pettingzoo_aec_checkers(scenario: Scenario) -> None:
    check_turns(pettingzoo.make("aec", scenario.pettingzoo_id), 300)


def check_turns(env: Any, cycles: int) -> None:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        # PettingZoo warns of its own convention of a dict with an action mask.
        warnings.filterwarnings("ignore", "Observation is not a NumPy array")
        warnings.filterwarnings("ignore", "Observation space for each agent probably")
        warnings.filterwarnings("ignore", "Observation numpy array is all zeros")
        api_test(env, num_cycles=cycles)


@pytest.mark.parametrize("name", CHECKED)
def test_checkers_of_other_parameters(name: str) -> None:
    preset = load_preset(name)
    check_env(preset.gymnasium_env(), skip_render_check=True)
    with warnings.catch_warnings():
        # SB3 warns of images that are not made of bytes, and of those of a whole team.
        warnings.filterwarnings("ignore", "It seems that your observation")
        warnings.filterwarnings("ignore", "Your observation  has an unconventional shape")
        warnings.filterwarnings("ignore", "The minimal resolution for an image is")
        sb3_check_env(preset.gymnasium_env())
    check_turns(preset.env(), 60)
    for flat in (False, True):
        with contextlib.redirect_stdout(io.StringIO()):
            parallel_api_test(preset.parallel_env(flat=flat), num_cycles=200)
        parallel_seed_test(lambda flat=flat: preset.parallel_env(flat=flat), num_cycles=60)


class ClockOnly:
    """A scenario's module for ``max_cycles_test``, which plays unseeded random actions up to the clock.

    Where the rules could end an episode earlier, its action spaces are seeded so that they do not: doctors
    that happen to do nothing but tests, agents in a maze that stay where they are.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def parallel_env(self, max_cycles: int) -> Any:
        env = self.scenario.parallel_env(max_cycles=max_cycles)
        self._seed_spaces(env, env.possible_agents, max_cycles)
        return env

    def env(self, max_cycles: int) -> Any:
        env = self.scenario.env(max_cycles=max_cycles)
        self._seed_spaces(env, env.possible_agents, max_cycles)
        return env

    def _seed_spaces(self, env: Any, agents: list[str], cycles: int) -> None:
        params = self.scenario.params()
        harmless: range | None = None
        if isinstance(params, DiagnosisParams):
            harmless = range(len(params.tables.tests))
        elif isinstance(params, MazeParams):
            harmless = range(RIGHT + 1, params.num_actions)
        if harmless is None:
            return
        for space in map(env.action_space, agents):
            seeds = (seed for seed in itertools.count() if set(samples(space, seed, cycles)) <= set(harmless))
            space.seed(next(seeds))


def samples(space: gymnasium.Space[Any], seed: int, count: int) -> list[Any]:
    """Draws what a freshly seeded space gives first."""
    space.seed(seed)
    return [space.sample() for _ in range(count)]


def test_pettingzoo_clock(scenario: Scenario) -> None:
    max_cycles_test(ClockOnly(scenario))
