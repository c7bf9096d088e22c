"""Steps of PlanZoo's own vector environments under resource rules, in place."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.simulation.actions import checked_batch
from planzoo.envs.simulation.vector_env import ScenarioVectorEnv
from planzoo.envs.wrappers.resource_infos import LedgerInfos, add_facts
from planzoo.envs.wrappers.resource_ledger import NOWHERE, ResourceLedger
from planzoo.envs.wrappers.resource_spaces import amounts_space, as_batch, refuse_images


class OwnSteps:
    """Plays the two halves of a step of a scenario's vector environment, and keeps accounts between.

    Args:
        core: the environment; its observations get columns for the amounts.
        rules: what is enforced.
        inner: the steps of the next resource wrapper inside, whose rules hold too.

    Raises:
        InputError: the rules do not fit the environment.
    """

    def __init__(self, core: ScenarioVectorEnv, rules: ResourceRules, inner: OwnSteps | None = None) -> None:
        simulator = core.simulator
        refuse_images(simulator.observation_shape, rules)
        self.core, self.inner = core, inner
        self.ledger = ResourceLedger(rules, core.num_envs, simulator.num_agents, simulator.num_actions)
        self.size = simulator.buffers.observations.shape[2]
        """Of an agent's vector as the wrapped environment shows it."""
        self.column = core.append_columns(amounts_space(rules)) if rules.observed else NOWHERE
        self.stack: tuple[OwnSteps, ...] = (self, *(inner.stack if inner else ()))
        self._infos = LedgerInfos(self.ledger, core.copy)
        self._chosen = np.zeros((core.num_envs, simulator.num_agents), dtype=np.int64)
        self._resting = np.zeros(core.num_envs, dtype=np.bool_)
        self._masks = np.zeros_like(simulator.buffers.action_masks)
        self._allowed = np.zeros_like(self._masks) if inner else None

    @property
    def space(self) -> spaces.Space[Any]:
        """Of one world's observations."""
        return self.core.single_observation_space

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """What the wrapped environment allows, bool (B, N, A)."""
        return self.core.simulator.buffers.action_masks if self._allowed is None else self._allowed

    def reset(self, seed: Any, options: dict[str, Any] | None) -> tuple[Any, dict[str, Any]]:
        """Begins episodes in all worlds, or in those of ``options["reset_mask"]``."""
        _, infos = self.core.reset(seed=seed, options=options)
        worlds = self.core.worlds_to_reset(options)
        self._begin(worlds)
        for each in self.stack:
            each.ledger.clear(worlds)
        self._tell(infos)
        return self.core.current_observations(), infos

    def step(self, actions: Any) -> tuple[Any, NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Steps all worlds."""
        core, simulator = self.core, self.core.simulator
        chosen = self._choose(actions)
        np.copyto(self._resting, simulator.state.ended)
        for each in self.stack:
            if each.ledger.asks:
                each._quote(actions if each is self else chosen.copy().reshape(np.shape(actions)))
            each.ledger.take(chosen, each.allowed, simulator.buffers.terminated, self._resting)
        core.advance(chosen)
        autoreset = core.autoreset_mode is AutoresetMode.NEXT_STEP
        over = 0
        for each in self.stack:
            shown = simulator.buffers.observations
            over += each.ledger.settle(self._resting, autoreset, shown, each.column)
        return self._outcome(self._endings() if over else None)

    def _choose(self, actions: Any) -> NDArray[np.int64]:
        """Copies the actions into an array, int64 (B, N), in which blocked ones may be replaced."""
        core, simulator = self.core, self.core.simulator
        if core.checked:
            actions = checked_batch(actions, core.num_envs, simulator.num_agents, simulator.num_actions)
        np.copyto(self._chosen, np.asarray(actions).reshape(self._chosen.shape), casting="unsafe")
        return self._chosen

    def _quote(self, actions: Any) -> None:
        """Asks the function for this step's costs."""
        self.ledger.quote(self.ledger.rules.uses(self._seen(), actions))  # type: ignore[operator]

    def _seen(self) -> NDArray[np.float32]:
        """Gives what the wrapped environment shows, float32 (B, …)."""
        seen = self.core.simulator.buffers.observations[:, :, : self.size]
        return as_batch(seen.copy(), self.core.simulator.observation_shape)

    def _endings(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Ends worlds as the rules say; gives, bool (B,) each, where they terminate and truncate."""
        terminated = np.logical_or.reduce([each.ledger.terminated for each in self.stack])
        truncated = np.logical_or.reduce([each.ledger.truncated for each in self.stack])
        self.core.simulator.state.ended[terminated | truncated] = True
        return terminated, truncated

    def _outcome(
        self, endings: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None
    ) -> tuple[Any, NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        core = self.core
        ended = core.simulator.state.ended.copy()
        facts = []
        if np.count_nonzero(ended):
            facts = [each.ledger.facts(ended, core.copy) for each in self.stack]
        observations, rewards, terminated, truncated, infos = core.outcome(self._begin)
        for each in self.stack:
            fines = each.ledger.fines()
            if fines is not None:
                rewards -= fines.sum(axis=1)
        if endings is not None:
            terminated, truncated = terminated | endings[0], truncated | endings[1]
        for own in facts:
            add_facts(infos, own, ended)
        self._tell(infos)
        return observations, rewards, terminated, truncated, infos

    def _begin(self, worlds: NDArray[np.int64]) -> None:
        """Begins the accounts of new episodes."""
        for each in self.stack:
            each.ledger.open(worlds, self.core.simulator.buffers.observations, each.column)

    def _tell(self, infos: dict[str, Any]) -> None:
        """Adds what is left to infos, and narrows the masks there."""
        masks: NDArray[np.bool_] | None = None
        for each in reversed(self.stack):
            if each.ledger.gives_all:
                each.ledger.quote(each.ledger.rules.uses.for_all(each._seen()))  # type: ignore[union-attr]
            if each._allowed is not None:
                own = self.core.simulator.buffers.action_masks
                np.copyto(each._allowed, own if masks is None else masks)
            if each.ledger.narrows_now:
                masks = self._own_masks(infos) if masks is None else masks
                each.ledger.narrow(masks, each.allowed)
            each._infos.write(infos)

    def _own_masks(self, infos: dict[str, Any]) -> NDArray[np.bool_]:
        """Gives the masks of infos, bool (B, N, A), in an array that may be changed."""
        if self.core.copy:
            masks: NDArray[np.bool_] = infos["action_mask"].view(np.bool_)
            return masks
        np.copyto(self._masks, self.core.simulator.buffers.action_masks)
        infos["action_mask"] = self._masks.view(np.int8)
        return self._masks
