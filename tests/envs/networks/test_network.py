from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.networks.bif import parse_bif
from planzoo.envs.networks.network import BayesianNetwork, elimination_order, find_cycle
from planzoo.errors import InputError

ASIA_MARGINALS = {
    "asia": 0.01, "tub": 0.0104, "smoke": 0.5, "lung": 0.055, "bronc": 0.45, "either": 0.064828,
    "xray": 0.11029004, "dysp": 0.4359706,
}  # fmt: skip


@pytest.fixture(scope="module")
def asia() -> BayesianNetwork:
    from importlib.resources import files

    return parse_bif(
        files("planzoo.envs.diagnosis").joinpath("networks", "asia.bif").read_text(encoding="utf-8")
    )


@st.composite
def networks(draw: st.DrawFn) -> BayesianNetwork:
    """Random networks of up to five variables of one to three states, with some zeros in their tables."""
    count = draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    order = [int(index) for index in random.permutation(count)]
    parents: list[tuple[int, ...]] = [()] * count
    for place, index in enumerate(order):
        parents[index] = tuple(int(p) for p in random.permutation(order[:place])[: draw(st.integers(0, 3))])
    tables = []
    for index in range(count):
        table = random.random((*(sizes[p] for p in parents[index]), sizes[index]))
        table *= random.random(table.shape) < 0.8
        table[..., 0] += 0.1
        tables.append(table / table.sum(axis=-1, keepdims=True))
    return BayesianNetwork(
        name="random",
        variables=tuple(f"v{index}" for index in range(count)),
        states=tuple(tuple(f"s{k}" for k in range(size)) for size in sizes),
        parents=tuple(tuple(f"v{p}" for p in row) for row in parents),
        tables=tuple(tables),
    )


def enumerated(network: BayesianNetwork) -> np.ndarray:
    """The full joint table, one assignment at a time."""
    sizes = [len(states) for states in network.states]
    joint = np.zeros(sizes)
    for assignment in itertools.product(*map(range, sizes)):
        value = 1.0
        for index, table in enumerate(network.tables):
            given = tuple(assignment[network.index(parent)] for parent in network.parents[index])
            value *= table[(*given, assignment[index])]
        joint[assignment] = value
    return joint


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
    full = enumerated(network)
    for name, state in evidence.items():
        axis = network.index(name)
        full = full.take([network.state_index(name, state)], axis=axis)
    others = tuple(axis for axis, name in enumerate(network.variables) if name not in wanted)
    kept = [name for name in network.variables if name in wanted]
    expected = full.sum(axis=others).transpose([kept.index(name) for name in wanted])
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


def test_elimination_takes_the_smallest_table_first() -> None:
    scopes = [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert elimination_order(scopes, keep=[4], sizes={0: 2, 1: 2, 2: 2, 3: 2, 4: 2})[0] == 0


def test_cycles_are_found_wherever_they_are() -> None:
    assert find_cycle({"a": [], "b": ["a"], "c": ["a", "b"]}) == ()
    cycle = find_cycle({"r": [], "a": ["r", "c"], "b": ["a"], "c": ["b"]})
    assert cycle[0] == cycle[-1]
    assert set(cycle) == {"a", "b", "c"}
    parents = {"a": ["r", "c"], "b": ["a"], "c": ["b"]}
    assert all(parent in parents[child] for parent, child in itertools.pairwise(cycle))
