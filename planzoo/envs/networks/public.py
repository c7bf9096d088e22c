"""Well-known public networks, from a user's BIF file or from an installed pgmpy.

None of them is shipped: their files have no licence of ours. The extra ``networks`` installs pgmpy.
"""

from __future__ import annotations

import importlib
import os
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from planzoo.envs.networks.bif import read_bif
from planzoo.envs.networks.bif_tables import SUM_TOLERANCE, kept_or_scaled
from planzoo.envs.networks.network import BayesianNetwork, Probabilities
from planzoo.errors import InputError


@dataclass(frozen=True)
class PublicNetwork:
    """A published network.

    Attributes:
        nodes: number of its variables.
        about: what it tells of.
        publication: where it comes from.
    """

    nodes: int
    about: str
    publication: str


PUBLIC_NETWORKS = {
    "asia": PublicNetwork(8, "chest clinic", "Lauritzen and Spiegelhalter 1988"),
    "child": PublicNetwork(20, "newborns with congenital heart disease", "Spiegelhalter 1992"),
    "alarm": PublicNetwork(37, "monitoring of patients under anaesthesia", "Beinlich et al. 1989"),
    "hepar2": PublicNetwork(70, "liver disorders", "Oniśko 2003"),
    "win95pts": PublicNetwork(76, "printer faults of Windows 95", "Microsoft Research"),
    "pathfinder": PublicNetwork(109, "diseases of the lymph nodes", "Heckerman et al. 1992"),
}
"""By the names that ``read_public_network`` takes."""


def read_public_network(
    name: str, path: str | os.PathLike[str] | None = None, download: bool = False
) -> BayesianNetwork:
    """Reads a public network.

    Args:
        name: one of ``PUBLIC_NETWORKS``.
        path: of a BIF file with the network; None to take the one that an installed pgmpy brings along.
        download: lets a pgmpy that brings no networks along fetch the network from the internet.

    Raises:
        InputError: the name is unknown, the file is not usable or holds another network, or there is neither
            file nor network.
    """
    if name not in PUBLIC_NETWORKS:
        raise InputError(f"There is no public network {name!r}; there are {', '.join(PUBLIC_NETWORKS)}.")
    network = read_bif(path) if path is not None else network_from_pgmpy(_pgmpy_model(name, download), name)
    expected = PUBLIC_NETWORKS[name].nodes
    if len(network.variables) != expected:
        source = "of pgmpy" if path is None else f"in {os.fspath(path)!r}"
        raise InputError(
            f"The network {source} has {len(network.variables)} nodes, but {name} has {expected}; "
            "give the network's own file."
        )
    return network


def network_from_pgmpy(model: Any, name: str) -> BayesianNetwork:
    """Takes over a discrete Bayesian network of pgmpy: order of nodes, parents, states and numbers.

    States that are no strings are called by their text. Rows stay as they are if they sum to 1 within 1e-6,
    and are scaled if they do within 1e-4.

    Args:
        model: a ``pgmpy.models.DiscreteBayesianNetwork`` (``BayesianNetwork`` in older versions) with all its
            tables.
        name: of the network.

    Raises:
        InputError: a node has no table, a row does not sum to 1, or the tables do not make a network.
    """
    tables = {node: model.get_cpds(node) for node in model.nodes()}
    for node, table in tables.items():
        if table is None:
            raise InputError(f"The node {node!r} of the network {name!r} has no table; add it to the model.")
    return BayesianNetwork(
        name=name,
        variables=tuple(map(str, tables)),
        states=tuple(tuple(map(str, table.state_names[node])) for node, table in tables.items()),
        parents=tuple(tuple(map(str, table.variables[1:])) for table in tables.values()),
        tables=tuple(_probabilities(table, tables) for table in tables.values()),
    )


def _probabilities(table: Any, tables: dict[Any, Any]) -> Probabilities:
    """Gives a table's numbers, of which pgmpy keeps the node's own axis first, with that axis last."""
    values = np.asarray(table.values, dtype=np.float64)
    for axis, parent in enumerate(table.variables[1:], start=1):
        values = values.take(_positions(table, parent, tables[parent]), axis=axis)
    rows = np.moveaxis(values, 0, -1)
    if not (abs(rows.sum(axis=-1) - 1) <= SUM_TOLERANCE).all():
        raise InputError(
            f"The table of the node {table.variable!r} has a row that does not sum to 1 within "
            f"{SUM_TOLERANCE:g}; mend the model."
        )
    return kept_or_scaled(rows)


def _positions(table: Any, parent: Any, table_of_parent: Any) -> list[int]:
    """Gives where the states of a parent stand along its axis in a child's table, in the parent's order."""
    here, there = table.state_names[parent], table_of_parent.state_names[parent]
    if set(here) != set(there):
        raise InputError(
            f"The states {here} of the parent {parent!r} in the table of {table.variable!r} are not those of "
            f"its own table, {there}; give both the same."
        )
    return [list(here).index(state) for state in there]


def _pgmpy_model(name: str, download: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _loaded(name, download)
        except ImportError as error:
            raise InputError(
                f"The network {name!r} needs its BIF file as path, or pgmpy with its example networks: "
                "pip install 'planzoo[networks]'."
            ) from error
        except OSError as error:
            raise InputError(
                f"The network {name!r} could not be had from pgmpy: {error}; give its BIF file as path."
            ) from error


def _loaded(name: str, download: bool) -> Any:
    """Asks pgmpy for a network; its versions before 1.3 bring them along."""
    bundled = getattr(importlib.import_module("pgmpy.utils"), "get_example_model", None)
    if bundled is not None:
        return bundled(name)
    if not download:
        raise InputError(
            f"This pgmpy does not bring {name!r} along; pass download=True, or its BIF file as path."
        )
    return importlib.import_module("pgmpy.example_models").load_model(f"bnlearn/{name}")
