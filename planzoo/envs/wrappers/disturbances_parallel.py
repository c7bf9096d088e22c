"""Disturbances of any PettingZoo environment whose agents act at the same time."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv
from pettingzoo.utils import BaseParallelWrapper

from planzoo.envs.disturbances.kinds import DROPOUT, kind_names
from planzoo.envs.disturbances.mishaps import Mishaps
from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.simulation.actions import NO_ACTION
from planzoo.envs.simulation.parallel_env import ScenarioParallelEnv
from planzoo.envs.wrappers.disturbance_binding import (
    check_actions,
    check_events,
    first_action,
    idle_action,
    instead_of,
    lost_observation,
    told_mask,
)
from planzoo.envs.wrappers.resource_binding import unchecked

Step = tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]


class ParallelDisturbances(BaseParallelWrapper[str, Any, Any]):
    """:class:`~planzoo.envs.wrappers.disturbances.Disturbances` for agents that act on their own.

    Every agent's ``info["disturbances"]`` names what has struck it in the step; when all agents have left,
    each info counts the episode's. Masks beside an observation stay when it is lost.

    Args:
        env: any environment.
        rules: what strikes how often; its schedule numbers agents in the order of ``possible_agents``.

    Raises:
        InputError: the rules do not fit the environment.
    """

    def __init__(self, env: ParallelEnv[str, Any, Any], rules: DisturbanceRules) -> None:
        super().__init__(env)
        self.rules = rules
        own = env.unwrapped
        self._own = own if isinstance(own, ScenarioParallelEnv) else None
        check_events(rules, None if self._own is None else self._own.simulator)
        self._numbers = {agent: number for number, agent in enumerate(env.possible_agents)}
        action_spaces = [env.action_space(agent) for agent in self._numbers]
        if self._own is None:
            for space in action_spaces:
                check_actions(rules, space)
        self._first = [first_action(space) for space in action_spaces]
        counts = [int(space.n) if isinstance(space, spaces.Discrete) else 1 for space in action_spaces]
        self.mishaps = Mishaps(rules, 1, len(counts), max(counts))
        self._masks = np.ones((1, len(counts), max(counts)), dtype=np.bool_)
        for number, count in enumerate(counts):
            self._masks[0, number, count:] = False
        self._last: dict[str, Any] = {}

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Begins an episode; first observations are never lost."""
        observations, infos = self.env.reset(seed=seed, options=options)
        self.mishaps.begin([0], [seed])
        self._last = copy.deepcopy(dict(observations))
        self._keep_masks(observations, infos)
        return observations, {agent: self._told(agent, info) for agent, info in infos.items()}

    def step(self, actions: dict[str, Any]) -> Step:
        """Lets disturbances strike, and steps the environment with what they leave of the actions.

        Raises:
            ValueError: in PlanZoo's checked mode, an action is missing or outside the space.
        """
        if not self.env.agents:
            return {}, {}, {}, {}, {}
        if self._own is not None and self._own.checked:
            self._own.check_actions(actions)
        carried = self._carried_out(actions)
        self.mishaps.happen(self.env, None if self._own is None else self._own.simulator)
        with unchecked(self.env):
            observations, rewards, terminated, truncated, infos = self.env.step(carried)
        self._keep_masks(observations, infos)
        told = {agent: self._told(agent, info) for agent, info in infos.items()}
        if not self.env.agents:
            facts = {name: column[0].item() for name, column in self.mishaps.facts().items()}
            for info in told.values():
                info.update(facts)
        return self._observed(observations), rewards, terminated, truncated, told

    def _carried_out(self, actions: dict[str, Any]) -> dict[str, Any]:
        chosen = np.full((1, len(self._numbers)), NO_ACTION, dtype=np.int64)
        for agent in self.env.agents:
            numbered, number = isinstance(self.env.action_space(agent), spaces.Discrete), self._numbers[agent]
            chosen[0, number] = int(actions[agent]) - self._first[number] if numbered else 0
        asked = chosen[0].copy()
        self.mishaps.strike(chosen, self._masks, NO_ACTION)
        return {
            agent: action
            if asked[self._numbers[agent]] == chosen[0, self._numbers[agent]]
            else self._instead(agent, int(chosen[0, self._numbers[agent]]))
            for agent, action in actions.items()
        }

    def _instead(self, agent: str, number: int) -> Any:
        if number != NO_ACTION or self._own is not None:
            return number + self._first[self._numbers[agent]]
        return idle_action(self.rules, self.env.action_space(agent))

    def _observed(self, observations: dict[str, Any]) -> dict[str, Any]:
        """Gives what comes through."""
        if not self.rules.strikes("sensor_dropout"):
            return observations
        shown = dict(observations)
        for agent, seen in observations.items():
            if self.mishaps.struck[0, self._numbers[agent]] >> DROPOUT & 1:
                last = self._last.get(agent, seen) if self.rules.dropout == "last" else lost_observation(seen)
                shown[agent] = instead_of(seen, last)
        self._last.update(copy.deepcopy(shown))  # whoever gets them may change them
        return shown

    def _told(self, agent: str, info: dict[str, Any]) -> dict[str, Any]:
        struck = int(self.mishaps.struck[0, self._numbers[agent]])
        told = {**info, "disturbances": kind_names(struck)}
        if self._own is not None and self.mishaps.quiet[0, self._numbers[agent]]:
            told["invalid_action"] = False
        return told

    def _keep_masks(self, observations: dict[str, Any], infos: dict[str, dict[str, Any]]) -> None:
        for agent, seen in observations.items():
            mask = told_mask(seen, infos[agent])
            if mask is not None and len(mask) <= self._masks.shape[2]:
                self._masks[0, self._numbers[agent], : len(mask)] = mask
