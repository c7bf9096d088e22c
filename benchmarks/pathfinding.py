"""PIBT and distance fields: ``python benchmarks/pathfinding.py [--json] [--only TEXT] [--data FOLDER]``.

Without ``--data``, everything runs on warehouses that are drawn here. A folder may hold ``*.map`` files of
the MovingAI benchmark (https://movingai.com/benchmarks/mapf), on which fields are filled and 192 and 1,000
robots driven, and ``lifelong_*.txt`` or ``.txt.gz`` files: a line with height and width, the map, a line with
the numbers of instances and steps, and for each instance a line ``NAME N`` and N lines ``y x k y1 x1 …``:
a robot's start and its k goals in order. Throughput is the number of goals reached per step, times are CPU
milliseconds of one thread (fields: of the clock, as threads are compared). Published throughputs stand beside
instances on POGEMA's warehouse of 33 × 46 cells; "limit" is what this project asks of itself.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import report
from numpy.typing import NDArray
from report import Row

from planzoo.planners.pathfinding import DistanceFields, PIBTPlanner, PIBTSituation
from planzoo.planners.pathfinding.pibt_step import plan_pibt

FLEETS = (32, 64, 96, 128, 160, 192)
STEPS = 256
LIMITS = {192: 0.1, 1000: 2.0}
"""Milliseconds of a step of cardinal robots, by their number."""
POGEMA_SHAPE = (33, 46)
PUBLISHED = {
    "RHCR (published)": (1.225, 2.268, 3.103, 3.493, 2.456, 1.568),
    "Follower (published)": (1.127, 1.957, 2.613, 3.151, 3.599, 3.937),
    "plain PIBT in C++": (1.109, 1.870, 2.330, 2.590, 2.775, 2.897),
}
"""Goals per step on POGEMA's lifelong warehouse for the numbers of robots in ``FLEETS``."""


@dataclass
class Instance:
    """Robots with lists of goals.

    Attributes:
        starts: int (N, 2).
        goals: for each robot int (k, 2).
        reached: how many goals each robot has reached.
    """

    starts: NDArray[np.int64]
    goals: list[NDArray[np.int64]]
    reached: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.reached = np.zeros(len(self.starts), dtype=np.int64)

    def goal(self, robot: int) -> NDArray[np.int64]:
        """Gives a robot's goal; who has reached all of them goes round again."""
        return self.goals[robot][self.reached[robot] % len(self.goals[robot])]


def drawn_warehouse(blocks: tuple[int, int], shelf: tuple[int, int], margin: int) -> NDArray[np.bool_]:
    """Draws blocks of shelves with one-wide aisles and open floor to both sides.

    Args:
        blocks: rows and columns of blocks.
        shelf: height and width of a block.
        margin: width of the floor at the left and at the right.
    """
    row = np.concatenate([np.zeros(shelf[1], dtype=bool), [True]])
    line = np.concatenate(
        [np.ones(margin, dtype=bool), np.tile(row, blocks[1]), np.ones(margin - 1, dtype=bool)]
    )
    aisle = np.ones((1, line.size), dtype=bool)
    return np.concatenate([aisle, *[np.concatenate([np.tile(line, (shelf[0], 1)), aisle])] * blocks[0]])


def drawn_instance(passable: NDArray[np.bool_], robots: int, seed: int) -> Instance:
    """Draws starts and goals at random."""
    random = np.random.default_rng(seed)
    cells = np.argwhere(passable)
    starts = cells[random.permutation(len(cells))[:robots]]
    return Instance(starts, list(cells[random.integers(len(cells), size=(robots, 64))]))


def read_map(path: Path) -> NDArray[np.bool_]:
    """Reads a MovingAI map."""
    lines = path.read_text(encoding="utf-8").split()
    return np.array([[character in ".GS" for character in line] for line in lines[lines.index("map") + 1 :]])


