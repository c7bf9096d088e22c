"""Disturbances of PlanZoo's environments under Stable-Baselines3."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnvWrapper

from planzoo.envs.disturbances.mishaps import Mishaps
from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.simulation.actions import NO_ACTION
from planzoo.envs.simulation.sb3_vec_env import ScenarioVecEnv
from planzoo.envs.wrappers.disturbance_binding import check_events
from planzoo.errors import InputError

Rows = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]


class DisturbedVecEnv(VecEnvWrapper):
    """:class:`~planzoo.envs.wrappers.disturbances.Disturbances` for rows that are agents of worlds.

    At the end of an episode the infos of all its rows count the disturbances.

    Args:
        venv: a scenario's environment, or resource wrappers around it.
        rules: what strikes how often.

    Raises:
        InputError: another environment, or the rules do not fit it.
    """

    def __init__(self, venv: Any, rules: DisturbanceRules) -> None:
        core = venv.unwrapped
        if not isinstance(core, ScenarioVecEnv):
            raise InputError(f"DisturbedVecEnv is for PlanZoo's sb3_vec_env, not for {venv}.")
        self.core, self.rules = core, rules
        simulator = core.simulator
        check_events(rules, simulator)
        self.mishaps = Mishaps(rules, simulator.num_worlds, simulator.num_agents, simulator.num_actions)
        super().__init__(venv)

    def seed(self, seed: int | None = None) -> Any:
        """Seeds worlds and disturbances: world i gets seed + i at the next reset."""
        found = self.venv.seed(seed)
        self._seed = seed
        return found

    _seed: int | None = None

    def reset(self) -> Any:
        """Begins episodes in all worlds."""
        observations = self.venv.reset()
        worlds = range(self.core.simulator.num_worlds)
        self.mishaps.begin(worlds, None if self._seed is None else [self._seed + each for each in worlds])
        self._seed = None
        self.mishaps.show_first(self._by_agent(observations), slice(None))
        return observations

    def step_async(self, actions: NDArray[Any]) -> None:
        """Lets disturbances strike, and hands on what they leave of the actions, integers (B·N,)."""
        simulator = self.core.simulator
        chosen = np.array(actions, dtype=np.int64).reshape(simulator.num_worlds, -1)
        if not self.rules.calm:
            chosen[simulator.buffers.terminated] = NO_ACTION
            masks = self.action_masks().reshape(*chosen.shape, -1)
            self.mishaps.strike(chosen, masks, NO_ACTION)
            self.mishaps.happen(self.venv, simulator)
        self.venv.step_async(chosen.reshape(-1))

    def step_wait(self) -> Rows:
        """Steps all worlds."""
        observations, rewards, dones, infos = self.venv.step_wait()
        ended = np.flatnonzero(dones.reshape(self.core.simulator.num_worlds, -1).all(axis=1))
        facts = self.mishaps.facts() if ended.size else {}
        for row in np.flatnonzero(dones).tolist() if ended.size else ():
            world = row // self.core.simulator.num_agents
            infos[row] |= {name: column[world].item() for name, column in facts.items()}
        self._lose_last(observations, dones, infos)
        shown = self._observed(np.asarray(observations), ended)
        if ended.size:
            self.mishaps.begin(ended)
        return shown, rewards, dones, infos

    def _lose_last(self, observations: Any, dones: NDArray[np.bool_], infos: list[dict[str, Any]]) -> None:
        """Lets the last observations of episodes be lost like any other."""
        if not dones.any() or not self.rules.strikes("sensor_dropout"):
            return
        finals, rows = np.array(observations), np.flatnonzero(dones).tolist()
        for row in rows:
            finals[row] = infos[row]["terminal_observation"]
        shown = self.mishaps.observed(self._by_agent(finals), keep=False).reshape(finals.shape)
        for row in rows:
            infos[row]["terminal_observation"] = shown[row]

    def _observed(self, observations: NDArray[Any], ended: NDArray[np.int64]) -> Any:
        """Gives what comes through; episodes that begin anew begin with what is to be seen."""
        if not self.rules.strikes("sensor_dropout"):
            return observations
        self.mishaps.struck[ended] = 0
        shown = self.mishaps.observed(self._by_agent(observations)).reshape(observations.shape)
        self.mishaps.show_first(self._by_agent(observations), ended)
        return shown

    def _by_agent(self, observations: Any) -> NDArray[Any]:
        array: NDArray[Any] = np.asarray(observations)
        return array.reshape(self.core.simulator.num_worlds, self.core.simulator.num_agents, -1)

    def action_masks(self) -> NDArray[np.bool_]:
        """Gives the masks of all rows, bool (B·N, A)."""
        rows: Any = self.venv  # the scenario's, or a resource wrapper, which have them all at hand
        masks: NDArray[np.bool_] = rows.action_masks()
        return masks
