from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.diagnosis.channels import channel_of
from planzoo.envs.diagnosis.roles import TestRole as Role
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError

NETWORK = BayesianNetwork(
    name="network",
    variables=("two", "three", "one"),
    states=(("yes", "no"), ("low", "middle", "high"), ("always",)),
    parents=((), (), ()),
    tables=(np.full(2, 1 / 2), np.full(3, 1 / 3), np.ones(1)),
)
CHANNEL = {"yes": {"+": 0.75, "-": 0.25}, "no": {"?": 0.5, "-": 0.5}}


def channel(node: str = "two", **errors: Any) -> np.ndarray:
    return channel_of("test", Role(node=node, **errors), NETWORK)[1]


@pytest.mark.parametrize("node", ["two", "three"])
def test_without_errors_the_state_is_reported(node: str) -> None:
    names, table = channel_of(node, Role(), NETWORK)
    assert names == NETWORK.states_of(node)
    np.testing.assert_array_equal(table, np.eye(len(names)))


@given(st.floats(0, 1), st.floats(0, 1))
def test_sensitivity_is_of_the_first_state_and_specificity_of_the_second(first: float, second: float) -> None:
    np.testing.assert_allclose(
        channel(sensitivity=first, specificity=second), [[first, 1 - first], [1 - second, second]]
    )
    np.testing.assert_allclose(channel(sensitivity=first), [[first, 1 - first], [0, 1]])
    np.testing.assert_allclose(channel(specificity=second), [[1, 0], [1 - second, second]])


@given(st.floats(0, 1))
def test_errors_of_an_accuracy_are_all_as_likely(accuracy: float) -> None:
    table = channel("three", accuracy=accuracy)
    np.testing.assert_allclose(table.diagonal(), accuracy)
    np.testing.assert_allclose(table.sum(axis=1), 1)
    np.testing.assert_allclose(table[~np.eye(3, dtype=bool)], (1 - accuracy) / 2)


def test_a_full_channel_has_outcomes_of_its_own() -> None:
    names, table = channel_of("test", Role(node="two", channel=CHANNEL), NETWORK)
    assert names == ("+", "-", "?")
    np.testing.assert_allclose(table, [[0.75, 0.25, 0], [0, 0.5, 0.5]])


def test_rows_within_a_rounding_error_are_scaled() -> None:
    third = {"a": 0.3333333, "b": 0.3333333, "c": 0.3333333}
    table = channel(channel={"yes": third, "no": third})
    np.testing.assert_allclose(table.sum(axis=1), 1, rtol=1e-15)


@pytest.mark.parametrize(
    ("node", "errors", "words"),
    [
        ("two", {"accuracy": 0.9, "sensitivity": 0.9}, "has its errors in two ways"),
        ("two", {"channel": CHANNEL, "specificity": 0.9}, "has its errors in two ways"),
        ("two", {"channel": CHANNEL, "accuracy": 0.9}, "has its errors in two ways"),
        ("three", {"sensitivity": 0.9}, "its node has 3 states; give an accuracy or a channel"),
        ("one", {}, "can have one result only: its node has the state 'always'"),
        ("two", {"channel": {"yes": {"+": 1.0}}}, "needs the states yes, no"),
        ("two", {"channel": {**CHANNEL, "maybe": {"+": 1.0}}}, "needs the states yes, no"),
        ("two", {"channel": {"yes": {"+": 1.0}, "no": {"+": 1.0}}}, "two outcomes or more"),
        ("two", {"channel": {"yes": {"+": 0.9, "-": 0.2}, "no": {"+": 1.0}}}, "sum to 1 for each state"),
        ("two", {"channel": {"yes": {"+": 1.5, "-": -0.5}, "no": {"+": 1.0}}}, "sum to 1 for each state"),
        ("two", {"channel": {"yes": {}, "no": {}}}, "two outcomes or more"),
        ("four", {}, "no variable 'four'"),
    ],
)
def test_errors_that_do_not_fit_are_named(node: str, errors: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        channel(node, **errors)
