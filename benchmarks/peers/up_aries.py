"""Aries, a hierarchical planner in Rust that solves constraints, through the library Unified Planning.

It gets logistics with tasks that do not recur, so that its task networks are bounded: a package is delivered
by one truck within a city, and else by at most one truck, one airplane and one truck; a vehicle that is not
where it is needed drives or flies there. Which vehicle is up to Aries. Unified Planning asks for ConfigSpace,
and Aries for grpcio.
"""

from __future__ import annotations

import sys
import time
from contextlib import redirect_stdout
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from peers import Missing
from planzoo.planners.htn import Problem

PACKAGE = "up-aries"
REQUIREMENT = "up-aries==0.5.0"


def find_plan(problem: Problem, limit: float) -> tuple[int | None, float]:
    """Plans a logistics problem.

    Args:
        problem: ours.
        limit: seconds that Aries may take.

    Returns:
        How many actions the plan has, or None if there is none within the limit; and seconds of the clock,
        the start of Aries' process included.

    Raises:
        Missing: Aries or something that it needs is not installed.
    """
    try:
        version(PACKAGE)
    except PackageNotFoundError:
        raise Missing(f"not installed: pip install {REQUIREMENT}") from None
    try:
        with redirect_stdout(sys.stderr):
            library = import_module("unified_planning.shortcuts")
            import_module("up_aries")
            hierarchical = _Model(library, import_module("unified_planning.model.htn"), problem).problem
    except ImportError as error:
        raise Missing(f"installed, but cannot be imported: {error}") from error
    library.get_environment().credits_stream = None
    started = time.perf_counter()
    with redirect_stdout(sys.stderr), library.OneshotPlanner(name="aries") as planner:
        plan = planner.solve(hierarchical, timeout=limit).plan
    seconds = time.perf_counter() - started
    return None if plan is None else len(list(plan.action_plan.actions)), seconds


