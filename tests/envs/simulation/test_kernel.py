"""Kernels: they allocate nothing, and their Python function is at hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core.errors import TypingError

from planzoo.envs.simulation.kernel import PACKAGE, driver, kernel, python_function, source_stamp
from planzoo.envs.simulation.random import mix


def test_the_python_function_of_a_kernel_computes_the_same() -> None:
    with np.errstate(over="ignore"):
        assert python_function(mix)(np.uint64(12345)) == mix(np.uint64(12345))
    assert python_function(len) is len


@pytest.mark.parametrize("compiled", [kernel, driver])
def test_the_compiler_refuses_what_would_allocate(compiled: Any) -> None:
    def greedy(size: int) -> float:
        return float(np.zeros(size).sum())

    def frugal(size: int) -> float:
        return float(np.sqrt(size))

    assert compiled(frugal)(9) == 3.0
    with pytest.raises(TypingError, match="zeros"):
        compiled(greedy)(9)


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
