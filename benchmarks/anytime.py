"""Anytime curves of searches for contingent plans: bounds of the best plan's value against time."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner

COLUMNS = 3
"""Of the picture."""


class Moment(NamedTuple):
    """How far a search had come after so many seconds of CPU."""

    seconds: float
    lower: float
    upper: float


def anytime_curve(params: DiagnosisParams, seconds: float) -> list[Moment]:
    """Searches for a contingent plan, looking at the bounds all the time."""
    problem = DiagnosisProblem(DiagnosisModel(params))
    search = ContingentPlanner().search(problem)
    assert search is not None  # to stop is always possible
    curve, spent = [Moment(0.0, search.lower_bound, search.upper_bound)], 0.0
    while spent < seconds and not search.is_solved:
        started = time.process_time()
        search.run(milliseconds=max(5.0, 20 * spent))
        spent += time.process_time() - started
        curve.append(Moment(spent, search.lower_bound, search.upper_bound))
    search.close()
    return curve


def at(curve: Sequence[Moment], seconds: float) -> Moment:
    """Gives the last moment that was over by then."""
    return [moment for moment in curve if moment.seconds <= seconds][-1]


def draw(curves: Mapping[str, Sequence[Moment]], path: Path) -> None:
    """Draws the curves: between the two lines lies the value of the best plan."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = 3
    figure = Figure(figsize=(10, 3.1 * math.ceil(len(curves) / columns)), layout="constrained")
    FigureCanvasAgg(figure)
    for number, (name, curve) in enumerate(curves.items(), start=1):
        axes = figure.add_subplot(math.ceil(len(curves) / columns), columns, number)
        # Where the search begins there is no logarithm.
        seconds = [max(moment.seconds, 1e-3) for moment in curve]
        lower, upper = [moment.lower for moment in curve], [moment.upper for moment in curve]
        axes.fill_between(seconds, lower, upper, step="post", color="#9ecae1", alpha=0.5)
        axes.step(seconds, upper, where="post", color="#6b6b6b", linewidth=1.2, label="no plan is worth more")
        axes.step(seconds, lower, where="post", color="#08519c", linewidth=1.8, label="the plan found")
        axes.set_xscale("log")
        axes.set_title(name)
        axes.grid(alpha=0.3)
        axes.set_xlabel("CPU seconds")
        if number % columns == 1:
            axes.set_ylabel("expected utility")
        if number == 1:
            axes.legend(loc="lower right", fontsize="small")
    figure.savefig(path, dpi=110)
