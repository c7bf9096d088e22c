"""Kernels: they allocate nothing, and their Python function is at hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core.errors import TypingError
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import PACKAGE, call, driver, kernel, python_function, source_stamp
from planzoo.envs.simulation.random import mix


@driver
def mix_once(value: np.uint64) -> np.uint64:
    return mix(value)


def test_a_kernel_says_that_python_cannot_call_it() -> None:
    with pytest.raises(TypeError, match=r"mix is a kernel, .*call python_function\(mix\)"):
        mix(np.uint64(1))


def test_the_python_function_of_a_kernel_computes_the_same() -> None:
    with np.errstate(over="ignore"):
        assert python_function(mix)(np.uint64(12345)) == mix_once(np.uint64(12345))
    assert python_function(len) is len


@pytest.mark.parametrize("compiled", [kernel, driver])
def test_the_compiler_refuses_what_would_allocate(compiled: Any) -> None:
    def greedy(size: int) -> float:
        return float(np.zeros(size).sum())

    def frugal(size: int) -> float:
        return float(np.sqrt(size))

    assert called_by_a_driver(compiled(frugal))(9) == 3.0
    with pytest.raises(TypingError, match="zeros"):
        called_by_a_driver(compiled(greedy))(9)


def called_by_a_driver(compiled: Any) -> Any:
    """Kernels have no wrapper for calls from Python."""

    def call(size: int) -> float:
        return float(compiled(size))

    return driver(call)


def test_only_drivers_can_be_called_from_python() -> None:
    def half(size: int) -> float:
        return size / 2

    inner, outer = kernel(half), driver(half)
    assert outer(9) == 4.5 and called_by_a_driver(inner)(9) == 4.5
    assert inner.targetoptions["no_cpython_wrapper"]  # type: ignore[attr-defined]
    assert not outer.targetoptions.get("no_cpython_wrapper", False)  # type: ignore[attr-defined]


@driver
def add_to(array: NDArray[np.int64], amount: int) -> int:
    for index in range(array.shape[0]):
        array[index] += amount
    return int(array[0])


def test_calls_go_straight_to_the_machine_code() -> None:
    numbers = np.arange(4)
    assert call(add_to, numbers, 3) == 3 and call(add_to, numbers, np.int64(4)) == 7
    assert numbers.tolist() == [7, 8, 9, 10]
    longer = np.zeros(100_000, dtype=np.int64)
    assert call(add_to, longer, -1) == add_to(longer, 0) == -1 and (longer == -1).all()
    assert call(python_function(add_to), numbers, 1) == 8, "where Numba is switched off there is only that"


def test_a_change_of_any_source_file_is_seen(tmp_path: Path) -> None:
    for room in ("envs", "planners"):
        (tmp_path / room / "deep").mkdir(parents=True)
        (tmp_path / room / "deep" / "kernels.py").write_text("ONE = 1")
    stamps = [source_stamp(tmp_path)]
    for change in ({"ns": (1, 1)}, {"ns": (2, 2)}):
        source_stamp.cache_clear()
        os.utime(tmp_path / "planners" / "deep" / "kernels.py", **change)
        stamps.append(source_stamp(tmp_path))
    (tmp_path / "envs" / "new.py").touch()
    source_stamp.cache_clear()
    stamps.append(source_stamp(tmp_path))
    assert len(set(stamps)) == 4
    assert [name for name, _, _ in stamps[0]] == ["envs/deep/kernels.py", "planners/deep/kernels.py"]


def test_what_is_kept_on_disk_depends_on_all_sources() -> None:
    cache: Any = mix
    assert cache._cache._cache_file._source_stamp == source_stamp(PACKAGE)
    assert any(name == "envs/warehouse/collisions.py" for name, _, _ in source_stamp(PACKAGE))
