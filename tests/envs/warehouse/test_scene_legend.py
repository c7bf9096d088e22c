"""The legend explains what is switched on, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.envs.simulation.scene import Field, Icon, Rectangle
from planzoo.envs.warehouse import scene_marks
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.scene_legend import LISTED_KINDS, describe_kind, legend
from planzoo.envs.warehouse.scene_style import Style
from planzoo.envs.warehouse.scene_things import Kind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from tests.envs.warehouse.stage import fields, staged, view

PLAIN = [
    "robot, its nose ahead",
    "black frame: shelf on a robot",
    "green ring: it has just delivered",
    "requested shelf, with its number",
    "other shelf",
    "workstation: deliver here",
    "stuck: 50 steps in one cell",
]


def explained(simulator: WarehouseSimulator, near: bool = True) -> list[str]:
    return [label for label, _ in fields(legend(view(simulator), Style(near=near), 36))]


def test_a_plain_warehouse_needs_few_words() -> None:
    assert explained(staged(orders="queue")) == PLAIN


@pytest.mark.parametrize(
    ("changes", "added"),
    [
        ({"priorities": 3}, {"dots: what it is worth"}),
        ({"deadline": (10, 20)}, {"ring: time that is left for it", "thick frame: due soon"}),
        ({"battery": 100}, {"charger", "battery", "charging", "out of power"}),
        ({"breakdown": 0.1}, {"broken"}),
        ({"sensor_dropout": 0.1}, {"sees nothing in this step"}),
        ({"blocked_aisle": 0.1}, {"aisle that is blocked for a while"}),
        ({"message_bits": 2}, {"message"}),
        ({"tools": 1, "tool_share": 0.3}, {"tool crib", "robot with a tool", "shelf that needs a tool"}),
        ({"robot_kinds": (RobotKind(1, steps_per_move=2),)}, {"slow: still moving"}),
        ({"robot_kinds": (RobotKind(1, capacity=2),)}, {"shelves stacked on a robot, with their count"}),
        (
            {"robot_kinds": (RobotKind(1, lift_class=2),), "heavy_share": 0.3},
            {"heavy shelf", "two robots carry a heavy shelf"},
        ),
        ({"slip": 0.1, "budget": 9.0, "move_cost": 0.1, "order_cancelled": 0.1}, set()),
    ],
)
def test_each_option_adds_its_marks(changes: dict[str, Any], added: set[str]) -> None:
    assert set(explained(staged(**changes))) - set(PLAIN) == added
    assert set(PLAIN) <= set(explained(staged(**changes)))


def test_packages_are_explained_at_their_workstation() -> None:
    words = explained(staged(packages=4))
    assert "workstation, with its packages left" in words
    assert "workstation: deliver here" not in words


def test_from_afar_small_marks_are_not_explained() -> None:
    simulator = WarehouseSimulator(WarehouseParams.everything("small", 6))
    simulator.reset(0)
    near, far = explained(simulator), explained(simulator, near=False)
    assert {"message", "dots: what it is worth", "sees nothing in this step"} <= set(near) - set(far)
    assert {"broken", "requested shelf", "battery, almost empty", "charger"} <= set(far)


def test_every_row_draws_what_it_explains() -> None:
    simulator = WarehouseSimulator(WarehouseParams.everything("small", 6))
    simulator.reset(0)
    rows = legend(view(simulator), Style(), 36).rows
    icons = {row.label: row.mark for row in rows if isinstance(row, Field)}
    assert all(isinstance(icon, Icon) and icon.shapes for icon in icons.values())
    assert len(set(icons.values())) == len(rows)
    assert icons["broken"] == Icon(scene_marks.broken((0.1, 0.1), 0.8))


def test_only_pictures_show_it() -> None:
    assert legend(view(staged()), Style(), 36).medium == "picture"


def test_kinds_are_told_apart() -> None:
    kinds = (RobotKind(2, capacity=2), RobotKind(1, lift_class=2, steps_per_move=3, tool=True))
    simulator = staged([(0, 1), (0, 2), (0, 3)], robot_kinds=kinds, heavy_share=0.3, tools=1, tool_share=0.3)
    rows = legend(view(simulator), Style(), 36).rows
    assert explained(simulator)[:2] == [
        "robots 0 to 1: lift 1, carry 2",
        "robot 2: lifts 2, 3 steps a move, own tool",
    ]
    icons = [row.mark for row in rows[:2] if isinstance(row, Field)]
    squares = [any(isinstance(s, Rectangle) for s in icon.shapes) for icon in icons if isinstance(icon, Icon)]
    assert squares == [False, True]


def test_kinds_that_are_spread_are_named_one_by_one() -> None:
    kinds = (RobotKind(1), RobotKind(1, sensor_range=0), RobotKind(1))
    seen = view(staged([(0, 1), (0, 2), (0, 3)], robot_kinds=kinds))
    assert describe_kind(seen.kinds[0], seen) == "robots 0, 2: sense 1"
    assert describe_kind(seen.kinds[1], seen) == "robot 1: senses 0"


def test_kinds_that_differ_in_nothing_visible_are_ordinary() -> None:
    kinds = (RobotKind(1), RobotKind(1, capacity=2))
    seen = view(staged([(0, 1), (0, 2)], robot_kinds=kinds))
    assert describe_kind(Kind(), seen) == "robot 0: ordinary"


def test_many_kinds_are_cut() -> None:
    kinds = tuple(RobotKind(1, capacity=number + 1) for number in range(LISTED_KINDS + 2))
    places = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 0), (1, 1), (1, 3), (2, 0)]
    words = explained(staged(places, robot_kinds=kinds))
    assert sum(word.startswith("robot ") for word in words) == LISTED_KINDS
