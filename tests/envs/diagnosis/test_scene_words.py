"""The words of pictures: results, prices, actions and how it ended."""

from __future__ import annotations

import pytest

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.scene_words import (
    BAD,
    GOOD,
    OPEN,
    last_action,
    number,
    outcome,
    price,
    readable,
    shortened,
    tally,
    treatments_given,
)
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from tests.envs.diagnosis.scene_samples import PRESETS, act, begun, see, set_condition, view


def price_of(simulator: DiagnosisSimulator, test: str) -> str:
    shown = view(simulator)
    return price(shown, shown.tables.tests.index(test))


def told(simulator: DiagnosisSimulator, patient: int = 0) -> tuple[str, str]:
    shown = view(simulator)
    return last_action(shown, shown.patients[patient])


def test_results_are_counted_where_a_test_was_repeated() -> None:
    simulator = begun(PRESETS["troubleshooting"])
    hiss = simulator.params.tables.tests.index("hiss")

    def words() -> str:
        return tally(view(simulator), view(simulator).patients[0], hiss)

    assert words() == ""
    see(simulator, "hiss", "yes")
    assert words() == "yes"
    see(simulator, "hiss", "yes")
    assert words() == "yes ×2"
    see(simulator, "hiss", "no")
    assert words() == "yes ×2, no ×1"


def test_prices_say_what_stands_in_the_way() -> None:
    simulator = begun(PRESETS["clinic"])
    assert price_of(simulator, "asia") == "cost 0.25"
    assert price_of(simulator, "xray") == "cost 2, 2 steps"
    assert price_of(simulator, "spirometry") == "cost 0.75, 1 step"
    act(simulator, "smoke", "xray", "xray")
    assert price_of(simulator, "spirometry") == "cost 0.75, 1 step, no place"
    assert price_of(simulator, "asia") == "cost 0.25"
    assert price_of(simulator, "xray") == "cost 2, 2 steps, too dear"


def test_prices_name_the_harm() -> None:
    params = PRESETS["asia"]
    roles = params.roles.model_dump()
    roles["tests"]["xray"]["harm"] = 0.5
    simulator = begun(DiagnosisParams.from_network(params.network, type(params.roles).model_validate(roles)))
    assert price_of(simulator, "xray") == "cost 2, harm 0.5"


def test_a_budget_of_just_enough_is_enough() -> None:
    simulator = begun(PRESETS["asia"].changed(budget=2.2))
    act(simulator, "dysp")
    assert price_of(simulator, "xray") == "cost 2"
    act(simulator, "asia")
    assert price_of(simulator, "xray") == "cost 2, too dear"


def test_actions_are_told_with_what_came_of_them() -> None:
    simulator = begun(PRESETS["one patient of the clinic"])
    set_condition(simulator, "healthy")
    assert told(simulator) == ("none", "")
    act(simulator, "spirometry")
    assert told(simulator) == ("spirometry", "in 1 step")
    act(simulator, "wait")
    assert told(simulator) == ("wait", "")
    act(simulator, "asia")
    seen = tally(view(simulator), view(simulator).patients[0], 0)
    assert seen in ("yes", "no")
    assert told(simulator) == ("visited Asia?", seen)
    act(simulator, "stop")
    assert told(simulator) == ("send home", "")


def test_a_repair_shows_whether_it_was_enough() -> None:
    simulator = begun(PRESETS["troubleshooting"])
    set_condition(simulator, "leaking hose + worn cup")
    act(simulator, "replace the cup")
    assert told(simulator) == ("replace the cup", "not all cured")
    assert treatments_given(view(simulator), view(simulator).patients[0]) == "replace the cup"
    act(simulator, "overhaul the gripper")
    assert told(simulator) == ("overhaul the gripper", "all cured")
    assert treatments_given(view(simulator), view(simulator).patients[0]) == "2 treatments"


def test_a_result_that_comes_after_the_end_is_not_seen() -> None:
    simulator = begun(PRESETS["asia"].changed(budget=2.0))
    act(simulator, "xray")
    assert told(simulator) == ("chest X-ray", "too late to see")


def test_who_comes_too_late_is_told_so() -> None:
    simulator = begun(PRESETS["clinic"])
    act(simulator, "xray", "quick x-ray", "spirometry")
    assert told(simulator, 0) == ("too late", "no money or place")
    act(simulator, "stop", "wait", "wait")
    assert told(simulator, 0) == ("send home", "")
    act(simulator, "stop", "wait", "wait")
    assert told(simulator, 0) == ("has left", "")


def ended(preset: str, condition: str, *actions: str) -> tuple[str, bool]:
    simulator = begun(PRESETS[preset])
    set_condition(simulator, condition)
    for action in actions:
        act(simulator, action)
    words, colour = outcome(view(simulator), view(simulator).patients[0])
    assert colour in (GOOD, BAD)
    assert (colour == GOOD) == simulator.episode_info(0)["success"]
    return words, colour == GOOD


@pytest.mark.parametrize(
    ("condition", "action", "words"),
    [
        ("bronc", "bronchodilator", "treated right"),
        ("bronc", "oncology", "treated wrong"),
        ("healthy", "oncology", "treated wrong"),
        ("healthy", "stop", "rightly left untreated"),
        ("lung", "stop", "left untreated"),
    ],
)
def test_an_ending_treatment_is_right_or_wrong(condition: str, action: str, words: str) -> None:
    assert ended("asia", condition, action)[0] == words


@pytest.mark.parametrize(
    ("condition", "actions", "words"),
    [
        ("worn cup", ("replace the cup",), "all cured"),
        ("worn cup + blown fuse", ("replace the cup", "stop"), "not all cured"),
        ("worn cup", ("stop",), "untreated"),
        ("healthy", ("stop",), "healthy"),
    ],
)
def test_repairs_are_judged_by_what_is_left(condition: str, actions: tuple[str, ...], words: str) -> None:
    names = PRESETS["troubleshooting"].tables.conditions
    condition = condition if condition in names else " + ".join(reversed(condition.split(" + ")))
    assert ended("troubleshooting", condition, *actions)[0] == words


def test_the_outcome_is_open_before_the_end_and_bad_at_the_time_limit() -> None:
    simulator = begun(PRESETS["asia"].changed(max_steps=1))
    set_condition(simulator, "lung")
    assert outcome(view(simulator), view(simulator).patients[0]) == ("open", OPEN)
    act(simulator, "smoke")
    assert outcome(view(simulator), view(simulator).patients[0]) == ("out of time, left untreated", BAD)


@pytest.mark.parametrize(
    ("value", "words"), [(2.0, "2"), (0.1 + 0.2, "0.3"), (-1.005, "-1"), (-0.0001, "0"), (12.346, "12.35")]
)
def test_numbers_are_short(value: float, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Large_cell__dif", "Large cell dif"),
        ("Yes__Always_the_Same_", "Yes Always the Same"),
        ("age51_65", "age51_65"),
        ("4-10_days", "4-10_days"),
        ("chest X-ray", "chest X-ray"),
    ],
)
def test_underscores_between_words_are_blanks(name: str, words: str) -> None:
    assert readable(name) == words


def test_long_words_end_in_an_ellipsis() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
