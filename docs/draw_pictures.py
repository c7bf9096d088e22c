"""Draws the pictures of docs/pictures anew: ``python docs/draw_pictures.py [folder]``.

The same code gives the same pictures: seeds are fixed, and no planner that plays looks at a clock.
"""

from __future__ import annotations

import argparse
import runpy
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from planzoo.baselines.cli import main as planzoo
from planzoo.envs import maze_v0, warehouse_v0
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.scene import scene as diagnosis_scene
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.scene import scene as maze_scene
from planzoo.envs.maze.state import FIRST_PROPOSAL, PROPOSALS, RIGHT
from planzoo.envs.rendering.image import render_image
from planzoo.envs.simulation.scene import Scene
from planzoo.envs.warehouse.scene import scene
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import (
    AISLE_BLOCKED,
    BLOCKED_CELL,
    BLOCKED_UNTIL,
    BROKE_DOWN,
    EVENTS,
    SENSORS_OUT,
)
from planzoo.envs.warehouse_v0 import WarehouseParams
from planzoo.errors import InputError
from planzoo.planners.domains.warehouse import HTNTeamPolicy
from planzoo.planners.htn import State
from planzoo.planners.resources.drawing import pareto_figure, profile_figure, save_figure

PICTURES = Path(__file__).resolve().parent / "pictures"
EXAMPLES = PICTURES.parents[1] / "examples"
COLOURS = 256
"""Of a picture's palette: enough for the eye, and a third of the bytes of all."""


def played(params: WarehouseParams, steps: int) -> Scene:
    """Shows a warehouse after so many steps of the HTN team."""
    environment = warehouse_v0.gymnasium_env(params=params)
    team = HTNTeamPolicy(warehouse_v0.model(params))
    team.reset(0)
    observation, _ = environment.reset(seed=0)
    memory = None
    for _ in range(steps):
        actions, memory = team.predict(observation, memory)
        observation, *_ = environment.step(actions)
    world: Any = environment.unwrapped
    return scene(world.simulator)


def warehouse() -> Scene:
    """Four robots in the benchmark's small warehouse."""
    return played(WarehouseParams.rware("small", robots=4, observation="fleet"), steps=60)


def fulfilment() -> Scene:
    """Sixty robots in a fulfilment centre."""
    return played(WarehouseParams.fulfilment("large", robots=60, observation="fleet"), steps=150)


def sorting() -> Scene:
    """Twenty robots in a sorting centre."""
    return played(WarehouseParams.sorting("medium", robots=20, observation="fleet"), steps=150)


def options() -> Scene:
    """Every mark at once, set up by hand in a warehouse with all options."""
    simulator = WarehouseSimulator(WarehouseParams.everything("small", robots=6))
    simulator.reset(3)
    simulator.place_robots(
        0,
        np.array([(4, 0), (9, 3), (10, 5), (0, 1), (14, 6), (14, 5)]),
        np.array([1, 3, 0, 1, 2, 2]),
    )
    _set_orders(simulator)
    _set_robots(simulator)
    _set_hall(simulator)
    return scene(simulator)


def _set_orders(simulator: WarehouseSimulator) -> None:
    state, shelves = simulator.state, simulator.constants.shelves
    state.requests[0] = -1
    state.shelves.requested[0] = False
    state.orders.left[0] = 0
    with_tool, heavy = np.flatnonzero(shelves.tool)[0], np.flatnonzero(shelves.weight > 1)[2]
    asked = [([22, 41], 3, 300), ([7], 1, 420), ([28], 2, 160), ([with_tool], 2, 250), ([heavy], 3, 270)]
    for place, (items, priority, deadline) in enumerate(asked):
        state.requests[0, 2 * place : 2 * place + len(items)] = items
        state.shelves.requested[0, items] = True
        state.orders.left[0, place] = state.orders.asked[0, place] = len(items)
        state.orders.priority[0, place], state.orders.deadline[0, place] = priority, deadline
    state.orders.asked[0, 1] = 2
    _load(simulator, 0, [22, 50])
    _load(simulator, 4, [int(heavy)])


def _load(simulator: WarehouseSimulator, robot: int, shelves: Sequence[int]) -> None:
    state = simulator.state
    state.robot_load[0, robot, : len(shelves)] = shelves
    state.robots.loads[0, robot] = len(shelves)
    state.shelves.cell[0, shelves] = state.robots.cell[0, robot]


def _set_robots(simulator: WarehouseSimulator) -> None:
    robots = simulator.state.robots
    robots.battery[0] = [180, 90, 0, 30, 120, 60]
    robots.message[0] = [1, 0, 0, 0, 2, 3]
    robots.deliveries[0] = [3, 2, 1, 0, 2, 1]
    robots.partner[0, 4], robots.partner[0, 5] = 5, 4
    robots.broken[0, 1], robots.still[0, 1] = 12, 60
    robots.blind[0, 0], robots.tool[0, 0] = True, True
    robots.wait[0, 4] = 1
    simulator.state.robot_events[0, 0] = 1 << SENSORS_OUT
    simulator.state.robot_events[0, 1] = 1 << BROKE_DOWN


def _set_hall(simulator: WarehouseSimulator) -> None:
    state, constants = simulator.state, simulator.constants
    state.steps[0], state.worlds.money[0], state.worlds.tools_left[0] = 130, 1210, 1
    state.worlds.events[0] = 1 << AISLE_BLOCKED
    state.packages[0] = [3, 7]
    counts = {"order_completed": 5, "order_expired": 2, "order_turned_away": 4, "order_changed": 1}
    for event, count in counts.items():
        state.event_counts[0, EVENTS.index(event)] = count
    width = constants.width + 2 * constants.padding
    for slot, (row, column) in enumerate([(6, 3), (18, 0)]):
        state.blocked[0, slot, BLOCKED_CELL] = (row + constants.padding) * width + column + constants.padding
        state.blocked[0, slot, BLOCKED_UNTIL] = 150


