from __future__ import annotations

import itertools
import json
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.networks.bif import parse_bif
from planzoo.envs.networks.network import BayesianNetwork, find_cycle
from planzoo.errors import InputError
from tests.envs.networks.enumeration import enumerated, networks, weighed

ASIA_MARGINALS = {
    "asia": 0.01, "tub": 0.0104, "smoke": 0.5, "lung": 0.055, "bronc": 0.45, "either": 0.064828,
    "xray": 0.11029004, "dysp": 0.4359706,
}  # fmt: skip


TWO: dict[str, Any] = {
    "name": "two",
    "variables": ["a", "b"],
    "states": [["x", "y"], ["x", "y"]],
    "parents": [[], ["a"]],
    "tables": [[0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]]],
}


@pytest.fixture(scope="module")
def asia() -> BayesianNetwork:
    return parse_bif(
        files("planzoo.envs.diagnosis").joinpath("networks", "asia.bif").read_text(encoding="utf-8")
    )


def test_asia_has_the_published_marginals(asia: BayesianNetwork) -> None:
    for name, probability in ASIA_MARGINALS.items():
        assert asia.posterior(name)[0] == pytest.approx(probability, abs=1e-12)


def test_asia_posteriors_equal_enumeration(asia: BayesianNetwork) -> None:
    joint = enumerated(asia)
    yes, no = 0, 1
    seen = joint[:, :, :, :, :, :, yes, no]
    expected = seen.sum(axis=(0, 1, 2, 4, 5)) / seen.sum()
    np.testing.assert_allclose(asia.posterior("lung", {"xray": "yes", "dysp": "no"}), expected, atol=1e-14)


@settings(max_examples=80, deadline=None)
@given(networks(), st.data())
def test_joint_equals_enumeration(network: BayesianNetwork, data: st.DataObject) -> None:
    names = data.draw(st.permutations(network.variables))
    wanted = names[: data.draw(st.integers(0, len(names)))]
    observed = [name for name in names if name not in wanted][: data.draw(st.integers(0, 2))]
    evidence = {name: data.draw(st.sampled_from(network.states_of(name))) for name in observed}
    seen = {
        name: np.eye(len(network.states_of(name)))[network.state_index(name, state)]
        for name, state in evidence.items()
    }
    expected = weighed(network, wanted, seen)
    np.testing.assert_allclose(network.joint(wanted, evidence), expected, atol=1e-13)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_parents_come_first_in_topological_order(network: BayesianNetwork) -> None:
    order = network.topological_order()
    assert sorted(order) == sorted(network.variables)
    for name, parents in zip(network.variables, network.parents, strict=True):
        assert all(order.index(parent) < order.index(name) for parent in parents)


def test_impossible_evidence_is_an_error(asia: BayesianNetwork) -> None:
    with pytest.raises(InputError, match="either=no, lung=yes has probability zero"):
        asia.posterior("tub", {"either": "no", "lung": "yes"})
    assert asia.joint(["tub"], {"either": "no", "lung": "yes"}).sum() == 0


@pytest.mark.parametrize(
    ("wanted", "evidence", "words"),
    [
        (["fever"], {}, "no variable 'fever'"),
        (["lung"], {"xray": "maybe"}, "no state 'maybe'"),
        (["lung", "lung"], {}, "only once"),
        (["lung"], {"lung": "yes"}, "not both"),
    ],
)
def test_unknown_and_repeated_names_are_errors(
    asia: BayesianNetwork, wanted: list[str], evidence: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        asia.joint(wanted, evidence)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"variables": ("a", "a")}, "different names"),
        ({"states": (("x", "x"), ("x", "y"))}, "one or more states"),
        ({"parents": ((), ("c",))}, "unknown or repeated parents: c"),
        ({"tables": (np.array([0.5, 0.5]), np.array([0.5, 0.5]))}, "has shape"),
        ({"tables": (np.array([0.5, 0.6]), np.full((2, 2), 0.5))}, "not a probability distribution"),
        ({"tables": (np.array([-0.5, 1.5]), np.full((2, 2), 0.5))}, "not a probability distribution"),
        ({"tables": (np.array([np.nan, 1]), np.full((2, 2), 0.5))}, "not a probability distribution"),
        ({"parents": (("b",), ("a",)), "tables": (np.full((2, 2), 0.5),) * 2}, "cycle: "),
        ({"parents": ((),)}, "needs different names"),
    ],
)
def test_unusable_networks_are_errors(changes: dict[str, object], words: str) -> None:
    fields = {
        "name": "n",
        "variables": ("a", "b"),
        "states": (("x", "y"), ("x", "y")),
        "parents": ((), ("a",)),
        "tables": (np.array([0.5, 0.5]), np.full((2, 2), 0.5)),
    }
    BayesianNetwork(**fields)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=words):
        BayesianNetwork(**(fields | changes))  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(networks())
