"""Maps the rollout over seeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import gymnasium

from planzoo.baselines.rollout import Episode, rollout
from planzoo.planners.policy import Policy


def evaluate(
    environment: gymnasium.Env[Any, Any], policy: Policy, seeds: Iterable[int], deterministic: bool = True
) -> Iterator[Episode]:
    """Plays one episode a seed, each as soon as it is asked for.

    Args:
        environment: a Gymnasium environment.
        policy: what decides.
        seeds: the environment's seeds; the same seed is the same episode for every policy.
        deterministic: see :func:`planzoo.baselines.rollout.rollout`.
    """
    for seed in seeds:
        yield rollout(environment, policy, seed, deterministic)
