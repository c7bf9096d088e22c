"""Gymnasium spaces of a simulator's observations and actions."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces

from planzoo.envs.simulation.simulator import Simulator


def agent_observation_space(simulator: Simulator) -> spaces.Box:
    """Gives one agent's observation space, float32, of the simulator's ``observation_shape``."""
    shape = simulator.observation_shape
    low, high = simulator.observation_low.reshape(shape), simulator.observation_high.reshape(shape)
    return spaces.Box(low, high, dtype=np.float32)


def masked_observation_space(simulator: Simulator) -> spaces.Dict:
    """Gives PettingZoo's space of an observation beside its action mask, int8 (A,)."""
    mask = spaces.Box(0, 1, shape=(simulator.num_actions,), dtype=np.int8)
    return spaces.Dict({"observation": agent_observation_space(simulator), "action_mask": mask})


def team_observation_space(simulator: Simulator) -> spaces.Box:
    """Gives the space of all agents' observations, float32, of :func:`team_shape`."""
    shape = team_shape(simulator)
    low = np.tile(simulator.observation_low, simulator.num_agents).reshape(shape)
    high = np.tile(simulator.observation_high, simulator.num_agents).reshape(shape)
    return spaces.Box(low, high, dtype=np.float32)


def team_shape(simulator: Simulator) -> tuple[int, ...]:
    """Gives the shape of all agents' observations: (N·D,) for vectors, else (N, …), or (…) for one."""
    shape = simulator.observation_shape
    if len(shape) == 1:
        return (simulator.num_agents * shape[0],)
    return shape if simulator.num_agents == 1 else (simulator.num_agents, *shape)


def team_action_space(simulator: Simulator) -> spaces.Space[Any]:
    """Gives Discrete(A) for one agent, MultiDiscrete([A] * N) for several."""
    if simulator.num_agents == 1:
        return spaces.Discrete(simulator.num_actions)
    return spaces.MultiDiscrete([simulator.num_actions] * simulator.num_agents)


def global_state_space(simulator: Simulator) -> spaces.Box:
    """Gives the space of :meth:`Simulator.write_global_state`, float32 (global_state_size,)."""
    return spaces.Box(-np.inf, np.inf, shape=(simulator.global_state_size,), dtype=np.float32)


def widened_box(space: spaces.Box, extra: spaces.Box, agents: int) -> spaces.Box:
    """Gives the space of N agents' vectors in a row, (N · D,), each with K more columns: (N · (D + K),)."""
    low, high = (
        np.concatenate([bound.reshape(agents, -1), np.tile(more, (agents, 1))], axis=1).reshape(-1)
        for bound, more in ((space.low, extra.low), (space.high, extra.high))
    )
    kind: Any = space.dtype
    return spaces.Box(low.astype(kind), high.astype(kind), dtype=kind)
