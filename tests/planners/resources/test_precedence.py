"""Orders against brute force; a circle is named from its beginning to its beginning."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.resources.precedence import Link, earliest_ends, topological_order

PAIRS = st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 4).map(float))
LINKS = st.lists(PAIRS, max_size=12)


def names(count: int = 7) -> list[str]:
    return [f"a{place}" for place in range(count)]


def has_circle(links: list[Link]) -> bool:
    """By closing the relation under chaining."""
    reached = {link[:2] for link in links}
    for _ in range(3):
        reached |= {(a, d) for a, b in reached for c, d in reached if b == c}
    return any(earlier == later for earlier, later in reached)


@given(LINKS)
def test_order_keeps_every_link_or_a_true_circle_is_named(links: list[Link]) -> None:
    if not has_circle(links):
        order = topological_order(names(), links)
        assert sorted(order) == list(range(7))
        assert all(order.index(earlier) < order.index(later) for earlier, later, _ in links)
        return
    with pytest.raises(InputError, match="Precedences go round in a circle") as caught:
        topological_order(names(), links)
    circle = [int(place) for place in re.findall(r"'a(\d)'", str(caught.value))]
    assert circle[0] == circle[-1]
    assert len(set(circle)) == len(circle) - 1 > 0
    assert all(pair in {link[:2] for link in links} for pair in pairwise(circle))


def test_a_circle_is_named_without_what_hangs_on_it() -> None:
    links = [(0, 1, 0.0), (1, 2, 0.0), (2, 1, 0.0), (2, 3, 0.0)]
    with pytest.raises(InputError, match=r"circle: '[bc]' precedes '[bc]' precedes '[bc]'; take one of them"):
        topological_order("abcd", links)


def test_an_activity_cannot_precede_itself() -> None:
    with pytest.raises(InputError, match="circle: 'b' precedes 'b'; take"):
        topological_order("ab", [(1, 1, 0.0)])


def test_order_is_as_given_where_nothing_else_is_demanded() -> None:
    assert topological_order("abcd", [(3, 0, 0.0)]) == (1, 2, 3, 0)
    assert topological_order("", []) == ()


@given(LINKS, st.lists(st.integers(0, 5).map(float), min_size=14, max_size=14))
def test_earliest_ends_are_the_longest_paths(links: list[Link], numbers: list[float]) -> None:
    links = [(earlier, later, lag) for earlier, later, lag in links if earlier < later]
    durations, starts = numbers[:7], numbers[7:]
    expected = [start + duration for start, duration in zip(starts, durations, strict=True)]
    for _ in range(7):
        for earlier, later, lag in links:
            expected[later] = max(expected[later], expected[earlier] + lag + durations[later])
    assert earliest_ends(topological_order(names(), links), links, durations, starts) == expected
