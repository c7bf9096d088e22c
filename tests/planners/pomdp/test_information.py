from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.errors import InputError
from planzoo.planners.pomdp.information import (
    mutual_information,
    rank_tests,
    select_observation,
    value_of_information,
)

ASIA = DiagnosisModel(DiagnosisParams.asia())


def test_one_bit_is_known_of_a_coin_that_is_seen() -> None:
    assert mutual_information(np.array([[0.5, 0.0], [0.0, 0.5]])) == pytest.approx(1)
    assert mutual_information(np.full((2, 2), 0.25)) == 0


def test_a_binary_symmetric_channel_has_its_textbook_information() -> None:
    """1 - H(0.1) bits: Cover and Thomas, "Elements of Information Theory", section 7.1.4."""
    table = np.array([[0.9, 0.1], [0.1, 0.9]]) / 2
    entropy = -(0.1 * np.log2(0.1) + 0.9 * np.log2(0.9))
    assert mutual_information(table) == pytest.approx(1 - entropy)


def test_asia_values_by_hand() -> None:
    """Without tests the bronchodilator is best; only the answer about breath may change that."""
    value = value_of_information(ASIA, ASIA.tests.index("dysp"))
    joint = ASIA.joint.reshape(8, 8, 2).sum(axis=1)
    after = sum((joint[:, outcome] @ ASIA.utilities).max() for outcome in (0, 1))
    assert value.utility == pytest.approx(after - (ASIA.belief() @ ASIA.utilities).max())
    assert value.net == pytest.approx(value.utility - 0.2)
    assert value.to_dict()["net"] == value.net
    assert value_of_information(ASIA, ASIA.tests.index("smoke")).utility == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 4))
def test_value_and_bits_are_never_negative(seed: int, test: int) -> None:
    model = DiagnosisModel(random_instance(seed))
    value = value_of_information(model, test)
    assert value.utility >= 0
    assert value.bits >= 0


def test_exact_tests_of_all_that_matters_are_worth_perfect_information() -> None:
    params = random_instance(2, faults=2, tests=1, noise=0.0)
    model = DiagnosisModel(params)
    belief = model.belief()
    perfect = belief @ params.utilities.max(axis=1) - (belief @ params.utilities).max()
    value = value_of_information(model, 0)
    assert value.utility == pytest.approx(perfect)
    entropy = float(-(belief * np.log2(belief)).sum())
    assert value.bits == pytest.approx(entropy)


def test_a_test_that_uses_up_the_budget_leads_to_no_treatment() -> None:
    model = DiagnosisModel(DiagnosisParams.asia(budget=2.0))
    value = value_of_information(model, model.tests.index("xray"))
    belief = model.belief()
    assert value.utility == pytest.approx(belief @ model.untreated - (belief @ model.utilities).max())


def test_ranking_is_by_the_criterion_and_leaves_out_what_cannot_be_paid() -> None:
    for criterion, key in {"net": "net", "bits": "bits"}.items():
        values = [value.to_dict()[key] for value in rank_tests(ASIA, (), criterion)]  # type: ignore[arg-type]
        assert values == sorted(values, reverse=True)
        assert len(values) == 4
    assert rank_tests(ASIA, (), "per_cost")[0].test == "dysp"
    tight = DiagnosisModel(DiagnosisParams.asia(budget=0.5))
    assert {value.test for value in rank_tests(tight)} == {"asia", "smoke", "dysp"}
    assert "dysp" not in {value.test for value in rank_tests(ASIA, ((3, 0),))}


def test_selection_needs_a_net_gain() -> None:
    assert select_observation(ASIA) == "dysp"
    assert select_observation(ASIA, ((1, 1), (3, 1))) is None


def test_unknown_criteria_and_tests_done_are_errors() -> None:
    with pytest.raises(InputError, match="one of net, per_cost, bits"):
        rank_tests(ASIA, (), "luck")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="'xray' is done already"):
        value_of_information(ASIA, 2, ((2, 0),))
