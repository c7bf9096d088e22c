"""Walls with niches for chargers and a tool crib."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.warehouse.docks import spread, wall_with_docks
from planzoo.errors import InputError


def test_draws_spread_chargers_and_a_crib_at_the_end() -> None:
    assert wall_with_docks(10, 0, False) == "##########"
    assert wall_with_docks(10, 2, False) == "##c####c##"
    assert wall_with_docks(12, 2, True, margin=1) == "##c###c##tt#"
    assert wall_with_docks(5, 2, True) == "cc#tt"


@given(st.integers(0, 30), st.integers(0, 30))
def test_places_are_spread_evenly(count: int, places: int) -> None:
    chosen = spread(count, places)
    assert len(chosen) == count and all(0 <= place < max(1, places) for place in chosen)
    gaps = [after - before for before, after in pairwise(chosen)]
    assert all(gap in (places // count, -(-places // count)) for gap in gaps)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((4, 5, False), "has room for 4 chargers, not for 5: ask for fewer chargers or a larger layout"),
        ((6, 2, True, 1), "has room for 1 chargers beside the tool crib, not for 2"),
        ((4, 0, True, 1), "has no room for a tool crib: use a larger layout"),
        ((4, -1, False), "chargers must be a whole number, 0 or more, got -1"),
    ],
)
def test_refuses_what_does_not_fit(arguments: tuple[int, int, bool], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        wall_with_docks(*arguments)
