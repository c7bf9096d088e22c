"""Planners that learn from their failures which roads and machines to rely on.

``python examples/learning_from_failures.py [episodes [seeds]]`` prints how many of the episodes succeed with
and without learning, in two worlds whose probabilities and speeds nobody is told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from planzoo.planners.htn import Action, Domain, HierarchicalPlanner, State, Task
from planzoo.planners.replanning import AdaptivePlanner, ExecutionTrace, Outcome, Outlook, TraceStatus

ROADS = {"ridge": (2.0, 0.45), "valley": (3.0, 0.97), "forest": (2.5, 0.7)}
"""What each road costs, and how often one comes through."""
MACHINES = {"press": (1.0, 3.0, 0.9), "saw": (1.5, 2.0, 0.6), "mill": (2.0, 2.0, 0.98)}
"""How long each machine should take, how long it does, and how often it does its work."""


def deliveries() -> Domain:
    """Four customers, each of whom can be reached by three roads."""
    domain = Domain("deliveries")

    @domain.operator(cost=lambda state, road, customer: ROADS[road][0])
    def drive(state: State, road: str, customer: str) -> None:
        state.served[customer] = True

    @domain.method("serve")
    def serve(state: State, customer: str) -> Any:
        yield from ([("drive", road, customer)] for road in ROADS)

    return domain


def workshop() -> Domain:
    """Three parts, each of which is cut and drilled on one of three machines."""
    domain = Domain("workshop")

    @domain.operator(duration=lambda state, machine, step, part: MACHINES[machine][0])
    def work(state: State, machine: str, step: str, part: str) -> None:
        state.done[step, part] = True

    @domain.method("do")
    def do(state: State, step: str, part: str) -> Any:
        yield from ([("work", machine, step, part)] for machine in MACHINES)

    return domain


def come_through(action: Action) -> tuple[float, float]:
    """Roads take as long as they cost; some are blocked now and then."""
    return ROADS[action.arguments[0]][1], action.duration


def work_done(action: Action) -> tuple[float, float]:
    """Machines are slower than their makers say."""
    _, duration, chance = MACHINES[action.arguments[0]]
    return chance, duration


@dataclass(frozen=True)
class World:
    """A world: its rules, what is to be done, what nobody is told, and what is asked for."""

    domain: Domain
    tasks: tuple[Task, ...]
    truth: Callable[[Action], tuple[float, float]]
    outlook: Outlook
    replans: int
    deadline: float = float("inf")

    def succeeded(self, trace: ExecutionTrace) -> bool:
        """All is done, and in time."""
        return trace.status is TraceStatus.ACHIEVED and trace.total_time <= self.deadline


CUSTOMERS, PARTS = [f"customer_{number}" for number in range(4)], ["left", "right", "top"]
STEPS = tuple(Task("do", step, part) for part in PARTS for step in ("cut", "drill"))
WORLDS = {
    "deliveries": World(
        deliveries(), tuple(Task("serve", name) for name in CUSTOMERS), come_through, Outlook(), replans=2
    ),
    "workshop": World(workshop(), STEPS, work_done, Outlook("duration"), replans=3, deadline=18),
}


def executor(world: World, state: State, random: np.random.Generator) -> Callable[[Action], Outcome]:
    """Carries actions out as the world really is."""
    facts = state.copy()

    def carry_out(action: Action) -> Outcome:
        chance, duration = world.truth(action)
        happens = bool(random.random() < chance)
        if happens:
            world.domain.operators[action.name].function(facts, *action.arguments)
        return Outcome(facts.copy(), succeeded=happens, duration=duration)

    return carry_out


def successes(world: World, learns: bool, seed: int, episodes: int) -> list[bool]:
    """Plays episodes one after another, and gives which of them succeed."""
    planner = AdaptivePlanner(HierarchicalPlanner(world.domain), outlook=world.outlook)
    random, found = np.random.default_rng(seed), []
    for _ in range(episodes):
        state = State(served={}, done={})
        hands = executor(world, state, random)
        found.append(
            world.succeeded(planner.plan_and_execute(list(world.tasks), state, world.replans, hands))
        )
        if learns:
            planner.learn_from_failures()
    return found


def interval(shares: list[float]) -> tuple[float, float]:
    """Gives the mean over seeds and the half-width of its 95 % interval."""
    return float(np.mean(shares)), float(1.96 * np.std(shares, ddof=1) / np.sqrt(len(shares)))


def main(episodes: int = 50, seeds: int = 10) -> dict[str, dict[bool, float]]:
    """Plays all worlds with and without learning; gives the shares of episodes that succeed."""
    found: dict[str, dict[bool, float]] = {}
    for name, world in WORLDS.items():
        found[name] = {}
        for learns in (False, True):
            played = [successes(world, learns, seed, episodes) for seed in range(seeds)]
            mean, half = interval([float(np.mean(each)) for each in played])
            late, last = interval([float(np.mean(each[-10:])) for each in played])
            words = "with learning" if learns else "without"
            print(
                f"{name}, {words}: {mean:.0%} ± {half:.0%} succeed; of the last ten {late:.0%} ± {last:.0%}"
            )
            found[name][learns] = mean
    return found


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