def test_plain_data_give_the_same_network(network: BayesianNetwork) -> None:
    again = BayesianNetwork.from_dict(json.loads(json.dumps(network.to_dict())))
    assert again.to_dict() == network.to_dict()
    for mine, theirs in zip(network.tables, again.tables, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "needs the fields name, parents, states, tables, variables"),
        ([1], "needs the fields"),
        ({"name": "n"}, "needs the fields"),
        ({"tables": [[0.5, 0.5], "x"]}, "cannot be read"),
        ({"tables": [[0.5, 0.5], [[1.0], [0.5, 0.5]]]}, "cannot be read"),
        ({"tables": [[0.5, 0.5], None]}, "shape"),
        ({"states": [["x", "y"], 3]}, "cannot be read"),
        ({"variables": [["a"], "b"]}, "cannot be read"),
        ({"parents": [[], ["c"]]}, "unknown or repeated parents: c"),
        ({"fee": 1}, "and no other"),
    ],
)
def test_saved_networks_that_are_unusable_are_errors(data: Any, words: str) -> None:
    """Only changed fields are given; the others are those of a small network."""
    if isinstance(data, dict) and data != {"name": "n"}:
        data = {**TWO, **data}
    with pytest.raises(InputError, match=words):
        BayesianNetwork.from_dict(data)


def test_ancestors_are_all_that_lies_above(asia: BayesianNetwork) -> None:
    names = [asia.variables[index] for index in asia.ancestors([asia.index("xray")])]
    assert sorted(names) == ["asia", "either", "lung", "smoke", "tub", "xray"]


def test_tables_cannot_be_changed(asia: BayesianNetwork) -> None:
    with pytest.raises(ValueError, match="read-only"):
        asia.tables[0][0] = 1


def test_a_chain_is_eliminated_without_a_large_table() -> None:
    """Forty binary variables in a row: any order that joins many of them would not fit in memory."""
    count = 40
    step = np.array([[0.9, 0.1], [0.2, 0.8]])
    names = tuple(f"v{index}" for index in range(count))
    network = BayesianNetwork(
        name="chain",
        variables=names,
        states=(("x", "y"),) * count,
        parents=((), *((names[index],) for index in range(count - 1))),
        tables=(np.array([1.0, 0.0]), *([step] * (count - 1))),
    )
    np.testing.assert_allclose(
        network.posterior(names[-1]), np.linalg.matrix_power(step, count - 1)[0], atol=1e-12
    )


def test_too_large_a_table_is_an_error() -> None:
    names = tuple(f"v{index}" for index in range(30))
    network = BayesianNetwork(
        name="coins",
        variables=names,
        states=(("x", "y"),) * 30,
        parents=((),) * 30,
        tables=(np.array([0.5, 0.5]),) * 30,
    )
    with pytest.raises(InputError, match="too large"):
        network.joint(names)


def test_cycles_are_found_wherever_they_are() -> None:
    assert find_cycle({"a": [], "b": ["a"], "c": ["a", "b"]}) == ()
    cycle = find_cycle({"r": [], "a": ["r", "c"], "b": ["a"], "c": ["b"]})
    assert cycle[0] == cycle[-1]
    assert set(cycle) == {"a", "b", "c"}
    parents = {"a": ["r", "c"], "b": ["a"], "c": ["b"]}
    assert all(parent in parents[child] for parent, child in itertools.pairwise(cycle))
