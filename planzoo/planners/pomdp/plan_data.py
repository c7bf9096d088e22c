"""Reading contingent plans from plain data, checked at every node."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import END, INFORMING, ContingentPlan

KINDS = (*sorted(INFORMING), "treat", "wait", "stop", "act", END)
"""What sort of action a node of a plan may be."""

LARGEST = sys.float_info.max
"""The largest number that a plan may hold."""

_KEYS = (
    "action", "kind", "depth", "probability", "expected_cost", "expected_utility", "belief", "branches",
)  # fmt: skip


def plan_from_data(data: Any) -> ContingentPlan:
    """Builds the plan that some plain data describe.

    Raises:
        InputError: a key is missing or unknown, or its value is not what it should be; says at which node.
    """
    found = _nodes(data)
    branches: list[dict[str, ContingentPlan]] = [{} for _ in found]
    plan = ContingentPlan(END)
    for number in range(len(found) - 1, -1, -1):
        node, parent, outcome, place = found[number]
        ordered = {name: branches[number][name] for name in node["branches"]}
        plan = ContingentPlan(
            root_action=node["action"],
            branches=ordered,
            depth=node["depth"],
            expected_cost=float(node["expected_cost"]),
            expected_utility=float(node["expected_utility"]),
            probability=float(node["probability"]),
            belief=_belief(node["belief"], place),
            kind=node["kind"],
        )
        if parent >= 0:
            branches[parent][outcome] = plan
    return plan


def _nodes(data: Any) -> list[tuple[dict[str, Any], int, str, str]]:
    """Lists all nodes, checked, each with its parent's number, its observation and what to call its place."""
    found: list[tuple[dict[str, Any], int, str, str]] = []
    waiting: list[tuple[Any, int, str, str]] = [(data, -1, "", "the plan")]
    while waiting:
        node, parent, outcome, place = waiting.pop()
        _check(node, place)
        number = len(found)
        found.append((node, parent, outcome, place))
        for name, branch in node["branches"].items():
            waiting.append((branch, number, name, f"the branch {name!r} of {node['action']!r}"))
    return found


def _check(node: Any, place: str) -> None:
    if not isinstance(node, dict) or set(node) != set(_KEYS):
        raise InputError(f"In a saved plan {place} must be a mapping of exactly {', '.join(_KEYS)}.")
    depth, probability = node["depth"], node["probability"]
    rules = {
        "action": (isinstance(node["action"], str), "text"),
        "kind": (node["kind"] in KINDS, f"one of {', '.join(KINDS)}"),
        "depth": (isinstance(depth, int) and not isinstance(depth, bool) and depth >= 0, "0 or more, whole"),
        "probability": (_is_number(probability) and 0 <= probability <= 1 + 1e-9, "a number from 0 to 1"),
        "expected_cost": (_is_number(node["expected_cost"]), "a finite number"),
        "expected_utility": (_is_number(node["expected_utility"]), "a finite number"),
        "belief": (isinstance(node["belief"], Mapping), "a mapping of names to probabilities"),
        "branches": (_is_named(node["branches"]), "a mapping of observations to plans"),
    }
    for key, (holds, wanted) in rules.items():
        if not holds:
            raise InputError(f"In a saved plan {key} of {place} must be {wanted}, not {node[key]!r:.60}.")


def _is_number(value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) <= LARGEST  # false for NaN too, and safe for integers of any length


def _is_named(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(name, str) for name in value)


def _belief(data: Mapping[str, Any], place: str) -> BeliefState | None:
    if not data:
        return None
    if not _is_named(data) or not all(_is_number(value) for value in data.values()):
        raise InputError(f"In a saved plan the belief of {place} must give each name a probability.")
    try:
        return BeliefState(tuple(data), np.array(list(data.values()), dtype=np.float64))
    except InputError as error:
        raise InputError(f"In a saved plan the belief of {place} is none: {error}") from None
