"""Counter-based random numbers that kernels can draw without an object.

A stream is two unsigned integers, ``(key, counter)``, kept in a row of the world state: drawing number ``n``
of a stream is a pure function of both, so an episode is the same bit for bit in any batch, thread or process.
The function is SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
2014, section 5), started at the key.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import kernel, python_function

KEY = 0
"""Column of a stream that holds its key."""
COUNTER = 1
"""Column of a stream that holds how many numbers were drawn."""

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""What the counter is multiplied by."""
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SHIFT_30, _SHIFT_27, _SHIFT_31 = np.uint64(30), np.uint64(27), np.uint64(31)
_SHIFT_32, _SHIFT_11 = np.uint64(32), np.uint64(11)
_ONE = np.uint64(1)
ODDS_BITS = 21
"""Probabilities of rare things are compared in units of 2 ** -21."""
_SHIFT_43 = np.uint64(64 - ODDS_BITS)
_UNIT = 1.0 / 9007199254740992.0


@kernel
def mix(value: np.uint64) -> np.uint64:
    """Scrambles 64 bits; a bijection on uint64."""
    value = (value ^ (value >> _SHIFT_30)) * _MIX_1
    value = (value ^ (value >> _SHIFT_27)) * _MIX_2
    return value ^ (value >> _SHIFT_31)


@kernel
def random_bits(streams: NDArray[np.uint64], world: int) -> np.uint64:
    """Draws 64 random bits from a world's stream (uint64 (B, 2)) and advances it."""
    streams[world, COUNTER] += _ONE
    return mix(streams[world, KEY] + streams[world, COUNTER] * GOLDEN)


@kernel
def random_below(streams: NDArray[np.uint64], world: int, bound: int) -> int:
    """Draws an integer in [0, bound); the bias of the multiply-and-shift is below bound / 2**32."""
    high_bits = random_bits(streams, world) >> _SHIFT_32
    return int(np.int64((high_bits * np.uint64(bound)) >> _SHIFT_32))


@kernel
def random_unit(streams: NDArray[np.uint64], world: int) -> float:
    """Draws a float64 in [0, 1) with 53 random bits."""
    return np.float64(random_bits(streams, world) >> _SHIFT_11) * _UNIT


@kernel
def random_odds(streams: NDArray[np.uint64], world: int) -> int:
    """Draws an integer in [0, 2**21), to be compared with what :func:`odds` gives."""
    return int(np.int64(random_bits(streams, world) >> _SHIFT_43))


def odds(probability: float) -> int:
    """Turns a probability into a whole number of units of 2 ** -21; not zero unless it is."""
    return max(round(probability * 2**ODDS_BITS), 1 if probability > 0 else 0)


def stream_keys(seeds: NDArray[np.uint64], branch: int = 0) -> NDArray[np.uint64]:
    """Turns seeds into stream keys.

    Args:
        seeds: uint64 (n,).
        branch: separates streams of one seed that must not meet, such as an episode and a fork of it.

    Returns:
        uint64 (n,), far apart for neighbouring seeds.
    """
    scramble = python_function(mix)
    with np.errstate(over="ignore"):
        offset = np.uint64(branch) * _MIX_1 + GOLDEN
        keys: NDArray[np.uint64] = scramble(scramble(seeds.astype(np.uint64) + GOLDEN) ^ offset)
    return keys
