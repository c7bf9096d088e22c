"""A small domain that the tests of the engine share: getting to a place on foot, by taxi or by flight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from planzoo.planners.htn import Domain, State


def make_travel_domain() -> Domain:
    domain = Domain("travel")

    @domain.operator(duration=lambda state, person, place: 10 * state["distance", state["at", person], place])
    def walk(state: State, person: str, place: str) -> bool:
        if state["distance", state["at", person], place] > 3:
            return False
        state["at", person] = place
        return True

    @domain.operator(cost=0, duration=5)
    def wait(state: State, person: str) -> None:
        """Changes nothing."""

    @domain.operator(cost=lambda state, person, place: 2 + state["distance", state["at", person], place])
    def ride(state: State, person: str, place: str) -> bool | None:
        fare = 2 + state["distance", state["at", person], place]
        state["cash", person] = state["cash", person] - fare
        if state["cash", person] < 0:
            return False  # after a write, which must be taken back
        state["at", person] = place
        return None

    @domain.method("travel")
    def stay(state: State, person: str, place: str) -> Any:
        return [] if state["at", person] == place else None

    @domain.method("travel")
    def by_foot(state: State, person: str, place: str) -> Iterator[Any]:
        yield [("walk", person, place)]

    @domain.method("travel")
    def by_taxi(state: State, person: str, place: str) -> Iterator[Any]:
        yield [("wait", person), ("ride", person, place)]

    @domain.goal_method("at")
    def go(state: State, person: str, place: str) -> Any:
        return [("travel", person, place)]

    return domain


def make_travel_state(cash: int = 20) -> State:
    state = State({("at", "me"): "home", ("cash", "me"): cash})
    for start, end, distance in (("home", "shop", 2), ("home", "park", 8), ("shop", "park", 7)):
        state["distance", start, end] = state["distance", end, start] = distance
    return state


@pytest.fixture
def travel() -> Domain:
    return make_travel_domain()


@pytest.fixture
def home() -> State:
    return make_travel_state()
