"""Resource rules as data, for configuration files: plain dicts, lists and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.errors import InputError


def read_fields(kind: type[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Reads the fields of rules from what a YAML file has.

    Args:
        kind: the dataclass of the rules.
        data: its fields by name; ``resources`` is a list of the fields of each, ``uses`` maps an action's
            number, or ``"*"``, to a list of the fields of each requirement.

    Raises:
        InputError: naming the key that is unknown or missing, or what cannot be its value.
    """
    given = _fields_of(kind, data, "the resource rules")
    given["resources"] = tuple(
        Resource(**_fields_of(Resource, each, f"resource {number}"))
        for number, each in enumerate(_list(given["resources"], "resources"), 1)
    )
    if not isinstance(given["uses"], Mapping):
        raise InputError(f"uses maps actions to lists of requirements, but is {given['uses']!r}.")
    given["uses"] = {
        action: tuple(
            ResourceRequirement(**_fields_of(ResourceRequirement, each, f"a requirement of action {action}"))
            for each in _list(own, f"uses[{action!r}]")
        )
        for action, own in given["uses"].items()
    }
    if isinstance(given.get("idle"), list):
        given["idle"] = tuple(given["idle"])
    for name in ("refill", "hold"):
        if not isinstance(given.get(name, {}), Mapping):
            raise InputError(f"{name} maps resources to numbers, but is {given[name]!r}.")
    given["private"] = tuple(_list(given.get("private", []), "private"))
    return given


def write_fields(rules: Any) -> dict[str, Any]:
    """Gives rules as a YAML file may have them; :func:`read_fields` reads them back.

    Raises:
        InputError: a function gives the costs.
    """
    if callable(rules.uses):
        raise InputError("Rules whose costs are given by a function cannot be written as data.")
    return {
        "resources": [
            {
                "name": each.name,
                "resource_type": each.resource_type.value,
                "initial_amount": each.initial_amount,
                "capacity": each.capacity,
                "cost_per_unit": each.cost_per_unit,
            }
            for each in rules.resources
        ],
        "uses": {action: [_requirement_data(each) for each in own] for action, own in rules.uses.items()},
        "private": list(rules.private),
        "refill": dict(rules.refill),
        "deadline": rules.deadline,
        "violation": str(rules.violation),
        "penalty": rules.penalty,
        "idle": list(rules.idle) if isinstance(rules.idle, tuple) else rules.idle,
        "hold": dict(rules.hold),
        "observed": rules.observed,
    }


def _requirement_data(requirement: ResourceRequirement) -> dict[str, Any]:
    return {
        "resource": requirement.resource,
        "amount": requirement.amount,
        "when": None if requirement.when is None else str(requirement.when),
        "produces": requirement.produces,
    }


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise InputError(f"{what} is {value!r}; it must be a list.")
    return list(value)


def _fields_of(kind: type[Any], data: Any, what: str) -> dict[str, Any]:
    """Checks the keys against a dataclass's fields."""
    if not isinstance(data, Mapping):
        raise InputError(f"{what} must map names to values, but is {data!r}.")
    known = {field.name: field for field in fields(kind)}
    for key in data:
        if key not in known:
            raise InputError(f"{what} has the unknown key {key!r}; there are {', '.join(known)}.")
    for name, field in known.items():
        if name not in data and field.default is MISSING and field.default_factory is MISSING:
            raise InputError(f"{what} lacks the key {name!r}.")
    return dict(data)
