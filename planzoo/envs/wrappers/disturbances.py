"""Disturbances of any Gymnasium environment."""

from __future__ import annotations

import copy
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs
from numpy.typing import NDArray

from planzoo.envs.disturbances.kinds import DROPOUT, kind_names
from planzoo.envs.disturbances.mishaps import Mishaps
from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.simulation.actions import NO_ACTION, checked_actions
from planzoo.envs.simulation.gymnasium_env import CentralizedEnv
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

AGENT = "agent_0"
"""The agent's name where the environment has none."""


class Disturbances(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Lets actions fail and slip, agents stop, sensors go blind, and things happen in an environment.

    Around PlanZoo's environments it knows all N agents, and an action that fails is one that does nothing;
    around others there is one agent, and ``rules.idle`` stands for it. ``info["disturbances"]`` names what
    has struck each agent in the step, by agent; at the end of an episode ``info`` counts them:
    ``disturbances_total`` and ``disturbances_<kind>``.

    The same seeds, of rules and episode, bring the same disturbances, whatever is done and through whichever
    interface. Without any the episode is that of the environment alone, bit for bit. Put around a resource
    wrapper, an action that fails takes no resources; put inside of it, it does.

    Args:
        env: any environment.
        rules: what strikes how often.

    Raises:
        InputError: the rules do not fit the environment.
    """

    def __init__(self, env: gym.Env[Any, Any], rules: DisturbanceRules) -> None:
        RecordConstructorArgs.__init__(self, rules=rules)
        gym.Wrapper.__init__(self, env)
        self.rules = rules
        own = env.unwrapped
        self._own = own if isinstance(own, CentralizedEnv) else None
        simulator = None if self._own is None else self._own.simulator
        check_events(rules, simulator)
        self.agent_names: tuple[str, ...] = (AGENT,) if self._own is None else self._own.agents
        space = env.action_space
        self._first = first_action(space)
        count = int(space.n) if isinstance(space, spaces.Discrete) else 1
        if simulator is None:
            check_actions(rules, space)
        else:
            count = simulator.num_actions
        self.mishaps = Mishaps(rules, 1, len(self.agent_names), count)
        self._masks = np.ones((1, len(self.agent_names), count), dtype=np.bool_)
        self._last: Any = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode; its first observation is never lost."""
        observation, info = self.env.reset(seed=seed, options=options)
        self.mishaps.begin([0], [seed])
        self._last = copy.deepcopy(observation)
        self._keep_masks(observation, info)
        return observation, {**info, "disturbances": self._told()}

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Lets disturbances strike, and steps the environment with what they leave of the action.

        Raises:
            ValueError: in PlanZoo's checked mode, the action is outside the space.
        """
        chosen = self._numbers(action)
        asked = chosen.copy()
        self.mishaps.strike(chosen, self._masks, NO_ACTION)
        self.mishaps.happen(self.env, None if self._own is None else self._own.simulator)
        with unchecked(self.env):
            result = self.env.step(self._carried_out(action, asked, chosen))
        observation, reward, terminated, truncated, info = result
        self._keep_masks(observation, info)
        info = {**info, "disturbances": self._told()}
        if self._own is not None:
            wrong = self._own.simulator.buffers.invalid_actions & ~self.mishaps.quiet
            info["invalid_action"] = bool(wrong.any())
        if terminated or truncated:
            info |= {name: column[0].item() for name, column in self.mishaps.facts().items()}
        return self._observed(observation), reward, terminated, truncated, info

    def action_masks(self) -> NDArray[np.bool_]:
        """Gives the masks of all agents in a row, bool (N·A,), as sb3-contrib's MaskablePPO asks for them."""
        masks: NDArray[np.bool_] = self._masks.reshape(-1).copy()
        return masks

    def _numbers(self, action: Any) -> NDArray[np.int64]:
        """Gives the actions as they are counted, int64 (1, N); of PlanZoo's agents that left, none."""
        if self._own is None:
            numbered = isinstance(self.env.action_space, spaces.Discrete)
            return np.full((1, 1), int(action) - self._first if numbered else 0, dtype=np.int64)
        simulator = self._own.simulator
        if self._own.checked:
            action = checked_actions(action, simulator.num_agents, simulator.num_actions)
        chosen = np.array(action, dtype=np.int64).reshape(1, -1)
        chosen[simulator.buffers.terminated] = NO_ACTION
        return chosen

    def _carried_out(self, action: Any, asked: NDArray[np.int64], chosen: NDArray[np.int64]) -> Any:
        """Gives the action that the environment gets: the one asked for, unless something struck."""
        if (asked == chosen).all():
            return action
        if self._own is not None:
            return chosen[0]
        if chosen[0, 0] == NO_ACTION:
            return idle_action(self.rules, self.env.action_space)
        return chosen[0, 0] + self._first

    def _observed(self, observation: Any) -> Any:
        """Gives what comes through."""
        if not self.rules.strikes("sensor_dropout"):
            return observation
        lost = (self.mishaps.struck[0] >> DROPOUT & 1).astype(np.bool_)
        if lost.any():
            last = self.rules.dropout == "last"
            observation = _partly(observation, self._last if last else lost_observation(observation), lost)
        self._last = copy.deepcopy(observation)  # whoever gets it may change it
        return observation

    def _told(self) -> dict[str, list[str]]:
        return dict(zip(self.agent_names, map(kind_names, self.mishaps.struck[0].tolist()), strict=True))

    def _keep_masks(self, observation: Any, info: dict[str, Any]) -> None:
        mask = told_mask(observation, info)
        if mask is not None and np.size(mask) == self._masks.size:
            self._masks[0] = np.reshape(np.asarray(mask, dtype=np.bool_), self._masks.shape[1:])


def _partly(seen: Any, instead: Any, lost: NDArray[np.bool_]) -> Any:
    """Puts the rows of agents whose observation is lost in the place of what is seen."""
    if len(lost) == 1:
        return instead_of(seen, instead)
    rows = np.array(seen).reshape(len(lost), -1)
    rows[lost] = np.reshape(instead, rows.shape)[lost]
    return rows.reshape(np.shape(seen))
