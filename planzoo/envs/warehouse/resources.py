"""Resource rules that suit the warehouse, for the resource wrappers and the planners that read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.warehouse.movement import CARDINAL_ACTIONS, TURN_ACTIONS
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.sizes import action_count


def fuel(params: WarehouseParams, amount: float, **options: Any) -> ResourceRules:
    """Gives the team a tank of fuel: every move and every turn takes one unit, all else nothing.

    Args:
        params: of the scenario; they say which actions are moves.
        amount: what all robots together may burn in an episode.
        options: further fields of the rules, such as ``violation``.

    Raises:
        InputError: the amount is negative, or an option is wrong.
    """
    count = TURN_ACTIONS if params.movement == "turn" else CARDINAL_ACTIONS
    # The first action is to stand still, the last one to load or unload, whatever message goes with it.
    moves = [action for action in range(action_count(params)) if 0 < action % count < count - 1]
    tank = Resource("fuel", ResourceType.CONSUMABLE, amount)
    uses: dict[int | str, Sequence[ResourceRequirement]] = {
        action: (ResourceRequirement("fuel", 1.0),) for action in moves
    }
    return ResourceRules((tank,), uses, **options)
