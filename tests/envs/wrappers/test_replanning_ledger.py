"""What monitors count."""

from __future__ import annotations

import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.wrappers.replanning_ledger import (
    DIVERGENCE,
    TRIGGERS,
    Monitored,
    MonitorLedger,
    observed_distance,
    trigger_names,
)
from planzoo.errors import InputError
from planzoo.planners.replanning.execution import ReplanTrigger
from tests.envs.wrappers.watched import Teller, told

AWAKE = np.zeros(2, dtype=np.bool_)


def test_the_names_are_those_of_the_planners() -> None:
    assert tuple(trigger.value for trigger in ReplanTrigger) == TRIGGERS
    assert trigger_names(np.array([0, DIVERGENCE, 1])) == [None, "divergence", "failure"]


def test_everything_is_counted_by_world() -> None:
    ledger = MonitorLedger(2, 2)
    ledger.note([told(1, 0), told(0, 0)], AWAKE)
    ledger.note([told(1, DIVERGENCE, kept=0.75), told(0, 0, divergence=0.0)], AWAKE)
    facts = ledger.facts()
    assert facts["replans"].tolist() == [3, 0]
    assert facts["triggered_failure"].tolist() == [2, 0]
    assert facts["triggered_divergence"].tolist() == [1, 0]
    assert facts["plan_stability"].tolist() == pytest.approx([(0.25 + 0.75 + 0.75) / 3, 1])
    assert facts["planning_seconds"].tolist() == [4, 4]
    assert facts["mean_divergence"].tolist() == pytest.approx([0.5, 0.25])
    assert ledger.triggers.tolist() == [[1, DIVERGENCE], [0, 0]]


def test_facts_stay_as_they_were_told() -> None:
    ledger = MonitorLedger(2, 2)
    ledger.note([told(1, 1), told(DIVERGENCE, 0)], AWAKE)
    facts = ledger.facts()
    before = {name: column.tolist() for name, column in facts.items()}
    assert before["triggered_failure"] == [2, 0] and before["triggered_divergence"] == [0, 1]
    ledger.open(slice(None))
    assert {name: column.tolist() for name, column in facts.items()} == before


def test_a_trigger_for_which_there_was_no_time_is_no_replan() -> None:
    ledger = MonitorLedger(1, 1)
    ledger.note([told(1, searched=False)], AWAKE[:1])
    facts = ledger.facts()
    assert (facts["replans"][0], facts["triggered_failure"][0], facts["plan_stability"][0]) == (0, 1, 1)


def test_worlds_that_begin_anew_have_decided_nothing() -> None:
    ledger = MonitorLedger(2, 1)
    ledger.note([told(1), told(1)], np.array([True, False]))
    assert ledger.facts()["replans"].tolist() == [0, 1]
    ledger.open(np.array([False, True]))
    assert ledger.facts()["replans"].tolist() == [0, 0]


def test_before_the_first_decision_there_is_nothing_to_note() -> None:
    ledger = MonitorLedger(2, 1)
    ledger.note([], AWAKE)
    assert ledger.facts()["mean_divergence"].tolist() == [0, 0]


def test_who_tells_of_others_is_refused() -> None:
    ledger = MonitorLedger(2, 1)
    with pytest.raises(InputError, match="decided for 1 worlds, but is watched in 2"):
        ledger.note([told(0)], AWAKE)
    with pytest.raises(InputError, match="tells of 2 agents, but there are 1"):
        ledger.note([told(0, 0), told(0, 0)], AWAKE)


def test_expectations_that_are_wrong_are_triggers() -> None:
    ledger = MonitorLedger(2, 1)
    ledger.note_divergence(np.array([[0.5], [0.1]], dtype=np.float32), 0.2, AWAKE)
    ledger.note_divergence(np.array([[0.5], [0.5]], dtype=np.float32), 0.2, np.array([True, False]))
    assert ledger.facts()["triggered_divergence"].tolist() == [1, 1]


def test_expectations_that_are_right_are_no_triggers() -> None:
    ledger = MonitorLedger(2, 2)
    ledger.note_divergence(np.array([[0.0, 0.0], [0.0, 0.5]], dtype=np.float32), 0.0, AWAKE)
    assert ledger.triggers.tolist() == [[0, 0], [0, DIVERGENCE]]
    assert ledger.facts()["mean_divergence"].tolist() == [0, 0.25]


def test_a_policy_is_monitored_if_it_tells() -> None:
    assert isinstance(Teller(), Monitored) and not isinstance(object(), Monitored)


BOX = spaces.Box(np.array([0.0, -1.0, -np.inf]), np.array([10.0, 1.0, np.inf]), dtype=np.float64)
rows = st.tuples(st.floats(0, 10), st.floats(-1, 1), st.floats(-1e6, 1e6)).map(np.array)


@given(rows, rows)
def test_distances_of_observations_are_shares(one: np.ndarray, other: np.ndarray) -> None:
    distance = observed_distance(BOX, one, other)
    assert 0 <= distance <= 1
    assert distance == observed_distance(BOX, other, one)
    assert observed_distance(BOX, one, one) == 0


def test_distances_count_each_entry_by_its_bounds() -> None:
    one, other = np.array([0.0, 0.0, 4.0]), np.array([5.0, 1.0, 2.0])
    assert observed_distance(BOX, one, other) == pytest.approx((0.5 + 0.5 + 0.5) / 3)
    assert observed_distance(spaces.Discrete(3), 1, 1) == 0
    assert observed_distance(spaces.Discrete(3), 1, 2) == 1


def test_distances_of_parts_are_averaged() -> None:
    ten = spaces.Box(0.0, 10.0, (2,), dtype=np.float64)
    both, pair = spaces.Dict(here=ten, there=spaces.Discrete(3)), spaces.Tuple((ten, spaces.Discrete(3)))
    one, other = np.array([0.0, 4.0]), np.array([5.0, 4.0])
    assert observed_distance(both, {"here": one, "there": 1}, {"here": one.copy(), "there": 1}) == 0
    assert observed_distance(both, {"here": one, "there": 1}, {"here": other, "there": 2}) == 0.625
    assert observed_distance(pair, (one, 1), (one.copy(), 1)) == 0
    assert observed_distance(pair, (one, 1), (other, 1)) == 0.125


def test_distances_without_bounds_are_at_most_one() -> None:
    here, there = np.array([0.0, 0.0, -3.0]), np.array([0.0, 0.0, 3.0])
    assert observed_distance(BOX, here, there) == pytest.approx(1 / 3)
    wide = spaces.Box(-1.7e308, 1.7e308, (1,), dtype=np.float64)
    assert observed_distance(wide, np.array([2.0]), np.array([4.0])) == 0.5


def test_numbers_in_a_row_are_equal_or_not() -> None:
    space = spaces.MultiDiscrete([3, 3])
    assert observed_distance(space, np.array([1, 2]), np.array([1, 2])) == 0
    assert observed_distance(space, np.array([1, 2]), np.array([1, 1])) == 1
