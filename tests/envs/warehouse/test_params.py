"""Warehouse parameters: presets, and one clear error for each contradiction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planzoo.envs.warehouse.generator import toy_instance
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.errors import InputError


@pytest.mark.parametrize(
    ("robots", "difficulty", "queue"), [(2, "easy", 4), (2, "normal", 2), (4, "hard", 2), (1, "hard", 1)]
)
def test_rware_presets(robots: int, difficulty: str, queue: int) -> None:
    params = WarehouseParams.rware("small", robots, difficulty)
    assert (params.robots, params.request_queue_size, params.max_steps) == (robots, queue, 500)
    assert (params.map.height, params.map.width) == (20, 10)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"robots": 0}, "robots must be a positive integer, got 0"),
        ({"robots": True}, "robots must be a positive integer"),
        ({"max_steps": 1.5}, "max_steps must be a positive integer"),
        ({"robots": 26}, "robots is 26, but the layout has 25 free cells"),
        ({"request_queue_size": 4}, "request_queue_size is 4, but the layout has 4 shelves"),
        ({"reward": "fair"}, "reward 'fair' is unknown; choose one of global, individual, two_stage"),
        ({"observation": "all"}, "observation 'all' is unknown; choose one of local, fleet"),
    ],
)
def test_contradictions_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        WarehouseParams.toy(**changes)


def test_unknown_presets_are_refused() -> None:
    with pytest.raises(InputError, match="size 'huge' is unknown; choose one of tiny, small, medium, large"):
        WarehouseParams.rware("huge")
    with pytest.raises(InputError, match="difficulty 'brutal' is unknown"):
        WarehouseParams.rware(difficulty="brutal")


def test_from_file_equals_from_text(tmp_path: Path) -> None:
    path = tmp_path / "hall.txt"
    path.write_text(toy_instance())
    assert WarehouseParams.from_file(path, robots=3) == WarehouseParams(toy_instance(), robots=3)


def test_plain_data_makes_the_same_params_again() -> None:
    params = WarehouseParams.rware("tiny", 3, "easy", observation="fleet")
    assert WarehouseParams(**params.to_dict()) == params
