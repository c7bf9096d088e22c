from __future__ import annotations

import re

import numpy as np
import pytest
from numba import typeof

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.diagnosis.state import NO_BOUND, Constants, State
from tests.envs.diagnosis.random_clinics import random_clinic

LETTERS = {"B": 3, "N": 2, "V": 8, "K": 8, "D": 3, "T": 5, "F": 6, "O": 12, "S": 10, "M": 4}


def documented(kind: type[Constants] | type[State]) -> dict[str, tuple[str, tuple[int, ...] | None]]:
    """Type and shape of every array that a docstring describes; where the text leaves it open, no shape."""
    found = re.findall(
        r"^ +(\w+): (u?int\d+|float\d+|bool)( \(([^)]*)\))?[,.]", kind.__doc__ or "", re.MULTILINE
    )
    return {
        name: (dtype, tuple(map(length, re.findall(r"[^,]+", shape))) if bracket else None)
        for name, dtype, bracket, shape in found
    }


def length(letters: str) -> int:
    """What a part of a documented shape stands for."""
    letter, _, more = letters.strip().partition(" + ")
    return (LETTERS[letter] if letter in LETTERS else int(letter)) + int(more or 0)


@pytest.mark.parametrize("kind", [Constants, State])
def test_arrays_are_as_documented(kind: type[Constants] | type[State]) -> None:
    simulator = DiagnosisSimulator(DiagnosisParams.clinic(2, observation="belief"), num_worlds=3)
    owner = simulator.constants if kind is Constants else simulator.state
    arrays = {name: value for name, value in owner._asdict().items() if isinstance(value, np.ndarray)}
    described = documented(kind)
    assert described.keys() == arrays.keys()
    for name, (dtype, shape) in described.items():
        assert str(arrays[name].dtype) == dtype, name
        assert shape is None or arrays[name].shape == shape, name


def test_all_clinics_are_compiled_once() -> None:
    """Sizes and switches are values, not types."""
    types = set()
    for seed in range(20):
        simulator = DiagnosisSimulator(random_clinic(seed))
        types.add((typeof(simulator.constants), typeof(simulator.state)))
    assert len(types) == 1


def test_a_bound_that_is_none_is_never_reached() -> None:
    assert np.iinfo(np.int32).max == NO_BOUND


def test_worlds_are_small() -> None:
    assert DiagnosisSimulator(DiagnosisParams.asia()).state_bytes_per_world < 170
