"""Plays episodes of the maze and notes every plan that was proposed in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.planners.domains.maze_team import CoordinatedPolicy


@dataclass(frozen=True)
class PlanNote:
    """What became of a plan.

    Attributes:
        initiator: number of the agent that proposed it.
        created_at: the step.
        accepted, rejected: bits of the agents that ever did; who then leaves or dies is still among them.
    """

    initiator: int
    created_at: int
    accepted: int
    rejected: int


def play_episode(simulator: MazeSimulator, policy: CoordinatedPolicy, seed: int) -> list[PlanNote]:
    """Plays one episode in the simulator's first world and gives its plans."""
    simulator.reset([seed])
    policy.reset(seed)
    plans: dict[int, PlanNote] = {}
    memory, start = None, np.ones(1, dtype=bool)
    while not simulator.state.ended[0]:
        observation = simulator.buffers.observations.reshape(1, -1)
        masks = simulator.buffers.action_masks.reshape(1, -1)
        actions, memory = policy.predict(observation, memory, start, True, masks)
        simulator.step(np.asarray(actions).reshape(1, -1), autoreset=False)
        start[:] = False
        _note_plans(simulator, plans)
    return list(plans.values())


def _note_plans(simulator: MazeSimulator, plans: dict[int, PlanNote]) -> None:
    """Notes every plan that is open or ended in this step."""
    now = int(simulator.state.steps[0])
    records: list[Any] = [plan for plan in simulator.state.plans[0] if plan["status"]]
    records += [plan for plan in simulator.state.history[0] if plan["status"] and plan["ended_at"] == now]
    for plan in records:
        number, accepted = int(plan["number"]), int(plan["accepted"])
        if number in plans:
            accepted |= plans[number].accepted
        rejected = int(plan["rejected"])
        plans[number] = PlanNote(int(plan["initiator"]), int(plan["created_at"]), accepted, rejected)
