"""Resources for PlanZoo's environments under Stable-Baselines3."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnvWrapper

from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.simulation.sb3_vec_env import ScenarioVecEnv
from planzoo.envs.wrappers.resource_binding import check_names
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from planzoo.envs.wrappers.resource_spaces import Appender, as_batch, refuse_images
from planzoo.errors import InputError

Rows = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]


class ResourceVecEnvWrapper(VecEnvWrapper):
    """:class:`~planzoo.envs.wrappers.resource_wrapper.ResourceWrapper` for rows that are agents of worlds.

    Masks are given by ``env_method("action_masks")``, as MaskablePPO asks for them. The infos of rows whose
    action asked for more than was left have ``resource_violations``; at the end of an episode those of all
    its rows have ``left_<name>``, ``violations``, ``resources_left``, and ``terminal_observation`` with the
    amounts at the end. The amounts at any time are in :attr:`ledger`.

    Args:
        venv: a scenario's environment, or one of these wrappers around it.
        rules: what is enforced.

    Raises:
        InputError: another environment, or the rules do not fit it.
    """

    def __init__(self, venv: ScenarioVecEnv | ResourceVecEnvWrapper, rules: ResourceRules) -> None:
        inner = venv if isinstance(venv, ResourceVecEnvWrapper) else None
        core: Any = venv if inner is None else inner.core
        if not isinstance(core, ScenarioVecEnv):
            raise InputError(f"ResourceVecEnvWrapper is for PlanZoo's sb3_vec_env, not for {venv}.")
        check_names(rules, venv, ResourceVecEnvWrapper)
        self.core: ScenarioVecEnv = core
        self.rules = rules
        simulator = core.simulator
        refuse_images(simulator.observation_shape, rules)
        self.ledger = ResourceLedger(rules, simulator.num_worlds, simulator.num_agents, simulator.num_actions)
        self.stack: tuple[ResourceVecEnvWrapper, ...] = (self, *(inner.stack if inner else ()))
        self._append = Appender(venv.observation_space, rules)
        shape = (simulator.num_worlds, simulator.num_agents, rules.columns)
        self._shown = np.zeros(shape, dtype=np.float32)
        self._pending = np.zeros(venv.num_envs, dtype=np.int64)
        super().__init__(venv, observation_space=self._append.space)

    def reset(self) -> NDArray[np.float32]:
        """Begins episodes in all worlds with the initial amounts."""
        observations = self.core.reset()
        worlds = np.arange(self.core.simulator.num_worlds)
        self._begin(worlds)
        for each in self.stack:
            each.ledger.clear(worlds)
        self.reset_infos = self.core.reset_infos
        return self._appended(observations)

    def step_async(self, actions: NDArray[Any]) -> None:
        """Keeps the actions, integers (B·N,), for :meth:`step_wait`."""
        self._pending = np.asarray(actions, dtype=np.int64)

    def step_wait(self) -> Rows:
        """Takes what actions need, steps all worlds, gives back and refills."""
        simulator = self.core.simulator
        chosen = self._pending.reshape(simulator.num_worlds, -1).copy()
        resting = np.zeros(simulator.num_worlds, dtype=np.bool_)
        for each, allowed in zip(self.stack, self._allowed(), strict=True):
            if each.ledger.asks:
                each._quote(chosen)
            each.ledger.take(chosen, allowed, simulator.buffers.terminated, resting)
        self.core.step_async(chosen.reshape(-1))
        self.core.advance()
        for each in self.stack:
            if each.ledger.settle(resting, False, each._shown, 0):
                simulator.state.ended[each.ledger.over] = True
                simulator.buffers.truncated[each.ledger.truncated] = True
                simulator.buffers.terminated[each.ledger.terminated] = True
        return self._outcome(simulator.state.ended.copy())

    def _outcome(self, ended: NDArray[np.bool_]) -> Rows:
        """Tells what happened, and begins anew where an episode ended."""
        facts = [each.ledger.facts(ended) for each in self.stack] if ended.any() else []
        last = [(each._shown.copy(), each.ledger.accounts.left.copy()) for each in self.stack if ended.any()]
        observations, rewards, dones, infos = self.core.outcome()
        for row in np.flatnonzero(dones).tolist():
            info, world = infos[row], row // self.core.simulator.num_agents
            info["violations"] = sum(int(own["violations"][world]) for own in facts)
            for each, own, (shown, left) in reversed(list(zip(self.stack, facts, last, strict=True))):
                end = shown.reshape(len(dones), 1, -1)[row]
                info["terminal_observation"] = each._append(info["terminal_observation"], end)
                info |= {name: own[name][world].item() for name in own if name != "violations"}
                info.setdefault("resources_left", {}).update(each._left(left, row))
        for each in self.stack:
            each._punish(rewards, infos)
        self._begin(np.flatnonzero(ended))
        return self._appended(observations), rewards, dones, infos

    def _left(self, left: NDArray[np.float64], row: int) -> dict[str, float]:
        """Gives by name what an agent's row had left of float64 (R, N, B)."""
        world, agent = divmod(row, self.core.simulator.num_agents)
        return {
            name: float(left[number, agent if name in self.rules.private else 0, world])
            for number, name in enumerate(self.rules.names)
        }

    def _punish(self, rewards: NDArray[np.float32], infos: list[dict[str, Any]]) -> None:
        """Takes the penalties from rewards, and tells rows of their violations."""
        ledger, agents = self.ledger, self.core.simulator.agents
        fines = ledger.fines()
        if fines is not None:
            rewards -= fines.reshape(-1).astype(np.float32)
        if not ledger.violated:
            return
        for world, agent in np.argwhere((ledger.accounts.missing > 0).any(axis=0).T).tolist():
            found = ledger.violations_of(agents, agent, world)
            infos[world * len(agents) + agent].setdefault("resource_violations", []).extend(found)

    def _quote(self, actions: NDArray[np.int64]) -> None:
        """Asks the function for this step's costs of actions, int64 (B, N), as a vector environment does."""
        shape = actions.shape if actions.shape[1] > 1 else actions.shape[:1]
        self.ledger.quote(self.rules.uses(self._seen(), actions.copy().reshape(shape)))  # type: ignore[operator]

    def _seen(self) -> NDArray[np.float32]:
        """Gives what the wrapped environment shows of all worlds, as a vector environment does."""
        inside = [each._shown for each in reversed(self.stack[1:]) if each.rules.observed]
        seen = np.concatenate([self.core.simulator.buffers.observations, *inside], axis=2)
        return as_batch(seen, self.core.simulator.observation_shape)

    def _begin(self, worlds: NDArray[np.int64]) -> None:
        """Begins the accounts of new episodes; functions then see all that is shown of these."""
        for each in self.stack:
            each.ledger.open(worlds, each._shown, 0)
        for each in self.stack:
            if each.ledger.gives_all:
                each.ledger.quote(each.rules.uses.for_all(each._seen()))  # type: ignore[union-attr]

    def _appended(self, observations: Any) -> NDArray[np.float32]:
        """Appends the amounts of all ledgers, the innermost first, to the rows' observations."""
        for each in reversed(self.stack):
            observations = each._append(observations, each._shown.reshape(len(observations), 1, -1))
        found: NDArray[np.float32] = observations
        return found

    def _allowed(self) -> list[NDArray[np.bool_]]:
        """Gives for each of the stack what it finds allowed, bool (B, N, A)."""
        masks = self.core.simulator.buffers.action_masks
        found = [masks]
        for each in self.stack[:0:-1]:
            masks = masks.copy()
            each.ledger.narrow(masks)
            found.append(masks)
        return found[::-1]

    def action_masks(self) -> NDArray[np.bool_]:
        """Gives the masks of all rows, bool (B·N, A)."""
        masks = self._allowed()[0].copy()
        self.ledger.narrow(masks)
        return masks.reshape(self.num_envs, -1)

    def has_attr(self, attr_name: str) -> bool:
        """Tells whether the rows have an attribute or method."""
        return self.core.has_attr(attr_name)

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Gives an attribute of the rows, see the scenario's environment; ``action_masks`` are narrowed."""
        if attr_name == "action_masks":
            return [partial(self._row_mask, int(row)) for row in self._get_indices(indices)]
        return self.venv.get_attr(attr_name, indices)

    def env_method(
        self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any
    ) -> list[Any]:
        """Calls a method of the rows: ``action_masks`` or ``render``."""
        if method_name == "action_masks":
            masks = self.action_masks()
            return [masks[int(row)] for row in self._get_indices(indices)]
        return self.venv.env_method(method_name, *method_args, indices=indices, **method_kwargs)

    def _row_mask(self, row: int) -> NDArray[np.bool_]:
        mask: NDArray[np.bool_] = self.action_masks()[row]
        return mask