def examined(params: DiagnosisParams, seed: int, steps: Sequence[str]) -> Scene:
    """Shows patients after some steps; a step names an action for each doctor, with commas between them."""
    simulator = DiagnosisSimulator(params)
    simulator.reset(seed)
    actions = [*params.tables.tests, *params.tables.treatments, "stop", "wait"]
    for step in steps:
        simulator.step(np.array([[actions.index(name) for name in step.split(", ")]]))
    return diagnosis_scene(simulator)


def clinic() -> Scene:
    """Four patients of the chest clinic: one waits for an X-ray, one has left, one found no place for it."""
    steps = (
        "smoke, smoke, smoke, smoke",
        "asia, bronchodilator, asia, quick x-ray",
        "xray, stop, xray, quick x-ray",
    )
    return examined(DiagnosisParams.clinic(4), 12, steps)


def troubleshooting() -> Scene:
    """A robot cell that still does not work after a repair."""
    steps = ("hiss", "hiss", "gauge", "replace the hose", "maintained", "log")
    return examined(DiagnosisParams.troubleshooting(), 53, steps)


def hepar2() -> Scene:
    """A patient of the largest of the medical networks, which an installed pgmpy brings along.

    Raises:
        InputError: there is no pgmpy.
    """
    params = DiagnosisParams.public("hepar2")
    cheap = np.argsort(params.tables.costs, kind="stable")[:20]
    steps = [*(params.tables.tests[test] for test in cheap), "ast", "bilirubin"]
    return examined(params, 5, steps)


def lost(params: MazeParams, seed: int, steps: int) -> Scene:
    """Shows a maze whose agents act at random, but answer most proposals and complete their parts."""
    environment = maze_v0.gymnasium_env(params)
    _, info = environment.reset(seed=seed)
    random = np.random.default_rng(seed)
    for _ in range(steps):
        weights = np.asarray(info["action_mask"]) * random.random((params.agents, params.num_actions))
        weights[:, : RIGHT + 1] *= 3
        weights[:, FIRST_PROPOSAL + len(PROPOSALS) :] *= 4
        *_, info = environment.step(weights.argmax(axis=1))
    world: Any = environment.unwrapped
    return maze_scene(world.simulator)


def maze() -> Scene:
    """Three agents in a braided maze, with plans proposed, in progress and ended."""
    return lost(MazeParams(), seed=0, steps=60)


def maze_roles() -> Scene:
    """Eight agents with roles and four plans, in a maze with a locked door."""
    return lost(MazeParams(coordination="roles", agents=8, doors=1, exits=2), seed=23, steps=88)


SCENES: dict[str, Callable[[], Scene]] = {
    "warehouse": warehouse,
    "warehouse-options": options,
    "warehouse-fulfilment": fulfilment,
    "warehouse-sorting": sorting,
    "medical-testing": clinic,
    "diagnosis-troubleshooting": troubleshooting,
    "diagnosis-hepar2": hepar2,
    "maze": maze,
    "maze-roles": maze_roles,
}
OPTIONAL = ("diagnosis-hepar2",)
"""Left as they are where a library is missing."""


def diagnosis(path: Path) -> None:
    """Draws a patient after two questions and a test, with the planner's reasons."""
    play = ["watch", "diagnosis_v0", "--policy", "contingent", "--seed", "1", "--steps", "3"]
    if planzoo([*play, "--mode", "rgb_array", "--output", str(path)]) != 0:
        raise SystemExit("The diagnosis could not be drawn.")
    write(np.asarray(Image.open(path).convert("RGB")), path)


def htn_tree(path: Path) -> None:
    """Draws the tree behind the plan of the tutorial's domain."""
    with redirect_stdout(StringIO()):
        tutorial = runpy.run_path(str(EXAMPLES / "htn_own_domain.py"))
    path.write_text(tutorial["result"].plan.to_svg(), encoding="utf-8")


def resources(folder: Path) -> None:
    """Draws the Gantt chart, the profile and the Pareto front of the community centre."""
    with redirect_stdout(StringIO()):
        example = runpy.run_path(str(EXAMPLES / "resource_planning.py"))
        found = example["main"](str(folder / "resources-gantt.png"))
    planner = example["planner"](budget=1300, deadline=16)
    front = planner.optimize_resources(found, "balance", State(done={}))
    save_figure(profile_figure(found.schedule, planner.tracker), folder / "resources-profile.png")
    save_figure(pareto_figure(front), folder / "resources-pareto.png")


def write(frame: NDArray[np.uint8], path: Path) -> None:
    """Writes a picture with a small palette: its commonest colours, to the nearest of which all others go."""
    numbers = frame.astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.int32)
    colours, where, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    channels = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    palette = channels[np.argsort(-counts, kind="stable")[:COLOURS]]
    distances = np.square(channels[:, None] - palette[None]).sum(axis=2)
    indices = distances.argmin(axis=1)[where].reshape(numbers.shape)
    picture = Image.fromarray(indices.astype(np.uint8))
    picture.putpalette(palette.astype(np.uint8).tobytes())
    picture.save(path, optimize=True)


def draw(folder: Path) -> None:
    """Draws all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make_scene in SCENES.items():
        try:
            drawn = make_scene()
        except InputError:
            if name not in OPTIONAL:
                raise
            continue
        write(render_image(drawn), folder / f"{name}.png")
    diagnosis(folder / "diagnosis.png")
    htn_tree(folder / "htn_tree.svg")
    resources(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    draw(parser.parse_args().folder)
