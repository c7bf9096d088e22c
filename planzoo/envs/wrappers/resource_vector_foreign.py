"""Steps of any vector environment under resource rules, from outside."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from numpy.typing import NDArray

from planzoo.envs.resources.rules import ResourceRules, Violation
from planzoo.envs.simulation.actions import checked_batch
from planzoo.envs.simulation.episode_reports import EpisodeReports
from planzoo.envs.simulation.vector_env import ScenarioVectorEnv
from planzoo.envs.wrappers.resource_binding import check_idle, unchecked
from planzoo.envs.wrappers.resource_infos import LedgerInfos, add_facts
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from planzoo.envs.wrappers.resource_spaces import Appender, refuse_images
from planzoo.errors import InputError


class ForeignSteps:
    """Keeps accounts around the steps of a vector environment of which only the interface is known.

    Args:
        env: the environment: somebody else's, or PlanZoo's with another wrapper around it.
        rules: what is enforced.

    Raises:
        InputError: the rules do not fit the environment.
    """

    def __init__(self, env: VectorEnv[Any, Any, NDArray[Any]], rules: ResourceRules) -> None:
        self.env, self.rules = env, rules
        own = env.unwrapped
        self._own = own if isinstance(own, ScenarioVectorEnv) else None
        self.mode = AutoresetMode(env.metadata.get("autoreset_mode", AutoresetMode.NEXT_STEP))
        self._check_endings()
        space = env.single_action_space
        self._first, count, agents = 0, None, 1
        if self._own is not None:
            refuse_images(self._own.simulator.observation_shape, rules)
            count, agents = self._own.simulator.num_actions, self._own.simulator.num_agents
        else:
            check_idle(rules, space)
            if isinstance(space, spaces.Discrete):
                self._first, count = int(space.start), int(space.n)
        self._numbered = count is not None
        self.ledger = ResourceLedger(rules, env.num_envs, agents, count)
        self._append = Appender(env.single_observation_space, rules, agents)
        self.space = self._append.space
        self._infos = LedgerInfos(self.ledger, copy=True)
        self._shown = np.zeros((env.num_envs, agents, rules.columns), dtype=np.float32)
        self._masks = np.ones((env.num_envs, agents, self.ledger.num_actions), dtype=np.bool_)
        self._inactive = np.zeros((env.num_envs, agents), dtype=np.bool_)
        self._ended = np.zeros(env.num_envs, dtype=np.bool_)
        self._last: Any = None

    def _check_endings(self) -> None:
        ends = self.rules.deadline is not None or self.rules.violation is Violation.END
        if ends and self.mode is not AutoresetMode.DISABLED:
            raise InputError(
                "Rules that end episodes cannot make this vector environment begin anew; wrap PlanZoo's "
                "directly, disable autoreset and reset with reset_mask, or wrap each environment in it."
            )

    def reset(self, seed: Any, options: dict[str, Any] | None) -> tuple[Any, dict[str, Any]]:
        """Begins episodes in all worlds, or in those of ``options["reset_mask"]``."""
        chosen = (options or {}).get("reset_mask")
        where = (
            np.ones(self.env.num_envs, dtype=np.bool_) if chosen is None else np.asarray(chosen, dtype=bool)
        )
        observations, infos = self.env.reset(seed=seed, options=options)
        worlds = np.flatnonzero(where)
        self.ledger.open(worlds, self._shown, 0)
        self.ledger.clear(worlds)
        self._ended[worlds] = False
        self._tell(observations, infos)
        return self._append(observations, self._shown), infos

    def step(self, actions: Any) -> tuple[Any, NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Steps all worlds."""
        chosen = self._numbers(actions)
        if self.rules.has_function and not self.ledger.gives_all:
            self.ledger.quote(self.rules.uses(self._last, actions))  # type: ignore[operator]
        asked = chosen.copy()
        self.ledger.take(chosen, self._masks, self._inactive, self._ended)
        with unchecked(self.env):
            result = self.env.step(self._carried_out(actions, asked, chosen))
        observations, rewards, terminated, truncated, infos = result
        self.ledger.settle(self._ended, self.mode is AutoresetMode.NEXT_STEP, self._shown, 0)
        fines = self.ledger.fines()
        if fines is not None:
            rewards = np.asarray(rewards) - fines.sum(axis=1)
        terminated = np.asarray(terminated) | self.ledger.terminated
        truncated = np.asarray(truncated) | self.ledger.truncated
        self._end(terminated | truncated, infos)
        self._tell(observations, infos)
        return self._append(observations, self._shown), rewards, terminated, truncated, infos

    def _end(self, ended: NDArray[np.bool_], infos: dict[str, Any]) -> None:
        """Tells of the episodes that ended, and begins the accounts of those that began in the same step."""
        worlds = np.flatnonzero(ended)
        self._ended = ended.copy()
        if not worlds.size:
            return
        if self._own is not None and self.mode is AutoresetMode.DISABLED:
            facts = self._own.simulator.episode_facts(worlds)
            infos.update(EpisodeReports(len(ended)).write(facts, worlds, True))
        add_facts(infos, self.ledger.facts(ended), ended)
        if self.mode is AutoresetMode.SAME_STEP:
            for world in worlds:
                infos["final_obs"][world] = self._append(infos["final_obs"][world], self._shown[world])
            self.ledger.open(worlds, self._shown, 0)
            self._ended[:] = False

    def _numbers(self, actions: Any) -> NDArray[np.int64]:
        """Gives the actions as the ledger counts them, int64 (B, N)."""
        shape = self._inactive.shape
        if self._own is not None and self._own.checked:
            checked_batch(actions, *shape, self.ledger.num_actions)
        if not self._numbered:
            return np.zeros(shape, dtype=np.int64)
        return np.array(actions, dtype=np.int64).reshape(shape) - self._first

    def _carried_out(self, actions: Any, asked: NDArray[np.int64], chosen: NDArray[np.int64]) -> Any:
        """Gives the actions that the environment gets: those asked for, but where one was blocked."""
        blocked = (asked != chosen).any(axis=1)
        if not blocked.any():
            return actions
        if self._own is not None:
            return chosen
        changed = np.array(actions)
        changed[blocked] = np.asarray(self.rules.idle, dtype=changed.dtype)
        return changed

    def _tell(self, observations: Any, infos: dict[str, Any]) -> None:
        """Keeps what the next step needs, and adds what is left to infos."""
        self._last = observations
        mask = infos.get("action_mask")
        if self._numbered and mask is not None:
            self._masks[:] = np.stack(list(mask)).astype(np.bool_).reshape(self._masks.shape)
        if self._own is not None:
            self._inactive[:] = self._own.simulator.buffers.terminated
        if self.ledger.gives_all:
            self.ledger.quote(self.rules.uses.for_all(observations))  # type: ignore[union-attr]
        if self.ledger.narrows:
            masks = self._masks.copy()
            self.ledger.narrow(masks)
            infos["action_mask"] = masks.view(np.int8)
            infos["_action_mask"] = np.ones(len(masks), dtype=np.bool_)
        self._infos.write(infos)
