"""Small problems whose values can be computed by hand: a part in one of three boxes, a locked door."""

from __future__ import annotations

from typing import Any

from planzoo.planners.htn import Domain, HierarchicalPlanner, State
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.observation_model import ObservationModel
from planzoo.planners.pomdp.pomdp_planner import POMDPPlanner

CHANCES = (0.5, 0.3, 0.2)


def box_domain() -> Domain:
    """The part is in box a, b or c; opening costs 2, taking the part out of its opened box costs 1."""
    domain = Domain("boxes")

    @domain.operator(cost=2)
    def open_box(state: State, box: str) -> bool:
        state.opened[box] = True
        return True

    @domain.operator(cost=1)
    def take(state: State, box: str) -> bool:
        if state.part != box or not state.opened.get(box):
            return False
        state.held = True
        return True

    @domain.method("fetch")
    def fetch(state: State) -> Any:
        yield [("open_box", state.part), ("take", state.part)]

    @domain.goal_method("held")
    def hold(state: State, value: bool) -> Any:
        yield [("fetch",)]

    return domain


def box_belief() -> BeliefState:
    """Box a with probability 0.5, b with 0.3, c with 0.2."""
    states = [{"part": box, "opened": {}, "held": False} for box in "abc"]
    return BeliefState.from_weights(zip(states, CHANCES, strict=True))


def box_planner(accuracy: float = 0.9, cost: float = 1.5, repeatable: bool = True) -> POMDPPlanner:
    """Over the boxes, with one sensor that says where the part is."""
    model = ObservationModel({"part": accuracy}, costs={"part": cost}, repeatable=repeatable)
    return POMDPPlanner(HierarchicalPlanner(box_domain()), model)


def door_domain() -> Domain:
    """A short way for 1 through a door that may be locked, and a long one for 5."""
    domain = Domain("doors")

    @domain.operator(cost=1)
    def through_door(state: State) -> bool:
        if state.locked["door"]:
            return False
        state.at = "office"
        return True

    @domain.operator(cost=5)
    def around(state: State) -> None:
        state.at = "office"

    @domain.method("go_to_office")
    def go(state: State) -> Any:
        yield [("around",)] if state.locked["door"] else [("through_door",)]

    @domain.goal_method("at")
    def be(state: State, place: str) -> Any:
        yield [("go_to_office",)]

    return domain


def door_belief(locked: float = 0.4) -> BeliefState:
    """The door is locked with this probability."""
    states = [{"at": "lab", ("locked", "door"): value} for value in (True, False)]
    return BeliefState.from_weights(zip(states, (locked, 1 - locked), strict=True))


def door_planner(cost: float = 1.0, accuracy: float = 1.0) -> POMDPPlanner:
    """Over the doors, with a look at the door."""
    door = ("locked", "door")
    model = ObservationModel({door: accuracy}, costs={door: cost})
    return POMDPPlanner(HierarchicalPlanner(door_domain()), model)
