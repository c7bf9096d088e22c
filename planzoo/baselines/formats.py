"""Numbers as people read them: the same in the terminal's table and on the page."""

from __future__ import annotations

import math

from planzoo.baselines.metrics import Interval

MISSING = "\u2013"
_MINUS = "\u2212"


def number(value: float | None, digits: int = 2) -> str:
    """Writes a number with a fixed number of digits after the point and a true minus sign."""
    if value is None or math.isnan(value):
        return MISSING
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", _MINUS)


def interval(bounds: Interval, digits: int = 2) -> str:
    """Writes an interval as ``[low, high]``; a dash where there are too few episodes for one."""
    return (
        MISSING
        if math.isnan(bounds.low)
        else f"[{number(bounds.low, digits)}, {number(bounds.high, digits)}]"
    )


def share(value: float | None) -> str:
    """Writes a share as a percentage."""
    return MISSING if value is None else f"{value:.0%}"


def milliseconds(seconds: float) -> str:
    """Writes seconds as milliseconds with two significant digits, never in scientific notation."""
    value = seconds * 1_000.0
    if value <= 0.0 or not math.isfinite(value):
        return number(value, 0)
    rounded = float(f"{value:.2g}")
    return number(rounded, max(0, 1 - math.floor(math.log10(rounded))))


def count(value: int) -> str:
    """Writes a count shortly: ``950``, ``12 k``, ``1.5 M``; a dash for none."""
    if value == 0:
        return MISSING
    if value < 1_000:
        return str(value)
    # Decided after rounding: 999,600 is 1 M, not 1,000 k.
    size, unit = (1_000, "k") if value < 999_500 else (1_000_000, "M")
    return f"{float(f'{value / size:.3g}'):,g} {unit}"


def digits_for(values: list[float]) -> int:
    """Gives the digits after the point that values of this size deserve: two, or fewer for large ones."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return 2 if largest < 10 else 1 if largest < 1_000 else 0
