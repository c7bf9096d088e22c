"""The frozen numbers of a warehouse."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from planzoo.envs.warehouse.generator import REQUESTS_PER_ROBOT, RWARE_SIZES, rware_instance, toy_instance
from planzoo.envs.warehouse.layout import STORAGE, WALL, Layout, parse_layout, read_layout
from planzoo.errors import InputError

REWARDS = ("global", "individual", "two_stage")
OBSERVATIONS = ("local", "fleet")


@dataclass(frozen=True)
class WarehouseParams:
    """What makes one warehouse differ from another.

    Attributes:
        layout: the map as text, see :mod:`planzoo.envs.warehouse.layout`.
        robots: N.
        request_queue_size: Q, how many shelves are requested at any time.
        max_steps: an episode is truncated after so many steps.
        reward: ``individual`` (1 for the robot that delivers), ``global`` (1 for every robot each time) or
            ``two_stage`` (half for the delivery, half for bringing the shelf back to storage).
        observation: ``local`` (what a robot senses around itself) or ``fleet`` (that, and what a fleet
            manager knows).
        sensor_range: how many cells a robot senses in each direction.

    Raises:
        InputError: a value is out of range or does not fit the layout.
    """

    layout: str
    robots: int = 2
    request_queue_size: int = 2
    max_steps: int = 500
    reward: str = "individual"
    observation: str = "local"
    sensor_range: int = 1

    def __post_init__(self) -> None:
        """Checks every value against the layout."""
        for name in ("robots", "request_queue_size", "max_steps", "sensor_range"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise InputError(f"WarehouseParams.{name} must be a positive integer, got {value!r}.")
        _check_choice("reward", self.reward, REWARDS)
        _check_choice("observation", self.observation, OBSERVATIONS)
        shelves, free = len(self.map.cells(STORAGE)), int((self.map.kinds != WALL).sum())
        if self.robots > free:
            raise InputError(
                f"WarehouseParams.robots is {self.robots}, but the layout has {free} free cells: "
                "use fewer robots or a larger layout."
            )
        if self.request_queue_size >= shelves:
            raise InputError(
                f"WarehouseParams.request_queue_size is {self.request_queue_size}, but the layout has "
                f"{shelves} shelves: request fewer than there are."
            )

    @cached_property
    def map(self) -> Layout:
        """The parsed layout."""
        return parse_layout(self.layout)

    @classmethod
    def rware(
        cls, size: str = "tiny", robots: int = 2, difficulty: str = "normal", **changes: Any
    ) -> WarehouseParams:
        """Gives the warehouse ``rware-{size}-{robots}ag[-{difficulty}]-v2`` of the ``rware`` package 2.0.0.

        Source: Papoudakis et al., "Benchmarking Multi-Agent Deep Reinforcement Learning Algorithms in
        Cooperative Tasks", NeurIPS Datasets and Benchmarks 2021. Unlike there, the time limit truncates.

        Args:
            size: tiny, small, medium or large.
            robots: N.
            difficulty: easy, normal or hard: 2, 1 or 0.5 requests a robot.
            **changes: other fields of the params.

        Raises:
            InputError: unknown size or difficulty, or a value that does not fit.
        """
        _check_choice("size", size, tuple(RWARE_SIZES))
        _check_choice("difficulty", difficulty, tuple(REQUESTS_PER_ROBOT))
        queue = max(1, int(robots * REQUESTS_PER_ROBOT[difficulty]))
        fields: dict[str, Any] = {"robots": robots, "request_queue_size": queue, **changes}
        return cls(layout=rware_instance(size), **fields)

    @classmethod
    def toy(cls, **changes: Any) -> WarehouseParams:
        """Gives the smallest warehouse worth a plan, for docs and tests."""
        fields: dict[str, Any] = {"robots": 1, "request_queue_size": 1, "max_steps": 100, **changes}
        return cls(layout=toy_instance(), **fields)

    @classmethod
    def from_file(cls, path: str | Path, **changes: Any) -> WarehouseParams:
        """Reads the layout from a text file.

        Raises:
            InputError: the file can't be read or used.
        """
        return cls(layout=read_layout(path), **changes)

    def to_dict(self) -> dict[str, Any]:
        """Gives the fields as plain data."""
        return asdict(self)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InputError(f"WarehouseParams: {name} {value!r} is unknown; choose one of {', '.join(choices)}.")
