"""What was weighed up is kept apart from agent to agent."""

from planzoo.planners.domains.maze_case import Case, because
from planzoo.planners.htn import State


def test_reasons_are_noted_by_method_and_case() -> None:
    """The last reason of a method stands; another agent's case has none of it."""
    one, other = Case(), Case()
    state = State(case=one)
    because(state, "look_around", "it is dark")
    because(state, "look_around", "it is late")
    because(state, "stock_up", "water is near")
    assert one.reasons == {"look_around": "it is late", "stock_up": "water is near"} and other.reasons == {}
