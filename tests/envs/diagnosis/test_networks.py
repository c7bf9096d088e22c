"""The files that are shipped: numbers as published, roles that fit."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import read_roles
from planzoo.envs.diagnosis.tables import check_roles
from planzoo.envs.networks.bif import read_bif
from planzoo.envs.networks.network import BayesianNetwork

FOLDER = files("planzoo.envs.diagnosis").joinpath("networks")

PUBLISHED = {
    ("asia",): [0.01],
    ("tub", "asia"): [0.05, 0.01],
    ("smoke",): [0.5],
    ("lung", "smoke"): [0.10, 0.01],
    ("bronc", "smoke"): [0.60, 0.30],
    ("either", "lung", "tub"): [1, 1, 1, 0],
    ("xray", "either"): [0.98, 0.05],
    ("dysp", "bronc", "either"): [0.9, 0.8, 0.7, 0.1],
}
"""P(node = yes | parents), the last parent changing fastest from yes to no; the paper's table of 1988."""


@pytest.fixture(scope="module")
def asia() -> BayesianNetwork:
    return read_bif(str(FOLDER.joinpath("asia.bif")))


@pytest.mark.parametrize("names", PUBLISHED, ids=lambda names: names[0])
def test_asia_has_the_published_numbers(asia: BayesianNetwork, names: tuple[str, ...]) -> None:
    index = asia.index(names[0])
    assert set(asia.parents[index]) == set(names[1:])
    order = [asia.parents[index].index(parent) for parent in names[1:]]
    table = np.moveaxis(asia.tables[index][..., 0], order, range(len(order)))
    np.testing.assert_allclose(table.ravel(), PUBLISHED[names], atol=1e-12)


def test_asia_has_eight_nodes_of_yes_and_no(asia: BayesianNetwork) -> None:
    assert set(asia.variables) == {names[0] for names in PUBLISHED}
    assert set(asia.states) == {("yes", "no")}


def test_asia_explains_away(asia: BayesianNetwork) -> None:
    """A known bronchitis makes lung cancer a less likely reason for being short of breath."""
    breathless = asia.posterior("lung", {"dysp": "yes"})[0]
    explained = asia.posterior("lung", {"dysp": "yes", "bronc": "yes"})[0]
    assert explained < breathless
    assert breathless > asia.posterior("lung")[0]


def test_asias_tests_are_independent_given_the_condition(asia: BayesianNetwork) -> None:
    together = asia.joint(["tub", "lung", "bronc", "xray", "dysp"])
    condition = together.sum(axis=(3, 4), keepdims=True)
    apart = together.sum(axis=4, keepdims=True) * together.sum(axis=3, keepdims=True) / condition
    np.testing.assert_allclose(together, apart, atol=1e-12)


def test_asias_roles_fit_and_every_test_has_a_label(asia: BayesianNetwork) -> None:
    roles = read_roles(str(FOLDER.joinpath("asia.yaml")))
    check_roles(asia, roles)
    assert all(role.label for role in roles.tests.values())
    assert "either" not in {*roles.tests, *roles.diseases}, "nobody can observe the logical node"


@pytest.mark.parametrize("name", ["asia", "clinic", "toy", "troubleshooting"])
def test_presets_leave_choices_open(name: str) -> None:
    """Every condition can occur, and every treatment is the right one for somebody."""
    params: DiagnosisParams = getattr(DiagnosisParams, name)()
    tables = params.tables
    prior = tables.inference.posterior(np.ones(tables.inference.num_states))
    assert prior is not None and (prior > 0).all()
    assert tables.right_choices.any(axis=1).all() and tables.cured.any(axis=0).all()
    assert params.budget is not None and params.budget > tables.costs.max()
    if params.roles.treatment_ends:
        assert tables.right_choices[:, :-1].any(axis=0).all()


def test_the_clinic_is_asia_with_other_tests(asia: BayesianNetwork) -> None:
    clinic, alone = DiagnosisParams.clinic(), DiagnosisParams.asia()
    assert clinic.network.to_dict() == asia.to_dict() == alone.network.to_dict()
    assert clinic.roles.diseases == alone.roles.diseases
    np.testing.assert_array_equal(clinic.tables.untreated(), alone.tables.untreated())
    kinds = dict(zip(clinic.tables.findings, clinic.tables.kinds, strict=True))
    assert [name for name, kind in kinds.items() if kind == "test"] == ["quick x-ray", "xray", "spirometry"]
