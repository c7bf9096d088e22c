"""The record of a plan knows who reads and writes what, and when."""

from __future__ import annotations

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Goal, Multigoal
from planzoo.planners.htn.causal.links import EVERY
from planzoo.planners.htn.domains import logistics
from planzoo.planners.htn.repair.recorded_plan import RecordedPlan, goal_variables
from tests.planners.htn.courier import COURIER, START_STATE, TASKS, planned

PLAN = planned(COURIER, START_STATE, TASKS)
"""Nodes: 0 bring, 1 get, 2 go, 3 move, 4 take, 5 go, 6 move, 7 give; 8 bring, 9 get, and so on."""


def test_moments_are_those_of_reading_and_writing() -> None:
    record = RecordedPlan(COURIER, START_STATE, PLAN)
    assert record.next_moment(("at", "a"), 0) == 2 * 1 + 1  # get asks where the parcel is
    assert record.next_moment(("at", "a"), 4) == 2 * 4 + 1  # take
    assert record.next_moment(("at", "a"), 2 * 7 + 2) is None
    assert record.next_moment(("at", "b"), 0) == 2 * 9 + 1
    assert record.next_moment("courier", 0) == 2 * 2 + 1
    assert record.next_moment("unheard of", 0) is None


def test_the_last_writer_and_the_concerned() -> None:
    record = RecordedPlan(COURIER, START_STATE, PLAN)
    assert record.last_writer("courier", 3) is None
    assert record.last_writer("courier", 4) == 3
    assert record.last_writer("courier", 100) == 14
    assert record.last_writer(("at", "a"), 7) == 4
    assert record.concerns(4, [("at", "a")])
    assert record.concerns(4, ["courier"])
    assert not record.concerns(4, [("at", "b"), "blocked"])


def test_goals_are_read_where_they_begin_and_end() -> None:
    goal = Goal(("at", "a"), "east")
    record = RecordedPlan(COURIER, START_STATE, planned(COURIER, START_STATE, [goal]))
    assert record.next_moment(("at", "a"), 0) == 1
    assert record.next_moment(("at", "a"), 2 * 8 + 2) == 2 * 9
    assert goal_variables(goal) == (("at", "a"),)
    assert goal_variables(Multigoal({("free", (3, 4)): True, "time": 5})) == (("free", 3, 4), "time")
    assert goal_variables(("bring", "a")) == ()


def test_who_looks_through_a_table_reads_all_of_it() -> None:
    problem = logistics.random_problem(16, 3)
    plan = planned(logistics.make_domain(), problem.state, problem.tasks)
    record = RecordedPlan(logistics.make_domain(), problem.state, plan)
    looking = [node for node, footprint in record.footprints.items() if "plane_at" in footprint.scans]
    assert looking
    assert record.next_moment(("plane_at", EVERY), 0) == 2 * min(looking) + 1
    assert record.concerns(min(looking), [("plane_at", EVERY)])


def test_a_plan_of_another_state_is_refused() -> None:
    elsewhere = START_STATE.copy()
    elsewhere.courier = "north"
    with pytest.raises(InputError, match="not applicable"):
        RecordedPlan(COURIER, elsewhere, PLAN)
