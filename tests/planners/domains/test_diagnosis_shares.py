"""Sharing money, against trying all shares."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.domains.diagnosis_shares import best_allotment, share_money


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 4), st.integers(1, 6), st.integers(0, 10**6))
def test_no_allotment_is_better(count: int, pieces: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    curves = np.maximum.accumulate(random.integers(0, 6, (count, pieces + 1)).astype(float), axis=1)
    allotted = best_allotment(curves)
    every = [each for each in itertools.product(range(pieces + 1), repeat=count) if sum(each) <= pieces]
    worths = [sum(curves[row, own] for row, own in enumerate(each)) for each in every]
    mine = sum(curves[row, own] for row, own in enumerate(allotted))
    assert mine == max(worths) and allotted.sum() <= pieces
    fewest = min(sum(each) for each, worth in zip(every, worths, strict=True) if worth == max(worths))
    assert allotted.sum() == fewest


def test_nobody_in_need_means_even_shares() -> None:
    shares = share_money(
        6.0, [lambda money: min(money, 2.0), lambda money: 1.0, lambda money: min(money, 1.0)]
    )
    assert shares.tolist() == [2.0, 2.0, 2.0]


def test_who_gains_most_gets_what_a_test_costs() -> None:
    """Half a test tells nothing: even shares would buy none."""
    shares = share_money(3.0, [lambda money: 5.0 * (money >= 2.0), lambda money: 4.0 * (money >= 2.0)])
    assert shares[0] >= 2.0 and shares.sum() == pytest.approx(3.0)
    split = share_money(3.0, [lambda money: 5.0 * (money >= 2.0), lambda money: 2.0 * (money >= 0.75)])
    assert split[0] >= 2.0 and split[1] >= 0.75 and split.sum() == pytest.approx(3.0)


def test_no_money_is_shared_too() -> None:
    assert share_money(0.0, [lambda money: 1.0, lambda money: 2.0]).tolist() == [0.0, 0.0]
