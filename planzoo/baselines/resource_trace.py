"""How an episode used the resources of a wrapper: what was left in its course, and who was taking of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from planzoo.envs.resources.resource import ResourceType

MOST_SPANS = 64
"""Spans of an episode that are told apart: more would make files heavy and no picture richer."""


@dataclass(frozen=True)
class ResourceTrace:
    """What was left of each resource, and who took of any.

    An episode of T steps is told in K spans of ``stride`` steps; the last one may be shorter.

    Attributes:
        stride: steps of a span.
        steps: T.
        limits: resource → how much of it there can be, where it is producible and its store bounded, else how
            much there was at first; of all agents together.
        left: resource → K + 1 amounts, of all agents together: at the start and at the end of each span.
        busy: agent → K shares of a span's steps in which its action took of some resource.
    """

    stride: int
    steps: int
    limits: dict[str, float]
    left: dict[str, list[float]]
    busy: dict[str, list[float]]

    @classmethod
    def from_data(cls, data: Any) -> ResourceTrace:
        """Reads plain data.

        Raises:
            ValueError: the data are not those of a trace.
        """
        if not isinstance(data, dict) or set(data) != set(cls.__dataclass_fields__):
            raise ValueError("its resource trace has other fields than a trace")
        trace = cls(**data)
        if not (_is_number(trace.stride) and _is_number(trace.steps)) or trace.stride < 1 or trace.steps < 0:
            raise ValueError("its resource trace has wrong numbers of steps")
        spans = int(-(-trace.steps // trace.stride))
        if not (_are_series(trace.left, spans + 1) and _are_series(trace.busy, spans)):
            raise ValueError("its resource trace has other amounts than one for each span")
        if not isinstance(trace.limits, dict) or not all(map(_is_number, trace.limits.values())):
            raise ValueError("the limits of its resource trace are no numbers")
        return trace


class ResourceRecorder:
    """Watches an environment with resource wrappers, a step at a time, from its reset on.

    Args:
        environment: made of any wrappers; without resource wrappers there is nothing to watch.
    """

    def __init__(self, environment: gymnasium.Env[Any, Any]) -> None:
        self._wrappers = _wrappers(environment)
        self._left: dict[str, list[float]] = {}
        self._busy: list[NDArray[np.bool_]] = []
        self._note()

    def count_step(self) -> None:
        """Notes what the last step has taken, and left."""
        if self._wrappers:
            self._busy.append(np.logical_or.reduce([_paid(wrapper.ledger) for wrapper in self._wrappers]))
            self._note()

    def trace(self) -> ResourceTrace | None:
        """Gives what was seen; None without resource wrappers."""
        if not self._wrappers:
            return None
        steps = len(self._busy)
        stride = max(1, -(-steps // MOST_SPANS))
        edges = [*range(0, steps, stride), steps]
        spans = [np.mean(self._busy[first:last], axis=0) for first, last in pairwise(edges)]
        agents = self._wrappers[0].agent_names
        return ResourceTrace(
            stride=stride,
            steps=steps,
            limits={name: limit for wrapper in self._wrappers for name, limit in _limits(wrapper)},
            left={name: [values[edge] for edge in edges] for name, values in self._left.items()},
            busy={agent: [float(span[row]) for span in spans] for row, agent in enumerate(agents)},
        )

    def _note(self) -> None:
        for wrapper in self._wrappers:
            for name, left in wrapper.ledger.left_of().items():
                self._left.setdefault(name, []).append(float(np.sum(left)))


def _wrappers(environment: gymnasium.Env[Any, Any]) -> list[Any]:
    if environment.unwrapped is environment:
        return []
    # Comparisons without resources need not wait for the wrappers' kernels.
    from planzoo.envs.wrappers.resource_binding import inner_wrappers
    from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper

    return list(inner_wrappers(environment, ResourceWrapper))


def _paid(ledger: Any) -> NDArray[np.bool_]:
    """Tells, bool (N,), whose last action has taken something."""
    from planzoo.envs.accounts.arrays import TAKEN

    prices = ledger.terms.prices[TAKEN]
    paid: NDArray[np.bool_] = (prices[:, ledger.accounts.rows[:, 0]] > 0).any(axis=0)
    return paid


def _limits(wrapper: Any) -> Iterator[tuple[str, float]]:
    for resource, limit in zip(wrapper.rules.resources, wrapper.rules.limits.tolist(), strict=True):
        stored = resource.resource_type is ResourceType.PRODUCIBLE and math.isfinite(limit)
        agents = len(wrapper.agent_names) if resource.name in wrapper.rules.private else 1
        yield resource.name, agents * (limit if stored else resource.initial_amount)


def _are_series(series: Any, length: int) -> bool:
    """Tells whether data are lists of so many numbers, by name."""
    if not isinstance(series, dict) or not all(isinstance(values, list) for values in series.values()):
        return False
    return all(len(values) == length and all(map(_is_number, values)) for values in series.values())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
