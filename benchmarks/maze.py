"""The maze: ``python benchmarks/maze.py [--json] [--only TEXT]``.

Environments take random allowed actions, with autoreset; the time is that of the steps, in seconds of CPU of
this process, on one thread. Whether plans that have ended cost anything is seen in one long episode: agents
walk a corridor and make plans, and what a step costs early and late is compared.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import report
from numpy.typing import NDArray
from report import Row

from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import FIRST_PROPOSAL
from planzoo.envs.simulation.simulator import Simulator

STEPS_WANTED = 300_000.0
MILLISECONDS_WANTED = 1.0
FLATNESS_WANTED = 0.8
"""Steps a second late in a long episode, as a share of those early in it, at least."""
WORLDS = 1024
PREPARED = 64
"""Steps whose actions are drawn between two measurements."""
REPETITIONS = 5


def allowed_actions(masks: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.int64]:
    """Draws an allowed action for each agent of each world, uniformly, int64 (B, N)."""
    return (masks * random.random(masks.shape)).argmax(axis=-1)


def seconds_per_step(simulator: Simulator, random: np.random.Generator, steps: int) -> float:
    """Steps all worlds with random allowed actions; gives the CPU seconds of one step of all."""
    spent = 0.0
    for _ in range(steps):
        actions = allowed_actions(simulator.buffers.action_masks, random)
        started = time.process_time()
        simulator.step(actions, autoreset=True)
        spent += time.process_time() - started
    return spent / steps


def rate(params: MazeParams, worlds: int = WORLDS) -> float:
    """Gives the median steps a second of so many worlds, each of all its agents."""
    simulator = maze_v0.simulator(params, worlds, threads=1)
    simulator.reset(0)
    random = np.random.default_rng(0)
    seconds_per_step(simulator, random, PREPARED)
    rates = [worlds / seconds_per_step(simulator, random, PREPARED) for _ in range(REPETITIONS)]
    return statistics.median(rates)


def limit(task: str, value: float, wanted: float, unit: str) -> Row:
    """Makes a row of a figure that should be at least as high as is asked for."""
    return Row(task, value, "limit", "", wanted, value / wanted, unit, 1.0)


def plain(task: str, value: float, unit: str) -> Row:
    """Makes a row of a figure without a peer."""
    return Row(task, value, "–", "", None, None, unit)


def vector_rows() -> list[Row]:
    """Measures three agents on 15 × 15, with and without plans, and with what observations add."""
    task = f"{WORLDS:,} worlds, 15 × 15, 3 agents"
    rows = [limit(f"{task}, with plan actions", rate(MazeParams()), STEPS_WANTED, "steps/s")]
    for title, changes in (
        ("without plans", {"coordination": "none"}),
        ("roles", {"coordination": "roles"}),
        ("observation guided", {"observation": "guided"}),
        ("observation map", {"observation": "map"}),
        ("caves", {"kind": "caves"}),
        ("rooms and corridors", {"kind": "rooms"}),
        ("8 agents", {"agents": 8}),
    ):
        rows.append(plain(f"{task}, {title}", rate(MazeParams(**changes)), "steps/s"))  # type: ignore[arg-type]
    return rows


def large_rows() -> list[Row]:
    """Measures one world of 200 × 200 with fifty agents, who start anywhere or as a crowd."""
    return [_large_row("", False), _large_row(" who start together", True)]


def _large_row(words: str, together: bool) -> Row:
    amounts = {"food": 200, "water": 200, "hazards": 100, "max_steps": 2000}
    params = MazeParams(height=200, width=200, agents=50, together=together, **amounts)
    simulator = maze_v0.simulator(params, 1, threads=1)
    simulator.reset(0)
    random = np.random.default_rng(0)
    # The first steps of a process also load compiled code.
    seconds_per_step(simulator, random, PREPARED)
    costs = [1000 * seconds_per_step(simulator, random, 200) for _ in range(REPETITIONS)]
    cost = statistics.median(costs)
    task = f"one world, 200 × 200, 50 agents{words}: a step"
    return Row(task, cost, "limit", "", MILLISECONDS_WANTED, MILLISECONDS_WANTED / cost, "ms", 1.0)


CORRIDOR = "\n".join(["#" * 200, "#@@@" + "." * 194 + "E#", "#" * 200])


def flatness_rows() -> list[Row]:
    """Compares what steps cost after few and after many plans that have ended, in one episode."""
    params = MazeParams.from_text(
        CORRIDOR, hunger_rate=0.0, thirst_rate=0.0, move_energy=0.0, max_steps=32_000, proposal_pause=1
    )
    worlds = 64
    simulator = maze_v0.simulator(params, worlds, threads=1)
    simulator.reset(0)
    random = np.random.default_rng(0)
    rates: list[float] = []
    ended: list[float] = []
    for _ in range(12):
        rates.append(worlds / _talk(simulator, random, 500))
        ended.append(float(simulator.state.worlds.plans_ended.mean()))
    early, late = statistics.median(rates[1:4]), statistics.median(rates[-3:])
    task = f"steps after {ended[-2]:,.0f} ended plans in a world, against {ended[2]:,.0f}"
    return [Row(task, late, "early in the episode", "", early, late / early, "steps/s", FLATNESS_WANTED)]


def _talk(simulator: Simulator, random: np.random.Generator, steps: int) -> float:
    """Steps with as much talk as is allowed, so that agents hardly walk; gives CPU seconds of a step."""
    spent = 0.0
    for _ in range(steps):
        masks = simulator.buffers.action_masks
        talking = masks.copy()
        talking[..., :FIRST_PROPOSAL] &= ~masks[..., FIRST_PROPOSAL:].any(axis=-1, keepdims=True)
        actions = allowed_actions(talking, random)
        started = time.process_time()
        simulator.step(actions)
        spent += time.process_time() - started
    return spent / steps


TASKS: dict[str, Callable[[], list[Row]]] = {
    "vector environments": vector_rows,
    "large maze": large_rows,
    "ended plans": flatness_rows,
}

if __name__ == "__main__":
    report.main("The maze", TASKS)
