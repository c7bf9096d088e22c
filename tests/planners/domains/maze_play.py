"""Mazes in which planners are watched: drawn worlds, what agents observe in them, and whole episodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    DOOR,
    EXIT,
    FIRST_PROPOSAL,
    GROUND_CODES,
    ITEM_SHIFT,
    MEDICINE,
    NO_CELL,
    SAFE_ROOM,
    WALL,
)
from planzoo.planners.domains.maze_memory import MazeMemory
from planzoo.planners.domains.maze_site import MazeSite
from planzoo.planners.domains.maze_view import MazeReader, MazeView
from planzoo.planners.htn import Action
from tests.envs.maze.stage import inside, staged

LEAST_SIDE = 5
Bodies = dict[int, dict[str, Any]]
"""Agent → what differs from the beginning: ``needs`` and ``items``."""


def drawn(drawing: str, bodies: Bodies | None = None, known: bool = False, **changes: Any) -> Any:
    """A world as drawn, see :func:`tests.envs.maze.stage.staged`, with the planners' observation.

    Drawings smaller than the least maze get walls below and on their right. If it is ``known``, everybody has
    the whole of it on the map, hazards included; else what they see from where they stand.
    """
    lines = drawing.split()
    width = max(LEAST_SIDE, len(lines[0]))
    walled = [line.ljust(width, "#") for line in lines] + ["#" * width] * (LEAST_SIDE - len(lines))
    simulator = staged("\n".join(walled), **{"observation": "map", "sight": 8, **changes})
    if known:
        reveal(simulator)
    for agent, body in (bodies or {}).items():
        for name, values in body.items():
            simulator.state.agents[name][0, agent] = values
    simulator.refresh()
    return simulator


def reveal(simulator: Any) -> None:
    """Puts the whole maze on everybody's map."""
    state, cells = simulator.state, np.flatnonzero(inside(simulator))
    codes = state.codes[0, cells]
    ground, items = codes & GROUND_CODES, codes >> ITEM_SHIFT
    state.known[0][:, cells], state.known_at[0][:, cells] = codes, 0
    state.agents.supplies_known[0] = np.count_nonzero((items > 0) & (items <= MEDICINE + 1))
    state.agents.frontier_known[0] = 0
    state.agents.cells_known[0] = state.worlds.cells_seen[0] = np.count_nonzero(
        (ground != WALL) & (ground != DOOR)
    )
    state.seen[0][cells] = True
    for name, kind in (("exit_known", EXIT), ("safe_known", SAFE_ROOM)):
        state.agents[name][0] = next(iter(cells[ground == kind]), NO_CELL)
    simulator.refresh()


def views(simulator: Any, world: int = 0) -> list[MazeView]:
    """What each agent of a world observes now."""
    reader = MazeReader(simulator.params)
    return [reader.read(row, number) for number, row in enumerate(simulator.buffers.observations[world])]


def site(simulator: Any, agent: int = 0, told: tuple[tuple[int, int], ...] = ()) -> MazeSite:
    """What an agent makes of what it observes; it was told of exits at some (row, column)."""
    across = simulator.params.width + 2
    exits = [(row + 1) * across + column + 1 for row, column in told]
    return MazeSite(views(simulator)[agent], simulator.params, exits)


def remembering(simulator: Any, agent: int = 0) -> tuple[MazeSite, MazeMemory]:
    """The same, with a memory that begins here."""
    memory = MazeMemory()
    here = site(simulator, agent)
    memory.observe(here.view, simulator.params)
    return here, memory


def spelled(view: MazeView, actions: Sequence[Action]) -> list[str]:
    """A plan's actions, with the cells of moves as (row, column)."""
    return [
        each.name + str(view.place(each.arguments[0])) if each.name in ("walk", "search") else str(each)
        for each in actions
    ]


def random_worlds(params: MazeParams, seed: int, steps: int, silent: bool = False) -> Iterator[Any]:
    """A world in which everybody does at random what is allowed; gives the simulator before each step.

    Who is silent has no part in plans.
    """
    simulator = maze_v0.simulator(params)
    simulator.reset([seed])
    draws = np.random.default_rng(seed)
    for _ in range(steps):
        yield simulator
        masks = simulator.buffers.action_masks[0, :, : FIRST_PROPOSAL if silent else None]
        actions = [int(draws.choice(np.flatnonzero(mask))) for mask in masks]
        simulator.step(np.array([actions]), autoreset=False)
        if simulator.state.ended[0]:
            return


def played(policy: Any, simulator: Any, steps: int = 1000) -> Iterator[list[int]]:
    """Lets a policy play the first world to its end; gives the actions, before they are taken."""
    memory, start = None, np.ones(1, dtype=bool)
    for _ in range(steps):
        if simulator.state.ended[0]:
            return
        masks = simulator.buffers.action_masks.reshape(1, -1)
        row = simulator.buffers.observations.reshape(1, -1)
        actions, memory = policy.predict(row, memory, start, True, masks)
        start[:] = False
        yield np.reshape(actions, -1).tolist()
        simulator.step(np.reshape(actions, (1, -1)), autoreset=False)


def outcome(policy: Any, params: MazeParams, seeds: range) -> dict[str, float]:
    """Means over episodes: shares that escaped and that lived, escape time, and return of an agent."""
    simulator, facts, returns = maze_v0.simulator(params), [], []
    for seed in seeds:
        simulator.reset([seed])
        policy.reset(seed)
        total = 0.0
        for _ in played(policy, simulator):
            total += float(simulator.buffers.rewards[0].mean())
        facts.append(simulator.episode_facts(np.array([0])))
        returns.append(total + float(simulator.buffers.rewards[0].mean()))
    names = ("escape_rate", "survival_rate", "escape_time")
    means = {name: float(np.mean([fact[name][0] for fact in facts])) for name in names}
    return {**means, "return": float(np.mean(returns))}
