"""Texts in drawings: what they may hold, how wide they are, and how long ones are cut."""

from __future__ import annotations

import unicodedata
from itertools import accumulate

from planzoo.planners.htn.plan import Plan

LONGEST_LABEL = 48
"""Columns of a fixed-width font that a label may take; the tooltip has the whole text."""
LONGEST_LINE, LONGEST_TOOLTIP = 120, 2_000
"""And a label in a terminal, and a tooltip, for arguments that are whole tables."""


def headline(plan: Plan) -> str:
    """Says how much there is to do, as ``3 actions, cost 3.5, duration 7``."""
    count = len(plan.actions)
    return f"{count} {'action' if count == 1 else 'actions'}, cost {plan.cost:g}, duration {plan.duration:g}"


def printable(text: str) -> str:
    """Writes control characters and the like as Python escapes them, since no drawing can show them."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )


def columns(text: str) -> int:
    """Gives the columns that a text takes in a font of fixed width: wide letters take two, accents none."""
    return sum(map(_letter_columns, text))


def shortened(text: str, longest: int = LONGEST_LABEL) -> str:
    """Cuts a text so that it takes at most so many columns, the last one then being an ellipsis."""
    if columns(text) <= longest:
        return text
    totals = accumulate(map(_letter_columns, text))
    kept = sum(1 for total in totals if total < longest)
    return f"{text[:kept].rstrip()}…"


def _letter_columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
