"""Points from a name that is not known to the one that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """Ends an error message with the nearest known name, or with all known names when none is near.

    Args:
        name: what the user wrote.
        known: the names that would have been understood.

    Returns:
        ``"; did you mean 'greedy'?"``, ``"; known are 'a', 'b'"`` or ``"; none is known"``.
    """
    candidates = sorted(known)
    if not candidates:
        return "; none is known"
    close = difflib.get_close_matches(name, candidates, n=1)
    if close:
        return f"; did you mean '{close[0]}'?"
    return "; known are " + ", ".join(f"'{candidate}'" for candidate in candidates)
