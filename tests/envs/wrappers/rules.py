"""Rules that every scenario can be played under, and that are soon felt."""

from __future__ import annotations

from typing import Any

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules

RESOURCES: tuple[Resource, ...] = (
    Resource("money", "consumable", 20),  # type: ignore[arg-type]
    Resource("charge", "producible", 3, 6),  # type: ignore[arg-type]
    Resource("permit", "reusable", 2),  # type: ignore[arg-type]
)
USES: dict[int | str, list[ResourceRequirement]] = {
    "*": [ResourceRequirement("money", 0.25)],
    0: [ResourceRequirement("permit", 1)],
    1: [ResourceRequirement("charge", 1.5)],
    2: [ResourceRequirement("charge", 1, produces=True), ResourceRequirement("money", 0.5, "duration")],
}


def tight_rules(**changes: Any) -> ResourceRules:
    """Money for some dozen actions, charge for every agent, permits that are held for two steps."""
    given: dict[str, Any] = {
        "resources": RESOURCES,
        "uses": USES,
        "private": ("charge",),
        "refill": {"charge": 0.25},
        "deadline": 30,
        "hold": {"permit": 2},
        "penalty": 0.5,
    }
    return ResourceRules(**{**given, **changes})


def rich_rules() -> ResourceRules:
    """More of everything than anybody can use, and no deadline."""
    resources = tuple(Resource(each.name, each.resource_type, 10**6) for each in RESOURCES)
    return tight_rules(resources=resources, deadline=None)
