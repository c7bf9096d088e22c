from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState, entropy_bits, observation_likelihood
from planzoo.planners.pomdp.observation_model import ObservationModel

TWO = BeliefState(("ill", "well"), np.array([0.1, 0.9]))
SWAB = {"positive": [0.8, 0.05], "negative": [0.2, 0.95], "never": [0.0, 0.0]}
ROOMS = BeliefState.from_weights(
    [
        ({"room": room, "dark": dark}, weight)
        for room, dark, weight in [(1, True, 2), (1, False, 1), (2, True, 1)]
    ]
)
SENSORS = ObservationModel({"room": 1.0, "dark": 0.75}, values={"room": (1, 2, 3), "dark": (True, False)})
WEIGHTS = st.lists(st.floats(0, 1e6), min_size=1, max_size=6).filter(lambda numbers: max(numbers) > 1e-6)


def test_update_is_bayes_rule() -> None:
    after = TWO.update("positive", SWAB.__getitem__)
    assert after.probability("ill") == pytest.approx(0.08 / 0.125)
    assert after.most_likely_state() == "ill"
    assert TWO.most_likely_state() == "well"
    assert TWO.chance("positive", SWAB.__getitem__) == pytest.approx(0.125)


def test_an_impossible_observation_tells_nothing() -> None:
    assert TWO.update("never", SWAB.__getitem__) is TWO
    assert TWO.chance("never", SWAB.__getitem__) == 0
    assert ROOMS.update({"room": 3}, SENSORS) is ROOMS
    assert ROOMS.update({"room": "no such value"}, SENSORS) is ROOMS


def test_an_impossible_observation_is_an_error_on_demand() -> None:
    with pytest.raises(InputError, match="No possible state"):
        ROOMS.update({"room": 3}, SENSORS, impossible="raise")
    with pytest.raises(InputError, match="'ignore' or 'raise'"):
        ROOMS.update({"room": 1}, SENSORS, impossible="maybe")  # type: ignore[arg-type]


@given(st.lists(st.sampled_from(["positive", "negative"]), max_size=8))
def test_the_order_of_observations_does_not_matter(results: list[str]) -> None:
    forward, backward = TWO, TWO
    for result in results:
        forward = forward.update(result, SWAB.__getitem__)
    for result in reversed(results):
        backward = backward.update(result, SWAB.__getitem__)
    np.testing.assert_allclose(forward.probabilities, backward.probabilities, atol=1e-12)


def test_models_read_variables_and_impossible_states_are_dropped() -> None:
    after = ROOMS.update({"room": 1}, SENSORS)
    assert after.states == ({"room": 1, "dark": True}, {"room": 1, "dark": False})
    assert after.probabilities.tolist() == pytest.approx([2 / 3, 1 / 3])
    both = ROOMS.update({"room": 1, "dark": False}, SENSORS)
    assert both.probability({"dark": False, "room": 1}) == pytest.approx(0.75 / (0.75 + 2 * 0.25))
    assert ROOMS.update({}, SENSORS).probabilities.tolist() == ROOMS.probabilities.tolist()


def test_vectors_keep_the_positions() -> None:
    after = TWO.update("x", lambda _: [0.0, 1.0])
    assert after.states == ("ill", "well")
    assert after.sparse().states == ("well",)
    assert TWO.sparse() is TWO


def test_likelihoods_that_are_none_are_errors() -> None:
    for likelihood in ([1.0], [-0.1, 1.0], [np.nan, 1.0], [np.inf, 1.0]):
        with pytest.raises(InputError, match="Likelihoods"):
            TWO.update("x", lambda _, numbers=likelihood: numbers)
    with pytest.raises(InputError, match="mapping"):
        ROOMS.update("dark", SENSORS)


def test_tiny_likelihoods_do_not_vanish() -> None:
    after = TWO.update("x", lambda _: [5e-324, 5e-324])
    np.testing.assert_allclose(after.probabilities, TWO.probabilities)


