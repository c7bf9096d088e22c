"""Violations in words."""

from __future__ import annotations

import pytest

from planzoo.planners.resources.violations import ResourceViolation, ViolationKind


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        ("shortage", "fuel", "fuel runs out at 3: 7 is missing"),
        ("capacity", "crew", "too much of crew at 3: 7 held, 5 there"),
        ("overflow", "parts", "no room for parts at 3: 7 in a store for 5"),
        ("budget", "budget", "over the budget: all costs 7, 5 granted"),
        ("deadline", "deadline", "after the deadline: all ends at 7, 5 granted"),
        ("precedence", "a precedes b", "a precedes b: starts at 7, not before 5"),
        ("window", "a has ended by 5", "a has ended by 5: 7 instead of 5"),
    ],
)
def test_every_kind_has_its_words(kind: str, subject: str, words: str) -> None:
    violation = ResourceViolation(ViolationKind(kind), subject, 3, 7, 5)
    assert str(violation) == words
    assert violation.excess == 2


def test_no_kind_is_without_words() -> None:
    texts = {str(ResourceViolation(kind, "it", 1, 2, 4)) for kind in ViolationKind}
    assert len(texts) == len(ViolationKind)


def test_what_comes_too_early_has_an_excess_too() -> None:
    assert ResourceViolation(ViolationKind.PRECEDENCE, "a precedes b", 2, 2, 4.5).excess == 2.5
