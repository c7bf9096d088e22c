"""The names and numbers of a state fit each other."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.maze import state
from planzoo.envs.maze.state import (
    AGENT,
    EVENTS,
    FIRST_PROPOSAL,
    GIVE,
    GROUND_CODES,
    HAZARD_CODE,
    ITEM_CODES,
    ITEM_SHIFT,
    ITEMS,
    MEMORY,
    MOST_AGENTS,
    NUM_CODES,
    PERFORMANCE,
    PLAN,
    PLAN_IMPORTANCE,
    PLAN_SECONDS,
    PLAN_STATUSES,
    PLAN_TYPES,
    PROPOSALS,
    ROLES,
    TARGETS,
    WORLD,
)


def test_the_parts_of_a_code_do_not_overlap() -> None:
    assert GROUND_CODES & HAZARD_CODE == GROUND_CODES & ITEM_CODES == HAZARD_CODE & ITEM_CODES == 0
    assert GROUND_CODES | HAZARD_CODE | ITEM_CODES == NUM_CODES - 1
    assert len(ITEMS) << ITEM_SHIFT <= ITEM_CODES


@pytest.mark.parametrize("names", [PLAN_TYPES, ROLES, PLAN_STATUSES[1:], [name.upper() for name in ITEMS]])
def test_every_name_stands_for_its_place(names: list[str]) -> None:
    first = 1 if "PROPOSED" in names else 0
    assert [getattr(state, name) for name in names] == list(range(first, first + len(names)))


def test_targets_and_needs_stand_for_their_places() -> None:
    assert [getattr(state, f"TO_{name.upper()}") for name in TARGETS] == list(range(len(TARGETS)))
    assert [getattr(state, name.upper()) for name in state.NEEDS] == [0, 1, 2, 3]


def test_events_are_bits_of_a_number() -> None:
    names = {"escaped": "ESCAPE", "died": "DEATH", "proposed": "PROPOSAL"}
    names |= {"accepted": "ACCEPTANCE", "rejected": "REJECTION"}
    assert [getattr(state, names.get(name, name.upper())) for name in EVENTS] == list(range(len(EVENTS)))
    assert len(EVENTS) < 8 * AGENT["events"].itemsize


def test_every_type_of_plan_has_its_numbers_and_can_be_proposed() -> None:
    assert len(PLAN_SECONDS) == len(PLAN_IMPORTANCE) == len(PLAN_TYPES) == 7
    assert {plan for plan, _ in PROPOSALS} == set(range(7))
    assert {target for _, target in PROPOSALS} == set(range(len(TARGETS)))
    assert len(set(PROPOSALS)) == len(PROPOSALS) == 13
    assert GIVE + 2 * len(ITEMS) == FIRST_PROPOSAL


def test_all_agents_fit_into_a_plan() -> None:
    assert PLAN["invited"].itemsize * 8 == MOST_AGENTS == PLAN["roles"].shape[0]
    assert np.iinfo(PLAN["initiator"]).max >= MOST_AGENTS


@pytest.mark.parametrize("record", [AGENT, PLAN, PERFORMANCE, MEMORY, WORLD])
def test_records_are_aligned(record: np.dtype[np.void]) -> None:
    assert record.isalignedstruct
    assert record.fields is not None
    for kind, place, *_ in record.fields.values():
        assert place % kind.base.alignment == 0
