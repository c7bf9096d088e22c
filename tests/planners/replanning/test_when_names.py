"""Rules by name."""

from __future__ import annotations

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import HierarchicalPlanner
from planzoo.planners.replanning.when import (
    AnyOf,
    FailureDriven,
    Overrun,
    Periodic,
    Proactive,
    Threshold,
)
from planzoo.planners.replanning.when_names import DEFAULT_WHEN, PERIOD, find_when
from tests.planners.replanning.worlds import DOMAIN

PLANNER = HierarchicalPlanner(DOMAIN)


def test_names_become_rules_in_their_order() -> None:
    found = find_when("failure:3+threshold:0.25 + periodic+proactive:0.5+overrun:2", PLANNER)
    assert isinstance(found, AnyOf)
    failure, threshold, periodic, proactive, overrun = found.rules
    assert isinstance(failure, FailureDriven) and failure.after == 3
    assert isinstance(threshold, Threshold) and threshold.limit == 0.25
    assert isinstance(periodic, Periodic) and periodic.time == PERIOD
    assert isinstance(proactive, Proactive) and proactive.gain == 0.5 and proactive.planner is PLANNER
    assert isinstance(overrun, Overrun) and overrun.factor == 2


def test_the_default_is_one_of_them() -> None:
    found = find_when(DEFAULT_WHEN, PLANNER)
    assert isinstance(found, AnyOf) and [type(rule) for rule in found.rules] == [FailureDriven, Threshold]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sometimes", "no rule 'sometimes'"),
        ("", "no rule ''"),
        ("threshold:often", "needs a number"),
        ("threshold:", "needs a number"),
        ("threshold:2", "within 0 to 1"),
        ("periodic:0", "at least"),
        ("failure:nan", "whole numbers"),
        ("failure:2.5", "whole numbers"),
    ],
)
def test_others_are_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        find_when(text, PLANNER)
