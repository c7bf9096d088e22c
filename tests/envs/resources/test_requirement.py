"""Requirements: when what is taken and given back, what it costs, and what cannot be required."""

from __future__ import annotations

import math
from typing import Any

import pytest

from planzoo.envs.resources.requirement import ResourceRequirement, When
from planzoo.envs.resources.resource import Resource, ResourceType, resources_by_name
from planzoo.errors import InputError

CREW = Resource("crew", ResourceType.REUSABLE, 3, 5, cost_per_unit=2)
FUEL = Resource("fuel", ResourceType.CONSUMABLE, 3, cost_per_unit=2)
PARTS = Resource("parts", ResourceType.PRODUCIBLE, 3, 8, cost_per_unit=2)
TABLE = resources_by_name([CREW, FUEL, PARTS])


@pytest.mark.parametrize(
    ("resource", "when", "produces", "changes", "cost"),
    [
        (CREW, None, False, (-2, 2), 2 * 2 * 10),
        (CREW, "duration", False, (-2, 2), 2 * 2 * 10),
        (FUEL, None, False, (-2, 0), 2 * 2),
        (FUEL, "start", False, (-2, 0), 2 * 2),
        (FUEL, "end", False, (0, -2), 2 * 2),
        (FUEL, "duration", False, (-2, 2), 0),
        (PARTS, None, False, (-2, 0), 2 * 2),
        (PARTS, When.END, False, (0, -2), 2 * 2),
        (PARTS, "duration", False, (-2, 2), 0),
        (PARTS, None, True, (0, 2), 0),
        (PARTS, "start", True, (2, 0), 0),
        (PARTS, "end", True, (0, 2), 0),
    ],
)
def test_changes_and_cost(
    resource: Resource, when: str | None, produces: bool, changes: tuple[float, float], cost: float
) -> None:
    need = ResourceRequirement(resource.name, 2, when, produces)
    need.check(TABLE, "Action a")
    assert need.changes(resource) == changes
    assert need.cost(resource, duration=10) == cost


@pytest.mark.parametrize("amount", [-1, math.nan, math.inf, "much", None])
def test_wrong_amount_is_refused_by_name(amount: Any) -> None:
    with pytest.raises(InputError, match=r"The required amount of 'fuel' is .*finite number of at least 0"):
        ResourceRequirement("fuel", amount)


def test_unknown_time_is_refused_with_the_choices() -> None:
    with pytest.raises(InputError, match=r"'fuel' says when='later'; choose one of 'start', 'end', 'durat"):
        ResourceRequirement("fuel", 1, "later")


@pytest.mark.parametrize(
    ("need", "words"),
    [
        (ResourceRequirement("gold", 1), "unknown resource 'gold'; there are 'crew', 'fuel', 'parts'"),
        (ResourceRequirement("fuel", 1, produces=True), "produces 'fuel', which is consumable"),
        (ResourceRequirement("crew", 1, produces=True), "produces 'crew', which is reusable"),
        (ResourceRequirement("crew", 1, "start"), "takes 'crew' at its start, but a reusable resource is"),
        (ResourceRequirement("crew", 1, "end"), "takes 'crew' at its end, but a reusable resource is"),
        (ResourceRequirement("parts", 1, "duration", produces=True), "produces 'parts' for its duration"),
        (ResourceRequirement("crew", 6), "requires 6 of 'crew', but there are never more than 5"),
        (ResourceRequirement("parts", 8.5), "requires 8.5 of 'parts', but there are never more than 8"),
    ],
)
def test_what_cannot_be_required_is_refused_with_its_owner(need: ResourceRequirement, words: str) -> None:
    with pytest.raises(InputError, match=f"^Action paint.*{words}"):
        need.check(TABLE, "Action paint")


def test_without_resources_the_error_says_so() -> None:
    with pytest.raises(InputError, match="there are none"):
        ResourceRequirement("gold", 1).check({}, "Action a")


def test_all_there_ever_is_may_be_required() -> None:
    for need in (ResourceRequirement("crew", 5), ResourceRequirement("fuel", 1e9)):
        need.check(TABLE, "Action a")
