"""Spaces and arrays of observations to which remaining amounts are appended."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from planzoo.envs.resources.rules import ResourceRules, Violation
from planzoo.envs.simulation.spaces import widened_box
from planzoo.errors import InputError


def amounts_space(rules: ResourceRules) -> spaces.Box:
    """Gives the space of what one agent sees of resources and time, float32 (K,)."""
    debt = rules.violation is Violation.PENALIZE
    low = np.full(rules.columns, -np.inf if debt else 0.0, dtype=np.float32)
    high = np.ones(rules.columns, dtype=np.float32)
    high[: len(rules.resources)] = rules.limits * (1.0 / rules.scales)
    if rules.deadline is not None:
        low[-1] = 0.0
    return spaces.Box(low, high, dtype=np.float32)


class Appender:
    """Appends amounts to the observations of an environment.

    Vectors of floats grow; N agents' vectors in a row each grow by their own amounts. Other observations
    become ``{"observation": …, "resources": float32 (K,)}``, (N, K) for several agents. Vectors in a dict
    with ``"observation"`` and ``"action_mask"`` grow there.

    Args:
        space: of the observations of one world, or of one agent.
        rules: whose amounts are appended; nothing is appended where they are not observed.
        agents: N, whose vectors stand in a row.
    """

    def __init__(self, space: spaces.Space[Any], rules: ResourceRules, agents: int = 1) -> None:
        self.agents = agents
        self.on = rules.observed
        self.extra = amounts_space(rules)
        self.inside = isinstance(space, spaces.Dict) and set(space) == {"observation", "action_mask"}
        inner = space["observation"] if self.inside else space  # type: ignore[index]
        self.grows = _is_vector(inner, agents)
        self.dtype = inner.dtype
        self.space = space
        if not self.on:
            return
        own = self._widened(inner)
        self.space = spaces.Dict({**space.spaces, "observation": own}) if self.inside else own  # type: ignore[attr-defined]

    def _widened(self, space: spaces.Space[Any]) -> spaces.Space[Any]:
        if self.grows:
            assert isinstance(space, spaces.Box)
            return widened_box(space, self.extra, self.agents)
        extra = self.extra
        if self.agents > 1:
            low, high = (np.tile(bound, (self.agents, 1)) for bound in (extra.low, extra.high))
            extra = spaces.Box(low, high, dtype=np.float32)
        return spaces.Dict({"observation": space, "resources": extra})

    def __call__(self, observation: Any, shown: NDArray[np.float32]) -> Any:
        """Gives an observation with the amounts, float32 (N, K), in it; or a batch with (B, N, K)."""
        if not self.on:
            return observation
        if self.inside:
            return {**observation, "observation": self._append(observation["observation"], shown)}
        return self._append(observation, shown)

    def _append(self, observation: Any, shown: NDArray[np.float32]) -> Any:
        if not self.grows:
            alone = self.agents == 1
            return {"observation": observation, "resources": (shown[..., 0, :] if alone else shown).copy()}
        vectors = np.asarray(observation)
        rows = vectors.reshape(*shown.shape[:-1], -1)
        wide = np.concatenate([rows, shown], axis=-1, dtype=self.dtype, casting="unsafe")
        return wide.reshape(*vectors.shape[:-1], -1)


def _is_vector(space: Any, agents: int) -> bool:
    if not isinstance(space, spaces.Box):
        return False
    floats = np.issubdtype(space.dtype, np.floating)
    return bool(len(space.shape) == 1 and floats and space.shape[0] % agents == 0)


def as_batch(rows: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Gives what agents see, float32 (B, N, D), as PlanZoo's vector environments show it to functions.

    Args:
        rows: of all agents.
        shape: of one agent's observation: vectors stand in a row, (B, N·D), images apart, (B, N, …).
    """
    return rows.reshape(len(rows), -1) if len(shape) == 1 else rows.reshape(*rows.shape[:2], *shape)


def refuse_images(shape: tuple[int, ...], rules: ResourceRules) -> None:
    """Makes sure that PlanZoo's own observations are vectors, if amounts are to stand in them.

    Raises:
        InputError: they are images.
    """
    if rules.observed and len(shape) > 1:
        raise InputError(
            f"Amounts cannot be appended to images of shape {shape}; set observed=False, or observe vectors."
        )
