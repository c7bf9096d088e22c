"""Better and better schedules by local search, for as long as the effort allows."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import numpy as np

from planzoo.envs.simulation.kernel import call
from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.effort import Effort, check_objective
from planzoo.planners.resources.generation import cheapest_modes, quickest_modes, schedule_of
from planzoo.planners.resources.generation_room import only_shares
from planzoo.planners.resources.local_search_steps import search_on
from planzoo.planners.resources.priority_rules import RULES, rule_keys, spans_of
from planzoo.planners.resources.project import ROUNDING, Project
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.search_room import IMPROVED, SCHEDULES, Guide, SearchRoom, search_room

POPULATION = 40
"""How many lists there are to choose parents from."""
PATIENCE = 2000
"""After how many lists in a row that were no better the search begins anew."""
PLACEMENTS = 20_000
"""So many activities are placed, in as many schedules as that makes, before the clock is looked at."""


def search_schedules(project: Project, objective: str, effort: Effort) -> Iterator[Schedule]:
    """Looks for schedules that keep all constraints, each better than the one before.

    The first lists of activities follow priority rules, the next are samples biased by them; then lists are
    crossed and changed, and the better ones kept, until the effort is spent or no schedule can be better.

    Args:
        project: what to schedule.
        objective: ``"minimize_time"`` or ``"minimize_cost"``; of equally quick schedules the cheaper one is
            better, and the other way round.
        effort: how long. With ``iterations`` so many schedules are made, however long that takes, and the
            same seed gives the same schedules; else ``milliseconds`` count.

    Yields:
        Schedules; none if none was found.

    Raises:
        InputError: there is no such objective.
    """
    check_objective(objective)
    return _schedules(project, objective == "minimize_cost", effort)


def _schedules(project: Project, cost_first: bool, effort: Effort) -> Iterator[Schedule]:
    end = time.monotonic() + effort.milliseconds / 1000
    if not project.activities:
        yield Schedule(project, (), ())
        return
    arrays = project_arrays(project)
    guide, room = search_guide(project, arrays, cost_first), search_room(arrays, POPULATION, effort.seed)
    limit = math.inf if effort.iterations is None else effort.iterations
    batch, improved = 1 + PLACEMENTS // len(project.activities), 0
    bounds = _bounds(project, arrays, cost_first)
    while room.counts[SCHEDULES] < limit:
        call(search_on, arrays, room, guide, int(min(room.counts[SCHEDULES] + batch, limit)))
        if room.counts[IMPROVED] > improved and not room.best.scores[0, :2].any():
            yield schedule_of(project, arrays, room.best.modes[0], room.best_starts)
        improved = int(room.counts[IMPROVED])
        if _is_best(room, bounds) or (effort.iterations is None and time.monotonic() >= end):
            return


def search_guide(project: Project, arrays: ProjectArrays, cost_first: bool) -> Guide:
    """Works out what a search goes by; ``cost_first`` says whether cost counts before time."""
    quickest, cheapest = quickest_modes(arrays), cheapest_modes(arrays)
    spans = spans_of(project, arrays, quickest)
    choices = (cheapest, quickest) if cost_first else (quickest, cheapest)
    return Guide(
        keys=np.array([rule_keys(spans, rule) for rule in RULES]),
        choices=np.array(choices),
        cost_first=cost_first,
        mirrors=only_shares(arrays),
        time_scale=float(spans.earliest.max()) or 1.0,
        cost_scale=float(arrays.costs[quickest].sum()) or 1.0,
        patience=PATIENCE,
    )


def _bounds(project: Project, arrays: ProjectArrays, cost_first: bool) -> tuple[float, float]:
    """Gives what no schedule can be better than: time and cost, or cost and time."""
    shortest = float(spans_of(project, arrays, quickest_modes(arrays)).earliest.max())
    cheapest = float(arrays.costs[cheapest_modes(arrays)].sum())
    return (cheapest, shortest) if cost_first else (shortest, cheapest)


def _is_best(room: SearchRoom, bounds: tuple[float, float]) -> bool:
    short, excess, first, second, _ = room.best.scores[0].tolist()
    near = all(
        score <= bound + ROUNDING * max(1.0, bound)
        for score, bound in zip((first, second), bounds, strict=True)
    )
    return near and short == 0 and excess == 0
