"""Compiles all kernels ahead: Numba keeps them on disk, so that no later command waits for its compiler."""

from __future__ import annotations

import time
from typing import Any

import gymnasium
import numpy as np
from rich.console import Console
from rich.markup import escape

from planzoo.baselines.policies import POLICIES, LearnedKind, default_place
from planzoo.baselines.rollout import flat_mask, prepare_policy
from planzoo.baselines.scenarios import find_scenario
from planzoo.envs.registration import REGISTRY
from planzoo.planners.policy import Policy

_STEPS = 3


def compile_kernels(console: Console) -> None:
    """Steps every scenario and asks every planner once.

    Args:
        console: says what is compiled, and how long it took.
    """
    for name in REGISTRY:
        started = time.perf_counter()
        with console.status(f"compiling {name} …"):
            compile_scenario(name)
        console.print(f"{escape(name)}: kernels are compiled ({time.perf_counter() - started:.1f} s)")


def compile_scenario(name: str) -> None:
    """Compiles the kernels of one scenario and of all planners that fit it."""
    scenario = find_scenario(name)
    simulator = scenario.simulator(num_worlds=2)
    simulator.reset(0)
    simulator.step(np.zeros((2, simulator.num_agents), dtype=np.int64))
    for kind in POLICIES.values():
        if name in kind.scenarios() and not isinstance(kind, LearnedKind):
            place = default_place(kind, name)
            take_steps(place.environment(), kind.make(place, {}), _STEPS)


def take_steps(environment: gymnasium.Env[Any, Any], policy: Policy, steps: int) -> int:
    """Plays the beginning of an episode and gives the steps taken: fewer than ``steps`` where it ends."""
    prepare_policy(policy, environment, 0)
    observation, info = environment.reset(seed=0)
    memory: Any = None
    for step in range(1, steps + 1):
        start = np.array([step == 1])
        action, memory = policy.predict(observation, memory, start, True, flat_mask(info))
        shaped = np.asarray(action).reshape(environment.action_space.shape)[()]
        observation, _, terminated, truncated, info = environment.step(shaped)
        if terminated or truncated:
            return step
    return steps
