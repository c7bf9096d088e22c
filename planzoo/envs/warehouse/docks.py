"""Charging docks and tool cribs in the wall along the upper side of a hall.

Each is a niche of its own: a robot that stays in it leaves every way open.
"""

from __future__ import annotations

from planzoo.envs.warehouse.robots import check_whole
from planzoo.errors import InputError

_CRIB = "#tt"


def spread(count: int, places: int) -> list[int]:
    """Gives ``count`` of the places 0 … ``places`` - 1, evenly spread, none twice while they suffice."""
    return [(2 * number + 1) * places // (2 * count) for number in range(count)]


def wall_with_docks(width: int, chargers: int, crib: bool, margin: int = 0) -> str:
    """Draws a wall with a niche for each charger, and for a crib of two cells at its right end.

    Args:
        width: cells of the wall.
        chargers: how many chargers, evenly spread.
        crib: whether there is a tool crib.
        margin: cells at both ends that stay wall, because nothing opens onto them.

    Raises:
        InputError: the wall is too short.
    """
    check_whole("chargers", chargers)
    crib_cells = _CRIB if crib else ""
    places = width - 2 * margin - len(crib_cells)
    if places < 0:
        raise InputError("The wall of this layout has no room for a tool crib: use a larger layout.")
    if chargers > places:
        beside = " beside the tool crib" if crib else ""
        raise InputError(
            f"The wall of this layout has room for {places} chargers{beside}, not for {chargers}: "
            "ask for fewer chargers or a larger layout."
        )
    bays = set(spread(chargers, places))
    row = "".join("c" if place in bays else "#" for place in range(places))
    return "#" * margin + row + crib_cells + "#" * margin
