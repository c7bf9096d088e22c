"""A courier whose actions fail: rollouts choose each way, failures are met with another one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from planzoo.planners.htn import Domain, State, Task
from planzoo.planners.htn.acting.generative import ExpectedCost, OperatorModel
from planzoo.planners.htn.acting.refinement import RefinementActor

domain = Domain("courier")


@domain.operator(cost=1)
def jump(state: State, here: str, there: str) -> None:
    """Over the ditch: quick, but it may fail."""
    state.at = there


@domain.operator(cost=5)
def walk(state: State, here: str, there: str) -> None:
    """Around the ditch: never fails."""
    state.at = there


@domain.operator(cost=1)
def hand_over(state: State, parcel: str) -> bool:
    """At the parcel's destination."""
    state.delivered[parcel] = True
    return state.at == state.destination[parcel]


@domain.method("deliver")
def bring(state: State, parcel: str) -> Iterator[Any]:
    """Get there in one of two ways."""
    for way in ("walk", "jump"):
        yield [(way, state.at, state.destination[parcel]), ("hand_over", parcel)]


def main(seed: int = 1) -> float:
    """Delivers five parcels and gives the cost."""
    world, random, cost = OperatorModel(domain, failures={"jump": 0.3}), np.random.default_rng(seed), 0.0
    streets = {f"parcel_{number}": f"street_{number}" for number in range(5)}
    state = State(at="depot", destination=streets, delivered={})
    actor = RefinementActor(domain, world, utility=ExpectedCost(failure=100))
    actor.begin([Task("deliver", parcel) for parcel in streets], seed)
    while (action := actor.act(state)) is not None:
        outcome = world.sample(state, (action.name, *action.arguments), random)
        cost += outcome.cost
        print(f"{'done  ' if outcome.succeeded else 'failed'} {actor.explain().words}")
    print(f"{actor.status.value}: {len(state.delivered)} parcels delivered at a cost of {cost:g}")
    return cost


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
