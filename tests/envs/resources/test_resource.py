"""Resources: what they are by default, and that every wrong number is refused by the resource's name."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.resources.resource import Resource, ResourceType, amount_of, resources_by_name
from planzoo.errors import InputError

WRONG = [-1, -0.1, math.nan, math.inf, -math.inf, "much", None, [1]]


@pytest.mark.parametrize("given_type", ["reusable", ResourceType.REUSABLE])
def test_type_may_be_text(given_type: Any) -> None:
    crew = Resource("crew", given_type, 3)
    assert crew.resource_type is ResourceType.REUSABLE
    assert crew.is_reusable
    assert (crew.initial_amount, type(crew.initial_amount)) == (3.0, float)


@pytest.mark.parametrize(
    ("kind", "capacity", "limit"),
    [
        ("reusable", None, 3.0),
        ("reusable", 5, 5.0),
        ("consumable", None, math.inf),
        ("consumable", 3, 3.0),
        ("producible", None, math.inf),
        ("producible", math.inf, math.inf),
    ],
)
def test_limit_is_the_capacity_or_what_a_reusable_resource_begins_with(
    kind: Any, capacity: float | None, limit: float
) -> None:
    assert Resource("r", kind, 3, capacity).limit == limit


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("what", ["initial_amount", "cost_per_unit"])
def test_wrong_amounts_are_refused_by_name(what: str, value: Any) -> None:
    numbers = {"initial_amount": 1.0, **{what: value}}
    with pytest.raises(InputError, match=f"The {what} of resource 'fuel' is .*; it must be a finite number"):
        Resource("fuel", ResourceType.CONSUMABLE, **numbers)


@pytest.mark.parametrize("value", [-1, math.nan, "much"])
def test_wrong_capacity_is_refused_by_name(value: Any) -> None:
    with pytest.raises(InputError, match=r"The capacity of resource 'fuel' is .*; it must be a number of"):
        Resource("fuel", ResourceType.CONSUMABLE, 1, value)


def test_capacity_below_initial_amount_is_refused() -> None:
    with pytest.raises(InputError, match="capacity of resource 'fuel' is 2, less than its initial amount 3"):
        Resource("fuel", ResourceType.PRODUCIBLE, 3, 2)


def test_unknown_type_is_refused_with_the_choices() -> None:
    with pytest.raises(InputError, match=r"'fuel' has the unknown type 'liquid'.*'consumable', 'reusable'"):
        Resource("fuel", "liquid", 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", 3, None])
def test_name_is_a_text(name: Any) -> None:
    with pytest.raises(InputError, match="A resource's name is a text"):
        Resource(name, ResourceType.CONSUMABLE, 3)


def test_resources_by_name_keep_their_order() -> None:
    resources = [Resource(name, ResourceType.CONSUMABLE, 1) for name in "zab"]
    assert list(resources_by_name(iter(resources)).values()) == resources


def test_two_resources_of_one_name_are_refused() -> None:
    twins = [Resource("fuel", ResourceType.CONSUMABLE, 1), Resource("fuel", ResourceType.REUSABLE, 1)]
    with pytest.raises(InputError, match="two resources named 'fuel'"):
        resources_by_name(twins)
    with pytest.raises(InputError, match="Expected a Resource, but got 'fuel'"):
        resources_by_name(["fuel"])  # type: ignore[list-item]


@given(st.floats() | st.integers(-3, 3))
def test_amounts_are_finite_and_at_least_0(value: float) -> None:
    if 0 <= value < math.inf:
        assert amount_of(value, "it") == value
    else:
        with pytest.raises(InputError, match="It is "):
            amount_of(value, "it")


def test_infinity_is_allowed_where_it_is_meant() -> None:
    assert amount_of(math.inf, "it", finite=False) == math.inf
