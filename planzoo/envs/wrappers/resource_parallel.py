"""Resources for any PettingZoo environment whose agents act at the same time."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from pettingzoo import ParallelEnv
from pettingzoo.utils import BaseParallelWrapper

from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.simulation.actions import NO_ACTION
from planzoo.envs.simulation.parallel_env import ScenarioParallelEnv
from planzoo.envs.wrappers.resource_binding import check_idle, check_names, inner_wrappers, unchecked
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from planzoo.envs.wrappers.resource_spaces import Appender, refuse_images

AWAKE = np.zeros(1, dtype=np.bool_)
"""Says that the world plays its step."""
ALL = np.ones(1, dtype=np.bool_)
"""Says that the episode has ended."""
Step = tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]


class ResourceParallelWrapper(BaseParallelWrapper[str, Any, Any]):
    """:class:`~planzoo.envs.wrappers.resource_wrapper.ResourceWrapper` for agents that act on their own.

    Agents take what their actions need in the order of ``possible_agents``. Every agent's ``info`` gets
    ``resources_left`` by name, its own where amounts are private, and its own ``resource_violations``; when
    an episode ends, ``left_<name>`` for all agents together and ``violations``. Masks change where they
    stand: in the observation, or else in ``info["action_mask"]``. When the rules end an episode they do so
    for all agents that are still there; agents that the environment ends leave as they do without the
    wrapper.

    Args:
        env: any environment; with costs by action its actions are ``Discrete`` from 0 on.
        rules: what is enforced.

    Raises:
        InputError: the rules do not fit the environment.
    """

    def __init__(self, env: ParallelEnv[str, Any, Any], rules: ResourceRules) -> None:
        super().__init__(env)
        self.rules = rules
        check_names(rules, env, ResourceParallelWrapper)
        own = env.unwrapped
        self._own = own if isinstance(own, ScenarioParallelEnv) else None
        self._numbers = {agent: number for number, agent in enumerate(env.possible_agents)}
        action_spaces = [env.action_space(agent) for agent in self._numbers]
        if self._own is not None:
            refuse_images(self._own.simulator.observation_shape, rules)
        else:
            for space in action_spaces:
                check_idle(rules, space)
        counts = [int(space.n) if isinstance(space, spaces.Discrete) else 0 for space in action_spaces]
        self.ledger = ResourceLedger(rules, 1, len(counts), max(counts) if all(counts) else None)
        self._append = {agent: Appender(env.observation_space(agent), rules) for agent in self._numbers}
        self._shown = np.zeros((1, len(counts), rules.columns), dtype=np.float32)
        self._masks = np.ones((1, len(counts), self.ledger.num_actions), dtype=np.bool_)
        for number, count in enumerate(counts):
            self._masks[0, number, count or None :] = False
        self._inactive = np.zeros((1, len(counts)), dtype=np.bool_)
        self._over = False
        self._last: dict[str, Any] = {}

    @property
    def agents(self) -> list[str]:
        """The live agents."""
        return [] if self._over else list(self.env.agents)

    def observation_space(self, agent: str) -> Any:
        """Gives an agent's observation space, the same object at each call."""
        return self._append[agent].space

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Begins an episode with the initial amounts."""
        self._over = False
        observations, infos = self.env.reset(seed=seed, options=options)
        first = np.zeros(1, dtype=np.int64)
        self.ledger.open(first, self._shown, 0)
        self.ledger.clear(first)
        return self._outcome(observations, infos)

    def step(self, actions: dict[str, Any]) -> Step:
        """Takes what actions need, steps the environment, gives back and refills.

        Raises:
            ValueError: in PlanZoo's checked mode, an action is missing or outside the space.
        """
        if not self.agents:
            return {}, {}, {}, {}, {}
        carried = self._carried_out(actions)
        with unchecked(self.env):
            observations, rewards, terminated, truncated, infos = self.env.step(carried)
        self.ledger.settle(AWAKE, False, self._shown, 0)
        rewards = self._fined(rewards)
        if self.ledger.over[0]:
            self._over = True
            terminated = {agent: end or bool(self.ledger.terminated[0]) for agent, end in terminated.items()}
            truncated = {agent: end or bool(self.ledger.truncated[0]) for agent, end in truncated.items()}
        observations, infos = self._outcome(observations, infos)
        if not self.agents:
            self._add_facts(infos)
        return observations, rewards, terminated, truncated, infos

    def _carried_out(self, actions: dict[str, Any]) -> dict[str, Any]:
        """Takes what the actions need, and gives those that the environment gets."""
        if self._own is not None and self._own.checked:
            self._own.check_actions(actions)
        live = self.env.agents
        chosen = np.full((1, len(self._numbers)), NO_ACTION, dtype=np.int64)
        for agent in live:
            chosen[0, self._numbers[agent]] = self._number(actions[agent])
        self._inactive[:] = True
        self._inactive[0, [self._numbers[agent] for agent in live]] = False
        if self.rules.has_function and not self.ledger.gives_all:
            self._quote({agent: self.rules.uses(self._last[agent], actions[agent]) for agent in live})  # type: ignore[operator]
        asked = chosen.copy()
        self.ledger.take(chosen, self._masks, self._inactive, AWAKE)
        blocked = (asked != chosen)[0]
        return {
            agent: self._stand_in(agent) if blocked[self._numbers[agent]] else actions[agent]
            for agent in actions
        }

    def _number(self, action: Any) -> int:
        """Gives an action as the ledger counts it."""
        numbered = self.ledger.num_actions > 1 or np.ndim(action) == 0
        return int(action) if numbered and not isinstance(action, float) else 0

    def _stand_in(self, agent: str) -> Any:
        """Gives what an agent does whose action is blocked."""
        idle = self.rules.idle
        if idle is None:
            return NO_ACTION
        return np.array(idle, dtype=self.env.action_space(agent).dtype) if isinstance(idle, tuple) else idle

    def _quote(self, amounts: dict[str, Any]) -> None:
        """Gives the ledger what a function says of the live agents' actions."""
        names, shape = self.rules.names, (self.ledger.num_actions,) if self.ledger.gives_all else ()
        table = np.zeros((len(self._numbers), *shape, len(names)))
        for agent, own in amounts.items():
            if isinstance(own, dict):
                own = np.stack(np.broadcast_arrays(*(own.get(name, 0.0) for name in names)), axis=-1)
            table[self._numbers[agent]] = own
        self.ledger.quote(table)

    def _fined(self, rewards: dict[str, float]) -> dict[str, float]:
        fines = self.ledger.fines()
        if fines is None:
            return rewards
        return {agent: reward - fines[0, self._numbers[agent]].item() for agent, reward in rewards.items()}

    def _outcome(
        self, observations: dict[str, Any], infos: dict[str, dict[str, Any]]
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Keeps what the next step needs, and tells of the resources."""
        self._last = observations
        if self.ledger.gives_all:
            self._quote({agent: self.rules.uses.for_all(seen) for agent, seen in observations.items()})  # type: ignore[union-attr]
        for agent, seen in observations.items():
            mask = _mask_of(seen, infos[agent])
            if mask is not None:
                self._masks[0, self._numbers[agent], : len(mask)] = mask
        masks = self._masks.copy()
        self.ledger.narrow(masks)
        found, told = {}, {}
        for agent, seen in observations.items():
            own = masks[0, self._numbers[agent]].astype(np.int8)
            found[agent], told[agent] = self._of_agent(agent, seen, infos[agent], own)
        return found, told

    def _of_agent(
        self, agent: str, seen: Any, info: dict[str, Any], mask: NDArray[np.int8]
    ) -> tuple[Any, dict[str, Any]]:
        """Gives one agent's observation and info."""
        number, ledger = self._numbers[agent], self.ledger
        info = dict(info)
        info["resources_left"] = {**info.get("resources_left", {}), **ledger.left_of(number)}
        violations = ledger.violations_of(list(self._numbers), number)
        info["resource_violations"] = [*violations, *info.get("resource_violations", [])]
        if ledger.narrows:
            count = getattr(self.env.action_space(agent), "n", 1)
            if isinstance(seen, dict) and "action_mask" in seen:
                seen = {**seen, "action_mask": mask[:count]}
            else:
                info["action_mask"] = mask[:count]
        return self._append[agent](seen, self._shown[0, number : number + 1]), info

    def _add_facts(self, infos: dict[str, dict[str, Any]]) -> None:
        """Tells of the episode that ended."""
        facts: dict[str, Any] = {"violations": 0}
        for wrapper in inner_wrappers(self, ResourceParallelWrapper):
            own = {name: column[0].item() for name, column in wrapper.ledger.facts(ALL).items()}
            facts = {**own, **facts, "violations": facts["violations"] + own["violations"]}
        scenario = {} if self._own is None else self._own.simulator.episode_info(0)
        for info in infos.values():
            info.update(scenario, **facts)


def _mask_of(observation: Any, info: dict[str, Any]) -> Any:
    if isinstance(observation, dict) and "action_mask" in observation:
        return np.asarray(observation["action_mask"], dtype=np.bool_)
    mask = info.get("action_mask")
    return None if mask is None else np.asarray(mask, dtype=np.bool_)
