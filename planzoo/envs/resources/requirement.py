"""What an action needs of a resource, or makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from planzoo.envs.resources.resource import Resource, ResourceType, amount_of
from planzoo.errors import InputError


class When(StrEnum):
    """When an amount is taken or made."""

    START = "start"
    """For good, when the action starts."""
    END = "end"
    """For good, when the action ends."""
    DURATION = "duration"
    """Held from the start to the end of the action, then given back."""


@dataclass(frozen=True)
class ResourceRequirement:
    """An amount of a resource that an action takes or makes.

    Of a reusable resource an amount is always held for the ``duration``. What else is taken for the
    ``duration`` is a deposit: it comes back.

    Attributes:
        resource: the resource's name.
        amount: how much, in the resource's unit.
        when: ``"start"``, ``"end"`` or ``"duration"``, see :class:`When`. None is what suggests itself:
            ``duration`` for a reusable resource, ``end`` for what is made, ``start`` for all else.
        produces: whether the action makes the amount instead of taking it; of producible resources only.

    Raises:
        InputError: the amount is negative or not finite, or the time is unknown.
    """

    resource: str
    amount: float
    when: str | None = None
    produces: bool = False

    def __post_init__(self) -> None:
        amount = amount_of(self.amount, f"the required amount of {self.resource!r}")
        object.__setattr__(self, "amount", amount)
        if self.when is None:
            return
        if self.when not in list(When):
            choices = ", ".join(f"'{choice}'" for choice in When)
            raise InputError(
                f"The requirement of {self.resource!r} says when={self.when!r}; choose one of {choices}."
            )
        object.__setattr__(self, "when", When(self.when))

    def changes(self, resource: Resource) -> tuple[float, float]:
        """Gives by how much the amount left changes at the action's start and at its end."""
        sign = 1.0 if self.produces else -1.0
        when = self._when(resource)
        if when is When.DURATION:
            return -self.amount, self.amount
        return (sign * self.amount, 0.0) if when is When.START else (0.0, sign * self.amount)

    def check(self, resources: Mapping[str, Resource], owner: str) -> None:
        """Makes sure that the requirement can be met at all.

        Args:
            resources: by name.
            owner: whose requirement it is, in words, for the error.

        Raises:
            InputError: the resource is unknown, makes nothing, cannot be taken then, or never has as much.
        """
        resource = resources.get(self.resource)
        if resource is None:
            known = ", ".join(map(repr, resources)) or "none"
            raise InputError(f"{owner} requires the unknown resource {self.resource!r}; there are {known}.")
        if self.produces and resource.resource_type is not ResourceType.PRODUCIBLE:
            raise InputError(
                f"{owner} produces {self.resource!r}, which is {resource.resource_type.value}; make it "
                "producible."
            )
        when = self._when(resource)
        if resource.is_reusable and when is not When.DURATION:
            raise InputError(
                f"{owner} takes {self.resource!r} at its {when}, but a reusable resource is held while the "
                "action lasts; write when='duration' or leave it out."
            )
        if self.produces and when is When.DURATION:
            raise InputError(
                f"{owner} produces {self.resource!r} for its duration; say whether it is there from the "
                "'start' or from the 'end' on."
            )
        if self.amount > resource.limit:
            raise InputError(
                f"{owner} requires {self.amount:g} of {self.resource!r}, but there are never more than "
                f"{resource.limit:g}; raise the capacity or lower the requirement."
            )

    def cost(self, resource: Resource, duration: float) -> float:
        """Gives the price of the requirement; what is made, and a deposit, cost nothing."""
        if self.produces or (self._when(resource) is When.DURATION and not resource.is_reusable):
            return 0.0
        return self.amount * resource.cost_per_unit * (duration if resource.is_reusable else 1.0)

    def _when(self, resource: Resource) -> When:
        if self.when is not None:
            return When(self.when)
        if resource.is_reusable:
            return When.DURATION
        return When.END if self.produces else When.START
