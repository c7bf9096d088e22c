"""pgmpy, the best-known library of Bayesian networks in Python: its variable elimination."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peers import Missing
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.planners.pomdp.information import mutual_information

PACKAGE = "pgmpy"
REQUIREMENT = "pgmpy==1.1.2"


class Engine:
    """One network, which is asked again and again.

    Args:
        network: ours; pgmpy takes its own numbers where it brings a network of that name along.

    Raises:
        Missing: pgmpy is not installed, or not wholly.
    """

    def __init__(self, network: BayesianNetwork) -> None:
        try:
            version(PACKAGE)
        except PackageNotFoundError:
            raise Missing(f"not installed: pip install {REQUIREMENT}") from None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                model = _own_model(network.name) or _converted(network)
                inference = import_module("pgmpy.inference").VariableElimination
            except ImportError as error:
                raise Missing(f"installed, but cannot be imported: {error}") from error
        self.network = network
        self.inference = inference(model)

    def posterior(self, targets: Sequence[str], evidence: Mapping[str, str]) -> NDArray[np.float64]:
        """Computes P(targets | evidence), one axis for each target, states in our network's order."""
        factor = self.inference.query(list(targets), evidence=dict(evidence), show_progress=False)
        axes = [list(factor.variables).index(name) for name in targets]
        table = np.transpose(factor.values, axes)
        for axis, name in enumerate(targets):
            theirs = list(map(str, factor.state_names[name]))
            order = [theirs.index(state) for state in self.network.states_of(name)]
            table = table.take(order, axis=axis)
        return table

    def information(self, target: str, evidence: Mapping[str, str]) -> dict[str, float]:
        """Computes the mutual information in bits of each variable that is not observed with the target.

        pgmpy has no function for it: it is asked for each variable and the target together.
        """
        others = [name for name in self.network.variables if name != target and name not in evidence]
        return {name: mutual_information(self.posterior([name, target], evidence)) for name in others}


def _own_model(name: str) -> Any:
    """Gives pgmpy's own network of a name, or None."""
    make = getattr(import_module("pgmpy.utils"), "get_example_model", None)
    if make is None:
        return None
    try:
        return make(name)
    except ValueError:
        return None


def _converted(network: BayesianNetwork) -> Any:
    models, factors = import_module("pgmpy.models"), import_module("pgmpy.factors.discrete")
    model = getattr(models, "DiscreteBayesianNetwork", None) or models.BayesianNetwork
    edges = [
        (parent, name) for name, row in zip(network.variables, network.parents, strict=True) for parent in row
    ]
    built = model(edges)
    built.add_nodes_from(network.variables)
    for name, parents, table in zip(network.variables, network.parents, network.tables, strict=True):
        states = {each: list(network.states_of(each)) for each in (name, *parents)}
        rows = table.reshape(-1, table.shape[-1]).T
        sizes = [len(states[parent]) for parent in parents]
        built.add_cpds(
            factors.TabularCPD(name, len(states[name]), rows, list(parents), sizes, state_names=states)
        )
    return built
