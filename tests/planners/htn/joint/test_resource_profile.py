"""A resource's profile finds the earliest gap, and takes back what was held to the last bit."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn.joint.resource_profile import ResourceProfile, checked_capacities


def test_gaps() -> None:
    profile = ResourceProfile(2)
    profile.hold(2, 5, 1)
    profile.hold(4, 6, 1)
    assert (profile.times, profile.levels) == ([0, 2, 4, 5, 6], [0, 1, 2, 1, 0])
    for start, duration, amount, earliest in (
        (0, 4, 1, 0),
        (0, 5, 1, 5),
        (0, 2, 2, 0),
        (1, 2, 2, 6),
        (4.5, 0, 2, 4.5),
        (4.5, 1, 0, 4.5),
        (0, 1, 2.1, math.inf),
    ):
        assert profile.earliest(start, duration, amount) == earliest


def test_capacities_are_numbers() -> None:
    assert checked_capacities({"crane": 2, "air": math.inf}) == {"crane": 2.0, "air": math.inf}
    with pytest.raises(InputError, match="capacity of 'crane' is 'two'; it must be a number of at least 0"):
        checked_capacities({"crane": "two"})  # type: ignore[dict-item]


SPANS = st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(0, 3))


@settings(max_examples=120, deadline=None)
@given(st.lists(SPANS, max_size=12))
def test_a_profile_finds_the_earliest_gap_and_forgets_to_the_last_bit(spans: list[Any]) -> None:
    profile, held, before = ResourceProfile(3), [], []
    for ready, duration, amount in spans:
        start = profile.earliest(ready, duration, amount)
        fits = [
            time
            for time in range(ready, 80)
            if all(
                amount + sum(units for begin, end, units in held if begin <= instant < end) <= 3
                for instant in range(time, time + duration)
            )
        ]
        assert start == (fits[0] if amount else ready)
        if duration and amount:
            before.append(
                (list(profile.times), list(profile.levels), profile.hold(start, start + duration, amount))
            )
            held.append((start, start + duration, amount))
    for times, levels, token in reversed(before):
        profile.release(token)
        assert (profile.times, profile.levels) == (times, levels)
