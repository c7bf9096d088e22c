"""Numbers that two threads share, for kernels: what one writes the other reads, and in that order."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic as _intrinsic

intrinsic: Any = _intrinsic
"""Gives functions of other arguments than those that it decorates, which type checkers can't see."""
INT64 = types.Array(types.int64, 1, "C")


@intrinsic
def load_shared(typing: Any, array: Any, index: Any) -> Any:
    """Reads ``array[index]``, int64 (n,), and all that was written before the other thread wrote that."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load_atomic(_address(context, builder, arguments), "acquire", 8)

    return types.int64(INT64, types.intp), generate


@intrinsic
def store_shared(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Writes ``array[index]``, int64 (n,), after all that this thread has written."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store_atomic(arguments[2], _address(context, builder, arguments), "release", 8)
        return context.get_dummy_value()

    return types.void(INT64, types.intp, types.int64), generate


@intrinsic
def take_turn(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Raises ``array[index]``, int64 (n,), from ``value - 1`` to ``value``; False if another thread has."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value = arguments[2]
        before = builder.sub(value, value.type(1))
        address = _address(context, builder, arguments)
        pair = builder.cmpxchg(address, before, value, "acq_rel", "acquire")
        return builder.extract_value(pair, 1)

    return types.boolean(INT64, types.intp, types.int64), generate


@intrinsic
def pause(typing: Any) -> Any:
    """Tells the processor that this thread does nothing but wait; takes some ten nanoseconds where it can."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        if "x86" in builder.module.triple:
            builder.call(builder.module.declare_intrinsic("llvm.x86.sse2.pause", (), _NOTHING), ())
        return context.get_dummy_value()

    return types.void(), generate


_NOTHING = ir.FunctionType(ir.VoidType(), ())


def _address(context: Any, builder: Any, arguments: Any) -> Any:
    data = context.make_array(INT64)(context, builder, arguments[0]).data
    return builder.gep(data, [arguments[1]])