@given(WEIGHTS, st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_a_posterior_is_a_distribution_and_agrees_with_bayes(
    weights: list[float], likes: list[float]
) -> None:
    prior = BeliefState.from_weights(enumerate(weights))
    likelihood = np.array([likes[state] for state in prior.states])
    after = prior.update(None, lambda _: likelihood)
    assert after.probabilities.sum() == pytest.approx(1)
    joint = prior.probabilities * likelihood
    if joint.sum() > 1e-300:
        np.testing.assert_allclose(after.probabilities, joint / joint.sum(), atol=1e-9)


@given(WEIGHTS)
def test_entropy_lies_between_none_and_that_of_equal_chances(weights: list[float]) -> None:
    belief = BeliefState.from_weights(enumerate(weights))
    assert 0 <= belief.entropy() <= np.log2(len(belief.states)) + 1e-9
    assert len(belief.states) == sum(weight > 0 for weight in weights)


def test_entropy_is_in_bits() -> None:
    assert BeliefState(tuple("abcd"), np.full(4, 0.25)).entropy() == pytest.approx(2)
    assert BeliefState(("a", "b"), np.array([1.0, 0.0])).entropy() == 0
    assert entropy_bits([[0.5, 0.25], [0.25, 0.0]]) == pytest.approx(1.5)


def test_weights_of_equal_states_add_up() -> None:
    belief = BeliefState.from_weights([({"x": [1]}, 1), ({"x": (1,)}, 2), ({"x": 2}, 1), ({"x": 3}, 0)])
    assert len(belief.states) == 2
    assert belief.probability({"x": [1]}) == pytest.approx(0.75)
    assert BeliefState.from_weights({"a": 5e-324, "b": 1e308}).probability("b") == 1
    assert BeliefState.uniform("abcd").probability("c") == 0.25
    for weights in ({}, {"a": 0.0}, {"a": -1.0, "b": 2.0}, {"a": np.inf}):
        with pytest.raises(InputError):
            BeliefState.from_weights(weights)


def test_marginals_and_images() -> None:
    assert dict(ROOMS.marginal("dark").items()) == pytest.approx({True: 0.75, False: 0.25})
    assert dict(ROOMS.mapped(lambda state: state["room"] * 10).items()) == pytest.approx({10: 0.75, 20: 0.25})
    with pytest.raises(InputError, match="no variable"):
        ROOMS.marginal("colour")


def test_unknown_states_have_no_probability_and_words_are_sorted() -> None:
    assert TWO.probability("dead") == 0
    assert TWO.words() == "well 90.0%, ill 10.0%"
    assert TWO.words(1) == "well 90.0%"
    assert ROOMS.words(1) == "room=1, dark=True 50.0%"
    assert TWO.to_dict() == {"ill": 0.1, "well": 0.9}
    assert BeliefState.uniform([1, "1"]).to_dict() == {"1": 0.5, "'1'": 0.5}


def test_numbers_that_are_no_belief_are_errors() -> None:
    for numbers in ([0.5, 0.6], [-0.5, 1.5], [np.nan, 1.0], [1.0]):
        with pytest.raises(InputError):
            BeliefState(("a", "b"), np.array(numbers))
    with pytest.raises(InputError, match="twice"):
        BeliefState(("a", "a"), np.array([0.5, 0.5]))


def test_a_belief_keeps_its_own_copy() -> None:
    numbers = np.array([0.5, 0.5])
    belief = BeliefState(("a", "b"), numbers)
    numbers[0] = 9
    assert belief.probability("a") == 0.5
    with pytest.raises(ValueError, match="read-only"):
        belief.probabilities[0] = 1


def test_likelihoods_of_several_variables_multiply() -> None:
    numbers = observation_likelihood({"room": 1, "dark": True}, SENSORS, ROOMS.states)
    assert numbers.tolist() == pytest.approx([0.75, 0.25, 0.0])
