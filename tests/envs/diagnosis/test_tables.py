from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.networks.bif import parse_bif
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.envs.diagnosis.roles import Roles, validated
from planzoo.envs.diagnosis.tables import condition_name, conditions_of, network_tables, treatment_utilities
from planzoo.errors import InputError

NETWORK = parse_bif(
    """
    variable flu { type discrete [ 2 ] { yes, no }; }
    variable cold { type discrete [ 3 ] { none, mild, bad }; }
    variable fever { type discrete [ 2 ] { high, low }; }
    probability ( flu ) { table 0.1 0.9; }
    probability ( cold ) { table 0.5 0.3 0.2; }
    probability ( fever | flu, cold ) { default 0.8 0.2; (no, none) 0.1 0.9; }
    """
)
DATA: dict[str, Any] = {
    "diseases": {"flu": {"severity": 5}, "cold": {"severity": {"mild": 1, "bad": 3}, "absent": "none"}},
    "tests": {"fever": {"cost": 1, "label": "take the temperature"}},
    "treatments": {"rest": {"treats": ["flu", "cold=mild"], "cost": 2}, "nothing": {}},
    "budget": 4,
    "health_value": 10,
}


def roles(**changes: Any) -> Roles:
    return validated(DATA | changes, Roles, "roles")


def test_conditions_are_the_joint_states_of_the_diseases() -> None:
    conditions = conditions_of(NETWORK, roles())
    assert [condition_name(condition, 2) for condition in conditions] == [
        "flu", "flu + cold=mild", "flu + cold=bad", "healthy", "cold=mild", "cold=bad",
    ]  # fmt: skip


def test_a_lone_node_names_its_conditions_by_state() -> None:
    assert condition_name((("fault", "leak"),), 1) == "leak"
    assert condition_name((), 1) == "healthy"


def test_utilities_count_what_stays_untreated() -> None:
    utilities = treatment_utilities(roles(), conditions_of(NETWORK, roles()))
    rest, nothing = utilities.T
    np.testing.assert_allclose(rest, [10 - 2, 10 - 2, -3 - 2, 10 - 2, 10 - 2, -3 - 2])
    np.testing.assert_allclose(nothing, [-5, -6, -8, 10, -1, -3])


def test_tables_hold_the_exact_joint() -> None:
    tables = network_tables(NETWORK, roles())
    assert tables["joint"].shape == (6, 2)
    np.testing.assert_allclose(tables["joint"][3], [0.9 * 0.5 * 0.1, 0.9 * 0.5 * 0.9])
    np.testing.assert_allclose(tables["joint"].sum(axis=1), np.outer([0.1, 0.9], [0.5, 0.3, 0.2]).ravel())
    np.testing.assert_allclose(tables["untreated"], [-5, -6, -8, 10, -1, -3])
    assert tables["test_labels"] == ("take the temperature",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"diseases": {"gout": {"severity": 1}}, "treatments": {"nothing": {}}}, "no variable 'gout'"),
        (
            {"diseases": {"flu": {"severity": 1, "absent": "never"}}, "treatments": {"n": {}}},
            "no state 'never'",
        ),
        ({"diseases": {"flu": {"severity": {"maybe": 1}}}, "treatments": {"n": {}}}, "no state 'maybe'"),
        ({"tests": {"cough": {"cost": 1}}}, "no variable 'cough'"),
        ({"tests": {"flu": {"cost": 1}}}, "both a disease and a test"),
        ({"treatments": {"rest": {"treats": ["fever"]}}}, "the diseases are flu, cold"),
        ({"treatments": {"rest": {"treats": ["cold=worse"]}}}, "no state 'worse'"),
    ],
)
def test_roles_that_do_not_fit_are_errors(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        network_tables(NETWORK, roles(**changes))


def test_a_joint_table_too_large_is_refused_before_it_is_computed() -> None:
    names = [f"t{number}" for number in range(20)]
    network = BayesianNetwork(
        name="wide",
        variables=("d", *names),
        states=(("yes", "no"),) * 21,
        parents=((),) * 21,
        tables=(np.array([0.5, 0.5]),) * 21,
    )
    wide = roles(
        diseases={"d": {"severity": 1}}, tests={name: {"cost": 1} for name in names}, treatments={"n": {}}
    )
    with pytest.raises(InputError, match="2097152 entries, over 1048576"):
        network_tables(network, wide)
