"""How every kernel is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS: Any = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def kernel(function: Function) -> Function:
    """Compiles a function that other kernels call.

    A state of twenty arrays is over a kilobyte of pointers and shapes, which a real call would copy: hence
    inlining. Without Numba's runtime (``_nrt``) the arrays' reference counts, one atomic operation each, are
    left alone, which makes kernels several times faster; and the compiler refuses whatever would allocate.
    """
    compiled: Function = njit(forceinline=True, **_OPTIONS)(function)
    return compiled


def driver(function: Function) -> Function:
    """Compiles a function that Python calls: the loop over worlds."""
    compiled: Function = njit(**_OPTIONS)(function)
    return compiled


def python_function(compiled: Callable[..., Any]) -> Callable[..., Any]:
    """Gives the Python function that a kernel was compiled from (itself where Numba is switched off)."""
    original: Callable[..., Any] = getattr(compiled, "py_func", compiled)
    return original
