"""What ``planzoo plan`` and ``planzoo voi`` read: networks, roles and evidence."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from planzoo.baselines.suggestions import nearest
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import Roles, SymptomRole, read_roles
from planzoo.envs.networks.bif import read_bif
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.envs.networks.public import PUBLIC_NETWORKS, read_public_network
from planzoo.errors import InputError
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem, first_information

KNOWN = "{} is known"
"""Name of the node that shows a state which no test and no symptom shows for certain."""
_SHIPPED = ("asia", "troubleshooting")
_FOLDER = files("planzoo.envs.diagnosis").joinpath("networks")


def read_network(name: str) -> BayesianNetwork:
    """Reads a network from a BIF file, or one that is shipped or public by its name.

    Raises:
        InputError: there is neither file nor network, or it is not usable.
    """
    if not os.path.exists(name):
        if name in _SHIPPED:
            return read_bif(str(_FOLDER.joinpath(f"{name}.bif")))
        if name in PUBLIC_NETWORKS:
            return read_public_network(name)
        if Path(name).suffix == "":
            raise InputError(
                f"{name}: there is no such file, and no such network{nearest(name, known_networks())}"
            )
    return read_bif(name)


def known_networks() -> tuple[str, ...]:
    """Names the networks that have roles of ours."""
    return tuple(dict.fromkeys((*_SHIPPED, *PUBLIC_NETWORKS)))


def roles_for(name: str | None, network: str) -> Roles | None:
    """Reads roles from a YAML file, or ours of a known network.

    Args:
        name: the file, or a known network's name; None for the roles of the network itself, if it is one
            that is known by its name.
        network: what :func:`read_network` reads.

    Returns:
        None when nobody has said any.

    Raises:
        InputError: the file is not usable.
    """
    if name is None:
        if os.path.exists(network) or network not in known_networks():
            return None
        name = network
    if not os.path.exists(name) and name in known_networks():
        name = str(_FOLDER.joinpath(f"{name}.yaml"))
    return read_roles(name)


def evidence_of(words: Sequence[str]) -> dict[str, str]:
    """Reads ``NODE=STATE`` words.

    Raises:
        InputError: a word has no equals sign, or a node stands twice.
    """
    found: dict[str, str] = {}
    for word in words:
        name, sign, state = word.partition("=")
        if not (name and sign and state):
            raise InputError(f"--evidence {word}: expected NODE=STATE, such as smoke=yes")
        if found.setdefault(name, state) != state:
            raise InputError(f"--evidence {word}: {name} is {found[name]} already; give one state")
    return found


def problem_after(network: BayesianNetwork, roles: Roles, evidence: Mapping[str, str]) -> DiagnosisProblem:
    """Makes the problem whose beginning knows some evidence, for one patient; it costs nothing.

    A node that an exact test or a symptom shows counts as its result; the state of any other node is shown by
    a node that is added for it. A test with a name of its own that is no node's gives its result.

    Args:
        network: the network.
        roles: of its nodes.
        evidence: known states of nodes, or results of tests.

    Raises:
        InputError: a name is unknown, the roles do not fit, or the evidence has probability zero.
    """
    model = DiagnosisModel(DiagnosisParams.from_network(network, roles))
    for name, state in evidence.items():
        if name in network.variables:
            network.state_index(name, state)
    hidden = [name for name in evidence if name in network.variables and _finding(model, name) is None]
    if hidden:
        network = with_known(network, hidden)
        shown = {KNOWN.format(name): SymptomRole(label=f"{name}, which is known") for name in hidden}
        roles = roles.model_copy(update={"symptoms": {**roles.symptoms, **shown}})
        model = DiagnosisModel(DiagnosisParams.from_network(network, roles))
    results = sorted(_result(model, name, state) for name, state in evidence.items())
    _check_possible(model, results, evidence)
    return DiagnosisProblem(model, first_information(model)._replace(evidence=tuple(results)))


def with_known(network: BayesianNetwork, names: Sequence[str]) -> BayesianNetwork:
    """Adds to a network, for each of some nodes, a node that shows its state for certain."""
    states = tuple(network.states_of(name) for name in names)
    return BayesianNetwork(
        name=network.name,
        variables=(*network.variables, *map(KNOWN.format, names)),
        states=(*network.states, *states),
        parents=(*network.parents, *((name,) for name in names)),
        tables=(*network.tables, *(np.eye(len(own)) for own in states)),
    )


def _finding(model: DiagnosisModel, node: str) -> int | None:
    """Gives the test or symptom that shows a node's state for certain, if there is one."""
    tables = model.tables
    position = {name: number for number, name in enumerate(tables.inference.observable)}.get(node)
    for finding, channel in enumerate(tables.channels):
        same = tables.nodes[finding] == position and np.array_equal(channel, np.eye(len(channel)))
        if same and tables.outcomes[finding] == model.params.network.states_of(node):
            return finding
    return None


def _result(model: DiagnosisModel, name: str, state: str) -> tuple[int, int]:
    """Gives (finding, outcome) of a piece of evidence."""
    tables = model.tables
    if name in model.params.network.variables:
        finding = _finding(model, name)
        finding = tables.findings.index(KNOWN.format(name)) if finding is None else finding
    elif name in tables.findings:
        finding = tables.findings.index(name)
    else:
        model.params.network.index(name)  # says which nodes there are
        raise AssertionError
    outcomes = tables.outcomes[finding]
    if state not in outcomes:
        raise InputError(f"The test {name!r} has no result {state!r}; it has {', '.join(outcomes)}.")
    return finding, outcomes.index(state)


def _check_possible(
    model: DiagnosisModel, results: Sequence[tuple[int, int]], evidence: Mapping[str, str]
) -> None:
    tables = model.tables
    inference = tables.inference
    likelihood = np.ones(inference.num_states)
    for finding, outcome in results:
        node = tables.nodes[finding]
        start, end = inference.observable_starts[node : node + 2]
        likelihood[start:end] *= tables.channels[finding][:, outcome]
    if inference.posterior(likelihood) is None:
        listed = ", ".join(f"{name}={state}" for name, state in evidence.items())
        raise InputError(
            f"The evidence {listed} has probability zero in the network {model.params.network.name!r}."
        )
