import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.baselines.formats import MISSING, count, digits_for, interval, milliseconds, number, share
from planzoo.baselines.metrics import Interval


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1234.567, 1, "1,234.6"),
        (-2.5, 2, "−2.50"),
        (-0.001, 2, "0.00"),
        (None, 2, MISSING),
        (float("nan"), 2, MISSING),
        (3.0, 0, "3"),
    ],
)
def test_number(value: float | None, digits: int, text: str) -> None:
    assert number(value, digits) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0"), (1.234e-5, "0.012"), (9.99e-5, "0.10"), (0.00123, "1.2"), (0.0456, "46"), (12.5, "12,000")],
)
def test_milliseconds(seconds: float, text: str) -> None:
    assert milliseconds(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, MISSING),
        (999, "999"),
        (1_000, "1 k"),
        (123_456, "123 k"),
        (999_499, "999 k"),
        (999_600, "1 M"),
        (1_234_567, "1.23 M"),
        (5_000_000_000, "5,000 M"),
    ],
)
def test_count(value: int, text: str) -> None:
    assert count(value) == text


def test_interval_and_share() -> None:
    assert interval(Interval(-1.0, 2.25), 1) == "[−1.0, 2.2]"
    assert interval(Interval(float("nan"), float("nan"))) == MISSING
    assert (share(None), share(2 / 3)) == (MISSING, "67%")


def test_digits_for() -> None:
    assert [digits_for([value, 0.0]) for value in (-9.9, 10.0, -999.0, 1000.0)] == [2, 1, 1, 0]
    assert digits_for([]) == digits_for([float("nan")]) == 2


@given(st.floats(1e-7, 1e4))
def test_milliseconds_are_never_scientific_and_close(seconds: float) -> None:
    text = milliseconds(seconds)
    assert "e" not in text
    assert float(text.replace(",", "")) == pytest.approx(seconds * 1000, rel=0.06)
