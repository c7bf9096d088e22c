from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import Roles, validated
from planzoo.envs.diagnosis.tables import DiagnosisTables, conditions_of, diagnosis_tables
from planzoo.envs.networks.bif import parse_bif
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError
from tests.envs.diagnosis.clinic_oracle import ClinicOracle
from tests.envs.diagnosis.random_clinics import random_clinic

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
    "tests": {
        "fever": {"cost": 1, "label": "take the temperature", "repeats": 2},
        "swab": {"node": "flu", "harm": 0.5, "delay": 3, "kind": "observe", "sensitivity": 0.9},
    },
    "treatments": {
        "rest": {
            "treats": ["flu", "cold=mild"],
            "cost": 2,
            "harms": {"healthy": 1, "cold=bad": 4, "flu": 0.5},
        },
        "nothing": {},
    },
    "health_value": 10,
}


def roles(**changes: Any) -> Roles:
    return validated(DATA | changes, Roles, "roles")


def tables(**changes: Any) -> DiagnosisTables:
    return diagnosis_tables(NETWORK, roles(**changes))


def test_conditions_are_the_joint_states_of_the_diseases() -> None:
    assert tables().conditions == (
        "flu", "flu + cold=mild", "flu + cold=bad", "healthy", "cold=mild", "cold=bad",
    )  # fmt: skip
    assert conditions_of(NETWORK, roles())[2] == (("flu", "yes"), ("cold", "bad"))
    assert (tables().diseases, tables().disease_states) == (("flu", "cold"), NETWORK.states[:2])


def test_a_lone_disease_names_its_conditions_by_state() -> None:
    lone = {"diseases": {"cold": {"severity": 1, "absent": "none"}}, "treatments": {}}
    assert tables(**lone).conditions == ("healthy", "mild", "bad")


def test_labels_name_diseases_tests_and_treatments() -> None:
    diseases = {"flu": {"severity": 5, "label": "influenza"}}
    named = tables(diseases=diseases, treatments={"bed": {"label": "two weeks in bed"}})
    assert named.conditions == ("yes", "healthy") and named.treatment_labels == ("two weeks in bed",)
    both = tables(diseases={**diseases, "cold": {"severity": 1, "absent": None}}, treatments={})
    assert both.conditions[0] == "influenza + cold=none" and both.conditions[-1] == "cold=bad"
    assert tables().labels == ("take the temperature", "swab")


def test_utilities_count_harm_and_what_stays_untreated() -> None:
    rest, nothing = tables().utilities.T
    np.testing.assert_allclose(rest, [7.5, 7.5, -3 - 2 - 4.5, 7, 8, -3 - 2 - 4])
    np.testing.assert_allclose(nothing, [-5, -6, -8, 10, -1, -3])
    np.testing.assert_allclose(tables().untreated(), nothing)
    right = [[1, 0, 0], [1, 0, 0], [0, 1, 1], [0, 1, 1], [1, 0, 0], [0, 1, 1]]
    np.testing.assert_array_equal(tables().right_choices, right)


def test_what_is_cured_is_no_longer_counted() -> None:
    cured = tables().cured
    assert cured.tolist() == [[1, 0], [3, 0], [1, 0], [0, 0], [2, 0], [0, 0]]
    np.testing.assert_allclose(tables().untreated(cured[:, 0]), [10, 10, -3, 10, 10, -3])


def test_choices_after_a_treatment_count_what_it_has_cured() -> None:
    rest = tables().treatments.index("rest")
    after = tables().choice_utilities((rest,))
    np.testing.assert_allclose(after[:, -1], [10, 10, -3, 10, 10, -3])
    np.testing.assert_allclose(after[:, rest], [7.5, 7.5, -9.5, 7, 8, -9])


def test_tests_come_before_symptoms() -> None:
    shown = tables(
        symptoms={"cold": {"label": "blocked nose"}}, diseases={"flu": {"severity": 5}}, treatments={}
    )
    assert shown.findings == ("fever", "swab", "cold") and shown.tests == ("fever", "swab")
    assert shown.kinds == ("test", "observe", "observe") and shown.labels[-1] == "blocked nose"
    assert shown.outcomes == (("high", "low"), ("yes", "no"), ("none", "mild", "bad"))
    assert [shown.inference.observable[node] for node in shown.nodes] == ["fever", "flu", "cold"]
    assert shown.all_repeats.tolist() == [2, 1, 1] and shown.outcome_counts == (2, 2, 3)
    assert (shown.costs.tolist(), shown.harms.tolist(), shown.delays.tolist()) == ([1, 0], [0, 0.5], [0, 3])
    np.testing.assert_allclose(shown.channels[1], [[0.9, 0.1], [0, 1]])


def test_tests_of_one_node_share_it() -> None:
    tests = {"a": {"node": "fever"}, "b": {"node": "fever", "accuracy": 0.75}}
    assert tables(tests=tests).nodes.tolist() == [0, 0]
    assert tables(tests=tests).inference.observable == ("fever",)


