"""Resources: what there is a finite amount of."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from planzoo.errors import InputError


class ResourceType(Enum):
    """What becomes of an amount that an action takes."""

    CONSUMABLE = "consumable"
    """It is used up: fuel, money, materials."""
    REUSABLE = "reusable"
    """It is held while the action lasts and then given back: tools, rooms, staff."""
    PRODUCIBLE = "producible"
    """It is used up, and actions can make more of it: products, data, charge."""


@dataclass(frozen=True)
class Resource:
    """A resource.

    Attributes:
        name: what requirements call it.
        resource_type: what becomes of what is taken; its value as text will do.
        initial_amount: how much there is at the beginning, in the resource's own unit.
        capacity: how much there may be at any time: the store of a producible resource, or the most that a
            calendar grants of a reusable one; None = unbounded, for a reusable one the initial amount.
        cost_per_unit: the price of an amount that is taken; of a reusable resource for each unit of time that
            it is held.

    Raises:
        InputError: the type is unknown, or a number is negative, not finite, or a capacity below the initial
            amount.
    """

    name: str
    resource_type: ResourceType
    initial_amount: float
    capacity: float | None = None
    cost_per_unit: float = 0.0

    def __post_init__(self) -> None:
        if not self.name or not isinstance(self.name, str):
            raise InputError(f"A resource's name is a text such as 'fuel', not {self.name!r}.")
        object.__setattr__(self, "resource_type", _type_of(self.name, self.resource_type))
        for what in ("initial_amount", "cost_per_unit"):
            value = amount_of(getattr(self, what), f"the {what} of resource {self.name!r}")
            object.__setattr__(self, what, value)
        if self.capacity is None:
            return
        capacity = amount_of(self.capacity, f"the capacity of resource {self.name!r}", finite=False)
        object.__setattr__(self, "capacity", capacity)
        if capacity < self.initial_amount:
            raise InputError(
                f"The capacity of resource {self.name!r} is {capacity:g}, less than its initial amount "
                f"{self.initial_amount:g}; raise the capacity or lower the amount."
            )

    @property
    def is_reusable(self) -> bool:
        """Whether what is taken is given back."""
        return self.resource_type is ResourceType.REUSABLE

    @property
    def limit(self) -> float:
        """The most there may be at any time; infinite where nothing bounds it."""
        if self.capacity is not None:
            return self.capacity
        return self.initial_amount if self.is_reusable else math.inf


def resources_by_name(resources: Iterable[Resource]) -> dict[str, Resource]:
    """Gives resources by their names, in the order given.

    Raises:
        InputError: two have the same name, or something else stands among them.
    """
    table: dict[str, Resource] = {}
    for resource in resources:
        if not isinstance(resource, Resource):
            raise InputError(f"Expected a Resource, but got {resource!r}.")
        if resource.name in table:
            raise InputError(f"There are two resources named {resource.name!r}; give each its own name.")
        table[resource.name] = resource
    return table


def amount_of(value: Any, what: str, finite: bool = True) -> float:
    """Gives a number that is at least 0.

    Args:
        value: what was given.
        what: what it is, in words, for the error.
        finite: whether infinity is refused.

    Raises:
        InputError: it is no number, negative, or infinite where that is refused.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not number >= 0 or (finite and number == math.inf):
        kind = "a finite number" if finite else "a number"
        raise InputError(f"{what[0].upper()}{what[1:]} is {value!r}; it must be {kind} of at least 0.")
    return number


def _type_of(name: str, value: Any) -> ResourceType:
    try:
        return ResourceType(value)
    except ValueError:
        choices = ", ".join(f"'{choice.value}'" for choice in ResourceType)
        raise InputError(
            f"Resource {name!r} has the unknown type {value!r}; choose one of {choices}."
        ) from None
