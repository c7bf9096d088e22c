"""Constraints in words, and how to do without each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from planzoo.envs.resources.resource import Resource
from planzoo.planners.resources.constraints import Constraints

Relaxed = Callable[[Constraints], Constraints]


def constraint_groups(constraints: Constraints) -> Iterator[tuple[str, Relaxed]]:
    """Gives each constraint in words, and a function that takes it out of others."""
    for kind in ("windows", "calendars", "precedences"):
        for entry in getattr(constraints, kind):
            yield str(entry), partial(_without_entry, kind=kind, entry=entry)
    for kind in ("deadline", "budget"):
        if getattr(constraints, kind) < math.inf:
            yield f"{kind} {getattr(constraints, kind):g}", partial(_changed, changes={kind: math.inf})


def resource_words(resource: Resource) -> str:
    """Says how much there is of a resource."""
    if resource.is_reusable:
        return f"{resource.initial_amount:g} of {resource.name} at a time"
    store = f", store for {resource.limit:g}" if resource.limit < math.inf else ""
    return f"{resource.initial_amount:g} of {resource.name} at first{store}"


def _without_entry(constraints: Constraints, kind: str, entry: Any) -> Constraints:
    kept = tuple(other for other in getattr(constraints, kind) if other is not entry)
    return _changed(constraints, {kind: kept})


def _changed(constraints: Constraints, changes: dict[str, Any]) -> Constraints:
    return replace(constraints, **changes)
