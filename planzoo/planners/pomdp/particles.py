"""Samples and their weights: resampling, moving and merging, for arrays as for any other states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.pomdp.frozen_state import frozen

Particles = tuple[Any, ...] | NDArray[Any]
"""Hashable states, or an array whose first axis counts the particles."""
Moves = Callable[[Any, np.random.Generator], Any]
"""Moves one particle at random; for particles in an array, the whole array at once."""


def effective_size(weights: NDArray[np.float64]) -> float:
    """Computes the effective size of weights in any unit; 0 when all are 0."""
    largest = weights.max(initial=0.0)
    shares = weights / (largest or 1.0)
    return float(shares.sum() ** 2 / (shares**2).sum()) if largest > 0 else 0.0


def systematic_choice(
    weights: NDArray[np.float64], count: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """Draws positions in proportion to weights, each at most one off its expected number of times, sorted.

    Raises:
        InputError: the count is below 1.
    """
    if count < 1:
        raise InputError(f"A particle belief needs at least one particle, not {count}.")
    shares = np.cumsum(weights)
    points = (random.random() + np.arange(count)) / count * shares[-1]
    chosen = np.searchsorted(shares, points, side="right")
    return np.minimum(chosen, int(np.flatnonzero(weights)[-1]))  # rounding may lead past the last one


def is_array(particles: Any) -> bool:
    """Says whether particles are an array."""
    return isinstance(particles, np.ndarray)


def kept(particles: Any) -> Particles:
    """Copies particles into what a belief keeps: an array, or a tuple of frozen states."""
    return np.array(particles) if is_array(particles) else tuple(map(frozen, particles))


def gathered(drawn: list[Any]) -> Any:
    """Makes an array of draws that are arrays or floats; other draws stay a list."""
    return np.array(drawn) if drawn and isinstance(drawn[0], np.ndarray | float) else drawn


def normalized(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scales weights, one of them above 0, to sum to 1."""
    shares = weights / weights.max()
    return np.asarray(shares / shares.sum())


def scaled(likelihood: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divides by the largest, so that tiny likelihoods do not vanish beside small weights."""
    return likelihood / (likelihood.max(initial=0.0) or 1.0)


def from_logarithms(logarithms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gives weights, the largest of them 1, for their logarithms; all 0 when none is finite."""
    largest = logarithms.max(initial=-np.inf)
    return np.exp(logarithms - largest) if np.isfinite(largest) else np.zeros(len(logarithms))


def moved(particles: Any, move: Moves, random: np.random.Generator) -> Particles:
    """Moves an array of particles at once, others one by one."""
    if is_array(particles):
        return np.array(move(particles, random))
    return tuple(frozen(move(particle, random)) for particle in particles)


def taken(particles: Any, chosen: NDArray[np.int64]) -> Particles:
    """Gives the particles at some positions."""
    return particles[chosen] if is_array(particles) else tuple(particles[k] for k in chosen.tolist())


def joined(first: Any, second: Any) -> Particles:
    """Puts particles behind others of their kind."""
    return np.concatenate([first, second]) if is_array(first) else (*first, *second)


def merged(which: NDArray[np.bool_], yes: Any, no: Any) -> Particles:
    """Gives, at each position, the one particle or the other."""
    if not is_array(no):
        return tuple(a if take else b for take, a, b in zip(which.tolist(), yes, no, strict=True))
    return np.where(which.reshape(-1, *[1] * (no.ndim - 1)), yes, no)
