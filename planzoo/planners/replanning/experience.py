"""What executions have taught of actions: how often they succeed, what they cost and how long they take.

Each action is judged by its own attempts and, the fewer those are, by those that share all its arguments but
the last, then all but the last two, and so on up to the other actions of its operator, as in the hierarchical
credibility of Jewell (1975): what comes first among the arguments, such as who acts or by which road, groups
them. Costs and durations are learnt as multiples of what is planned, so that they hold in other states, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from planzoo.planners.htn.plan import Action
from planzoo.planners.replanning.estimates import RELIABLE, Chance, Estimate, Sample, credible
from planzoo.planners.replanning.execution import Attempt, ExecutionTrace

NONE = Sample()
"""No numbers at all."""


@dataclass(frozen=True)
class Tally:
    """What is known of one action, or of some together.

    Attributes:
        successes: how often it has happened.
        failures: how often it was tried in vain.
        cost: what it has cost when it happened, as multiples of what was planned.
        duration: how long it took, likewise.
    """

    successes: int = 0
    failures: int = 0
    cost: Sample = NONE
    duration: Sample = NONE

    def add(self, attempt: Attempt) -> Tally:
        """Gives the tally with another attempt; without amounts of failures and of what is planned as 0."""
        if not attempt.happened:
            return replace(self, failures=self.failures + 1)
        cost, duration = self.cost, self.duration
        if attempt.action.cost > 0:
            cost = cost.add(attempt.cost / attempt.action.cost)
        if attempt.action.duration > 0:
            duration = duration.add(attempt.duration / attempt.action.duration)
        return Tally(self.successes + 1, self.failures, cost, duration)

    def merged(self, other: Tally) -> Tally:
        """Gives both together."""
        return Tally(
            self.successes + other.successes,
            self.failures + other.failures,
            self.cost.merged(other.cost),
            self.duration.merged(other.duration),
        )


class Key(NamedTuple):
    """What an action is called."""

    operator: str
    """Its operator."""
    arguments: tuple[str, ...] = ()
    """Its arguments as text."""

    def __str__(self) -> str:
        return f"{self.operator}({', '.join(self.arguments)})"


class Experience:
    """What is known of the actions of a domain; grows with each trace.

    Args:
        tallies: what is known so far.

    Attributes:
        tallies: what is known, by action.
    """

    def __init__(self, tallies: dict[Key, Tally] | None = None) -> None:
        self.tallies: dict[Key, Tally] = dict(tallies or {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Experience) and self.tallies == other.tallies

    __hash__ = None  # type: ignore[assignment]

    def learn(self, trace: ExecutionTrace) -> int:
        """Takes note of the attempts of a trace that are over; gives how many there were."""
        attempts = [attempt for attempt in trace.attempts() if attempt.over]
        for attempt in attempts:
            key = key_of(attempt.action)
            self.tallies[key] = self.tallies.get(key, Tally()).add(attempt)
        return len(attempts)

    def chance(self, action: Action | Key) -> Chance:
        """Gives how likely an attempt succeeds, as a distribution."""
        key = key_of(action)
        own = self.tallies.get(key, Tally())
        return Chance(self._of_others(key, RELIABLE, _successes)).seen(own.successes, own.failures)

    def success(self, action: Action | Key) -> Estimate:
        """Gives how likely an attempt succeeds."""
        return self.chance(action).estimate()

    def cost(self, action: Action | Key) -> Estimate:
        """Gives what an attempt costs, as a multiple of what is planned."""
        key = key_of(action)
        return self.tallies.get(key, Tally()).cost.estimate(self._of_others(key, 1.0, _costs))

    def duration(self, action: Action | Key) -> Estimate:
        """Gives how long an attempt takes, as a multiple of what is planned."""
        key = key_of(action)
        return self.tallies.get(key, Tally()).duration.estimate(self._of_others(key, 1.0, _durations))

    def to_text(self) -> str:
        """Tells what is known, one line for each action, the least reliable first."""
        ordered = sorted(self.tallies, key=lambda key: (self.chance(key).mean, key))
        return "\n".join(
            f"{key}: succeeds {self.success(key)}, costs {self.cost(key)} of what is planned"
            for key in ordered
        )

    def _of_others(self, key: Key, expected: float, mean: Mean) -> float:
        """Gives what is expected of an action by what is known of others.

        Args:
            key: the action.
            expected: what is expected where nothing is known.
            mean: gives the number of observations of a tally and their mean.
        """
        for level in range(len(key.arguments)):
            groups = self._groups(key.operator, key.arguments[:level])
            groups.pop(key.arguments[level], None)
            expected = credible(expected, map(mean, groups.values()))
        return expected

    def _groups(self, operator: str, arguments: tuple[str, ...]) -> dict[str, Tally]:
        """Gives what is known of actions that begin with these arguments, grouped by the next one."""
        groups: dict[str, Tally] = {}
        level = len(arguments)
        for key, tally in self.tallies.items():
            kin = key.operator == operator and key.arguments[:level] == arguments
            if kin and len(key.arguments) > level:
                following = key.arguments[level]
                groups[following] = groups.get(following, Tally()).merged(tally)
        return groups


def key_of(action: Action | Key) -> Key:
    """Gives what an action is called."""
    return action if isinstance(action, Key) else Key(action.name, tuple(map(str, action.arguments)))


Mean = Callable[[Tally], tuple[int, float]]
"""Gives how many observations a tally has of something, and their mean."""


def _successes(tally: Tally) -> tuple[int, float]:
    count = tally.successes + tally.failures
    return count, tally.successes / count if count else 0.0


def _costs(tally: Tally) -> tuple[int, float]:
    return tally.cost.count, tally.cost.mean


def _durations(tally: Tally) -> tuple[int, float]:
    return tally.duration.count, tally.duration.mean
