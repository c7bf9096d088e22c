"""The roles files of public networks, and the network of ours: they fit, and are worth diagnosing."""

from __future__ import annotations

import math
from importlib.resources import files

import numpy as np
import pytest

from planzoo.envs.diagnosis.roles import Roles, read_roles
from planzoo.envs.diagnosis.tables import check_roles, diagnosis_tables
from planzoo.envs.networks.bif import read_bif
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.envs.networks.public import read_public_network

FOLDER = files("planzoo.envs.diagnosis").joinpath("networks")
CONDITIONS = {
    "hepar2": 288,
    "win95pts": 256,
    "alarm": 384,
    "pathfinder": 63,
    "child": 6,
    "troubleshooting": 64,
}
_INSIDE = """AppData EMFOK GDIIN GDIOUT PrtDataOut NetOK LclOK DS_NTOK DS_LCLOK PC2PRT PrtData AppDtGnTm
    PrntPrcssTm NnPSGrphc PSGRAPHIC TTOK NnTTOK LclGrbld NtGrbld AvlblVrtlMmry GrbldPS"""
NEVER_TESTED = {"win95pts": set(_INSIDE.split())}
"""What runs inside the computer."""


def shipped_roles(name: str) -> Roles:
    return read_roles(str(FOLDER.joinpath(f"{name}.yaml")))


@pytest.fixture(scope="module", params=CONDITIONS)
def shipped(request: pytest.FixtureRequest) -> tuple[str, BayesianNetwork, Roles]:
    name = request.param
    if name == "troubleshooting":
        return name, read_bif(str(FOLDER.joinpath("troubleshooting.bif"))), shipped_roles(name)
    utils = pytest.importorskip("pgmpy.utils", exc_type=ImportError)
    if not hasattr(utils, "get_example_model"):
        pytest.skip("this pgmpy brings no networks along")
    return name, read_public_network(name), shipped_roles(name)


def test_roles_fit_their_networks(shipped: tuple[str, BayesianNetwork, Roles]) -> None:
    name, network, roles = shipped
    check_roles(network, roles)
    assert math.prod(len(network.states_of(node)) for node in roles.diseases) == CONDITIONS[name]


def test_every_other_node_is_a_symptom_or_tested(shipped: tuple[str, BayesianNetwork, Roles]) -> None:
    name, network, roles = shipped
    tested = {role.node or test for test, role in roles.tests.items()}
    others = set(network.variables) - set(roles.diseases) - set(roles.symptoms)
    assert others - tested == NEVER_TESTED.get(name, set())
    assert len(others & tested) >= 2 / 3 * len(others)


def test_every_disease_can_be_treated(shipped: tuple[str, BayesianNetwork, Roles]) -> None:
    _, network, roles = shipped
    treated = {target for role in roles.treatments.values() for target in role.treats}
    for node, disease in roles.diseases.items():
        for state in set(network.states_of(node)) - {disease.absent}:
            assert disease.severity_of(state) > 0, f"{node}={state}"
            assert treated & {node, f"{node}={state}"}, f"{node}={state}"


def test_knowing_is_worth_more_than_guessing(shipped: tuple[str, BayesianNetwork, Roles]) -> None:
    """One treatment is not the best for all: the condition known, much is won."""
    _, network, roles = shipped
    tables = diagnosis_tables(network, roles)
    prior = network.joint(list(roles.diseases)).ravel()
    choices = np.column_stack([tables.utilities, tables.untreated()])
    known = float(prior @ choices.max(axis=1))
    guessed = float((prior @ choices).max())
    assert known - guessed > 5
    assert len(set(choices.argmax(axis=1))) >= 5


@pytest.mark.parametrize("name", CONDITIONS)
def test_budgets_buy_some_tests_but_not_all(name: str) -> None:
    roles = shipped_roles(name)
    costs = [role.cost for role in roles.tests.values()]
    assert roles.budget is not None
    assert max(costs) <= roles.budget < sum(role.cost * role.repeats for role in roles.tests.values())
    assert {role.kind for role in roles.tests.values()} >= {"observe", "test"}
    assert any(role.delay for role in roles.tests.values())


@pytest.fixture(scope="module")
def cell() -> BayesianNetwork:
    return read_bif(str(FOLDER.joinpath("troubleshooting.bif")))


def test_a_cell_without_faults_picks_almost_always(cell: BayesianNetwork) -> None:
    faults = list(shipped_roles("troubleshooting").diseases)
    works = cell.posterior("picks", dict.fromkeys(faults, "no"))
    assert works[cell.state_index("picks", "always")] > 0.8
    for fault in faults:
        broken = cell.posterior("picks", {**dict.fromkeys(faults, "no"), fault: "yes"})
        assert broken[cell.state_index("picks", "always")] < 0.35, fault


def test_several_faults_at_once_are_usual(cell: BayesianNetwork) -> None:
    faults = list(shipped_roles("troubleshooting").diseases)
    joint = cell.posterior(faults, {"picks": "never"})
    present = (np.indices(joint.shape) == 0).sum(axis=0)
    assert joint[present >= 2].sum() > 0.4


def test_repairs_mend_in_steps_and_inspections_err() -> None:
    roles = shipped_roles("troubleshooting")
    assert not roles.treatment_ends
    noisy = [role for role in roles.tests.values() if role.accuracy or role.sensitivity]
    assert sum(role.repeats > 1 for role in noisy) >= 4
    assert roles.tests["log"].delay > 1
