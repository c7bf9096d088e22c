"""Resources for any Gymnasium environment."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs
from numpy.typing import NDArray

from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.simulation.actions import checked_actions
from planzoo.envs.simulation.gymnasium_env import CentralizedEnv
from planzoo.envs.wrappers.resource_binding import check_idle, check_names, inner_wrappers, unchecked
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from planzoo.envs.wrappers.resource_spaces import Appender, refuse_images

AWAKE = np.zeros(1, dtype=np.bool_)
"""Says that the world plays its step."""
ALL = np.ones(1, dtype=np.bool_)
"""Says that the episode has ended."""
AGENT = "agent_0"
"""The agent's name where the environment has none."""


class ResourceWrapper(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Gives an environment resources that its agents' actions take, make and share.

    Around PlanZoo's environments it knows all N agents, and a blocked action is one that does nothing;
    around others there is one agent, and ``rules.idle`` stands for what is blocked. ``info`` gets
    ``resources_left`` (amounts by name; a list over the agents where they are private),
    ``resource_violations`` (dicts of ``agent``, ``resource``, the ``amount`` that was missing, and what was
    ``left`` when it was asked for) and, where rules mask, ``action_mask``; at the
    end of an episode ``left_<name>`` for all agents together and ``violations``, how many actions asked for
    more than was left.

    Wrappers can be stacked if their resources have different names: masks are those of all, observations
    grow by each, violations are counted together. Each counts what reaches it: an outer one has taken its
    amounts when an inner one blocks the action.

    Args:
        env: any environment; with costs by action its actions are ``Discrete``, or PlanZoo's.
        rules: what is enforced.

    Raises:
        InputError: the rules do not fit the environment.
    """

    def __init__(self, env: gym.Env[Any, Any], rules: ResourceRules) -> None:
        RecordConstructorArgs.__init__(self, rules=rules)
        gym.Wrapper.__init__(self, env)
        self.rules = rules
        check_names(rules, env, ResourceWrapper)
        own = env.unwrapped
        self._own = own if isinstance(own, CentralizedEnv) else None
        self.agent_names: tuple[str, ...] = (AGENT,) if self._own is None else self._own.agents
        if self._own is None:
            check_idle(rules, env.action_space)
        else:
            refuse_images(self._own.simulator.observation_shape, rules)
        self._first, count = self._numbering(env.action_space)
        self.ledger = ResourceLedger(rules, 1, len(self.agent_names), count)
        self._append = Appender(env.observation_space, rules, len(self.agent_names))
        self.observation_space = self._append.space
        agents = len(self.agent_names)
        self._shown = np.zeros((1, agents, rules.columns), dtype=np.float32)
        self._masks = np.ones((1, agents, self.ledger.num_actions), dtype=np.bool_)
        self._inactive = np.zeros((1, agents), dtype=np.bool_)
        self._last: Any = None

    def _numbering(self, space: spaces.Space[Any]) -> tuple[int, int | None]:
        """Gives the first action's number and how many there are, if they are numbered."""
        if self._own is not None:
            return 0, self._own.simulator.num_actions
        if isinstance(space, spaces.Discrete):
            return int(space.start), int(space.n)
        return 0, None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode with the initial amounts."""
        observation, info = self.env.reset(seed=seed, options=options)
        self.ledger.open(np.zeros(1, dtype=np.int64), self._shown, 0)
        self.ledger.clear(np.zeros(1, dtype=np.int64))
        return self._outcome(observation, info, ended=False)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Takes what the action needs, steps the environment, gives back and refills.

        Raises:
            ValueError: in PlanZoo's checked mode, the action is outside the space.
        """
        chosen = self._numbers(action)
        if self.rules.has_function and not self.ledger.gives_all:
            self.ledger.quote(self.rules.uses(self._last, action))  # type: ignore[operator]
        asked = chosen.copy()
        self.ledger.take(chosen, self._masks, self._inactive, AWAKE)
        with unchecked(self.env):
            result = self.env.step(self._carried_out(action, asked, chosen))
        observation, gain, terminated, truncated, info = result
        self.ledger.settle(AWAKE, False, self._shown, 0)
        fines, reward = self.ledger.fines(), float(gain)
        if fines is not None:
            reward -= float(fines.sum())
        terminated = terminated or bool(self.ledger.terminated[0])
        truncated = truncated or bool(self.ledger.truncated[0])
        observation, info = self._outcome(observation, info, terminated or truncated)
        return observation, reward, terminated, truncated, info

    def action_masks(self) -> NDArray[np.bool_]:
        """Gives the masks of all agents in a row, bool (N·A,), as sb3-contrib's MaskablePPO asks for them."""
        masks = self._masks.copy()
        self.ledger.narrow(masks)
        return masks.reshape(-1)

    def _numbers(self, action: Any) -> NDArray[np.int64]:
        """Gives the actions as the ledger counts them, int64 (1, N)."""
        if self._own is not None:
            if self._own.checked:
                simulator = self._own.simulator
                action = checked_actions(action, simulator.num_agents, simulator.num_actions)
            return np.array(action, dtype=np.int64).reshape(1, -1)
        if self.ledger.num_actions == 1 and not isinstance(self.env.action_space, spaces.Discrete):
            return np.zeros((1, 1), dtype=np.int64)
        return np.array(action, dtype=np.int64).reshape(1, 1) - self._first

    def _carried_out(self, action: Any, asked: NDArray[np.int64], chosen: NDArray[np.int64]) -> Any:
        """Gives the action that the environment gets: the one asked for, unless some agent's was blocked."""
        if (asked == chosen).all():
            return action
        if self._own is not None:
            return chosen[0]
        idle = self.rules.idle
        if isinstance(idle, tuple):
            space = self.env.action_space
            return np.array(idle, dtype=space.dtype).reshape(space.shape or ())
        return idle

    def _outcome(self, observation: Any, info: dict[str, Any], ended: bool) -> tuple[Any, dict[str, Any]]:
        """Keeps what the next step needs, and tells of the resources."""
        self._last = observation
        self._keep_masks(info)
        if self.ledger.gives_all:
            self.ledger.quote(self.rules.uses.for_all(observation))  # type: ignore[union-attr]
        info = dict(info)
        ledger = self.ledger
        left = {**info.get("resources_left", {}), **ledger.left_of()}
        found = [*ledger.violations_of(self.agent_names), *info.get("resource_violations", [])]
        info |= {"resources_left": left, "resource_violations": found}
        if ledger.narrows:
            info["action_mask"] = self._shown_masks()
        if ended:
            if self._own is not None:
                info.update(self._own.simulator.episode_info(0))
            info |= self._facts()
        return self._append(observation, self._shown[0]), info

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"violations": 0}
        for wrapper in inner_wrappers(self, ResourceWrapper):
            own = {name: column[0].item() for name, column in wrapper.ledger.facts(ALL).items()}
            facts = {**own, **facts, "violations": facts["violations"] + own["violations"]}
        return facts

    def _keep_masks(self, info: dict[str, Any]) -> None:
        mask = info.get("action_mask")
        if mask is not None:
            self._masks[0] = np.reshape(np.asarray(mask, dtype=np.bool_), self._masks.shape[1:])
        if self._own is not None:
            self._inactive[0] = self._own.simulator.buffers.terminated[0]

    def _shown_masks(self) -> Any:
        masks = self._masks.copy()
        self.ledger.narrow(masks)
        rows = masks[0].astype(np.int8)
        return rows[0] if len(rows) == 1 else tuple(rows)
