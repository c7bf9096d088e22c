"""Every scenario with its default parameters, and with others that show what it can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from planzoo.envs.diagnosis.generator import random_network
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.simulation.scenario import Scenario
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.params import WarehouseParams

ORDERS = (
    Order((3, 0), priority=2, deadline=60),
    Order((5,), release=10),
    Order((1, 2), release=20, deadline=90),
    Order((7,), priority=4, release=30, deadline=31),
)

BUSY: dict[str, Any] = {
    "slip": 0.1, "breakdown": 0.03, "repair_steps": 5, "blocked_aisle": 0.2, "blocked_steps": 9,
    "max_steps": 150, "sensor_dropout": 0.1, "order_cancelled": 0.05, "order_changed": 0.05,
    "arrival_rate": 0.3, "battery": 60, "deadline": (10, 80), "heavy_share": 0.5, "tool_share": 0.3,
    "packages": 1, "budget": 25.0, "move_cost": 0.05, "message_range": 1,
}  # fmt: skip
"""Options whose rates let everything happen within some dozen steps."""

rware, everything = WarehouseParams.rware, WarehouseParams.everything
WAREHOUSES: dict[str, Callable[[], WarehouseParams]] = {
    "toy": WarehouseParams.toy,
    "small": partial(rware, "small", 4, "easy"),
    "medium": partial(rware, "medium", 6, "hard", reward="global", observation="image"),
    "large": partial(rware, "large", 8, observation="compact", sensor_range=2),
    "xlarge": partial(rware, "xlarge", 20, reward="two_stage", movement="cardinal"),
    "fulfilment": partial(WarehouseParams.fulfilment, robots=5, battery=150, observation="fleet"),
    "sorting": partial(WarehouseParams.sorting, robots=8, movement="cardinal", observation="compact"),
    "messages": partial(rware, message_bits=3, message_range=1, sensor_range=2),
    "list": partial(rware, orders="list", order_list=ORDERS, late_penalty=0.5),
    "drawn list": partial(WarehouseParams.toy, robots=3, orders="list", order_count=3, deadline=(9, 30)),
    "image": partial(rware, observation="image", message_bits=1, sensor_range=2),
    "everything": everything,
    "everything cardinal": partial(
        everything, "tiny", 4, movement="cardinal", observation="fleet", reward="two_stage", **BUSY
    ),
    "everything image": partial(everything, "tiny", 5, observation="image", **BUSY),
    "everything compact": partial(
        everything, "tiny", 5, observation="compact", movement="cardinal", reward="global", **BUSY
    ),
}
"""Parameters of the warehouse, by a name of their own."""


def repairs(**changes: Any) -> DiagnosisParams:
    """Two patients with two diseases at most, who are treated until nothing is left."""
    params = random_network(3, diseases=2, tests=5, noise=0.2)
    roles = params.roles.model_copy(update={"treatment_ends": False, "step_cost": 0.05})
    crowded = DiagnosisParams.from_network(
        params.network, roles, patients=2, capacity=1, end_when_spent=False
    )
    return crowded.changed(**changes)


DIAGNOSES: dict[str, Callable[[], DiagnosisParams]] = {
    "pump": DiagnosisParams.toy,
    "clinic": partial(DiagnosisParams.clinic, 3, max_steps=12),
    "diagnosis belief": partial(DiagnosisParams.asia, observation="belief"),
    "diagnosis marginals deadline": partial(
        DiagnosisParams.clinic, 2, deadline=9, capacity=1, observation="marginals", end_when_spent=True
    ),
    "repairs": repairs,
    "repairs belief": partial(repairs, observation="belief", budget=None),
    "troubleshooting": DiagnosisParams.troubleshooting,
}
"""Parameters of the diagnosis, by a name of their own."""

MAZES: dict[str, Callable[[], MazeParams]] = {
    "maze map": partial(MazeParams, observation="map", height=9, width=11, food=2, water=2, doors=2),
    "maze guided": partial(
        MazeParams, kind="rooms", observation="guided", agents=10, message_range=6, share_range=2, doors=1
    ),
    "maze alone": partial(MazeParams, kind="perfect", coordination="none"),
    "maze forced": partial(
        MazeParams, coordination="forced", plan_reward=1.0, team_share=0.5, together=True,
        minimum_participants=3,
    ),
    "maze roles": partial(
        MazeParams, kind="caves", coordination="roles", agents=4, memory="kept", plan_slots=2, max_steps=120
    ),
    "maze one": partial(
        MazeParams, agents=1, coordination="none", height=7, width=7, food=1, water=1, hazards=1
    ),
}  # fmt: skip
"""Parameters of the maze, by a name of their own."""

NAMES = [*REGISTRY, *WAREHOUSES, *DIAGNOSES, *MAZES]
DISTURBED = ["everything", "everything cardinal", "everything image", "everything compact"]


def load_preset(name: str) -> Scenario:
    """Gives a scenario that has the parameters of that name when none are given."""
    if name in REGISTRY:
        return load_scenario(name)
    if name in DIAGNOSES:
        return replace(load_scenario("diagnosis_v0"), default_params=DIAGNOSES[name])
    if name in MAZES:
        return replace(load_scenario("maze_v0"), default_params=MAZES[name])
    return replace(load_scenario("warehouse_v0"), default_params=WAREHOUSES[name])
