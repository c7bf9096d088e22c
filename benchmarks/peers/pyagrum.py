"""pyAgrum, graphical models in C++: variable elimination for one question, lazy propagation for many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from numpy.typing import NDArray

from peers import Missing
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.planners.pomdp.information import mutual_information

PACKAGE = "pyagrum"
REQUIREMENT = "pyagrum==3.3.1"


class Engine:
    """One network, which is asked again and again.

    Args:
        network: ours.

    Raises:
        Missing: pyAgrum is not installed, or not wholly.
    """

    def __init__(self, network: BayesianNetwork) -> None:
        try:
            version(PACKAGE)
        except PackageNotFoundError:
            raise Missing(f"not installed: pip install {REQUIREMENT}") from None
        try:
            gum = import_module("pyagrum")
        except ImportError as error:
            raise Missing(f"installed, but cannot be imported: {error}") from error
        model = gum.BayesNet(network.name)
        for name, states in zip(network.variables, network.states, strict=True):
            model.add(gum.LabelizedVariable(name, name, list(states)))
        for name, parents in zip(network.variables, network.parents, strict=True):
            for parent in parents:
                model.addArc(parent, name)
        for name, table in zip(network.variables, network.tables, strict=True):
            last = table.ndim - 1
            axes = (*range(last - 1, -1, -1), last)
            model.cpt(name)[:] = np.ascontiguousarray(table.transpose(axes))
        self.network = network
        self.elimination = gum.VariableElimination(model)
        self.inference = gum.LazyPropagation(model)
        self.declared: set[str] = set()

    def posterior(self, targets: Sequence[str], evidence: Mapping[str, str]) -> NDArray[np.float64]:
        """Computes P(target | evidence) of the only target."""
        (target,) = targets
        self.elimination.setEvidence(dict(evidence))
        return np.asarray(self.elimination.posterior(target).toarray())

    def information(self, target: str, evidence: Mapping[str, str]) -> dict[str, float]:
        """Computes the mutual information in bits of each variable that is not observed with the target.

        Its own function for that leaves evidence out of account: it is asked for the joint posteriors, which
        are declared as targets before the first question.
        """
        if target not in self.declared:
            self.declared.add(target)
            for name in self.network.variables:
                if name != target:
                    self.inference.addJointTarget({target, name})
        self.inference.setEvidence(dict(evidence))
        others = [name for name in self.network.variables if name != target and name not in evidence]
        tables = {name: self.inference.jointPosterior({target, name}).toarray() for name in others}
        return {name: mutual_information(np.asarray(table)) for name, table in tables.items()}