def read_lifelong(path: Path) -> tuple[NDArray[np.bool_], list[Instance]]:
    """Reads a file of lifelong instances."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    lines = iter(text.decode("utf-8").splitlines())
    height, _ = map(int, next(lines).split())
    passable = np.array([[character != "#" for character in next(lines)] for _ in range(height)])
    count = int(next(lines).split()[0])
    return passable, [_read_instance(lines) for _ in range(count)]


def _read_instance(lines: Iterator[str]) -> Instance:
    robots = int(next(lines).split()[1])
    rows = [np.array(next(lines).split(), dtype=np.int64) for _ in range(robots)]
    return Instance(np.array([row[:2] for row in rows]), [row[3:].reshape(-1, 2) for row in rows])


def lifelong(planner: PIBTPlanner, instance: Instance, steps: int) -> tuple[float, float]:
    """Drives a fleet; gives its throughput and the CPU milliseconds of a step."""
    robots = len(instance.starts)
    goals = np.array([instance.goal(robot) for robot in range(robots)])
    fleet = planner.fleet(PIBTSituation(instance.starts, goals, np.zeros(robots, dtype=np.int64)))
    problem = planner.problem(fleet, planner.begin(robots))
    vertex_at, seconds = planner.graph.vertex_at, 0.0
    for _ in range(steps):
        started = time.process_time()
        plan_pibt(problem)
        seconds += time.process_time() - started
        _carry_out(problem)
        for robot in np.flatnonzero(fleet.vertices == fleet.goals):
            instance.reached[robot] += 1
            fleet.goals[robot] = vertex_at[*instance.goal(robot)]
    return int(instance.reached.sum()) / steps, 1000 * seconds / steps


def _carry_out(problem: Any) -> None:
    fleet, actions = problem.fleet, problem.scratch.actions
    fleet.vertices[:] = problem.scratch.next_vertices
    if problem.graph.turning:
        left, right = np.array([2, 3, 1, 0]), np.array([3, 2, 0, 1])
        turned = np.where(actions == 3, right[fleet.directions], fleet.directions)
        fleet.directions[:] = np.where(actions == 2, left[fleet.directions], turned)


def plain_row(task: str, value: float, unit: str, limit: float | None = None) -> Row:
    """Makes a row of a figure without a peer, at most with a limit of our own."""
    if limit is None:
        return Row(task, value, "–", "", None, None, unit)
    return Row(task, value, "limit", "", limit, limit / value, unit, target=1.0)


def field_rows(name: str, passable: NDArray[np.bool_]) -> list[Row]:
    """Measures all distance fields of a map."""
    vertices = int(passable.sum())
    capacity = 4 * vertices**2
    DistanceFields(passable, capacity_bytes=capacity).fill_all()
    rows = []
    for threads in (1, 2):
        fields = DistanceFields(passable, capacity_bytes=capacity)
        started = time.perf_counter()
        fields.fill_all(threads=threads)
        seconds = time.perf_counter() - started
        task = f"{name}: {vertices:,} distance fields, {threads} thread{'s' * (threads > 1)}"
        rows.append(plain_row(task, 1000 * seconds, "ms", limit=2000))
    return [*rows, plain_row(f"{name}: memory of its distance fields", fields.nbytes / 1e6, "MB", limit=100)]


def fleet_rows(name: str, passable: NDArray[np.bool_], robots: int) -> list[Row]:
    """Measures a step of a fleet of each kind with random goals, and its throughput.

    The first run fills the distance fields of goals as they come up, the second one finds them ready.
    """
    rows = []
    for movement in ("cardinal", "turn"):
        planner = PIBTPlanner(passable, movement, capacity_bytes=1 << 29)
        lifelong(planner, drawn_instance(passable, robots, seed=0), 10)
        task = f"{name}: PIBT, {robots:,} {movement} robots"
        _, filling = lifelong(planner, drawn_instance(passable, robots, seed=1), STEPS)
        throughput, milliseconds = lifelong(planner, drawn_instance(passable, robots, seed=1), STEPS)
        rows.append(plain_row(f"{task}, a step", milliseconds, "ms", LIMITS.get(robots)))
        rows.append(plain_row(f"{task}, a step, fields of new goals included", filling, "ms"))
        rows.append(plain_row(f"{task}, throughput", throughput, "goals/step"))
    return rows


def lifelong_rows(path: Path) -> list[Row]:
    """Drives the instances of a file; published throughputs stand beside those on POGEMA's warehouse."""
    passable, instances = read_lifelong(path)
    planner = PIBTPlanner(passable)
    planner.fields.fill_all()
    found = np.array([lifelong(planner, instance, STEPS) for instance in instances])
    robots = len(instances[0].starts)
    throughput, milliseconds = found[:, 0].mean(), float(np.median(found[:, 1]))
    task = f"{path.name.split('.')[0]}: PIBT, {robots} robots"
    rows = [plain_row(f"{task}, a step", milliseconds, "ms")]
    if passable.shape != POGEMA_SHAPE or robots not in FLEETS:
        return [*rows, plain_row(f"{task}, throughput", throughput, "goals/step")]
    for peer, values in PUBLISHED.items():
        theirs = values[FLEETS.index(robots)]
        rows.append(
            Row(f"{task}, throughput", throughput, peer, "", theirs, throughput / theirs, "goals/step")
        )
    return rows


