"""Texts in drawings: printable, of known width, cut where they are too long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn.drawing.labels import columns, headline, printable, shortened
from tests.planners.htn.random_plans import chain


@given(st.text(), st.integers(1, 20))
def test_shortened_texts_fit_and_begin_alike(text: str, longest: int) -> None:
    short = shortened(text, longest)
    assert columns(short) <= longest
    assert short == text or text.startswith(short[:-1])


def test_wide_letters_take_two_columns_and_accents_none() -> None:
    assert columns("ab") == 2 and columns("漢字") == 4 and columns("e\u0301") == 1


@given(st.text())
def test_printable_keeps_what_can_be_shown(text: str) -> None:
    assert printable(text).isprintable()
    assert printable(text) == text or not text.isprintable()


def test_one_action_is_not_called_actions() -> None:
    assert headline(chain(1)) == "1 action, cost 1, duration 1"
