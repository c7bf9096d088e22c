"""Warehouse instances: a hand-drawn toy, the published presets, random ones."""

from __future__ import annotations

import numpy as np

from planzoo.envs.warehouse.layout import rware_layout

RWARE_SIZES = {"tiny": (3, 1), "small": (3, 2), "medium": (5, 2), "large": (5, 3)}
"""Shelf columns and shelf rows of each size of the ``rware`` package (version 2.0.0)."""
REQUESTS_PER_ROBOT = {"easy": 2.0, "normal": 1.0, "hard": 0.5}
"""Length of the request queue in requests a robot, by difficulty (rware 2.0.0)."""


def toy_instance() -> str:
    """Draws the smallest warehouse worth a plan: four shelves, one workstation."""
    return "\n".join([".....", ".x.x.", ".x.x.", ".....", "..g.."])


def rware_instance(size: str) -> str:
    """Draws a layout of the ``rware`` package.

    Raises:
        KeyError: ``size`` is not one of tiny, small, medium, large.
    """
    columns, rows = RWARE_SIZES[size]
    return rware_layout(columns, rows)


def random_instance(seed: int, height: int = 12, width: int = 13, density: float = 0.5) -> str:
    """Draws pairs of storage cells at random between aisles, so that every cell can be reached.

    Args:
        seed: draws the instance.
        height: H ≥ 5.
        width: W ≥ 4.
        density: share of the possible storage pairs that are used, in (0, 1].
    """
    generator = np.random.default_rng(seed)
    cells = np.full((height, width), ".")
    pairs = [(row, column) for row in range(1, height - 2) for column in range(1, width - 2, 3)]
    count = max(1, round(density * len(pairs)))
    for index in generator.choice(len(pairs), size=count, replace=False):
        row, column = pairs[index]
        cells[row, column : column + 2] = "x"
    cells[height - 1, width // 2] = "g"
    return "\n".join("".join(row) for row in cells)