class _Model:
    """A logistics problem in Unified Planning's words."""

    def __init__(self, library: Any, networks: Any, ours: Problem) -> None:
        self.library, self.networks = library, networks
        self.problem = networks.HierarchicalProblem("logistics")
        kind = library.UserType
        place = kind("place")
        vehicle = kind("vehicle", place)
        location = kind("location", place)
        self.types = {
            "vehicle": vehicle,
            "location": location,
            "truck": kind("truck", vehicle),
            "airplane": kind("airplane", vehicle),
            "airport": kind("airport", location),
            "city": kind("city"),
            "package": kind("package"),
        }
        self.at = self.problem.add_fluent("at", place, package=self.types["package"])
        self.vehicle_at = self.problem.add_fluent("vehicle_at", location, vehicle=vehicle)
        self.in_city = self.problem.add_fluent("in_city", self.types["city"], location=location)
        self._add_actions()
        self._add_vehicle_tasks()
        self._add_package_tasks()
        self._add_facts(ours)

    def _typed(self, parameters: dict[str, str]) -> dict[str, Any]:
        return {name: self.types[kind] for name, kind in parameters.items()}

    def _action(
        self, name: str, needs: dict[str, str], effect: tuple[str, str, str], **parameters: str
    ) -> Any:
        """Adds an action; a need or effect is a fluent of one parameter that equals another one."""
        action = self.library.InstantaneousAction(name, **self._typed(parameters))
        for left, right in needs.items():
            fluent, parameter = left.split()
            action.add_precondition(self._is(action, fluent, parameter, right))
        fluent, parameter, value = effect
        action.add_effect(getattr(self, fluent)(action.parameter(parameter)), action.parameter(value))
        self.problem.add_action(action)
        return action

    def _is(self, holder: Any, fluent: str, parameter: str, value: str) -> Any:
        left = getattr(self, fluent)(holder.parameter(parameter))
        return self.library.Equals(left, holder.parameter(value))

    def _add_actions(self) -> None:
        self.drive = self._action(
            "drive",
            {"vehicle_at v": "f"},
            ("vehicle_at", "v", "l"),
            v="truck",
            f="location",
            l="location",
        )
        here = self.drive
        same = self.library.Equals(self.in_city(here.parameter("f")), self.in_city(here.parameter("l")))
        here.add_precondition(same)
        self.fly = self._action("fly", {}, ("vehicle_at", "v", "l"), v="airplane", l="airport")
        carried = {"p": "package", "v": "vehicle", "l": "location"}
        needs = {"at p": "l", "vehicle_at v": "l"}
        self.load = self._action("load", needs, ("at", "p", "v"), **carried)
        needs = {"at p": "v", "vehicle_at v": "l"}
        self.unload = self._action("unload", needs, ("at", "p", "l"), **carried)

    def _method(self, name: str, task: Any, achieves: str, steps: list[str], **parameters: str) -> Any:
        """Adds a method; a step is the name of one of our actions or tasks and its parameters."""
        method = self.networks.Method(name, **self._typed(parameters))
        method.set_task(task, *[method.parameter(parameter) for parameter in achieves.split()])
        added = []
        for step in steps:
            what, *arguments = step.split()
            added.append(method.add_subtask(getattr(self, what), *map(method.parameter, arguments)))
        if len(added) > 1:
            method.set_ordered(*added)
        self.problem.add_method(method)
        return method

    def _add_vehicle_tasks(self) -> None:
        for task, step, vehicle, place in (
            ("bring_truck", "drive v f l", "truck", "location"),
            ("bring_plane", "fly v l", "airplane", "airport"),
        ):
            added = self.problem.add_task(task, **self._typed({"v": vehicle, "l": place}))
            setattr(self, task, added)
            there = self._method(f"{task}_there", added, "v l", [], v=vehicle, l=place)
            there.add_precondition(self._is(there, "vehicle_at", "v", "l"))
            origin = {"f": "location"} if vehicle == "truck" else {}
            self._method(f"{task}_moves", added, "v l", [step], v=vehicle, l=place, **origin)

    def _add_package_tasks(self) -> None:
        both = {"p": "package", "l": "location"}
        self.by_truck = self.problem.add_task("by_truck", **self._typed(both))
        there = self._method("no_truck", self.by_truck, "p l", [], **both)
        there.add_precondition(self._is(there, "at", "p", "l"))
        steps = ["bring_truck v f", "load p v f", "bring_truck v l", "unload p v l"]
        carried = self._method("one_truck", self.by_truck, "p l", steps, **both, f="location", v="truck")
        self._from_to(carried, "f", "l")
        self.deliver = self.problem.add_task("deliver", **self._typed(both))
        within = self._method("within_city", self.deliver, "p l", ["by_truck p l"], **both, f="location")
        self._from_to(within, "f", "l")
        flight = ["bring_plane v a", "load p v a", "bring_plane v b", "unload p v b"]
        steps = ["by_truck p a", *flight, "by_truck p l"]
        ways = {"f": "location", "a": "airport", "b": "airport", "v": "airplane"}
        between = self._method("between_cities", self.deliver, "p l", steps, **both, **ways)
        self._from_to(between, "f", "a")
        ends = [self.in_city(between.parameter(name)) for name in ("b", "l")]
        between.add_precondition(self.library.Equals(*ends))

    def _from_to(self, method: Any, origin: str, target: str) -> None:
        """Asks for the package at a location in the city of another one."""
        method.add_precondition(self._is(method, "at", "p", origin))
        ends = [self.in_city(method.parameter(name)) for name in (origin, target)]
        method.add_precondition(self.library.Equals(*ends))

    def _add_facts(self, ours: Problem) -> None:
        state: Any = ours.state
        airports = set(state.airport_of.values())
        kinds = dict.fromkeys(state.at, "package") | dict.fromkeys(state.truck_at, "truck")
        kinds |= dict.fromkeys(state.plane_at, "airplane") | dict.fromkeys(state.airport_of, "city")
        kinds |= {name: "airport" if name in airports else "location" for name in state.in_city}
        things = {name: self.problem.add_object(name, self.types[kind]) for name, kind in kinds.items()}
        for fluent, facts in (
            (self.at, state.at),
            (self.vehicle_at, state.truck_at),
            (self.vehicle_at, state.plane_at),
            (self.in_city, state.in_city),
        ):
            for name, value in facts.items():
                self.problem.set_initial_value(fluent(things[name]), things[value])
        goals: list[Any] = list(ours.tasks)
        network = self.problem.task_network
        asked = [
            network.add_subtask(self.deliver, things[goal.variable[1]], things[goal.value]) for goal in goals
        ]
        if len(asked) > 1:
            network.set_ordered(*asked)
