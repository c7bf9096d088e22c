"""What a joint undertaking is worth to one who may take part in it: a sum of terms, each with its reason.

The utility is additive (Keeney and Raiffa, "Decisions with Multiple Objectives", 1976, chapter 3), so that
the decision can be told in words: the term that weighs most on the side that won is the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from planzoo.errors import InputError


@dataclass(frozen=True)
class Term:
    """One consideration.

    Attributes:
        name: what it is about.
        value: how much it speaks for (above 0) or against the undertaking.
        words: what somebody says whose decision it is, with the figures; no full stop.
    """

    name: str
    value: float
    words: str = ""


@dataclass(frozen=True)
class Appraisal:
    """What an undertaking is worth.

    Attributes:
        terms: the considerations.
        least: the utility from which on it is worth doing.
    """

    terms: tuple[Term, ...]
    least: float = 0.0

    @property
    def utility(self) -> float:
        """The sum of the terms."""
        return sum(term.value for term in self.terms)

    @property
    def worthwhile(self) -> bool:
        """Whether the utility is high enough."""
        return self.utility >= self.least

    @property
    def decisive(self) -> Term:
        """The term with words that weighs most on the side that won."""
        side = 1.0 if self.worthwhile else -1.0
        spoken = [term for term in self.terms if term.words]
        return max(spoken, key=lambda term: side * term.value)

    @property
    def words(self) -> str:
        """The reason for the decision, and the utility."""
        return f"{self.decisive.words} (utility {self.utility:.1f}, needed {self.least:g})"

    def to_data(self) -> dict[str, Any]:
        """Gives the terms by name, and the utility."""
        values = {term.name: round(term.value, 2) for term in self.terms}
        return {"utility": round(self.utility, 2), "least": self.least, "terms": values}


def appraise(terms: Iterable[Term], least: float = 0.0) -> Appraisal:
    """Weighs terms up.

    Args:
        terms: at least one of them with words.
        least: the utility from which on the undertaking is worth doing.

    Raises:
        InputError: no term has words.
    """
    kept = tuple(terms)
    if not any(term.words for term in kept):
        raise InputError("An appraisal has no term with words, so no reason can be given: give one words.")
    return Appraisal(kept, least)


def trusted_value(value: float, trust: float) -> float:
    """Weighs what somebody promises by how far they are trusted.

    Args:
        value: what the undertaking is worth if everybody does their part.
        trust: the probability that they do, such as (kept + 1) / (kept + broken + 2), the mean of the Beta
            distribution after so many promises kept and broken (Jøsang and Ismail, "The Beta Reputation
            System", 2002, section 3). A stranger's is one half, which leaves the value as it is.
    """
    return 2.0 * trust * value
