"""A robot on an errand in which things go wrong: what happens, and four ways to change its plan.

``python examples/robot_recovery.py [strategy]`` prints the trace of one strategy, and a table of all four.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from planzoo.planners.htn import Action, Domain, Goal, HierarchicalPlanner, Plan, State
from planzoo.planners.replanning import (
    ExecutionMonitor,
    ExecutionTrace,
    FailureDriven,
    Outcome,
    Proactive,
    ReplanningEngine,
    Threshold,
)

STRATEGIES = ("full", "repair", "continuation", "opportunistic")
DETOURS = {("hall", "lab"): ["yard", "lab"], ("lab", "hall"): ["yard", "hall"]}
"""The way around the door between hall and lab, should it be shut."""
domain = Domain("robot", "Fetches things, with a battery that must not run empty.")


@domain.operator(cost=1)
def go(state: State, room: str) -> bool:
    """To a neighbouring room; takes one unit of charge."""
    if (state.at, room) in state.shut or state.battery < 1:
        return False
    state.at, state.battery = room, state.battery - 1
    return True


@domain.operator(cost=1)
def pick(state: State, thing: str) -> bool:
    """Takes what lies here."""
    here = state.place[thing] == state.at
    state.place[thing] = "robot"
    return here


@domain.operator(cost=1)
def put(state: State, thing: str) -> bool:
    """Puts down what it holds."""
    held = state.place[thing] == "robot"
    state.place[thing] = state.at
    return held


@domain.operator(cost=3, duration=4)
def charge(state: State) -> None:
    """Wherever it is, slowly."""
    state.battery = 8


@domain.goal_method("at")
def walk(state: State, room: str) -> Iterator[Any]:
    """Through the door or around it; charge before that if need be."""
    for way in ([room], DETOURS.get((state.at, room), [])):
        charged = state.battery >= len(way)
        yield [*(() if charged else [("charge",)]), *(("go", each) for each in way)]


@domain.goal_method("place")
def bring(state: State, thing: str, room: str) -> list[Any]:
    """Get it and bring it there."""
    fetch = [] if state.place[thing] == "robot" else [Goal("at", state.place[thing]), ("pick", thing)]
    return [*fetch, Goal("at", room), ("put", thing)]


THINGS = ("sample", "camera", "probe")
TASKS = [*(Goal(("place", thing), "hall") for thing in THINGS), Goal("at", "lab")]


def shut(state: State) -> None:
    """Somebody shuts the door between hall and lab."""
    state.shut.update(dict.fromkeys(DETOURS, True))


def drop(state: State) -> None:
    """The robot drops what it carries."""
    for thing in THINGS:
        if state.place[thing] == "robot":
            state.place[thing] = state.at


def drain(state: State) -> None:
    """The battery is older than it was thought to be."""
    state.battery = 1


def open_again(state: State) -> None:
    """The door is opened again, but nobody says so."""
    state.shut.clear()


EVENTS = {1: drop, 5: shut, 8: drain, 13: open_again}
"""What happens besides after the action of that number, from 0."""


class Building:
    """Carries actions out as they really happen."""

    def __init__(self, state: State) -> None:
        self.state, self.count = state.copy(), 0

    def __call__(self, action: Action) -> Outcome:
        """Says what has come of it."""
        state = self.state.copy()
        done = domain.operators[action.name].function(state, *action.arguments) is not False
        self.state = state if done else self.state
        EVENTS.get(self.count, lambda facts: None)(self.state)
        self.count += 1
        return Outcome(self.state.copy(), succeeded=done)


def recover(strategy: str) -> ExecutionTrace:
    """Carries the errand out, and changes the plan by one of the strategies."""
    state = State(at="hall", battery=8, shut={}, place=dict.fromkeys(THINGS, "lab"))
    planner = HierarchicalPlanner(domain)
    plan = planner.solve((state, TASKS)).plan
    assert isinstance(plan, Plan)
    when = FailureDriven() | Threshold(0.0) | Proactive(planner)
    monitor = ExecutionMonitor(plan, Building(state), domain, state, when)
    return ReplanningEngine(planner, monitor, strategy).execute_with_monitoring()


def main(strategy: str = "repair") -> dict[str, ExecutionTrace]:
    """Prints one trace and the table; gives all traces."""
    traces = {name: recover(name) for name in STRATEGIES}
    print(traces[strategy].to_text())
    print(f"\n{'strategy':14} {'replans':>7} {'stability':>9} {'planning ms':>11} {'actions':>7} {'cost':>5}")
    for name, trace in traces.items():
        kept = sum(each.stability for each in trace.replans) / max(len(trace.replans), 1)
        print(
            f"{name:14} {len(trace.replans):7d} {kept:9.0%} {1000 * trace.planning_seconds:11.2f}"
            f" {len(trace.results):7d} {trace.total_cost:5g}"
        )
    return traces


if __name__ == "__main__":
    main(*sys.argv[1:2])
