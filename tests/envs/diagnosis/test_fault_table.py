from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planzoo.envs.diagnosis.fault_table import FaultTable, read_fault_table
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import validated
from planzoo.errors import InputError

DATA: dict[str, Any] = {
    "faults": {"fuse": {"prior": 0.25, "severity": 4}, "bulb": {"prior": 0.75, "severity": 8}},
    "tests": {"look": {"cost": 1, "results": ["dark", "light"], "positive": {"fuse": 0.5, "bulb": 0.875}}},
    "repairs": {"new fuse": {"mends": ["fuse"], "cost": 2}, "both": {"mends": ["fuse", "bulb"], "cost": 3}},
    "budget": 2,
}


def table(**changes: Any) -> FaultTable:
    return validated(DATA | changes, FaultTable, "table")


def test_a_table_is_a_naive_bayes_network() -> None:
    network = table().network()
    assert network.variables == ("fault", "look")
    assert network.states == (("fuse", "bulb"), ("dark", "light"))
    assert network.parents == ((), ("fault",))
    np.testing.assert_allclose(network.joint(["fault", "look"]), [[0.125, 0.125], [0.65625, 0.09375]])


def test_repairs_treat_states_of_the_fault() -> None:
    roles = table().roles()
    assert roles.treatments["both"].treats == ("fault=fuse", "fault=bulb")
    assert roles.diseases["fault"].absent is None
    assert roles.diseases["fault"].severity_of("bulb") == 8


def test_the_same_numbers_reach_the_scenario() -> None:
    params = DiagnosisParams.from_network(table().network(), table().roles(), budget=1.5)
    assert params.tables.conditions == ("fuse", "bulb") and params.tables.outcomes == (("dark", "light"),)
    np.testing.assert_allclose(params.tables.utilities, [[-2, -3], [-8 - 2, -3]])
    np.testing.assert_allclose(params.tables.untreated(), [-4, -8])
    assert (params.budget, params.tables.costs.tolist()) == (1.5, [1.0])


def test_a_test_needs_every_fault_and_no_other() -> None:
    for positive in ({"fuse": 0.5}, {"fuse": 0.5, "bulb": 0.5, "wire": 0.5}):
        with pytest.raises(InputError, match="for each of the faults fuse, bulb"):
            table(tests={"look": {"cost": 1, "positive": positive}}).network()


def test_priors_and_probabilities_are_checked() -> None:
    faults = {"fuse": {"prior": 0.5, "severity": 4}, "bulb": {"prior": 0.75, "severity": 8}}
    with pytest.raises(InputError, match="variable 'fault'"):
        table(faults=faults).network()
    with pytest.raises(InputError, match="variable 'look'"):
        table(tests={"look": {"cost": 1, "positive": {"fuse": 1.5, "bulb": 0.5}}}).network()


def test_the_shipped_toy_has_three_of_each() -> None:
    path = files("planzoo.envs.diagnosis").joinpath("networks", "toy.yaml")
    toy = read_fault_table(str(path))
    assert (len(toy.faults), len(toy.tests), len(toy.repairs)) == (3, 3, 3)


def test_unknown_keys_are_errors(tmp_path: Path) -> None:
    (tmp_path / "table.yaml").write_text("faults: {}\ngadgets: 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"table\.yaml: at faults"):
        read_fault_table(tmp_path / "table.yaml")
