"""The file of a team's memory: plain data with names, checked when it is read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.state import MOST_AGENTS, PLAN_STATUSES, PLAN_TYPES, PROPOSED
from planzoo.errors import InputError

FORMAT = "planzoo maze team memory 1"
STEPS = "steps"
"""Name of the steps from start to completion of a type's completed plans."""
MOST_COUNT = 2**31 - 1
"""A simulator's state counts no further."""
_STATUSES = PLAN_STATUSES[PROPOSED:]
Arrays = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def as_data(
    type_counts: NDArray[np.int64],
    type_steps: NDArray[np.int64],
    kept: NDArray[np.int64],
    broken: NDArray[np.int64],
) -> dict[str, Any]:
    """Gives a memory as data for JSON; see :class:`~planzoo.envs.maze.team_memory.TeamMemory`."""
    plans = {
        name: {
            **dict(zip(_STATUSES, type_counts[number, PROPOSED:].tolist(), strict=True)),
            STEPS: int(type_steps[number]),
        }
        for number, name in enumerate(PLAN_TYPES)
    }
    return {"format": FORMAT, "plans": plans, "kept": kept.tolist(), "broken": broken.tolist()}


def from_data(source: str, data: Any) -> Arrays:
    """Reads a memory from the data of a file.

    Args:
        source: what to call the file in errors.
        data: as :func:`as_data` gives it.

    Returns:
        type_counts, type_steps, kept and broken.

    Raises:
        InputError: something is missing, too much or no count.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InputError(f'{source}: is no memory of a team, whose "format" would be "{FORMAT}".')
    _check_names(source, data, ("format", "plans", "kept", "broken"))
    _check_names(f"{source}: plans", data["plans"], PLAN_TYPES)
    counts = np.zeros((len(PLAN_TYPES), len(PLAN_STATUSES)), dtype=np.int64)
    steps = np.zeros(len(PLAN_TYPES), dtype=np.int64)
    for number, name in enumerate(PLAN_TYPES):
        entry, place = data["plans"][name], f"{source}: plans: {name}"
        _check_names(place, entry, (*_STATUSES, STEPS))
        counts[number, PROPOSED:] = [_count(f"{place}: {each}", entry[each]) for each in _STATUSES]
        steps[number] = _count(f"{place}: {STEPS}", entry[STEPS])
    kept = _table(f"{source}: kept", data["kept"], None)
    return counts, steps, kept, _table(f"{source}: broken", data["broken"], len(kept))


def _check_names(place: str, entry: Any, names: tuple[str, ...]) -> None:
    if not isinstance(entry, dict) or set(entry) != set(names):
        found = ", ".join(map(str, entry)) if isinstance(entry, dict) else type(entry).__name__
        raise InputError(f"{place}: should have the entries {', '.join(names)}, but has {found}.")


def _count(place: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MOST_COUNT:
        raise InputError(f"{place}: should be a count from 0 to {MOST_COUNT}, but is {str(value)[:40]}.")
    return value


def _table(place: str, rows: Any, size: int | None) -> NDArray[np.int64]:
    """Reads a square table of counts."""
    agents = len(rows) if isinstance(rows, list) and size is None else size
    square = isinstance(rows, list) and len(rows) == agents
    if not square or not all(isinstance(row, list) and len(row) == agents for row in rows):
        raise InputError(f"{place}: should be a list of as many counts for each agent as there are agents.")
    if not 1 <= len(rows) <= MOST_AGENTS:
        raise InputError(f"{place}: should be about 1 to {MOST_AGENTS} agents, but is about {len(rows)}.")
    counts = [[_count(f"{place}: {each}", value) for value in row] for each, row in enumerate(rows)]
    return np.array(counts, dtype=np.int64)
