"""Utilities are sums, and the reason is what weighs most on the side that won."""

from __future__ import annotations

import pytest

from planzoo.errors import InputError
from planzoo.planners.coordination.appraisal import Term, appraise, trusted_value

TERMS = [Term("importance", 4.0, "it matters"), Term("distance", -3.0, "it is far"), Term("plain", 0.5)]


def test_the_utility_decides_and_the_heaviest_term_says_why() -> None:
    """The same terms give the other reason once the bar is higher."""
    for least, worthwhile, reason in (
        (0.0, True, "it matters"),
        (1.5, True, "it matters"),
        (2.0, False, "it is far"),
    ):
        appraisal = appraise(TERMS, least)
        assert appraisal.utility == pytest.approx(1.5) and appraisal.worthwhile == worthwhile
        assert appraisal.decisive.words == reason
        assert appraisal.words == f"{reason} (utility 1.5, needed {least:g})"


def test_terms_are_kept_as_data() -> None:
    """By name, rounded for reports."""
    data = appraise([*TERMS, Term("third", 1 / 3)], 1.0).to_data()
    assert data["terms"] == {"importance": 4.0, "distance": -3.0, "plain": 0.5, "third": 0.33}
    assert (data["utility"], data["least"]) == (1.83, 1.0)


def test_a_decision_without_words_is_refused() -> None:
    """Somebody always has to be able to say why."""
    with pytest.raises(InputError, match="no term with words"):
        appraise([Term("silent", 1.0)])


def test_trust_scales_what_is_promised() -> None:
    """Strangers count as they are, proven partners up to double, and who never kept a promise for nothing."""
    assert [trusted_value(6.0, trust) for trust in (0.0, 0.5, 0.75, 1.0)] == [0.0, 6.0, 9.0, 12.0]
