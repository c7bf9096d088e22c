"""Asking for memory before it is needed.

In batches that outgrow the caches a step would mostly wait for memory, 100 nanoseconds a time. While one
world is stepped, the memory of another that comes soon can already be on its way.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as _intrinsic

from planzoo.envs.simulation.kernel import COMPILED

LINE = 64
"""Bytes of a line of the cache, on most processors."""
_NUMBER = ir.IntType(32)
_WRITE, _KEEP, _DATA = (ir.Constant(_NUMBER, value) for value in (1, 3, 1))


def _prefetch_row(typing: Any, array: Any, row: Any) -> Any:
    """Asks for the memory of ``array[row]``, a row of an array in C order; changes nothing."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values = context.make_array(array)(context, builder, arguments[0])
        stride = builder.extract_value(values.strides, 0)
        start = builder.bitcast(values.data, ir.IntType(8).as_pointer())
        start = builder.gep(start, [builder.mul(arguments[1], stride)])
        lines = builder.udiv(builder.add(stride, stride.type(LINE - 1)), stride.type(LINE))
        with cgutils.for_range(builder, lines) as line:
            address = builder.gep(start, [builder.mul(line.index, stride.type(LINE))])
            kind = ir.FunctionType(ir.VoidType(), [address.type, _NUMBER, _NUMBER, _NUMBER])
            function = builder.module.declare_intrinsic("llvm.prefetch", [address.type], kind)
            builder.call(function, [address, _WRITE, _KEEP, _DATA])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


def _nothing(array: Any, row: int) -> None:
    """Stands for the function above where Numba is switched off."""


prefetch_row: Any = _intrinsic(_prefetch_row) if COMPILED else _nothing
