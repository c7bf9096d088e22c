"""Resource rules that suit the maze, for the resource wrappers and the planners that read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import DOWN, LEFT, RIGHT, UP
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.envs.resources.rules import ResourceRules


def oil(params: MazeParams, amount: float, **options: Any) -> ResourceRules:
    """Gives the team a can of lamp oil: each move burns a unit of it, and in the dark nobody moves.

    Args:
        params: of the scenario.
        amount: what all agents together may burn in an episode.
        options: further fields of the rules, such as ``violation``.

    Raises:
        InputError: the amount is negative, or an option is wrong.
    """
    lamp = Resource("oil", ResourceType.CONSUMABLE, amount)
    uses: dict[int | str, Sequence[ResourceRequirement]] = {
        move: (ResourceRequirement("oil", 1.0),) for move in (UP, DOWN, LEFT, RIGHT)
    }
    return ResourceRules((lamp,), uses, **options)
