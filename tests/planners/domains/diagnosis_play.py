"""Playing the diagnosis scenarios with a policy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs import diagnosis_v0
from planzoo.planners.domains.diagnosis import DiagnosisPolicy
from tests.planners.domains.diagnosis_worlds import Rules, Situation


class Decided(NamedTuple):
    """One step: what was seen and allowed, what was done, and what it earned all doctors together."""

    observation: NDArray[np.float32]
    mask: NDArray[np.bool_]
    action: Any
    reward: float
    simulator: Any


def play(policy: DiagnosisPolicy, seeds: range, masked: bool = True) -> Iterator[Decided]:
    """Plays an episode a seed; what is yielded is seen before the action is carried out."""
    env = diagnosis_v0.gymnasium_env(policy.model.params)
    for seed in seeds:
        observation, _ = env.reset(seed=seed)
        memory, start, over = None, np.ones(1, dtype=bool), False
        while not over:
            mask = env.simulator.buffers.action_masks.reshape(-1).copy()
            before = observation.copy()
            action, memory = policy.predict(observation, memory, start, True, mask if masked else None)
            start = np.zeros(1, dtype=bool)
            observation, reward, terminated, truncated, _ = env.step(action)
            over = bool(terminated or truncated)
            yield Decided(before, mask, action, float(reward), env.simulator)


def returns(policy: DiagnosisPolicy, episodes: int) -> NDArray[np.float64]:
    """What a policy earns in many worlds side by side, float64 (episodes,)."""
    env = diagnosis_v0.vector_env(episodes, policy.model.params, threads=1)
    observations, _ = env.reset(seed=7)
    memory, starts = None, np.ones(episodes, dtype=bool)
    total, playing = np.zeros(episodes), np.ones(episodes, dtype=bool)
    while playing.any():
        masks = env.simulator.buffers.action_masks.reshape(episodes, -1).copy()
        actions, memory = policy.predict(observations, memory, starts, True, masks)
        observations, rewards, terminated, truncated, _ = env.step(actions)
        total += np.where(playing, rewards, 0.0)
        playing &= ~(terminated | truncated)
        starts = np.zeros(episodes, dtype=bool)
    return total


def exact_return(policy: DiagnosisPolicy) -> float:
    """What a policy for one patient earns by the rules, over all that may happen."""
    rules, model = Rules(policy.model), policy.model
    first = Situation((), (), frozenset(), model.budget, 0)

    def earned(plan: Any, now: Situation) -> float:
        action, following = policy.choose_after(rules.known(now), plan)
        assert action in set(rules.allowed(now))
        return rules.earns(now, action, partial(earned, following))

    symptoms = list(range(model.num_tests, len(model.tests)))
    return sum(
        chance * earned(None, first._replace(results=results))
        for chance, results in rules.outcomes(first, symptoms)
    )
