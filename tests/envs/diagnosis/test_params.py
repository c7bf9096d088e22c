from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.errors import InputError


def test_asia_is_eight_conditions_and_four_tests() -> None:
    params = DiagnosisParams.asia()
    assert params.conditions[0] == "tub + lung + bronc"
    assert params.conditions[-1] == "healthy"
    assert params.tests == ("asia", "smoke", "xray", "dysp")
    assert params.joint.shape == (8, 16)
    assert params.num_actions == 4 + 5
    present = np.array(["lung" in name for name in params.conditions])
    assert params.joint[present].sum() == pytest.approx(0.055, abs=1e-12)
    results = params.joint.reshape(8, 2, 2, 2, 2).sum(axis=(0, 1, 2, 4))
    np.testing.assert_allclose(results, [0.11029004, 0.88970996], atol=1e-12)


def test_the_toy_has_one_fault_at_a_time() -> None:
    params = DiagnosisParams.toy()
    assert params.conditions == ("leak", "motor", "sensor")
    np.testing.assert_allclose(params.joint.sum(axis=1), [0.5, 0.3, 0.2])
    assert params.right_treatments.tolist() == np.eye(3, dtype=bool).tolist()


def test_observation_sizes() -> None:
    assert DiagnosisParams.asia().observation_size == 2 * 4 + 1
    assert DiagnosisParams.asia(observation="belief").observation_size == 8 + 4 + 1


def test_equality_and_hash_go_by_contents() -> None:
    first, second = DiagnosisParams.asia(), DiagnosisParams.asia()
    assert first == second
    assert hash(first) == hash(second)
    assert len({first, second, DiagnosisParams.asia(budget=2.0), DiagnosisParams.toy()}) == 3
    assert first != "asia"
    assert replace(first, budget=2.0) == DiagnosisParams.asia(budget=2.0)


def test_plain_data_and_pickle_give_the_same_params() -> None:
    params = DiagnosisParams.toy(observation="belief")
    data = json.loads(json.dumps(params.to_dict()))
    assert DiagnosisParams.from_dict(data) == params
    assert pickle.loads(pickle.dumps(params)) == params


def test_missing_and_unknown_fields_are_errors() -> None:
    data = DiagnosisParams.toy().to_dict()
    with pytest.raises(InputError, match="but fee is missing or unknown"):
        DiagnosisParams.from_dict(data | {"fee": 1})
    with pytest.raises(InputError, match="no field 'fee'"):
        DiagnosisParams.toy(fee=1)
    del data["budget"]
    with pytest.raises(InputError, match="but budget is missing or unknown"):
        DiagnosisParams.from_dict(data)


def test_params_cannot_be_changed() -> None:
    params = DiagnosisParams.toy()
    with pytest.raises(FrozenInstanceError):
        params.budget = 1.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        params.joint[0, 0] = 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"budget": 0}, "budget must be a positive number"),
        ({"budget": float("nan")}, "budget must be a positive number"),
        ({"budget": 0.1}, "buys no test: the cheapest costs 0.5"),
        ({"max_steps": 0}, "max_steps must be 1 or more"),
        ({"observation": "all"}, "results or belief, not 'all'"),
        ({"joint": np.full((3, 8), 0.05)}, "sum to 1, not to 1.2"),
        ({"joint": np.full((3, 4), 1 / 12)}, r"joint must be finite numbers of shape \(3, 8\)"),
        ({"joint": np.full((3, 8), np.nan)}, "joint must be finite"),
        ({"joint": np.full((3, 8), 1 / 24) - np.eye(3, 8) + np.eye(3, 8, 1)}, "must be probabilities"),
        ({"test_costs": [1, 1]}, "test_costs must be finite"),
        ({"test_costs": [1, 1, -1]}, "must not be negative"),
        ({"utilities": np.zeros((3, 2))}, "utilities must be finite"),
        ({"untreated": np.zeros(2)}, "untreated must be finite"),
        ({"tests": ("a", "a", "b")}, "different names"),
        ({"outcomes": (("x", "y"),)}, "two or more outcomes"),
        ({"outcomes": (("x",), ("x", "y"), ("x", "y"))}, "two or more outcomes"),
        ({"outcomes": (("x", "x"), ("x", "y"), ("x", "y"))}, "outcomes of 'pressure'"),
        ({"test_labels": ("only one",)}, "as many labels"),
        ({"treatments": ()}, "one or more different names"),
    ],
)
def test_unusable_fields_are_errors(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        DiagnosisParams.toy(**changes)


def test_too_large_a_table_is_refused() -> None:
    outcomes = (("x", "y"),) * 3
    with pytest.raises(InputError, match="entries, over 1048576"):
        DiagnosisParams.toy(conditions=tuple(map(str, range(2**18))), outcomes=outcomes)
