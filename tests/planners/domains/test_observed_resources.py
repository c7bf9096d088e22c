"""What is left of a wrapper's resource, read off observations."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.errors import InputError
from planzoo.planners.domains.observed_resources import ObservedResource

FUEL = Resource("fuel", "consumable", 40)


def rules(**changes: object) -> ResourceRules:
    uses = {1: (ResourceRequirement("fuel", 2),), 2: (ResourceRequirement("fuel", 1),)}
    return ResourceRules(**{"resources": (FUEL,), "uses": uses, **changes})  # type: ignore[arg-type]


def test_rows_are_split_and_amounts_read() -> None:
    read = ObservedResource(rules(), 3)
    rows = np.array([[1, 2, 3, 0.25], [4, 5, 6, 1]], dtype=np.float32)
    assert read.row_size == 4
    np.testing.assert_array_equal(read.plain(rows), rows[:, :3])
    assert [read.left(row) for row in rows] == [10, 40]
    assert [read.uses_left(row) for row in rows] == [5, 20]


def test_a_deadline_stands_after_the_amounts() -> None:
    read = ObservedResource(rules(deadline=10), 1)
    row = np.array([9, 0.5, 0.7], dtype=np.float32)
    assert read.row_size == 3
    assert read.left(row) == 20


def test_what_is_free_lasts_for_ever() -> None:
    read = ObservedResource(rules(uses={}), 1)
    assert read.uses_left(np.array([0, 0.5], dtype=np.float32)) == np.inf


@pytest.mark.parametrize(
    "changes",
    [
        {"observed": False},
        {"resources": (FUEL, Resource("money", "consumable", 3))},
        {"uses": lambda observation, action: {}, "violation": "end"},
    ],
)
def test_other_rules_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError, match="reads one resource"):
        ObservedResource(rules(**changes), 3)
