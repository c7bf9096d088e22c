"""Facts of a state, but for some variables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn.state import ABSENT, State
from planzoo.planners.replanning.altered_facts import AlteredFacts

VARIABLES = st.sampled_from([("at", "box"), ("at", "ball"), "time", "light"])
VALUES = st.sampled_from([0, 1, "hall"])


@given(st.dictionaries(VARIABLES, VALUES), st.dictionaries(VARIABLES, VALUES | st.just(ABSENT)))
def test_they_are_those_of_a_changed_copy(facts: dict[Any, Any], values: dict[Any, Any]) -> None:
    altered = AlteredFacts(State(facts), values)
    expected = {each: value for each, value in (facts | values).items() if value is not ABSENT}
    assert altered == expected
    assert len(altered) == len(expected)


def test_what_is_not_there_is_missed() -> None:
    altered = AlteredFacts(State(time=3), {"time": ABSENT})
    with pytest.raises(KeyError, match="time"):
        altered["time"]
    assert altered.get("light") is None
