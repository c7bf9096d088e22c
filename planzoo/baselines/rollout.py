"""The whole agent-environment loop on one screen."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from planzoo.baselines.facts import numeric_facts
from planzoo.baselines.resource_trace import ResourceRecorder, ResourceTrace
from planzoo.planners.policy import DecisionInfo, Policy, StateReader

_POLICY_STREAM = 0x504C414E
"""Sets the policies' seeds apart from the environments': a policy must not foresee their draws."""


@dataclass(frozen=True)
class Episode:
    """One finished episode and what its decisions cost.

    Attributes:
        seed: the environment's seed.
        episode_return: undiscounted sum of the rewards.
        length: decisions taken.
        success: what the environment says at the end, None where it says nothing.
        terminated: ended by the rules.
        truncated: ended by the clock.
        decision_seconds: wall-clock seconds of all decisions together.
        decision_seconds_p95: 95th percentile of the seconds of one decision.
        expansions: nodes that searches expanded.
        simulations: calls of a generative model.
        replans: plans made anew or repaired.
        messages: messages between agents.
        invalid_actions: actions that the mask forbade.
        facts: what else the environment counted, as its last info says: name → number (1 for yes).
        resources: how it used the resources of a wrapper; None without one.
    """

    seed: int
    episode_return: float
    length: int
    success: bool | None
    terminated: bool
    truncated: bool
    decision_seconds: float
    decision_seconds_p95: float
    expansions: int = 0
    simulations: int = 0
    replans: int = 0
    messages: int = 0
    invalid_actions: int = 0
    facts: dict[str, float] = field(default_factory=dict)
    resources: ResourceTrace | None = None


def rollout(
    environment: gymnasium.Env[Any, Any], policy: Policy, seed: int, deterministic: bool = True
) -> Episode:
    """Plays one episode.

    Args:
        environment: a Gymnasium environment; the policy gets ``info["action_mask"]`` where there is one.
        policy: what decides; its own randomness is seeded from ``seed``, apart from the environment's.
        seed: the environment's seed.
        deterministic: whether a stochastic policy shall take its most likely action.
    """
    meter = _Meter(seed)
    prepare_policy(policy, environment, seed)
    observation, info = environment.reset(seed=seed)
    meter.standing = frozenset(info)
    recorder = ResourceRecorder(environment)
    memory: Any = None
    episode_start = np.ones(1, dtype=bool)
    while not meter.ended:
        masks = flat_mask(info)
        started = time.perf_counter()
        action, memory = policy.predict(observation, memory, episode_start, deterministic, masks)
        seconds = time.perf_counter() - started
        shaped = np.asarray(action).reshape(environment.action_space.shape)[()]
        observation, reward, terminated, truncated, info = environment.step(shaped)
        meter.count_decision(seconds, policy.last_decision)
        meter.count_step(float(reward), terminated, truncated, info)
        recorder.count_step()
        episode_start = np.zeros(1, dtype=bool)
    return replace(meter.episode(), resources=recorder.trace())


def prepare_policy(policy: Policy, environment: gymnasium.Env[Any, Any], seed: int) -> None:
    """Seeds a policy for an episode; an oracle is shown the simulator that it plays in."""
    policy.reset(policy_seed(seed))
    if isinstance(policy, StateReader):
        policy.watch(environment.unwrapped.simulator)  # type: ignore[attr-defined]


def policy_seed(seed: int) -> int:
    """Derives the seed of a policy's own random choices from the episode's seed."""
    return int(np.random.SeedSequence((seed, _POLICY_STREAM)).generate_state(1)[0])


def flat_mask(info: dict[str, Any]) -> NDArray[np.bool_] | None:
    """Gives ``info["action_mask"]`` as bool (A,), for a team (N·A,), True = allowed; None without one."""
    mask = info.get("action_mask")
    if mask is None:
        return None
    return (
        np.concatenate(mask).astype(bool) if isinstance(mask, tuple) else np.asarray(mask, dtype=bool).ravel()
    )


@dataclass
class _Meter:
    """Adds up an episode."""

    seed: int
    standing: frozenset[str] = frozenset()
    facts: dict[str, float] = field(default_factory=dict)
    episode_return: float = 0.0
    terminated: bool = False
    truncated: bool = False
    success: bool | None = None
    invalid_actions: int = 0
    seconds: list[float] = field(default_factory=list)
    costs: list[DecisionInfo] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return self.terminated or self.truncated

    def count_decision(self, seconds: float, cost: DecisionInfo) -> None:
        self.seconds.append(seconds)
        self.costs.append(cost)

    def count_step(self, reward: float, terminated: bool, truncated: bool, info: dict[str, Any]) -> None:
        self.episode_return += reward
        self.terminated, self.truncated = bool(terminated), bool(truncated)
        self.invalid_actions += int(np.sum(info.get("invalid_action", 0)))
        if self.ended:
            self.facts = numeric_facts(info, self.standing)
        if self.ended and info.get("success") is not None:
            self.success = bool(np.all(info["success"]))

    def episode(self) -> Episode:
        return Episode(
            seed=self.seed,
            episode_return=self.episode_return,
            length=len(self.seconds),
            success=self.success,
            terminated=self.terminated,
            truncated=self.truncated,
            decision_seconds=sum(self.seconds),
            decision_seconds_p95=float(np.percentile(self.seconds, 95)),
            expansions=sum(cost.expansions for cost in self.costs),
            simulations=sum(cost.simulations for cost in self.costs),
            replans=sum(cost.replans for cost in self.costs),
            messages=sum(cost.messages for cost in self.costs),
            invalid_actions=self.invalid_actions,
            facts=self.facts,
        )
