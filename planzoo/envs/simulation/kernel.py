"""How every kernel is compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit
from numba.core.registry import CPUDispatcher

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS: Any = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
_INLINED: Any = {"forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

PACKAGE = Path(__file__).parents[2]
COMPILED = not getattr(config, "DISABLE_JIT", False)
"""Whether Numba compiles; with ``NUMBA_DISABLE_JIT=1`` in the environment it leaves functions as they are."""


def kernel(function: Function) -> Function:
    """Compiles a function that other kernels call, and Python can't.

    A state of twenty arrays is over a kilobyte of pointers and shapes, which a real call would copy: hence
    inlining. Without Numba's runtime (``_nrt``) the arrays' reference counts, one atomic operation each, are
    left alone, which makes kernels several times faster; and the compiler refuses whatever would allocate.
    Wrappers for calls from Python would more than double the time that compiling takes;
    :func:`python_function` gives the function itself to those who want to try it.
    """
    compiled: Any = njit(**_INLINED, **_OPTIONS)(function)
    if COMPILED:
        compiled.__class__ = _Kernel
    return _stamped(compiled)


class _Kernel(CPUDispatcher):
    """A kernel, which has no entry for calls from Python."""

    def __call__(self, *arguments: Any) -> Any:
        name = self.py_func.__name__
        raise TypeError(f"{name} is a kernel, which only kernels call; call python_function({name}) instead.")


def driver(function: Function) -> Function:
    """Compiles a function that Python calls, or that is too large to be inlined: the loop over worlds."""
    compiled: Function = njit(**_OPTIONS)(function)
    return _stamped(compiled)


_ENTRY_POINTS: dict[Any, Callable[..., Any]] = {}


def call(compiled: Callable[..., Any], *arguments: Any) -> Any:
    """Calls a driver whose arguments have the same types at every call, straight at the machine code.

    Finding out the types of a state's arrays and records takes Numba several microseconds a call, longer than
    a step of one world does. Nothing is checked here: arguments of other types than at the first call would
    be misread.
    """
    entry_point = _ENTRY_POINTS.get(compiled)
    if entry_point is None:
        entry_point = _ENTRY_POINTS[compiled] = _entry_point(compiled, arguments)
    return entry_point(*arguments)


def _entry_point(compiled: Any, arguments: tuple[Any, ...]) -> Callable[..., Any]:
    if not hasattr(compiled, "compile"):
        # Numba is switched off.
        return compiled
    entry_point: Callable[..., Any] = compiled.compile(tuple(map(compiled.typeof_pyval, arguments)))
    return entry_point


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
