from __future__ import annotations

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import read_roles
from planzoo.envs.networks.bif import read_bif
from planzoo.errors import InputError
from tests.envs.diagnosis.random_clinics import random_clinic

FOLDER = Path(str(files("planzoo.envs.diagnosis").joinpath("networks")))


def test_asia_is_eight_conditions_and_four_tests() -> None:
    params = DiagnosisParams.asia()
    assert params.tables.conditions[0] == "tub + lung + bronc"
    assert params.tables.conditions[-1] == "healthy"
    assert params.tables.tests == ("asia", "smoke", "xray", "dysp")
    assert (params.num_actions, params.can_wait) == (4 + 4 + 1, False)
    assert (params.patients, params.budget, params.deadline, params.capacity) == (1, 3, None, None)


def test_a_clinic_is_asia_with_colleagues() -> None:
    params = DiagnosisParams.clinic(3)
    assert (params.patients, params.budget, params.capacity) == (3, 6.0, 2)
    assert (params.num_actions, params.can_wait) == (5 + 4 + 1 + 1, True)
    assert params.network.variables == DiagnosisParams.asia().network.variables
    assert DiagnosisParams.clinic(3, budget=1.5, capacity=None).changed(capacity=2, budget=6.0) == params


def test_the_toy_has_one_fault_at_a_time() -> None:
    params = DiagnosisParams.toy()
    assert params.tables.conditions == ("leak", "motor", "sensor")
    # The last column stands for no treatment, which is right for none.
    assert params.tables.right_choices.tolist() == np.eye(3, 4, dtype=bool).tolist()


def test_troubleshooting_goes_on_after_a_repair() -> None:
    params = DiagnosisParams.troubleshooting()
    assert not params.roles.treatment_ends
    assert len(params.tables.conditions) == 2 ** len(params.roles.diseases)


def test_files_are_read_like_presets() -> None:
    asia = DiagnosisParams.from_bif(FOLDER / "asia.bif", FOLDER / "asia.yaml")
    assert asia == DiagnosisParams.asia()
    read = DiagnosisParams.from_network(read_bif(FOLDER / "asia.bif"), read_roles(FOLDER / "asia.yaml"))
    assert read == asia
    assert DiagnosisParams.from_table(FOLDER / "toy.yaml", budget=1) == DiagnosisParams.toy(budget=1)


def test_bounds_of_the_roles_are_those_of_the_scenario() -> None:
    roles = DiagnosisParams.asia().roles.model_copy(
        update={"budget": 2.5, "deadline": 7, "capacity": 3, "step_cost": 0.5}
    )
    params = DiagnosisParams.from_network(DiagnosisParams.asia().network, roles, capacity=1)
    assert (params.budget, params.deadline, params.capacity, params.step_cost) == (2.5, 7, 1, 0.5)


@pytest.mark.parametrize(
    ("params", "limit"),
    [
        (DiagnosisParams.asia(), 2 * (4 + 1)),
        (DiagnosisParams.clinic(), 2 * (1 + 1 + 2 + 3 + 2 * 2 + 1)),
        (DiagnosisParams.asia(max_steps=3), 3),
    ],
)
def test_there_is_time_for_everything_twice(params: DiagnosisParams, limit: int) -> None:
    assert params.time_limit == limit


def test_where_treatments_go_on_there_is_time_for_all_of_them() -> None:
    params = DiagnosisParams.random(0, 2, 1)
    roles = params.roles.model_copy(update={"treatment_ends": False})
    assert params.time_limit == 2 * 2
    assert DiagnosisParams.from_network(params.network, roles).time_limit == 2 * (1 + 3 + 1)


def test_waiting_is_an_action_where_there_is_something_to_wait_for() -> None:
    assert not DiagnosisParams.asia(patients=2).can_wait
    assert not DiagnosisParams.asia(capacity=1).can_wait, "nobody else can be in the way"
    assert DiagnosisParams.asia(patients=2, capacity=1).can_wait
    assert DiagnosisParams.clinic(1).can_wait, "results come late"


def test_equality_and_hash_go_by_contents() -> None:
    first, second = DiagnosisParams.asia(), DiagnosisParams.asia()
    assert first == second
    assert hash(first) == hash(second)
    others = [DiagnosisParams.asia(budget=2.0), DiagnosisParams.asia(deadline=5), DiagnosisParams.toy()]
    assert len({first, second, *others}) == 4
    assert first != "asia"
    assert replace(first, budget=2.0) == DiagnosisParams.asia(budget=2.0)


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_plain_data_and_copies_give_the_same_params(seed: int) -> None:
    params = random_clinic(seed)
    assert params.tables.conditions
    again = DiagnosisParams.from_dict(json.loads(json.dumps(params.to_dict())))
    for twin in (again, copy.deepcopy(params), pickle.loads(pickle.dumps(params))):
        assert twin == params and hash(twin) == hash(params)
        assert twin.num_actions == params.num_actions
        np.testing.assert_array_equal(twin.tables.utilities, params.tables.utilities)


