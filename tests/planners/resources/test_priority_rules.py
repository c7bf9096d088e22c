"""Priority rules put first what they say, and never break precedences."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.planners.resources.arrays import project_arrays
from planzoo.planners.resources.constraints import Precedence
from planzoo.planners.resources.generation import generate_schedule, quickest_modes
from planzoo.planners.resources.priority_rules import RULES, Spans, ordered_by, rule_keys, spans_of
from planzoo.planners.resources.project import Mode, Project, project_of
from tests.planners.resources.projects import random_project


def spans(project: Project) -> Spans:
    arrays = project_arrays(project)
    return spans_of(project, arrays, quickest_modes(arrays))


@pytest.mark.parametrize("seed", range(30))
def test_spans_are_the_longest_chains(seed: int) -> None:
    project = random_project(seed, size=10)
    size, links, windows = range(10), project.links, project.windows
    durations = [activity.shortest for activity in project.activities]

    @cache
    def end(place: int) -> float:
        ready = [end(before) + lag for before, after, lag in links if after == place]
        return max([windows[place][0], *ready]) + durations[place]

    @cache
    def tail(place: int) -> float:
        return durations[place] + max([0.0, *(lag + tail(b) for a, b, lag in links if a == place)])

    @cache
    def latest(place: int) -> float:
        after = [latest(b) - durations[b] - lag for a, b, lag in links if a == place]
        return min([windows[place][1], max(map(end, size)), *after])

    @cache
    def behind(place: int) -> frozenset[int]:
        direct = {b for a, b, _ in links if a == place}
        return frozenset(direct.union(*map(behind, direct)))

    found = spans(project)
    assert found.earliest.tolist() == list(map(end, size))
    assert found.tails.tolist() == list(map(tail, size))
    assert found.latest.tolist() == list(map(latest, size))
    assert found.successors.tolist() == [len(behind(place)) for place in size]


@pytest.mark.parametrize("rule", RULES)
def test_orders_keep_precedences_and_else_go_by_the_keys(rule: str) -> None:
    for seed in range(30):
        project = random_project(seed, size=12)
        keys = rule_keys(spans(project), rule)
        order = ordered_by(keys, project_arrays(project)).tolist()
        listed: set[int] = set()
        for place in order:
            ready = [
                p for p in set(order) - listed if all(a in listed for a, b, _ in project.links if b == p)
            ]
            assert place == min(ready, key=lambda p: (keys[p], p))
            listed.add(place)
        assert listed == set(range(12))
        assert np.isfinite(keys).all()


def held(duration: float, amount: int) -> Mode:
    return Mode(duration, (ResourceRequirement("crew", amount),))


def test_rules_put_first_what_they_say() -> None:
    project = project_of(
        (Resource("crew", "reusable", 1),),
        {"lone": held(9, 1), "root": held(1, 1), "left": held(1, 1), "right": held(1, 1)},
        precedences=(Precedence("root", "left"), Precedence("root", "right")),
    )
    first = {}
    for rule in RULES:
        schedule = generate_schedule(project, rule=rule)
        assert schedule is not None
        first[rule] = schedule.starts.index(0.0)
    assert first == {"latest_finish": 1, "longest_tail": 0, "most_successors": 1}
