"""Orders that are known beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.envs.warehouse.robots import check_whole
from planzoo.errors import InputError

MOST_ITEMS, MOST_PRIORITY = 100, 100
"""An order's most shelves and highest priority."""


@dataclass(frozen=True)
class Order:
    """One order of a fixed list.

    Attributes:
        items: the numbers of the shelves that it asks for; shelves are numbered row by row from 0.
        priority: what its delivery is worth.
        release: the first step at which it may be shown.
        deadline: the last step at which it can be completed; None = none.

    Raises:
        InputError: no items, an item twice, or a number out of range.
    """

    items: tuple[int, ...]
    priority: int = 1
    release: int = 0
    deadline: int | None = None

    def __post_init__(self) -> None:
        """Checks every value."""
        if not isinstance(self.items, list | tuple) or not self.items:
            raise InputError(f"Order.items must be a list of shelf numbers, got {self.items!r}.")
        if len(self.items) > MOST_ITEMS:
            raise InputError(f"Order.items names {len(self.items)} shelves: ask for at most {MOST_ITEMS}.")
        object.__setattr__(self, "items", tuple(self.items))
        for item in self.items:
            check_whole("Order.items", item)
        if len(set(self.items)) < len(self.items):
            raise InputError(f"Order.items names a shelf twice: {self.items}; ask for each shelf once.")
        check_whole("Order.priority", self.priority, least=1, most=MOST_PRIORITY)
        check_whole("Order.release", self.release)
        if self.deadline is not None:
            check_whole("Order.deadline", self.deadline, least=1)
            if self.deadline <= self.release:
                raise InputError(
                    f"Order.deadline is {self.deadline}, not after its release at {self.release}: "
                    "set it later."
                )