def pypibt_rows(passable: NDArray[np.bool_]) -> list[Row]:
    """Compares a step with the package pypibt, if it is installed."""
    try:
        from pypibt import PIBT

        installed = version("pypibt")
    except (ImportError, PackageNotFoundError):
        return []
    rows = []
    for robots in (32, 96):
        instance = drawn_instance(passable, robots, seed=1)
        starts = [(int(row), int(column)) for row, column in instance.starts]
        goals = [(int(goals[0, 0]), int(goals[0, 1])) for goals in instance.goals]
        peer = PIBT(passable, starts, goals)
        started = time.process_time()
        steps = len(peer.run(max_timestep=50))
        theirs = 1000 * (time.process_time() - started) / steps
        _, ours = lifelong(PIBTPlanner(passable), instance, steps)
        rows.append(
            Row(f"PIBT, {robots} robots, a step", ours, "pypibt", installed, theirs, theirs / ours, "ms")
        )
    return rows


def map_rows(data: Path | None) -> list[Row]:
    """Measures fields and large fleets on a drawn map and on those of a folder."""
    maps = {"drawn warehouse": drawn_warehouse((20, 10), (2, 10), 26)}
    if data is not None:
        maps |= {path.stem: read_map(path) for path in sorted(data.glob("*.map"))}
    rows: list[Row] = []
    for name, passable in maps.items():
        rows += field_rows(name, passable)
        for robots in (192, 1000):
            rows += fleet_rows(name, passable, robots) if robots < passable.sum() / 4 else []
    return rows


def all_lifelong_rows(data: Path | None) -> list[Row]:
    """Measures the lifelong instances of a folder."""
    files = sorted(data.glob("lifelong_*.txt*"), key=lambda path: (len(path.name), path.name)) if data else []
    return [row for path in files for row in lifelong_rows(path)]


def tasks(data: Path | None) -> dict[str, Callable[[], list[Row]]]:
    """Gives what can be measured, by name."""
    small = drawn_warehouse((8, 3), (2, 10), 7)
    return {
        "maps": lambda: map_rows(data),
        "fleets": lambda: [row for robots in FLEETS for row in fleet_rows("small warehouse", small, robots)],
        "lifelong": lambda: all_lifelong_rows(data),
        "pypibt": lambda: pypibt_rows(small),
    }


def data_folder() -> Path | None:
    """Takes ``--data FOLDER`` from the command line, and leaves the rest to the report."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--data", type=Path, metavar="FOLDER")
    known, sys.argv[1:] = parser.parse_known_args()
    return known.data


if __name__ == "__main__":
    report.main("PIBT and distance fields (--data FOLDER: also on your own maps)", tasks(data_folder()))
