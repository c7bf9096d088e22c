from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.generator import random_instance, toy_instance
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.errors import InputError


def test_the_toy_is_the_shipped_table() -> None:
    assert toy_instance() == DiagnosisParams.toy()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 6), st.integers(1, 6), st.floats(0, 0.5))
def test_random_instances_have_the_asked_size_and_can_pay_a_test(
    seed: int, faults: int, tests: int, noise: float
) -> None:
    params = random_instance(seed, faults, tests, noise)
    assert params.joint.shape == (faults, 2**tests)
    assert params.right_treatments.sum(axis=1).min() >= 1
    assert params.budget > params.test_costs.max()


def test_the_seed_decides() -> None:
    assert random_instance(1) == random_instance(1)
    assert random_instance(1) != random_instance(2)
    assert random_instance(1, budget=9.0).budget == 9.0


def test_noise_blurs_the_tests() -> None:
    exact = random_instance(3, noise=0.0)
    results = exact.joint.reshape(4, *[2] * 5) / exact.joint.sum(axis=1).reshape(4, *[1] * 5)
    for test in range(5):
        others = tuple(axis for axis in range(1, 6) if axis != test + 1)
        chances = results.sum(axis=others)[:, 0]
        assert set(np.round(chances, 12)) == {0.0, 1.0}
    noisy = random_instance(3, noise=0.4)
    assert (noisy.joint > 0).all()


@pytest.mark.parametrize(("faults", "tests", "noise"), [(1, 1, 0.1), (2, 0, 0.1), (2, 1, 0.6), (2, 1, -0.1)])
def test_sizes_out_of_range_are_errors(faults: int, tests: int, noise: float) -> None:
    with pytest.raises(InputError, match="A random instance needs"):
        random_instance(0, faults, tests, noise)
