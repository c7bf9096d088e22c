"""Rules of disturbances, as objects and as data."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from planzoo.envs.disturbances.kinds import KINDS, kind_names
from planzoo.envs.disturbances.rules import DisturbanceRules, Scheduled
from planzoo.errors import InputError


def test_bits_are_named() -> None:
    assert kind_names(0) == []
    assert kind_names(0b1000001) == ["action_failure", "goal_change"]
    assert kind_names(2 ** len(KINDS) - 1) == list(KINDS)


def test_rules_go_through_data_and_back() -> None:
    rules = DisturbanceRules(
        action_failure=0.1,
        dropout="last",
        idle=(0.0, 1.0),
        lasting=True,
        schedule=(Scheduled(3, "slip", 1), Scheduled(4, "stoppage", steps=2), Scheduled(5, "event")),
    )
    assert DisturbanceRules.from_data(rules.to_data()) == rules
    assert DisturbanceRules.from_data(yaml.safe_load(yaml.safe_dump(rules.to_data()))) == rules
    assert DisturbanceRules.from_data({}) == DisturbanceRules()


def test_what_can_strike_is_known() -> None:
    assert DisturbanceRules().calm
    assert not DisturbanceRules(slip=0.1).calm
    scheduled = DisturbanceRules(schedule=(Scheduled(0, "slip"),))
    assert not scheduled.calm and scheduled.strikes("slip") and not scheduled.strikes("event")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"slip": 1.5}, "slip is a probability, from 0 to 1, but is 1.5"),
        ({"event": "often"}, "event is a probability"),
        ({"action_failure": float("nan")}, "action_failure is a probability"),
        ({"stoppage_steps": 0}, "stoppage_steps is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": True}, "seed is True"),
        ({"dropout": "noise"}, "choose one of zeros, last"),
        ({"failure": 0.1}, "unknown key 'failure'"),
        ({"on_event": "boom"}, "unknown key 'on_event'"),
        ([0.1], "must map names to values"),
        ({"schedule": 3}, "it must be a list"),
        ({"schedule": [3]}, "entry 1 of the schedule must map"),
        ({"schedule": [{"step": 1}]}, "entry 1 of the schedule lacks the key 'kind'"),
        ({"schedule": [{"kind": "slip"}]}, "entry 1 of the schedule lacks the key 'step'"),
        ({"schedule": [{"step": 1, "kind": "slip", "who": 2}]}, "unknown key 'who'"),
        ({"schedule": [{"step": -1, "kind": "slip"}]}, "step of a scheduled slip is -1"),
        ({"schedule": [{"step": None, "kind": "slip"}]}, "step of a scheduled slip is None"),
        ({"schedule": [{"step": True, "kind": "slip"}]}, "step of a scheduled slip is True"),
        ({"slip": True}, "slip is a probability, from 0 to 1, but is True"),
        ({"schedule": [{"step": 1, "kind": "hail"}]}, "no kind 'hail'"),
        ({"schedule": [{"step": 1, "kind": "model_error"}]}, "no kind 'model_error'"),
        ({"schedule": [{"step": 1, "kind": "slip", "agent": -2}]}, "agent of a scheduled slip is -2"),
        ({"schedule": [{"step": 1, "kind": "event", "agent": 0}]}, "strikes the world as a whole"),
        ({"schedule": [{"step": 1, "kind": "stoppage", "steps": 0}]}, "steps of a scheduled stoppage is 0"),
    ],
)
def test_bad_rules_are_refused_by_name(data: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        DisturbanceRules.from_data(data)


def test_functions_are_no_data() -> None:
    with pytest.raises(InputError, match="cannot be written as data"):
        DisturbanceRules(on_event=lambda place, world, random: None).to_data()
    with pytest.raises(InputError, match="cannot be written as data"):
        DisturbanceRules(on_goal_change=lambda place, world, random: None).to_data()
