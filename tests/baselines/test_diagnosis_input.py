"""Networks, roles and evidence as the command line gives them."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from planzoo.baselines.diagnosis_input import (
    KNOWN,
    evidence_of,
    known_networks,
    problem_after,
    read_network,
    roles_for,
    with_known,
)
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.envs.networks.public import PUBLIC_NETWORKS
from planzoo.errors import InputError
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem


def after(name: str, evidence: dict[str, str]) -> DiagnosisProblem:
    roles = roles_for(None, name)
    assert roles is not None
    return problem_after(read_network(name), roles, evidence)


def test_networks_are_read_by_name_or_file(tmp_path: Path) -> None:
    shipped = resources.files("planzoo.envs.diagnosis").joinpath("networks", "asia.bif")
    path = tmp_path / "mine.bif"
    path.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_network(str(path)).to_dict() == read_network("asia").to_dict()
    assert set(known_networks()) == {"troubleshooting", *PUBLIC_NETWORKS}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("aisa", "no such network; did you mean 'asia'"),
        ("gone.bif", "'gone.bif' cannot be read"),
    ],
)
def test_no_such_network(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_network(name)


def test_a_file_named_like_a_network_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "asia").write_text("network mine {}\nvariable a { type discrete [ 2 ] { x, y }; }\n"
                                   "probability ( a ) { table 0.5, 0.5; }\n")  # fmt: skip
    assert read_network("asia").variables == ("a",)
    assert roles_for(None, "asia") is None


@pytest.mark.parametrize("name", ["asia", "troubleshooting", *PUBLIC_NETWORKS])
def test_roles_of_ours_by_name(name: str) -> None:
    roles = roles_for(None, name)
    assert roles is not None
    assert roles_for(name, "somebody's.bif") == roles
    assert roles_for(None, "somebody's.bif") is None


def test_evidence_words() -> None:
    assert evidence_of([]) == {}
    assert evidence_of(["a=yes", "b=x=1", "a=yes"]) == {"a": "yes", "b": "x=1"}
    with pytest.raises(InputError, match="a is yes already"):
        evidence_of(["a=yes", "a=no"])
    for word in ("a", "=yes", "a=", ""):
        with pytest.raises(InputError, match="expected NODE=STATE"):
            evidence_of([word])


EVIDENCE = [
    ("asia", {"smoke": "yes"}),  # an exact test
    ("asia", {"either": "yes", "dysp": "no"}),  # a node without a role
    ("asia", {"lung": "no"}),  # a disease
    ("troubleshooting", {"picks": "never", "pressure": "low"}),  # a symptom; a node of a test that may err
    ("troubleshooting", {"maintained": "yes", "fuse": "no"}),
]


@pytest.mark.parametrize(("name", "evidence"), EVIDENCE)
def test_belief_at_the_beginning_is_that_of_the_network(name: str, evidence: dict[str, str]) -> None:
    problem = after(name, evidence)
    network = read_network(name)
    for number, disease in enumerate(problem.tables.diseases):
        belief = problem.belief_array(problem.start).reshape([2] * len(problem.tables.diseases))
        others = tuple(axis for axis in range(belief.ndim) if axis != number)
        expected = np.eye(2)[network.state_index(disease, evidence[disease])] if disease in evidence else (
            network.posterior(disease, evidence)
        )  # fmt: skip
        np.testing.assert_allclose(belief.sum(axis=others), expected, atol=1e-12)


@pytest.mark.parametrize(("name", "evidence"), EVIDENCE)
def test_evidence_costs_nothing(name: str, evidence: dict[str, str]) -> None:
    problem = after(name, evidence)
    start = problem.start
    assert (start.budget, start.pending, start.given) == (problem.model.params.budget, (), ())
    known = {problem.tables.findings[finding] for finding, _ in start.evidence}
    assert not known & {problem.name(test) for test in problem.tests(start)}


def test_only_what_nothing_shows_gets_a_node_of_its_own() -> None:
    tables = after("troubleshooting", {"picks": "never", "pressure": "low"}).tables
    assert tables.findings[-2:] == ("picks", KNOWN.format("pressure"))
    assert after("asia", {"smoke": "yes"}).tables.findings == ("asia", "smoke", "xray", "dysp")


def test_results_of_tests_with_names_of_their_own() -> None:
    problem = after("troubleshooting", {"hiss": "yes"})
    params = DiagnosisParams.troubleshooting()
    # The test errs: sensitivity 0.7, specificity 0.85.
    prior = float(params.network.posterior("hose")[0])
    expected = 0.7 * prior / (0.7 * prior + 0.15 * (1 - prior))
    belief = problem.belief_array(problem.start).reshape([2] * 6)
    assert belief.sum(axis=(0, 2, 3, 4, 5))[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ({"nix": "yes"}, "has no variable 'nix'"),
        ({"fuse": "perhaps"}, "The variable 'fuse' has no state 'perhaps'; it has yes, no"),
        ({"hiss": "loud"}, "The test 'hiss' has no result 'loud'; it has yes, no"),
        ({"picks": "always", "hose": "perhaps"}, "no state 'perhaps'"),
    ],
)
def test_bad_evidence(evidence: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        after("troubleshooting", evidence)


@pytest.mark.parametrize("evidence", [{"either": "no", "lung": "yes"}, {"tub": "yes", "either": "no"}])
def test_impossible_evidence(evidence: dict[str, str]) -> None:
    with pytest.raises(InputError, match="has probability zero in the network 'asia'"):
        after("asia", evidence)


def test_nodes_that_show_others() -> None:
    network = with_known(read_network("asia"), ["either", "lung"])
    assert isinstance(network, BayesianNetwork)
    shown = network.joint(["either", KNOWN.format("either")])
    assert shown[0, 1] == shown[1, 0] == 0
    np.testing.assert_allclose(np.diag(shown), read_network("asia").posterior("either"))
