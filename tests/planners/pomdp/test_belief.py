from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState, entropy_bits

TWO = BeliefState(("ill", "well"), np.array([0.1, 0.9]))
SWAB = {"positive": [0.8, 0.05], "negative": [0.2, 0.95], "never": [0.0, 0.0]}


def test_update_is_bayes_rule() -> None:
    after = TWO.update("positive", SWAB.__getitem__)
    assert after.probability("ill") == pytest.approx(0.08 / 0.125)
    assert after.most_likely_state() == "ill"
    assert TWO.most_likely_state() == "well"


def test_an_impossible_observation_tells_nothing() -> None:
    assert TWO.update("never", SWAB.__getitem__) is TWO


@given(st.lists(st.sampled_from(["positive", "negative"]), max_size=8))
def test_the_order_of_observations_does_not_matter(results: list[str]) -> None:
    forward, backward = TWO, TWO
    for result in results:
        forward = forward.update(result, SWAB.__getitem__)
    for result in reversed(results):
        backward = backward.update(result, SWAB.__getitem__)
    np.testing.assert_allclose(forward.probabilities, backward.probabilities, atol=1e-12)


def test_entropy_is_in_bits() -> None:
    assert BeliefState(tuple("abcd"), np.full(4, 0.25)).entropy() == pytest.approx(2)
    assert BeliefState(("a", "b"), np.array([1.0, 0.0])).entropy() == 0
    assert entropy_bits([[0.5, 0.25], [0.25, 0.0]]) == pytest.approx(1.5)


def test_unknown_states_have_no_probability_and_words_are_sorted() -> None:
    assert TWO.probability("dead") == 0
    assert TWO.words() == "well 90.0%, ill 10.0%"
    assert TWO.words(1) == "well 90.0%"


def test_numbers_that_are_no_belief_are_errors() -> None:
    for numbers in ([0.5, 0.6], [-0.5, 1.5], [np.nan, 1.0], [1.0]):
        with pytest.raises(InputError):
            BeliefState(("a", "b"), np.array(numbers))


def test_a_belief_keeps_its_own_copy() -> None:
    numbers = np.array([0.5, 0.5])
    belief = BeliefState(("a", "b"), numbers)
    numbers[0] = 9
    assert belief.probability("a") == 0.5
    with pytest.raises(ValueError, match="read-only"):
        belief.probabilities[0] = 1
