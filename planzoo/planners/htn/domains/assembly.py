"""Several robots put a product together: who brings which part, who fastens it, and who has the crane.

A joint domain: operators name their agent, last as long as the robot takes, and the crane is a resource.
Parts lie in the store, are brought to the bench by a robot that is strong enough or with the crane, and are
fastened by a robot that has the tool, once the parts that they rest on are fastened.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Problem, Task

CAPACITIES = {"crane": 1.0}
"""There is one crane."""
TOOLS = ("screwdriver", "welder", "riveter")
"""What parts are fastened with."""
HOISTING = 2
"""With the crane, a part takes so many times as long to be brought as on the arm."""


def make_domain() -> Domain:
    """Makes the domain; its only task for users is ``assemble()``: every part is to be fastened."""
    domain = Domain("assembly", "Several robots bring and fasten the parts of a product; they share a crane.")
    _declare(domain)
    _add_operators(domain)
    _add_methods_of_product(domain)
    _add_methods_of_part(domain)
    return domain


def random_problem(size: int, seed: int = 0) -> Problem:
    """Makes a problem that has a solution: ``size`` parts, and a robot for every three, at least two.

    Args:
        size: number of parts.
        seed: the same seed gives the same problem.

    Raises:
        InputError: the size is negative.
    """
    if size < 0:
        raise InputError(f"A product of {size} parts cannot be made; give a size of at least 0.")
    random = Random(f"assembly {size} {seed}")
    parts = [f"part_{number}" for number in range(1, size + 1)]
    robots = [f"robot_{number}" for number in range(1, max(2, size // 3) + 1)]
    state = make_domain().state(
        objects={"part": parts, "robot": robots, "tool": TOOLS},
        place=dict.fromkeys(parts, "store"),
        rests_on={part: _below(parts[:number], random) for number, part in enumerate(parts)},
        weight={part: random.choice((1, 2, 3, 9)) for part in parts},
        tool_for={part: random.choice(TOOLS) for part in parts},
        distance={part: random.randint(1, 4) for part in parts},
        work={part: random.randint(2, 6) for part in parts},
        strength={robot: random.choice((1, 2, 3)) for robot in robots},
        pace={robot: random.choice((1.0, 1.0, 1.5)) for robot in robots},
        load=dict.fromkeys(robots, 0.0),
    )
    for number, tool in enumerate(TOOLS):  # someone has every tool, most robots have more than one
        state["has", robots[number % len(robots)], tool] = True
    for robot in robots:
        state["has", robot, random.choice(TOOLS)] = True
    return Problem(state, [Task("assemble")])


def _below(earlier: list[str], random: Random) -> tuple[str, ...]:
    """Chooses the parts that one rests on: among those before it, at most two, and often none."""
    return tuple(sorted(random.sample(earlier, min(len(earlier), random.choice((0, 1, 1, 2))))))


def _declare(domain: Domain) -> None:
    for kind in ("part", "robot", "tool"):
        domain.type(kind)
    variable = domain.variable
    variable("place", "part", values=("store", "bench", "product"), description="where the part is")
    variable("rests_on", "part", description="the parts that must be fastened before it")
    variable("weight", "part", description="a robot carries it if it is as strong")
    variable("tool_for", "part", values="tool", description="what it is fastened with")
    variable("distance", "part", description="time that it takes from the store to the bench")
    variable("work", "part", description="time that it takes to fasten it")
    variable("strength", "robot", description="the greatest weight that it carries")
    variable("pace", "robot", description="how many times as long as others it takes")
    variable("has", "robot", "tool", values=(True,), description="the tools that the robot has")
    variable("load", "robot", description="how long the robot has been at work")


def _carrying_time(state: State, robot: str, part: str) -> float:
    return float(state.distance[part] * state.pace[robot])


def _hoisting_time(state: State, robot: str, part: str) -> float:
    return HOISTING * _carrying_time(state, robot, part)


def _fastening_time(state: State, robot: str, part: str) -> float:
    return float(state.work[part] * state.pace[robot])


def _add_operators(domain: Domain) -> None:
    """Declares what robots do; each first argument names the robot."""

    @domain.operator(agent=0, duration=_carrying_time)
    def carry(state: State, robot: str, part: str) -> bool:
        """A strong robot brings a part to the bench."""
        if state.place[part] != "store" or state.weight[part] > state.strength[robot]:
            return False
        state.place[part] = "bench"
        state.load[robot] += _carrying_time(state, robot, part)
        return True

    @domain.operator(agent=0, duration=_hoisting_time, resources={"crane": 1})
    def hoist(state: State, robot: str, part: str) -> bool:
        """Any robot brings a part to the bench with the crane."""
        if state.place[part] != "store":
            return False
        state.place[part] = "bench"
        state.load[robot] += _hoisting_time(state, robot, part)
        return True

    @domain.operator(agent=0, duration=_fastening_time)
    def fasten(state: State, robot: str, part: str) -> bool:
        """A robot with the tool fastens a part that lies on the bench."""
        if state.place[part] != "bench" or (robot, state.tool_for[part]) not in state.has:
            return False
        if any(state.place[other] != "product" for other in state.rests_on[part]):
            return False
        state.place[part] = "product"
        state.load[robot] += _fastening_time(state, robot, part)
        return True


def _add_methods_of_product(domain: Domain) -> None:
    """Declares how the product comes about: one part after another, in every order that there is."""

    @domain.method("assemble")
    def next_part(state: State) -> Iterator[Any]:
        """Installs a part that rests on nothing loose, then the others."""
        for part, place in state.place.items():
            if place != "product" and all(state.place[other] == "product" for other in state.rests_on[part]):
                yield [("install", part), ("assemble",)]

    @domain.method("assemble")
    def finished(state: State) -> Any:
        """Every part is fastened."""
        return [] if all(place == "product" for place in state.place.values()) else None


def _add_methods_of_part(domain: Domain) -> None:
    """Declares who may bring and fasten a part: first whoever has done least so far."""

    @domain.method("install")
    def bring_and_fasten(state: State, part: str) -> Iterator[Any]:
        """Some robot fastens the part once it has been brought."""
        for robot in _least_loaded(state):
            if (robot, state.tool_for[part]) in state.has:
                yield [("bring", part), ("fasten", robot, part)]

    @domain.method("bring")
    def on_the_arm(state: State, part: str) -> Iterator[Any]:
        """A strong robot carries it."""
        for robot in _least_loaded(state):
            if state.weight[part] <= state.strength[robot]:
                yield [("carry", robot, part)]

    @domain.method("bring")
    def with_the_crane(state: State, part: str) -> Iterator[Any]:
        """A robot hoists it."""
        for robot in _least_loaded(state):
            yield [("hoist", robot, part)]


def _least_loaded(state: State) -> list[Any]:
    return sorted(state.objects("robot"), key=lambda robot: state.load[robot])
