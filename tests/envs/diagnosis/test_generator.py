from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.generator import random_instance, random_network, toy_instance
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.errors import InputError


def test_the_toy_is_the_shipped_table() -> None:
    assert toy_instance() == DiagnosisParams.toy()


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(2, 6), st.integers(1, 6), st.floats(0, 0.5))
def test_random_instances_have_the_asked_size_and_can_pay_a_test(
    seed: int, faults: int, tests: int, noise: float
) -> None:
    params = random_instance(seed, faults, tests, noise)
    assert (len(params.tables.conditions), len(params.tables.tests)) == (faults, tests)
    assert params.tables.right_choices.sum(axis=1).min() >= 1
    assert params.budget is not None and params.budget > params.tables.costs.max()


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 7), st.floats(0, 0.5))
def test_random_networks_have_the_asked_size(seed: int, diseases: int, tests: int, noise: float) -> None:
    params = random_network(seed, diseases, tests, noise)
    assert len(params.tables.conditions) == 2**diseases and len(params.tables.tests) == tests
    assert params.budget is not None and params.budget >= params.tables.costs.max()
    cured = params.tables.cured
    assert (cured[:, -1] == params.tables.present).all(), "the last treatment cures everything"
    np.testing.assert_array_equal(cured[0, :diseases], 1 << np.arange(diseases))


@pytest.mark.parametrize("make", [random_instance, random_network])
def test_the_seed_decides(make: type[DiagnosisParams]) -> None:
    assert make(1) == make(1)  # type: ignore[call-arg, arg-type]
    assert make(1) != make(2)  # type: ignore[call-arg, arg-type]
    assert make(1, budget=9.0).budget == 9.0  # type: ignore[call-arg, arg-type]


def test_noise_blurs_the_tests() -> None:
    tables = random_instance(3, noise=0.0).network.tables[1:]
    assert {float(chance) for table in tables for chance in table.ravel()} == {0.0, 1.0}
    assert all((table > 0).all() for table in random_instance(3, noise=0.4).network.tables)


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.1, 0.5]))
def test_causes_act_each_by_itself(seed: int, noise: float) -> None:
    """P(negative | causes) is the product of a leak and of one factor for each cause that is present."""
    network = random_network(seed, 4, 6, noise).network
    for index, parents in enumerate(network.parents[4:], start=4):
        negative = network.tables[index][..., 1]
        absent = negative[(1,) * len(parents)]
        assert 1 - noise <= absent <= 1 - 0.2 * noise
        product = np.array(absent)
        for axis in range(len(parents)):
            place = [1] * len(parents)
            place[axis] = 0
            factor = negative[tuple(place)] / absent
            assert factor <= noise + 1e-12
            product = np.multiply.outer(product, [factor, 1.0])
        np.testing.assert_allclose(negative, product, atol=1e-12)


def test_tests_have_habits_of_three_kinds() -> None:
    roles = list(random_network(0, 2, 7, 0.2).roles.tests.values())
    assert [role.kind for role in roles] == ["observe", "test", "test"] * 2 + ["observe"]
    assert [role.repeats for role in roles] == [1, 2, 1, 1, 2, 1, 1]
    assert [role.delay for role in roles] == [0, 0, 1, 0, 0, 1, 0]
    assert [role.accuracy for role in roles[:3]] == [None, pytest.approx(0.9), None]


@pytest.mark.parametrize(("faults", "tests", "noise"), [(1, 1, 0.1), (2, 0, 0.1), (2, 1, 0.6), (2, 1, -0.1)])
def test_sizes_out_of_range_are_errors(faults: int, tests: int, noise: float) -> None:
    with pytest.raises(InputError, match="A random instance needs"):
        random_instance(0, faults, tests, noise)


@pytest.mark.parametrize(
    ("diseases", "tests", "noise"),
    [(0, 1, 0.1), (9, 1, 0.1), (2, 0, 0.1), (2, 1, 0.6), (2, 1, -0.1), (2, 1, float("nan"))],
)
def test_sizes_of_networks_out_of_range_are_errors(diseases: int, tests: int, noise: float) -> None:
    with pytest.raises(InputError, match="A random network needs 1 to 8 diseases"):
        DiagnosisParams.random(0, diseases, tests, noise)
