"""Monitoring of plans in any PettingZoo environment whose agents act at the same time."""

from __future__ import annotations

from typing import Any

import numpy as np
from pettingzoo import ParallelEnv
from pettingzoo.utils import BaseParallelWrapper

from planzoo.envs.wrappers.replanning_ledger import (
    LIMIT,
    Expectation,
    Monitored,
    MonitorLedger,
    observed_distance,
    trigger_names,
)
from planzoo.envs.wrappers.replanning_monitor import AWAKE, check_source

Step = tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]


class ParallelReplanningMonitor(BaseParallelWrapper[str, Any, Any]):
    """:class:`~planzoo.envs.wrappers.replanning_monitor.ReplanningMonitor` for agents that act on their own.

    Every agent's ``info["replanning"]`` has its ``divergence``, its ``trigger`` (None for none) and, where
    the policy tells it, what is ``expected``. An expectation is asked for each agent. When all agents have
    left, each info has the episode's statistics.

    Args:
        env: any environment.
        policy: the policy that is watched, or None; it decides for all ``possible_agents``.
        expectation: what is expected of an agent's observation and action, or None.
        limit: the divergence above which an expectation that was wrong counts as a trigger.

    Raises:
        InputError: neither or both are given, or the policy tells nothing.
    """

    def __init__(
        self,
        env: ParallelEnv[str, Any, Any],
        policy: Monitored | None = None,
        expectation: Expectation | None = None,
        limit: float = LIMIT,
    ) -> None:
        super().__init__(env)
        check_source(policy, expectation)
        self.policy, self.expectation, self.limit = policy, expectation, limit
        self._numbers = {agent: number for number, agent in enumerate(env.possible_agents)}
        self.ledger = MonitorLedger(1, len(self._numbers))
        self._last: dict[str, Any] = {}

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Begins an episode whose accounts are empty."""
        self._last, infos = self.env.reset(seed=seed, options=options)
        self.ledger.open(slice(None))
        return self._last, infos

    def step(self, actions: dict[str, Any]) -> Step:
        """Steps the environment, and notes what the policy told of its decision, or how wrong it was."""
        if not self.env.agents:
            return {}, {}, {}, {}, {}
        before = self._last
        self._last, rewards, terminated, truncated, infos = self.env.step(actions)
        expected = self._note(before, actions)
        facts = {}
        if not self.env.agents:
            facts = {name: column[0].item() for name, column in self.ledger.facts().items()}
        told = {
            agent: {**info, "replanning": self._told(agent, expected), **facts}
            for agent, info in infos.items()
        }
        return self._last, rewards, terminated, truncated, told

    def _note(self, before: dict[str, Any], actions: dict[str, Any]) -> tuple[Any, ...]:
        """Notes what there is to note; gives what the policy expects of each agent, if it tells."""
        if self.policy is not None:
            monitorings = self.policy.last_monitorings
            self.ledger.note(monitorings, AWAKE)
            return monitorings[0].expected if monitorings else ()
        divergence = np.zeros((1, len(self._numbers)), dtype=np.float32)
        for agent, seen in self._last.items():
            if agent in before and agent in actions and self.expectation is not None:
                expected = _vector(self.expectation(before[agent], actions[agent]))
                space = self.env.observation_space(agent)
                space = space["observation"] if isinstance(seen, dict) else space
                divergence[0, self._numbers[agent]] = observed_distance(space, expected, _vector(seen))
        self.ledger.note_divergence(divergence, self.limit, AWAKE)
        return ()

    def _told(self, agent: str, expected: tuple[Any, ...]) -> dict[str, Any]:
        number = self._numbers[agent]
        told = {
            "divergence": float(self.ledger.divergence[0, number]),
            "trigger": trigger_names(self.ledger.triggers[0])[number],
        }
        return {**told, "expected": dict(expected[number])} if expected else told


def _vector(observation: Any) -> Any:
    """Gives the observation without a mask beside it."""
    return observation["observation"] if isinstance(observation, dict) else observation