def test_copies_share_their_tables() -> None:
    params = DiagnosisParams.asia()
    assert params.changed(budget=1.0).tables is params.tables
    assert DiagnosisParams.asia().tables is not params.tables


def test_missing_and_unknown_fields_are_errors() -> None:
    data = DiagnosisParams.toy().to_dict()
    with pytest.raises(InputError, match="but fee is missing or unknown"):
        DiagnosisParams.from_dict(data | {"fee": 1})
    with pytest.raises(InputError, match="no field 'fee'; they have budget, capacity"):
        DiagnosisParams.toy(fee=1)
    del data["budget"]
    with pytest.raises(InputError, match="but budget is missing or unknown"):
        DiagnosisParams.from_dict(data)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"network": None}, "A saved network needs the fields"),
        ({"network": {"name": "n"}}, "A saved network needs the fields"),
        ({"roles": None}, "roles of saved diagnosis params: at the whole file"),
        ({"roles": {"diseases": {}, "tests": {}}}, "roles of saved diagnosis params: at diseases"),
        ({"patients": "2"}, "patients must be a whole number"),
        ({"budget": "much"}, "budget must be a positive number"),
        ({"step_cost": None}, "step_cost must be a number"),
        ({"observation": None}, "results or belief or marginals, not None"),
        ({"observation": ["results"]}, r"not \['results'\]"),
    ],
)
def test_saved_params_that_are_unusable_are_errors(changes: dict[str, Any], words: str) -> None:
    data = json.loads(json.dumps(DiagnosisParams.toy().to_dict() | changes))
    with pytest.raises(InputError, match=words):
        DiagnosisParams.from_dict(data)


@pytest.mark.parametrize("data", [None, [], "params", 3])
def test_what_is_no_table_of_fields_is_an_error(data: Any) -> None:
    with pytest.raises(InputError, match="Diagnosis params need the fields"):
        DiagnosisParams.from_dict(data)


def test_params_cannot_be_changed() -> None:
    params = DiagnosisParams.toy()
    for name in [item.name for item in fields(params)]:
        with pytest.raises(FrozenInstanceError):
            setattr(params, name, 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"budget": 0}, "budget must be a positive number, or None for no bound, not 0"),
        ({"budget": float("nan")}, "budget must be a positive number"),
        ({"budget": float("inf")}, "budget must be a positive number"),
        ({"budget": True}, "budget must be a positive number"),
        ({"budget": 0.1}, "A budget of 0.1 buys no test: the cheapest costs 0.5"),
        ({"patients": 0}, "patients must be a whole number from 1"),
        ({"patients": None}, "patients must be a whole number from 1"),
        ({"patients": 1.5}, "patients must be a whole number from 1"),
        ({"patients": True}, "patients must be a whole number from 1"),
        ({"deadline": 0}, "deadline must be a whole number from 1"),
        ({"deadline": 2**31}, "deadline must be a whole number from 1 to 2147483646, not 2147483648"),
        ({"capacity": 0}, "capacity must be a whole number from 1"),
        ({"capacity": -2}, "capacity must be a whole number from 1"),
        ({"max_steps": 0}, "max_steps must be a whole number from 1"),
        ({"step_cost": -0.5}, "step_cost must be a number, 0 or more, not -0.5"),
        ({"step_cost": float("inf")}, "step_cost must be a number, 0 or more"),
        ({"end_when_spent": "yes"}, "end_when_spent must be true or false, not 'yes'"),
        ({"observation": "all"}, "results or belief or marginals, not 'all'"),
    ],
)
def test_unusable_fields_are_errors(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        DiagnosisParams.toy(**changes)


def test_numbers_of_numpy_are_numbers() -> None:
    params = DiagnosisParams.toy(budget=np.float32(2.5), step_cost=np.float64(0.5))
    assert params.budget == 2.5 and DiagnosisParams.from_dict(params.to_dict()) == params


def test_public_networks_need_a_known_name() -> None:
    with pytest.raises(InputError, match="no public network 'insurance'"):
        DiagnosisParams.public("insurance")


def test_a_free_test_can_be_had_with_any_budget() -> None:
    roles = DiagnosisParams.toy().roles
    tests = {name: role.model_copy(update={"cost": 0.0}) for name, role in roles.tests.items()}
    network = DiagnosisParams.toy().network
    params = DiagnosisParams.from_network(network, roles.model_copy(update={"tests": tests}), budget=0.01)
    assert params.budget == 0.01
