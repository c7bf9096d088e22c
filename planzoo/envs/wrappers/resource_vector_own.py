"""Steps of PlanZoo's own vector environments under resource rules, in place."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from planzoo.envs.accounts.arrays import NOWHERE, OVER, UNMASKED, VIOLATIONS
from planzoo.envs.accounts.settling import open_worlds
from planzoo.envs.accounts.showing import narrow_copies
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.simulation.actions import checked_batch
from planzoo.envs.simulation.kernel import call
from planzoo.envs.simulation.vector_env import ScenarioVectorEnv
from planzoo.envs.wrappers.resource_infos import LedgerInfos, add_facts
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from planzoo.envs.wrappers.resource_spaces import amounts_space, as_batch, refuse_images


class OwnSteps:
    """Plays the two halves of a step of a scenario's vector environment, and keeps accounts between.

    The innermost wrapper's accounts are kept by the threads that step the worlds, see
    :meth:`~planzoo.envs.simulation.simulator.Simulator.keep_books`; those of wrappers around it by the thread
    that calls.

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
        self.outer, self.innermost = self.stack[:-1], self.stack[-1]
        self._infos = LedgerInfos(self.ledger, core.copy)
        self._chosen = np.zeros((core.num_envs, simulator.num_agents), dtype=np.int64)
        self._resting = np.zeros(core.num_envs, dtype=np.bool_)
        self._masks = np.zeros_like(simulator.buffers.action_masks)
        self._allowed = np.zeros_like(self._masks) if inner else None
        self.innermost._keep_books()

    def _keep_books(self) -> None:
        """Leaves the accounts to those who step worlds."""
        buffers = self.core.simulator.buffers
        masks = self._masks if self.ledger.narrows else UNMASKED
        self._books = self.ledger.books(
            self._resting, buffers.terminated, buffers.action_masks, masks, buffers.observations, self.column
        )
        self.core.simulator.keep_books(self._books)
        if self.ledger.narrows:
            self.core.show_masks(masks)

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
        infos["action_mask"] = self.core.current_masks()
        self._tell(infos)
        return self.core.current_observations(), infos

    def step(self, actions: Any) -> tuple[Any, NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Steps all worlds."""
        core, simulator = self.core, self.core.simulator
        if core.checked:
            actions = checked_batch(actions, core.num_envs, simulator.num_agents, simulator.num_actions)
        chosen = self._take(actions) if self.outer else actions
        if self.innermost.ledger.asks:
            self.innermost._quote(chosen, actions)
        core.advance(chosen)
        over = self.innermost._read_tally()
        autoreset = core.autoreset_mode is AutoresetMode.NEXT_STEP
        for each in self.outer:
            shown = simulator.buffers.observations
            over += each.ledger.settle(self._resting, autoreset, shown, each.column)
        return self._outcome(self._endings() if over else None)

    def _take(self, actions: Any) -> NDArray[np.int64]:
        """Takes what wrappers around the innermost one ask for; gives the actions that they let pass."""
        simulator, chosen = self.core.simulator, self._chosen
        np.copyto(chosen, np.asarray(actions).reshape(chosen.shape), casting="unsafe")
        np.copyto(self._resting, simulator.state.ended)
        for each in self.outer:
            if each.ledger.asks:
                each._quote(chosen, actions)
            each.ledger.take(chosen, each.allowed, simulator.buffers.terminated, self._resting)
        return chosen

    def _quote(self, chosen: NDArray[np.int64], actions: Any) -> None:
        """Asks the function for this step's costs, of actions in the form in which they were given."""
        asked = np.array(chosen).reshape(np.shape(actions))
        self.ledger.quote(self.ledger.rules.uses(self._seen(), asked))  # type: ignore[operator]

    def _read_tally(self) -> int:
        """Reads how many violations the step had; gives how many worlds the rules have ended."""
        tally, violations, over = self.ledger.accounts.tally, 0, 0
        for first, _ in self.core.simulator.parts:
            violations += tally.item(VIOLATIONS, first)
            over += tally.item(OVER, first)
        self.ledger.violated = violations
        return over

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
        facts, ended = [], core.simulator.state.ended
        if np.count_nonzero(ended):
            ended = ended.copy()
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
        call(open_worlds, self.innermost._books, worlds)
        for each in self.outer:
            each.ledger.open(worlds, self.core.simulator.buffers.observations, each.column)

    def _tell(self, infos: dict[str, Any]) -> None:
        """Adds what is left to infos, and narrows the masks there."""
        for each in reversed(self.stack):
            if each.ledger.gives_all:
                each.ledger.quote(each.ledger.rules.uses.for_all(each._seen()))  # type: ignore[union-attr]
            if each is not self.innermost:
                each._narrow(infos)
            elif each.ledger.gives_all and each.ledger.narrows:
                call(narrow_copies, each._books, (0, self.core.num_envs))
                infos["action_mask"] = self.core.current_masks()
            each._infos.write(infos)

    def _narrow(self, infos: dict[str, Any]) -> None:
        """Keeps the masks of infos as those that the wrapped environment allows, and narrows them there."""
        assert self._allowed is not None
        np.copyto(self._allowed, infos["action_mask"].view(np.bool_))
        if not self.ledger.narrows_now:
            return
        if not self.core.copy:
            np.copyto(self._masks, self._allowed)
            infos["action_mask"] = self._masks.view(np.int8)
        self.ledger.narrow(infos["action_mask"].view(np.bool_), self._allowed)
