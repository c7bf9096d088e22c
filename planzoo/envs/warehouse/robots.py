"""What a robot of one kind can do."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any

from planzoo.errors import InputError

MOST_LOADS = 100
"""Shelves on a robot, at most."""


@dataclass(frozen=True)
class RobotKind:
    """Robots that are alike. Kinds share one fleet; robots are numbered kind after kind.

    Attributes:
        count: how many there are.
        lift_class: weight that one of them lifts alone; an ordinary shelf weighs 1.
        capacity: shelves that it carries at a time, stacked.
        steps_per_move: steps that a move takes; 1 is the fastest. Turning and loading take one step.
        sensor_range: cells that it senses in each direction; None = the fleet's ``sensor_range``.
        tool: whether it has a tool of its own, see ``WarehouseParams.tools``.

    Raises:
        InputError: a number is not a whole number, or too small.
    """

    count: int = 1
    lift_class: int = 1
    capacity: int = 1
    steps_per_move: int = 1
    sensor_range: int | None = None
    tool: bool = False

    def __post_init__(self) -> None:
        """Checks every value."""
        for name in ("count", "lift_class"):
            check_whole(f"RobotKind.{name}", getattr(self, name), least=1)
        check_whole("RobotKind.capacity", self.capacity, least=1, most=MOST_LOADS)
        check_whole("RobotKind.steps_per_move", self.steps_per_move, least=1, most=2**15 - 1)
        if self.sensor_range is not None:
            check_whole("RobotKind.sensor_range", self.sensor_range, least=0)
        if not isinstance(self.tool, bool):
            raise InputError(f"RobotKind.tool must be True or False, got {self.tool!r}.")


def check_whole(name: str, value: Any, least: int = 0, most: int = 2**30) -> None:
    """Makes sure that a value is a whole number from ``least`` to ``most``.

    Raises:
        InputError: it is not.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        kind = {0: "a whole number, 0 or more", 1: "a positive integer"}.get(least, f"{least} or more")
        bound = "" if most == 2**30 else f" and at most {most}"
        raise InputError(f"{name} must be {kind}{bound}, got {value!r}{numpy_hint(value)}.")


def numpy_hint(value: Any) -> str:
    """Gives the end of an error's sentence for a value of NumPy, which may look like one that is right."""
    return ", which is NumPy's: turn it into a plain number with .item()" if hasattr(value, "item") else ""


def as_records(values: Any, kind: type[Any], where: str) -> tuple[Any, ...]:
    """Turns plain data (a list of dicts, as a config has it) into dataclass instances.

    Args:
        values: instances of ``kind``, or dicts of its fields.
        kind: a dataclass.
        where: the field's name, for errors.

    Raises:
        InputError: not a list, or a dict with an unknown field or without a needed one.
    """
    if not isinstance(values, list | tuple):
        raise InputError(f"{where} must be a list of {kind.__name__}, got {values!r}.")
    known = [field.name for field in fields(kind)]
    needed = {field.name for field in fields(kind) if field.default is MISSING}
    records = []
    for number, value in enumerate(values):
        if isinstance(value, kind):
            records.append(value)
            continue
        if not isinstance(value, dict):
            raise InputError(f"{where}[{number}] must be a {kind.__name__} or a dict, got {value!r}.")
        unknown = sorted(str(name) for name in set(value) - set(known))
        if unknown:
            raise InputError(f"{where}[{number}] has no field {unknown[0]}; it has {', '.join(known)}.")
        if not needed <= set(value):
            raise InputError(f"{where}[{number}] lacks its {', '.join(sorted(needed - set(value)))}.")
        records.append(kind(**value))
    return tuple(records)
