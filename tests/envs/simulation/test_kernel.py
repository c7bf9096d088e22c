"""Kernels: they allocate nothing, and their Python function is at hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba.core.errors import TypingError

from planzoo.envs.simulation.kernel import driver, kernel, python_function
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
