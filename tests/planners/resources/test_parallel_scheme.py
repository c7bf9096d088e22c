"""Going from time to time, nothing that could start is kept waiting."""

from __future__ import annotations

import pytest

from planzoo.planners.resources.generation import generate_schedule
from planzoo.planners.resources.priority_rules import RULES
from planzoo.planners.resources.project import Project
from planzoo.planners.resources.schedule import Schedule
from tests.planners.resources.projects import fits, is_feasible, random_project


def made(project: Project, rule: str) -> Schedule:
    schedule = generate_schedule(project, rule=rule, scheme="parallel")
    assert schedule is not None
    assert is_feasible(schedule)
    return schedule


@pytest.mark.parametrize("rule", RULES)
def test_activities_wait_for_others_to_end(rule: str) -> None:
    for seed in range(40):
        project = random_project(seed, simple=True)
        schedule = made(project, rule)
        for place, start in enumerate(schedule.starts):
            # Whoever starts later was kept back until something ended, or by what precedes it and its lag.
            waited = {schedule.ends[earlier] + lag for earlier, later, lag in project.links if later == place}
            assert start in {0.0, *schedule.ends, *waited}


@pytest.mark.parametrize("seed", range(40))
def test_whoever_waits_would_not_have_fitted_in(seed: int) -> None:
    project = random_project(seed, simple=True)
    schedule = made(project, RULES[seed % 3])
    for place, start in enumerate(schedule.starts):
        ready = [schedule.ends[earlier] + lag for earlier, later, lag in project.links if later == place]
        for time in {0.0, *schedule.ends, *ready}:
            if max([0.0, *ready]) <= time < start:
                # What had been started by then left no room, for else the activity would have started, too.
                begun = {other: (0, s) for other, s in enumerate(schedule.starts) if s <= time}
                assert not fits(project, begun | {place: (0, time)})
