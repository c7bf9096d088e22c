from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.networks.bif import read_bif
from planzoo.envs.networks.public import PUBLIC_NETWORKS, network_from_pgmpy, read_public_network
from planzoo.errors import InputError

ASIA = Path(str(files("planzoo.envs.diagnosis").joinpath("networks", "asia.bif")))


class Model:
    """What this package uses of a pgmpy model: nodes, and tables with names of states."""

    def __init__(self, tables: dict[Any, tuple[list[Any], np.ndarray]], states: dict[Any, list[Any]]) -> None:
        self.cpds = {
            node: SimpleNamespace(
                variable=node,
                variables=[node, *parents],
                values=values,
                state_names={name: list(states[name]) for name in (node, *parents)},
            )
            for node, (parents, values) in tables.items()
        }

    def nodes(self) -> list[Any]:
        return list(self.cpds)

    def get_cpds(self, node: Any) -> Any:
        return self.cpds[node]


def small_model() -> Model:
    return Model(
        {
            "b": (["a", 3], np.array([[[0.25, 1.0], [0.5, 0.0]], [[0.75, 0.0], [0.5, 1.0]]])),
            3: ([], np.array([0.125, 0.875])),
            "a": ([], np.array([0.5, 0.5])),
        },
        {"a": [0, 1], 3: [True, False], "b": ["x", "y"]},
    )


def as_model(path: Path) -> Model:
    """A network of a file as pgmpy would hold it."""
    network = read_bif(path)
    tables = {
        name: (list(parents), np.moveaxis(table, -1, 0))
        for name, parents, table in zip(network.variables, network.parents, network.tables, strict=True)
    }
    return Model(tables, dict(zip(network.variables, map(list, network.states), strict=True)))


def install(monkeypatch: pytest.MonkeyPatch, **modules: ModuleType | None) -> None:
    for name in ("pgmpy", "pgmpy.utils", "pgmpy.example_models"):
        monkeypatch.setitem(sys.modules, name, modules.get(name.replace(".", "_"), ModuleType(name)))


def test_order_states_and_numbers_are_taken_over() -> None:
    network = network_from_pgmpy(small_model(), "small")
    assert network.name == "small"
    assert network.variables == ("b", "3", "a")
    assert network.states == (("x", "y"), ("True", "False"), ("0", "1"))
    assert network.parents == (("a", "3"), (), ())
    np.testing.assert_array_equal(network.tables[0][1, 0], [0.5, 0.5])
    np.testing.assert_array_equal(network.tables[0][:, 1], [[1, 0], [0, 1]])


def test_a_parent_may_have_its_states_in_another_order_in_the_childs_table() -> None:
    model = small_model()
    model.cpds["b"].state_names["a"] = [1, 0]
    table = network_from_pgmpy(model, "small").tables[0]
    np.testing.assert_array_equal(table, network_from_pgmpy(small_model(), "small").tables[0][::-1])
    model.cpds["b"].state_names["a"] = [1, 2]
    with pytest.raises(InputError, match=r"states \[1, 2\] of the parent 'a' in the table of 'b'"):
        network_from_pgmpy(model, "small")


@given(st.floats(-2e-4, 2e-4))
def test_rows_are_kept_scaled_or_rejected(deviation: float) -> None:
    model = small_model()
    model.cpds["a"].values = np.array([0.5, 0.5 + deviation])
    if abs(deviation) > 1.0001e-4:
        with pytest.raises(InputError, match=r"'a' has a row that does not sum to 1 within 0\.0001"):
            network_from_pgmpy(model, "small")
        return
    table = network_from_pgmpy(model, "small").tables[2]
    if abs(deviation) < 0.99e-6:
        np.testing.assert_array_equal(table, [0.5, 0.5 + deviation])
    else:
        assert abs(table.sum() - 1) <= 1.1e-6


def test_missing_tables_are_errors() -> None:
    model = small_model()
    model.cpds["a"] = None
    with pytest.raises(InputError, match="'a' of the network 'small' has no table"):
        network_from_pgmpy(model, "small")


def test_nodes_of_one_text_are_errors() -> None:
    model = Model({"3": ([], np.ones(1)), 3: ([], np.ones(1))}, {"3": ["x"], 3: ["x"]})
    with pytest.raises(InputError, match="different names for its variables"):
        network_from_pgmpy(model, "small")


def test_a_users_file_needs_no_pgmpy(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, pgmpy=None)
    assert read_public_network("asia", ASIA).variables == read_bif(ASIA).variables
    with pytest.raises(InputError, match=r"asia\.bif' has 8 nodes, but child has 20"):
        read_public_network("child", ASIA)


def test_unknown_names_are_errors() -> None:
    with pytest.raises(InputError, match="no public network 'hepar'; there are asia, child, alarm, hepar2"):
        read_public_network("hepar")


def test_without_pgmpy_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pgmpy", None)
    monkeypatch.setitem(sys.modules, "pgmpy.utils", None)
    with pytest.raises(InputError, match=r"BIF file as path, or .*pip install 'planzoo\[networks\]'"):
        read_public_network("hepar2")


def test_only_who_asks_for_it_gets_a_download(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = ModuleType("pgmpy.example_models")
    asked = []
    examples.load_model = lambda name: asked.append(name) or as_model(ASIA)  # type: ignore[attr-defined]
    install(monkeypatch, pgmpy_example_models=examples)
    with pytest.raises(InputError, match="pass download=True"):
        read_public_network("asia")
    assert asked == []
    network = read_public_network("asia", download=True)
    assert asked == ["bnlearn/asia"]
    np.testing.assert_array_equal(network.joint(["lung", "dysp"]), read_bif(ASIA).joint(["lung", "dysp"]))


def test_a_download_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise ConnectionError("no route")

    examples = ModuleType("pgmpy.example_models")
    examples.load_model = fail  # type: ignore[attr-defined]
    install(monkeypatch, pgmpy_example_models=examples)
    with pytest.raises(InputError, match="could not be had from pgmpy: no route; give its BIF file"):
        read_public_network("asia", download=True)


@pytest.mark.parametrize("name", PUBLIC_NETWORKS)
def test_networks_of_an_installed_pgmpy(name: str) -> None:
    utils = pytest.importorskip("pgmpy.utils", exc_type=ImportError)
    if not hasattr(utils, "get_example_model"):
        pytest.skip("this pgmpy brings no networks along")
    network = read_public_network(name)
    assert (network.name, len(network.variables)) == (name, PUBLIC_NETWORKS[name].nodes)
    with pytest.warns(FutureWarning):
        model = utils.get_example_model(name)
    assert {(str(a), str(b)) for a, b in model.edges()} == {
        (parent, child)
        for child, parents in zip(network.variables, network.parents, strict=True)
        for parent in parents
    }
    for child, table in zip(network.variables, network.tables, strict=True):
        factor = model.get_cpds(child)
        np.testing.assert_array_equal(np.moveaxis(table, -1, 0), factor.values)
        assert [network.states_of(str(each)) for each in factor.variables] == [
            tuple(factor.state_names[each]) for each in factor.variables
        ]
