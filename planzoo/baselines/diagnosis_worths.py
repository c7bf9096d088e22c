"""What each test of a network is worth by itself: bits, utility and cost, the best test first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planzoo.baselines.diagnosis_input import problem_after
from planzoo.envs.diagnosis.model import Information
from planzoo.envs.diagnosis.roles import Roles
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem
from planzoo.planners.domains.diagnosis_values import test_values
from planzoo.planners.pomdp.information import ROUNDING, mutual_information
from planzoo.planners.pomdp.network_belief import NetworkBelief


@dataclass(frozen=True)
class TestWorth:
    """What ``planzoo voi`` says of one test.

    Attributes:
        test: its name.
        bits: mutual information of its result with the target, or with the condition.
        utility: by how much its result raises the expected utility of the best treatment; 0 without roles.
        cost: money, harm and time; 0 without roles.
        net: utility minus cost.
    """

    __test__ = False  # not a class of tests, whatever its name begins with

    test: str
    bits: float
    utility: float
    cost: float
    net: float


def plain_worths(network: BayesianNetwork, target: str, evidence: Mapping[str, str]) -> list[TestWorth]:
    """Ranks all nodes but the target and the known ones as tests of no cost, by their bits.

    Raises:
        InputError: a node or state is unknown, or the evidence has probability zero.
    """
    bits = NetworkBelief(network, evidence).information(target)
    return ranked(TestWorth(name, each, 0.0, 0.0, 0.0) for name, each in bits.items() if name not in evidence)


def worths_by_roles(
    network: BayesianNetwork, roles: Roles, target: str | None, evidence: Mapping[str, str]
) -> list[TestWorth]:
    """Ranks the tests of some roles by what they are worth above their cost, whatever the budget.

    Args:
        network: the network.
        roles: of its nodes.
        target: the node that bits are of; None for the joint condition of all diseases.
        evidence: known states of nodes, or results of tests.

    Raises:
        InputError: a name is unknown, the roles do not fit, or the evidence has probability zero.
    """
    problem = problem_after(network, roles, evidence)
    known = problem.start._replace(budget=np.inf, places=None)
    values = test_values(problem, known)
    bits = {value.test: value.bits for value in values}
    if target is not None:
        bits = target_bits(problem, known, target, list(bits))
    return ranked(
        TestWorth(value.test, bits[value.test], value.utility, value.cost, value.net) for value in values
    )


def target_bits(
    problem: DiagnosisProblem, known: Information, target: str, tests: Sequence[str]
) -> dict[str, float]:
    """Computes the mutual information in bits of each test's result with a node.

    Args:
        problem: the tests.
        known: the results so far.
        target: the node.
        tests: names of the tests.

    Raises:
        InputError: the network has no such node.
    """
    tables = problem.tables
    network, nodes = tables.inference.network, tables.inference.observable
    belief = NetworkBelief(network)
    for finding, outcome in known.evidence:
        belief = belief.update({nodes[tables.nodes[finding]]: tables.channels[finding][:, outcome]})
    pairs = belief.pairs(target)
    itself = np.diag(belief.marginal(target).probabilities)
    bits = {}
    for test in tests:
        finding = tables.findings.index(test)
        node = nodes[tables.nodes[finding]]
        table = tables.channels[finding].T @ (itself if node == target else pairs[node])
        bits[test] = value if (value := mutual_information(table)) > ROUNDING else 0.0
    return bits


def ranked(worths: Iterable[TestWorth]) -> list[TestWorth]:
    """Sorts by net value, then by bits, then by name."""
    return sorted(worths, key=lambda worth: (-worth.net, -worth.bits, worth.test))
