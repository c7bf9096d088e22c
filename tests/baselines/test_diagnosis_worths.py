"""Bits, utilities and costs of tests, against sums over the joint table."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.baselines.diagnosis_input import problem_after, read_network, roles_for
from planzoo.baselines.diagnosis_worths import TestWorth, plain_worths, ranked, target_bits, worths_by_roles
from planzoo.envs.diagnosis.roles import Roles
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError


def information(table: np.ndarray) -> float:
    """Mutual information in bits, straight from the definition."""
    independent = np.outer(table.sum(axis=1), table.sum(axis=0))
    ratio = np.divide(table, independent, out=np.ones_like(table), where=table > 0)
    return float((table * np.log2(ratio)).sum())


def given(name: str) -> tuple[BayesianNetwork, Roles]:
    roles = roles_for(None, name)
    assert roles is not None
    return read_network(name), roles


@pytest.mark.parametrize(
    ("target", "evidence"), [("lung", {}), ("dysp", {"smoke": "yes"}), ("tub", {"xray": "no"})]
)
def test_every_other_node_is_a_test_of_no_cost(target: str, evidence: dict[str, str]) -> None:
    network = read_network("asia")
    worths = plain_worths(network, target, evidence)
    assert {worth.test for worth in worths} == set(network.variables) - {target, *evidence}
    assert {(worth.utility, worth.cost, worth.net) for worth in worths} == {(0, 0, 0)}
    bits = [worth.bits for worth in worths]
    assert bits == sorted(bits, reverse=True)
    for worth in worths:
        expected = information(network.posterior([worth.test, target], evidence))
        assert worth.bits == pytest.approx(expected, abs=1e-12)


def test_what_tells_nothing_has_no_bits_and_comes_by_name() -> None:
    worths = plain_worths(read_network("asia"), "asia", {"tub": "no"})
    assert [worth.bits for worth in worths] == [0] * 6
    assert [worth.test for worth in worths] == sorted(worth.test for worth in worths)


def test_utilities_of_asia_by_hand() -> None:
    network, roles = given("asia")
    worths = {worth.test: worth for worth in worths_by_roles(network, roles, None, {})}
    assert set(worths) == set(roles.tests)
    diseases = list(roles.diseases)
    # Utilities by (tub, lung, bronc), each present or not, of no treatment and of each treatment.
    severity = np.array([20, 40, 10])
    cures = {"": [0, 0, 0], "bronchodilator": [0, 0, 1], "antibiotics": [1, 0, 0], "oncology": [0, 1, 0],
             "oncology and bronchodilator": [0, 1, 1]}  # fmt: skip
    prices = {"": 0, "bronchodilator": 4, "antibiotics": 4, "oncology": 12, "oncology and bronchodilator": 16}
    present = 1 - np.indices((2, 2, 2)).reshape(3, -1).T
    left = {name: present * (1 - np.array(cured)) for name, cured in cures.items()}
    utilities = np.array(
        [np.where(rest.any(axis=1), 0, 10) - rest @ severity - prices[name] for name, rest in left.items()]
    ).T
    for name, worth in worths.items():
        table = network.joint([name, *diseases]).reshape(2, 8)
        now = (table.sum(axis=0) @ utilities).max()
        assert worth.utility == pytest.approx((table @ utilities).max(axis=1).sum() - now, abs=1e-9)
        assert worth.bits == pytest.approx(information(table), abs=1e-9)
        assert worth.cost == roles.tests[name].cost
        assert worth.net == pytest.approx(worth.utility - worth.cost)


def test_a_target_changes_the_bits_alone() -> None:
    network, roles = given("asia")
    about_all = {worth.test: worth for worth in worths_by_roles(network, roles, None, {"smoke": "no"})}
    for worth in worths_by_roles(network, roles, "lung", {"smoke": "no"}):
        other = about_all[worth.test]
        assert (worth.utility, worth.cost, worth.net) == (other.utility, other.cost, other.net)
        expected = information(network.posterior([worth.test, "lung"], {"smoke": "no"}))
        assert worth.bits == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("target", ["hose", "pressure", "vacuum"])
def test_tests_that_err_tell_less(target: str) -> None:
    network, roles = given("troubleshooting")
    problem = problem_after(network, roles, {"picks": "sometimes", "hiss": "no"})
    bits = target_bits(problem, problem.start, target, problem.tables.tests)
    report = np.array([0.3, 0.85])  # P(no hiss | hose leaks or not)
    for test, role in roles.tests.items():
        node = role.node or test
        axes = list(dict.fromkeys((node, target, "hose")))
        table = network.posterior(axes, {"picks": "sometimes"})
        table = np.moveaxis(table, axes.index("hose"), -1) * report
        rest = [axis for axis in axes if axis != "hose"] + ["hose"]
        letters = dict(zip(rest, "abc", strict=False))
        here = letters[node] + (letters[target] if target != node else "")
        pair = np.einsum(f"{''.join(letters[axis] for axis in rest)}->{here}", table)
        pair = np.diag(pair) if target == node else pair
        channel = problem.tables.channels[problem.tables.findings.index(test)]
        expected = information(channel.T @ pair / pair.sum())
        assert bits[test] == pytest.approx(expected, abs=1e-10)


def test_the_budget_hides_no_test() -> None:
    network, roles = given("asia")
    poor = roles.model_copy(update={"budget": 0.2})
    assert worths_by_roles(network, poor, None, {}) == worths_by_roles(network, roles, None, {})


def test_known_tests_are_left_out() -> None:
    network, roles = given("asia")
    worths = worths_by_roles(network, roles, "tub", {"xray": "yes", "tub": "no"})
    assert {worth.test for worth in worths} == {"asia", "smoke", "dysp"}
    assert {worth.bits for worth in worths} == {0}


def test_order_is_net_then_bits_then_name() -> None:
    rows = [("b", 0.1, 1.0), ("a", 0.1, 1.0), ("c", 0.2, 1.0), ("d", 0.0, 2.0)]
    worths = [TestWorth(name, bits, net, 0.0, net) for name, bits, net in rows]
    assert [worth.test for worth in ranked(worths)] == ["d", "c", "a", "b"]


def test_unknown_target() -> None:
    network, roles = given("asia")
    for rank in (
        lambda: plain_worths(network, "nix", {}),
        lambda: worths_by_roles(network, roles, "nix", {}),
    ):
        with pytest.raises(InputError, match="has no variable 'nix'"):
            rank()


@pytest.mark.filterwarnings("ignore")  # pgmpy's own, of what it imports
@pytest.mark.parametrize(
    ("name", "target", "best"), [("hepar2", "PBC", "ama"), ("win95pts", "PrtOn", "PrtStatOff")]
)
def test_best_first_test_of_public_networks_by_pgmpy(name: str, target: str, best: str) -> None:
    utils = pytest.importorskip("pgmpy.utils", exc_type=ImportError)
    if not hasattr(utils, "get_example_model"):
        pytest.skip("this pgmpy brings no networks along")
    from pgmpy.inference import VariableElimination

    first = plain_worths(read_network(name), target, {})[0]
    peer = VariableElimination(utils.get_example_model(name))
    table = peer.query([best, target], show_progress=False)
    assert first.test == best
    assert first.bits == pytest.approx(information(table.values), abs=1e-9)
