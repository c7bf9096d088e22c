"""Rules that say when to replan, by name: what configs and command lines write."""

from __future__ import annotations

from collections.abc import Callable

from planzoo.errors import InputError
from planzoo.planners.htn.acting.lazy_lookahead import Planner
from planzoo.planners.replanning.when import (
    AnyOf,
    FailureDriven,
    Overrun,
    Periodic,
    Proactive,
    Threshold,
    When,
)

DEFAULT_WHEN = "failure+threshold"
"""After each failure, and when what the plan relies on has changed too far."""
PERIOD = 10.0
"""Steps between replans where a config does not say how many."""


def find_when(text: str, planner: Planner) -> When:
    """Reads rules such as ``failure``, ``threshold:0.2`` or ``failure+periodic:10``.

    Args:
        text: names joined by ``+``, each with its number after a colon or without: ``failure`` (failures in a
            row), ``threshold`` (divergence), ``periodic`` (steps), ``proactive`` (share of the cost that
            must be saved) and ``overrun`` (times the planned time or cost).
        planner: what ``proactive`` looks for better plans with.

    Raises:
        InputError: there is no such rule, or its number is not one that it takes.
    """
    return AnyOf(*(_rule(part.strip(), planner) for part in text.split("+")))


def _rule(text: str, planner: Planner) -> When:
    name, colon, number = text.partition(":")
    kinds: dict[str, Callable[[float | None], When]] = {
        "failure": lambda value: FailureDriven() if value is None else FailureDriven(_whole(value)),
        "threshold": lambda value: Threshold() if value is None else Threshold(value),
        "periodic": lambda value: Periodic(time=PERIOD if value is None else value),
        "proactive": lambda value: Proactive(planner) if value is None else Proactive(planner, value),
        "overrun": lambda value: Overrun() if value is None else Overrun(value),
    }
    if name not in kinds:
        raise InputError(f"There is no rule {name!r} for replanning; choose of {', '.join(kinds)}.")
    return kinds[name](_number(text, number) if colon else None)


def _number(text: str, number: str) -> float:
    try:
        return float(number)
    except ValueError:
        raise InputError(f"The rule {text!r} needs a number after the colon.") from None


def _whole(value: float) -> int:
    if not value.is_integer():
        raise InputError(f"Failures are counted in whole numbers, not {value:g}.")
    return int(value)
