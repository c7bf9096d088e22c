"""What monitors of replanning count: divergence, triggers and changes of plan, world by world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from planzoo.errors import InputError

TRIGGERS = ("failure", "opportunity", "divergence", "timeout", "new_goal")
"""Why plans are changed; in arrays these are numbered from 1 on, and 0 is no trigger."""
DIVERGENCE = 1 + TRIGGERS.index("divergence")
STATISTICS = (
    "replans",
    *(f"triggered_{name}" for name in TRIGGERS),
    "plan_stability",
    "planning_seconds",
    "mean_divergence",
)
"""What monitors tell of an episode that ended."""
LIMIT = 0.1
"""The divergence above which an expectation that was wrong counts as a trigger, unless said otherwise."""

Expectation = Callable[[Any, Any], Any]
"""Gives the observation that is expected after an observation and an action, or a batch of each."""
Facts = dict[str, NDArray[Any]]


class Monitoring(NamedTuple):
    """What a policy tells of its last decision in one world, with N agents."""

    divergence: NDArray[np.float32]
    """(N,): how far the world is from what each plan relies on, from 0 to 1."""
    triggers: NDArray[np.int64]
    """(N,): why each plan was changed: 0 = it was not, else a number of ``TRIGGERS``, counted from 1."""
    replanned: NDArray[np.bool_]
    """(N,): whether another plan was searched for that reason; there may have been no time."""
    kept: NDArray[np.float32]
    """(N,): the share of each old plan that is kept; 1 where nothing was changed, 0 where none was found."""
    seconds: float
    """Wall-clock time of planning."""
    expected: tuple[Mapping[str, Any], ...] = ()
    """Of each agent the facts that its plan relies on, with the values that it expects."""


@runtime_checkable
class Monitored(Protocol):
    """A policy that tells what it expects and why it changes its plans."""

    @property
    def last_monitorings(self) -> Sequence[Monitoring]:
        """One for each world of the last call of ``predict``, in the order of its rows."""


class MonitorLedger:
    """Keeps account of B worlds with N agents.

    Args:
        num_worlds: B.
        num_agents: N.

    Attributes:
        divergence: float32 (B, N), of the last step.
        triggers: int64 (B, N), likewise.
    """

    def __init__(self, num_worlds: int, num_agents: int) -> None:
        self.divergence = np.zeros((num_worlds, num_agents), dtype=np.float32)
        self.triggers = np.zeros((num_worlds, num_agents), dtype=np.int64)
        self._counts = np.zeros((num_worlds, 1 + len(TRIGGERS)), dtype=np.int64)
        self._replans = np.zeros(num_worlds, dtype=np.int64)
        self._sums = np.zeros(num_worlds, dtype=np.float64)
        self._kept = np.zeros(num_worlds, dtype=np.float64)
        self._seconds = np.zeros(num_worlds, dtype=np.float64)
        self._steps = np.zeros(num_worlds, dtype=np.int64)

    def open(self, worlds: Any) -> None:
        """Begins the accounts of new episodes in some worlds, an index of the first axis."""
        for array in vars(self).values():
            array[worlds] = 0

    def note(self, monitorings: Sequence[Monitoring], resting: NDArray[np.bool_]) -> None:
        """Notes what a policy told of the decisions that were just carried out.

        Args:
            monitorings: one a world; none before the policy's first decision.
            resting: bool (B,), worlds that only begin anew in this step.

        Raises:
            InputError: there are some, but not one a world, or they are of another number of agents.
        """
        if not monitorings:
            return
        if len(monitorings) != len(self._steps):
            raise InputError(
                f"The policy has decided for {len(monitorings)} worlds, but is watched in {len(self._steps)}."
            )
        for world, told in enumerate(monitorings):
            if told.divergence.shape != self.divergence.shape[1:]:
                raise InputError(
                    f"The policy tells of {told.divergence.size} agents, but there are "
                    f"{self.divergence.shape[1]}."
                )
            if not resting[world]:
                self._note_one(world, told)

    def _note_one(self, world: int, told: Monitoring) -> None:
        self._add(world, told.divergence, told.triggers)
        self._replans[world] += told.replanned.sum()
        self._kept[world] += told.kept[told.replanned].sum()
        self._seconds[world] += told.seconds

    def note_divergence(
        self, divergence: NDArray[np.float32], limit: float, resting: NDArray[np.bool_]
    ) -> None:
        """Notes how far what came was from what was expected.

        Args:
            divergence: float32 (B, N).
            limit: above which it counts as a trigger.
            resting: bool (B,), worlds that only begin anew in this step.
        """
        triggers = np.where(divergence > limit, DIVERGENCE, 0)
        for world in np.flatnonzero(~resting):
            self._add(int(world), divergence[world], triggers[world])

    def _add(self, world: int, divergence: NDArray[np.float32], triggers: NDArray[np.int64]) -> None:
        self.divergence[world], self.triggers[world] = divergence, triggers
        np.add.at(self._counts[world], triggers, 1)
        self._sums[world] += divergence.mean()
        self._steps[world] += 1

    def facts(self) -> Facts:
        """Gives what episode statistics tell, (B,) each.

        ``replans``, searches for another plan that a trigger asked for; ``triggered_<name>``, how often each
        trigger showed; ``plan_stability``, the mean share of a plan that a change keeps, 1 without changes;
        ``planning_seconds``; ``mean_divergence``.
        """
        changes = np.maximum(self._replans, 1)
        columns = (
            self._replans.copy(),
            *self._counts[:, 1:].T.copy(),
            np.where(self._replans > 0, self._kept / changes, 1.0),
            self._seconds.copy(),
            self._sums / np.maximum(self._steps, 1),
        )
        return dict(zip(STATISTICS, columns, strict=True))


def trigger_names(triggers: NDArray[np.int64]) -> list[str | None]:
    """Names an array of triggers, None for none."""
    return [TRIGGERS[number - 1] if number else None for number in triggers.tolist()]


def observed_distance(space: spaces.Space[Any], expected: Any, actual: Any) -> float:
    """Gives how far an observation is from the expected one, from 0 to 1.

    In a ``Box`` it is the mean difference of the entries, each as a share of its bounds' distance; where a
    bound is infinite, as a share of the larger amount. In a ``Dict`` or ``Tuple`` it is the mean over the
    parts. In other spaces it is 1 unless both are equal.
    """
    if isinstance(space, spaces.Dict | spaces.Tuple):
        inner: Any = space.spaces
        names = list(inner) if isinstance(inner, Mapping) else range(len(inner))
        parts = [observed_distance(inner[name], expected[name], actual[name]) for name in names]
        return sum(parts) / max(len(parts), 1)
    if not isinstance(space, spaces.Box):
        return float(not np.array_equal(expected, actual))
    one, other = np.asarray(expected, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        spans = space.high.astype(np.float64) - space.low.astype(np.float64)
    spans = np.where(np.isfinite(spans), spans, np.maximum(np.abs(one), np.abs(other)))
    shares = np.abs(one - other) / np.where(spans > 0, spans, 1.0)
    return float(np.minimum(shares, 1.0).mean())
