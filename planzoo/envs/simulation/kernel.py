"""How every kernel is compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS: Any = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


PACKAGE = Path(__file__).parents[2]


def kernel(function: Function) -> Function:
    """Compiles a function that other kernels call.

    A state of twenty arrays is over a kilobyte of pointers and shapes, which a real call would copy: hence
    inlining. Without Numba's runtime (``_nrt``) the arrays' reference counts, one atomic operation each, are
    left alone, which makes kernels several times faster; and the compiler refuses whatever would allocate.
    """
    compiled: Function = njit(forceinline=True, **_OPTIONS)(function)
    return _stamped(compiled)


def driver(function: Function) -> Function:
    """Compiles a function that Python calls, or that is too large to be inlined: the loop over worlds."""
    compiled: Function = njit(**_OPTIONS)(function)
    return _stamped(compiled)


def _stamped(compiled: Function) -> Function:
    """Makes what Numba keeps on disk depend on all sources.

    By itself Numba looks at a function's own file only, and would go on using a loop into which an older
    version of a kernel from another file was compiled.
    """
    file = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if file is not None:
        file._source_stamp = source_stamp(PACKAGE)
    return compiled


@cache
def source_stamp(package: Path) -> tuple[tuple[str, int, int], ...]:
    """Gives name, time of change in nanoseconds and size of every Python file below ``package``'s rooms."""
    files = sorted(file for room in ("envs", "planners") for file in (package / room).rglob("*.py"))
    stats = [(file.relative_to(package).as_posix(), file.stat()) for file in files]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def python_function(compiled: Callable[..., Any]) -> Callable[..., Any]:
    """Gives the Python function that a kernel was compiled from (itself where Numba is switched off)."""
    original: Callable[..., Any] = getattr(compiled, "py_func", compiled)
    return original
