from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.layout import further_sizes, observation_layout
from planzoo.envs.diagnosis.params import DiagnosisParams
from tests.envs.diagnosis.random_clinics import random_clinic

ASIA, CLINIC = DiagnosisParams.asia, DiagnosisParams.clinic


def sizes(params: DiagnosisParams) -> dict[str, int]:
    """The length of each block that is shown."""
    layout = observation_layout(params)
    blocks = {name: each for name, each in dataclasses.asdict(layout).items() if isinstance(each, slice)}
    return {name: each.stop - each.start for name, each in blocks.items() if each.stop > each.start}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (ASIA(), {"results": 8, "budget": 1}),
        (ASIA(budget=None), {"results": 8, "budget": 1}),
        (ASIA(observation="belief"), {"belief": 8, "done": 4, "budget": 1}),
        (ASIA(observation="marginals", deadline=5), {"belief": 6, "done": 4, "budget": 1, "time": 1}),
        (ASIA(capacity=1), {"results": 8, "budget": 1, "laboratory": 1}),
        (CLINIC(), {"results": 12, "pending": 5, "budget": 1, "laboratory": 1, "doctors": 1}),
        (CLINIC(1, capacity=None), {"results": 12, "pending": 5, "budget": 1}),
        (DiagnosisParams.troubleshooting(), None),
    ],
)
def test_blocks_are_there_where_there_is_something_to_show(
    params: DiagnosisParams, expected: dict[str, int] | None
) -> None:
    if expected is None:
        assert not params.roles.treatment_ends
        assert sizes(params)["given"] == len(params.roles.treatments)
    else:
        assert sizes(params) == expected


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_blocks_follow_each_other_without_gaps(seed: int) -> None:
    params = random_clinic(seed)
    layout = observation_layout(params)
    end = 0
    for name, block in dataclasses.asdict(layout).items():
        if isinstance(block, slice):
            assert block.start == end and block.stop >= end, name
            end = block.stop
    assert layout.size == end
    shown = sizes(params)
    assert {name: size for name, size in further_sizes(params).items() if size} == {
        name: size for name, size in shown.items() if name not in ("results", "belief", "done")
    }
