"""Monitoring of plans in any Gymnasium environment."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.utils import RecordConstructorArgs

from planzoo.envs.wrappers.replanning_ledger import (
    LIMIT,
    Expectation,
    Monitored,
    MonitorLedger,
    observed_distance,
    trigger_names,
)
from planzoo.errors import InputError

AWAKE = np.zeros(1, dtype=np.bool_)
"""Says that the world plays its step."""
AGENT = "agent_0"
"""The agent's name where the environment has none."""


class ReplanningMonitor(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Tells in ``info`` how far the world is from what a policy expects, and when and why it replans.

    A policy that plans tells this itself (:class:`~planzoo.envs.wrappers.replanning_ledger.Monitored`, such
    as :class:`~planzoo.planners.replanning.policy.ReplanningPolicy`); call its ``predict`` before each step.
    For all others, learned ones for example, an expectation does: a function that gives the observation that
    should come of an observation and an action.

    ``info["replanning"]`` has ``divergence`` and ``triggers``, a dict by agent each, and for policies that
    tell it ``expected``, the facts that each plan relies on. At the end of an episode ``info`` has what
    :meth:`~planzoo.envs.wrappers.replanning_ledger.MonitorLedger.facts` counts. Observations, rewards and
    ends stay as they are.

    Args:
        env: any environment.
        policy: the policy that is watched, or None.
        expectation: what is expected, or None.
        limit: the divergence above which an expectation that was wrong counts as a trigger.

    Raises:
        InputError: neither or both are given, or the policy tells nothing.
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        policy: Monitored | None = None,
        expectation: Expectation | None = None,
        limit: float = LIMIT,
    ) -> None:
        RecordConstructorArgs.__init__(self, policy=policy, expectation=expectation, limit=limit)
        gym.Wrapper.__init__(self, env)
        check_source(policy, expectation)
        self.policy, self.expectation, self.limit = policy, expectation, limit
        self.agent_names: tuple[str, ...] = tuple(getattr(env.unwrapped, "agents", (AGENT,)))
        agents = len(self.agent_names) if expectation is None else 1
        self.ledger = MonitorLedger(1, agents)
        self._last: Any = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode whose accounts are empty."""
        self._last, info = self.env.reset(seed=seed, options=options)
        self.ledger.open(slice(None))
        return self._last, info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Steps the environment, and notes what the policy told of its decision, or how wrong it was."""
        before = self._last
        self._last, reward, terminated, truncated, info = self.env.step(action)
        expected: tuple[Any, ...] = ()
        if self.policy is not None:
            told = self.policy.last_monitorings
            self.ledger.note(told, AWAKE)
            expected = told[0].expected if told else ()
        elif self.expectation is not None:
            distance = observed_distance(self.observation_space, self.expectation(before, action), self._last)
            self.ledger.note_divergence(np.full((1, 1), distance, dtype=np.float32), self.limit, AWAKE)
        info = {**info, "replanning": self._told(expected)}
        if terminated or truncated:
            info |= {name: column[0].item() for name, column in self.ledger.facts().items()}
        return self._last, reward, terminated, truncated, info

    def _told(self, expected: tuple[Any, ...]) -> dict[str, Any]:
        names = self.agent_names if self.expectation is None else ("all",)
        told: dict[str, Any] = {
            "divergence": dict(zip(names, self.ledger.divergence[0].tolist(), strict=True)),
            "triggers": dict(zip(names, trigger_names(self.ledger.triggers[0]), strict=True)),
        }
        if expected:
            told["expected"] = dict(zip(names, map(dict, expected), strict=True))
        return told


def check_source(policy: Monitored | None, expectation: Expectation | None) -> None:
    """Makes sure that there is one source of what is expected.

    Raises:
        InputError: neither or both are given, or the policy tells nothing.
    """
    if (policy is None) == (expectation is None):
        raise InputError("A replanning monitor watches either a policy or an expectation: give one of them.")
    if policy is not None and not isinstance(policy, Monitored):
        raise InputError(
            f"{type(policy).__name__} does not tell of its plans; wrap its planner in a ReplanningPolicy, or "
            "give an expectation."
        )
