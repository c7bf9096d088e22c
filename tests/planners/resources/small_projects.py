"""Small random projects of all kinds, and their best schedules by trying everything."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.planners.resources.arrays import project_arrays
from planzoo.planners.resources.constraints import Calendar, Constraints, Period, Precedence, TimeWindow
from planzoo.planners.resources.plan_checks import check_plans
from planzoo.planners.resources.project import Activity, Mode, Project, TooLate

Value = tuple[float, float]


def small_project(seed: int) -> Project:
    """Draws a project of three or four activities that need not be feasible; the same seed gives the same."""
    random = Random(seed)
    while True:
        try:
            return _drawn(random)
        except TooLate:  # is refused, and no problem for a solver
            continue


def _drawn(random: Random) -> Project:
    names = [f"a{number}" for number in range(random.choice((3, 3, 4)))]
    crew = random.randint(2, 4)
    resources = (
        Resource("crew", "reusable", crew, cost_per_unit=random.choice((0, 1))),
        Resource("cash", "consumable", random.randint(2, 9), cost_per_unit=1),
        Resource("parts", "producible", random.randint(0, 2), random.choice((None, None, 3))),
    )
    activities = tuple(
        Activity(name, tuple(_mode(random, crew) for _ in range(random.choice((1, 1, 2))))) for name in names
    )
    pairs = [(earlier, later) for at, earlier in enumerate(names) for later in names[at + 1 :]]
    links = [Precedence(*pair, random.choice((0, 0, 1))) for pair in pairs if random.random() < 0.3]
    windows = [
        TimeWindow(name, random.randint(0, 2), random.randint(6, 9))
        for name in names
        if random.random() < 0.2
    ]
    periods = sorted(random.sample(range(9), 2))
    calendars = (
        [Calendar("crew", (Period(*periods, random.randint(0, crew)),))] if random.random() < 0.4 else []
    )
    constraints = Constraints(
        budget=random.choice((np.inf, random.randint(6, 20))),
        deadline=random.randint(5, 8 if len(names) == 4 else 10),
        precedences=tuple(links),
        windows=tuple(windows),
        calendars=tuple(calendars),
    )
    return Project(resources, activities, constraints)


def _mode(random: Random, crew: int) -> Mode:
    needs = [ResourceRequirement("crew", random.randint(1, crew))]
    if random.random() < 0.5:
        when = random.choice(("start", "end", "duration"))
        needs.append(ResourceRequirement("cash", random.randint(1, 4), when))
    if random.random() < 0.6:
        made = random.random() < 0.5
        when = random.choice(("start", "end") if made else ("start", "end", "duration"))
        needs.append(ResourceRequirement("parts", random.randint(1, 3), when, made))
    return Mode(random.randint(1, 3), tuple(needs), random.randint(0, 5))


def best_by_trying_everything(project: Project, objective: str) -> Value | None:
    """Checks every choice of modes and whole starts; gives what the best one amounts to, None without one."""
    arrays = project_arrays(project)
    choices = [
        [(row, start) for row in range(first, last) for start in range(int(arrays.deadline))]
        for first, last in pairwise(arrays.first_modes.tolist())
    ]
    grid = np.indices([len(choice) for choice in choices]).reshape(len(choices), -1)
    table = [np.array(choice) for choice in choices]
    modes = np.stack([pairs[index, 0] for pairs, index in zip(table, grid, strict=True)], axis=1)
    starts = np.stack([pairs[index, 1] for pairs, index in zip(table, grid, strict=True)], axis=1)
    checks = check_plans(arrays, modes, starts.astype(np.float64))
    values = np.stack([checks.makespans, checks.costs], axis=1)[checks.feasible]
    if not len(values):
        return None
    order = (0, 1) if objective == "minimize_time" else (1, 0)
    first = values[:, order[0]].min()
    second = values[values[:, order[0]] == first, order[1]].min()
    return float(first), float(second)
