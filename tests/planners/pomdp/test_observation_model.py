from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.observation_model import Channel, ObservationAction, ObservationModel

COLOURS = ("red", "green", "blue")
MODEL = ObservationModel(
    {"colour": 0.7},
    values={"colour": COLOURS},
    costs={"colour": 2.0},
    channels={
        "light": Channel(
            {"red": {"on": 0.9, "off": 0.1}, "green": {"off": 1.0}, "blue": {"off": 1}}, "colour"
        ),
        "size": Channel(
            {True: {"big": 1.0}, False: {"big": 0.25, "small": 0.75}}, lambda state: state["cm"] > 9
        ),
    },
)


def test_the_true_value_is_seen_with_the_accuracy_and_others_share_the_rest() -> None:
    seen = {colour: MODEL.likelihood(colour, "colour", {"colour": "red"}) for colour in COLOURS}
    assert seen == pytest.approx({"red": 0.7, "green": 0.15, "blue": 0.15})
    assert MODEL.likelihood("pink", "colour", {"colour": "red"}) == 0


@given(st.floats(0, 1), st.integers(1, 6))
def test_what_is_seen_is_a_distribution(accuracy: float, count: int) -> None:
    model = ObservationModel({"x": accuracy}, values={"x": range(count)})
    numbers = [model.likelihood(value, "x", {"x": 0}) for value in range(count)]
    assert math.fsum(numbers) == pytest.approx(1)
    assert numbers[0] == pytest.approx(1 if count == 1 else accuracy)


def test_channels_say_all_probabilities() -> None:
    assert MODEL.likelihood("on", "light", {"colour": "red"}) == 0.9
    assert MODEL.likelihood("on", "light", {"colour": "blue"}) == 0
    assert MODEL.likelihood("small", "size", {"cm": 5}) == 0.75
    assert MODEL.variables == ("colour", "light", "size")
    assert MODEL.action("light") == ObservationAction("light", 0.0, None)
    assert MODEL.action("colour") == ObservationAction("colour", 2.0, 0.7)


def test_samples_have_these_frequencies() -> None:
    random = np.random.default_rng(5)
    count = 20_000
    drawn = [MODEL.sample_observation({"colour": "green"}, "colour", random) for _ in range(count)]
    for colour, chance in (("red", 0.15), ("green", 0.7), ("blue", 0.15)):
        deviation = math.sqrt(chance * (1 - chance) / count)
        assert abs(drawn.count(colour) / count - chance) < 4 * deviation
    assert {MODEL.sample_observation({"colour": "blue"}, "light") for _ in range(20)} == {"off"}


def test_samples_are_the_same_for_the_same_seed() -> None:
    def draw(seed: int) -> list[str]:
        random = np.random.default_rng(seed)
        return [MODEL.sample_observation({"colour": "red"}, "colour", random) for _ in range(30)]

    assert draw(1) == draw(1) != draw(2)


def test_the_accuracy_may_be_filled_in_later() -> None:
    model = ObservationModel()
    with pytest.raises(InputError, match="knows nothing"):
        model.likelihood(True, "locked", {"locked": True})
    model.accuracy["locked"] = 1.0
    assert model.likelihood(True, "locked", {"locked": True}) == 1
    model.accuracy["locked"] = 0.8
    with pytest.raises(InputError, match="must be declared"):
        model.likelihood(True, "locked", {"locked": True})
    model.accuracy["locked"] = 1.5
    with pytest.raises(InputError, match="from 0 to 1"):
        model.likelihood(True, "locked", {"locked": True})


def test_values_come_from_a_belief() -> None:
    belief = BeliefState.uniform([{"locked": value} for value in (True, False)])
    model = ObservationModel({"locked": 0.8}).with_values_of(belief)
    assert model.values == {"locked": (True, False)}
    assert model.likelihood(False, "locked", {"locked": True}) == pytest.approx(0.2)
    declared = ObservationModel({"locked": 0.8}, values={"locked": (True, False, None)})
    assert declared.with_values_of(belief).values["locked"] == (True, False, None)
    with pytest.raises(InputError, match="no variable"):
        ObservationModel({"open": 0.8}).with_values_of(belief)


def test_actions_override_costs_and_accuracies() -> None:
    model = MODEL.with_actions([ObservationAction("colour", 5, 1.0), ObservationAction("light", 7, None)])
    assert (model.cost("colour"), model.accuracy["colour"], model.cost("light")) == (5, 1.0, 7)
    assert model.likelihood("on", "light", {"colour": "red"}) == 0.9
    assert MODEL.cost("colour") == 2
    fresh = ObservationModel().with_actions([ObservationAction("x", 1, 0.5)])
    assert fresh.action("x") == ObservationAction("x", 1, 0.5)


def test_outcomes_have_names() -> None:
    states = [{"colour": "red", "cm": 10}, {"colour": "blue", "cm": 10}]
    assert MODEL.outcomes("colour", states) == {colour: colour for colour in COLOURS}
    assert MODEL.outcomes("size", states) == {"big": "big"}
    model = ObservationModel({"x": 1.0})
    assert model.outcomes("x", [{"x": 1}, {"x": "1"}]) == {"1": 1, "'1'": "1"}
    assert model.outcomes("x", [{"x": True}]) == {"True": True}


def test_wrong_models_are_errors() -> None:
    for wrong in (
        lambda: ObservationModel({"x": -0.1}),
        lambda: ObservationModel({"x": 0.5}, costs={"x": -1}),
        lambda: ObservationModel({"x": 0.5}, costs={"x": math.inf}),
        lambda: ObservationAction("x", math.nan),
        lambda: ObservationAction("x", 1, 2),
        lambda: Channel({"a": {"on": 0.5, "off": 0.6}}),
        lambda: Channel({"a": {"on": -0.5, "off": 1.5}}),
        lambda: MODEL.likelihood("red", "colour", {"colour": "pink"}),
        lambda: MODEL.likelihood("on", "light", {"colour": "pink"}),
        lambda: MODEL.likelihood("on", "light", {}),
    ):
        with pytest.raises(InputError):
            wrong()
