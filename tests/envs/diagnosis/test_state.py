from __future__ import annotations

import re

import numpy as np
import pytest

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.diagnosis.state import OBSERVE_BELIEF, OBSERVE_RESULTS, Constants, State

LETTERS = {"B": 3, "K": 8, "T": 4, "M": 5, "R": 16, "K·R": 128, "0": 0, "2": 2}


def documented(kind: type[Constants] | type[State]) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Type and shape of every array that a docstring describes."""
    found = re.findall(r"^ +(\w+): (\w+) \(([^)]*)\)", kind.__doc__ or "", flags=re.MULTILINE)
    return {
        name: (dtype, tuple(LETTERS[letter.strip()] for letter in shape.split(",") if letter.strip()))
        for name, dtype, shape in found
    }


@pytest.mark.parametrize("kind", [Constants, State])
def test_arrays_are_as_documented(kind: type[Constants] | type[State]) -> None:
    simulator = DiagnosisSimulator(DiagnosisParams.asia(observation="belief"), num_worlds=3)
    owner = simulator.constants if kind is Constants else simulator.state
    arrays = {name: value for name, value in owner._asdict().items() if isinstance(value, np.ndarray)}
    assert documented(kind) == {name: (str(array.dtype), array.shape) for name, array in arrays.items()}


def test_the_belief_is_kept_only_where_it_is_seen() -> None:
    results, belief = (
        DiagnosisSimulator(DiagnosisParams.asia()),
        DiagnosisSimulator(DiagnosisParams.asia(observation="belief")),
    )
    assert results.state.belief.shape == (1, 0)
    assert results.constants.observation_kind == OBSERVE_RESULTS
    assert belief.constants.observation_kind == OBSERVE_BELIEF
    assert results.state_bytes_per_world < 100


def test_cells_of_the_joint_table_are_numbered_as_numpy_does() -> None:
    params = DiagnosisParams.toy()
    params = params.changed(
        outcomes=(("a", "b"), ("a", "b"), ("a", "b", "c", "d")),
        joint=np.full((3, 16), 1 / 48),
    )
    constants = DiagnosisSimulator(params).constants
    for cell in range(16):
        expected = np.unravel_index(cell, (2, 2, 4))
        np.testing.assert_array_equal(cell // constants.strides % constants.outcome_counts, expected)
    np.testing.assert_array_equal(constants.outcome_starts, [0, 2, 4])


def test_a_single_test_has_a_stride_too() -> None:
    params = DiagnosisParams.toy().changed(
        tests=("t",), outcomes=(("a", "b"),), joint=np.full((3, 2), 1 / 6), test_costs=[1.0], test_labels=()
    )
    constants = DiagnosisSimulator(params).constants
    assert constants.strides.tolist() == [1]
    assert constants.outcome_starts.tolist() == [0]
