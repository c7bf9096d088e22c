"""Thousands of plans checked at once: which of them keep all constraints, and what the others break."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import call
from planzoo.errors import InputError
from planzoo.planners.resources.arrays import ProjectArrays
from planzoo.planners.resources.checking import NO_STEP, CheckingRoom, PlanChecks, check_rows
from planzoo.planners.resources.project import ROUNDING


def check_plans(arrays: ProjectArrays, modes: NDArray[np.int64], starts: NDArray[np.float64]) -> PlanChecks:
    """Checks P plans of up to S steps.

    Where the arrays have precedences or windows, the columns are the project's activities in order. Without
    them the rows may be any plans that take their steps from the same table of modes.

    Args:
        arrays: modes, resources and constraints.
        modes: int64 (P, S), rows of the arrays' tables of modes; ``NO_STEP`` where there is no step.
        starts: float64 (P, S), when each step starts.

    Raises:
        InputError: shapes do not fit, there is no such mode, a mode is of another activity, or a start is
            negative or not finite.
    """
    # Compiled code takes what it is given for floats.
    arrays = arrays._replace(budget=float(arrays.budget), deadline=float(arrays.deadline))
    modes, starts = np.ascontiguousarray(modes, np.int64), np.ascontiguousarray(starts, np.float64)
    _check_shapes(arrays, modes, starts)
    plans, resources = len(modes), len(arrays.initial)
    checks = PlanChecks(
        np.zeros(plans, np.bool_),
        np.zeros(plans),
        np.zeros(plans),
        np.zeros((plans, resources), np.int32),
        np.zeros((plans, resources), np.int32),
        np.zeros(plans, np.bool_),
        np.zeros(plans, np.bool_),
        np.zeros(plans, np.int32),
        np.zeros(plans, np.int32),
    )
    call(check_rows, arrays, modes, starts, checks, _room(arrays, modes.shape[1]))
    return checks


def _room(arrays: ProjectArrays, steps: int) -> CheckingRoom:
    largest = np.abs(arrays.changes).max(axis=(0, 2), initial=0.0)
    return CheckingRoom(
        np.zeros(steps),
        np.zeros(steps, np.int64),
        np.zeros(steps, np.int64),
        np.zeros(len(arrays.initial)),
        ROUNDING * np.maximum(largest, arrays.initial),
        np.zeros(len(arrays.initial), np.int8),
    )


def _check_shapes(arrays: ProjectArrays, modes: NDArray[np.int64], starts: NDArray[np.float64]) -> None:
    if modes.ndim != 2 or modes.shape != starts.shape:
        raise InputError(
            f"Modes and starts must have one shape (plans, steps), but have {modes.shape} and {starts.shape}."
        )
    activities = len(arrays.windows)
    if activities and modes.shape[1] != activities:
        raise InputError(f"Plans have {modes.shape[1]} steps, but the project has {activities} activities.")
    if modes.size and not (modes.min() >= NO_STEP and modes.max() < len(arrays.durations)):
        raise InputError(
            f"Modes are numbered from 0 to {len(arrays.durations) - 1}, but one is "
            f"{modes.min() if modes.min() < NO_STEP else modes.max()}."
        )
    if activities:
        _check_activities(arrays, modes)
    present = starts[modes != NO_STEP]
    if present.size and not (present.min() >= 0 and present.max() < math.inf):
        raise InputError("Every start must be a finite number of at least 0.")


def _check_activities(arrays: ProjectArrays, modes: NDArray[np.int64]) -> None:
    """Makes sure that every step has a mode of its own activity."""
    first = arrays.first_modes
    strange = ((modes < first[:-1]) | (modes >= first[1:])) & (modes != NO_STEP)
    if strange.any():
        plan, step = np.argwhere(strange)[0]
        raise InputError(
            f"Plan {plan} has mode {modes[plan, step]} for activity {step}, whose modes are numbered from "
            f"{first[step]} to {first[step + 1] - 1}; add first_modes to numbers that begin at 0."
        )