def test_without_treatments_there_is_only_stopping() -> None:
    bare = tables(treatments={})
    assert bare.utilities.shape == bare.cured.shape == bare.treatment_harms.shape == (6, 0)
    assert bare.right_choices.all() and bare.right_choices.shape == (6, 1)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_numbers_are_those_of_the_rules(seed: int) -> None:
    params = random_clinic(seed)
    found, oracle = params.tables, ClinicOracle(params, [])
    conditions = oracle.conditions()
    np.testing.assert_allclose(found.untreated(), [oracle.worth(has) for has in conditions])
    for column, name in enumerate(found.treatments):
        role = params.roles.treatments[name]
        left = [oracle.left(has, [name]) for has in conditions]
        harmed = [
            [each for pair in has for each in (pair[0], "=".join(pair))] or ["healthy"] for has in conditions
        ]
        harms = [sum(role.harms.get(each, 0.0) for each in names) for names in harmed]
        values = [oracle.worth(each) - role.cost - harm for each, harm in zip(left, harms, strict=True)]
        np.testing.assert_allclose(found.utilities[:, column], values)
    for finding, channel in zip(found.findings, found.channels, strict=True):
        states = params.network.states_of(oracle.node(finding))
        outcomes = oracle.outcomes(finding)
        chances = [[oracle.chance(finding, outcome, state) for outcome in outcomes] for state in states]
        np.testing.assert_allclose(channel, chances)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"diseases": {"gout": {"severity": 1}}, "treatments": {}}, "no variable 'gout'"),
        ({"diseases": {"flu": {"severity": 1, "absent": "never"}}, "treatments": {}}, "no state 'never'"),
        ({"diseases": {"cold": {"severity": 1}}, "treatments": {}}, "no state 'no'"),
        ({"diseases": {"flu": {"severity": {"maybe": 1}}}, "treatments": {}}, "no state 'maybe'"),
        ({"tests": {"cough": {"cost": 1}}}, "no variable 'cough'"),
        ({"tests": {"test": {"node": "cough"}}}, "no variable 'cough'"),
        ({"symptoms": {"cough": {}}}, "no variable 'cough'"),
        ({"symptoms": {"flu": {}}}, "'flu' is both a disease and a symptom"),
        ({"symptoms": {"fever": {}}}, "'fever' names both a test and a symptom"),
        ({"treatments": {"fever": {}}}, "'fever' names both a test and a treatment"),
        ({"treatments": {"rest": {"treats": ["fever"]}}}, "the diseases are flu, cold"),
        ({"treatments": {"rest": {"treats": ["healthy"]}}}, "the diseases are flu, cold"),
        ({"treatments": {"rest": {"treats": ["cold=worse"]}}}, "no state 'worse'"),
        ({"treatments": {"rest": {"harms": {"fever": 1}}}}, "the diseases are flu, cold"),
        ({"treatments": {"rest": {"harms": {"cold=worse": 1}}}}, "no state 'worse'"),
        ({"treatments": {"rest": {"treats": ["cold=none"]}}}, "'cold=none', which is no disease"),
        ({"treatments": {"rest": {"harms": {"flu=no": 1}}}}, "'flu=no', which is no disease"),
        ({"tests": {"fever": {"accuracy": 0.9, "sensitivity": 0.9}}}, "its errors in two ways"),
    ],
)
def test_roles_that_do_not_fit_are_errors(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        tables(**changes)


def many_coins(count: int) -> BayesianNetwork:
    return BayesianNetwork(
        name="coins",
        variables=tuple(f"c{number}" for number in range(count)),
        states=(("yes", "no"),) * count,
        parents=((),) * count,
        tables=(np.array([0.5, 0.5]),) * count,
    )


@pytest.mark.parametrize("count", [13, 70])
def test_too_many_conditions_are_refused(count: int) -> None:
    diseases = {f"c{number}": {"severity": 1} for number in range(count - 1)}
    data = {"diseases": diseases, "tests": {f"c{count - 1}": {}}}
    made = validated(data, Roles, "roles")
    if count == 13:
        assert len(diagnosis_tables(many_coins(count), made).conditions) == 4096
        made = validated({**data, "diseases": {**diseases, "c12": {"severity": 1}}}, Roles, "roles")
    with pytest.raises(InputError, match=r"have \d+ joint states, over 4096; name fewer diseases"):
        diagnosis_tables(many_coins(count), made)


def test_tables_are_computed_once_for_a_network_and_its_roles() -> None:
    made = roles()
    assert diagnosis_tables(NETWORK, made) is diagnosis_tables(NETWORK, made)
    assert diagnosis_tables(NETWORK, roles()) is not diagnosis_tables(NETWORK, made)


def test_the_prior_is_that_of_the_network() -> None:
    found = DiagnosisParams.asia().tables
    prior = found.inference.posterior(np.ones(found.inference.num_states))
    assert prior is not None
    network = found.inference.network
    np.testing.assert_allclose(prior, network.joint(["tub", "lung", "bronc"]).ravel(), atol=1e-12)
