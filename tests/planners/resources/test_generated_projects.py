"""Random projects have the parameters that they are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.envs.resources.resource import ResourceType
from planzoo.errors import InputError
from planzoo.planners.resources.generated_projects import (
    COMPLEXITIES,
    FACTORS,
    STRENGTHS,
    ProjectParameters,
    generate_project,
    parameter_cells,
)
from planzoo.planners.resources.project import Project


def reach(project: Project) -> list[set[int]]:
    """Gives which activities come after each."""
    after: list[set[int]] = [set() for _ in project.activities]
    for place in reversed(project.order):
        for low, high, _ in project.links:
            if low == place:
                after[place] |= {high} | after[high]
    return after


def check_network(project: Project, parameters: ProjectParameters) -> None:
    """Makes sure of neighbours and complexity, and that no precedence follows from others."""
    count, most = parameters.activities, parameters.neighbours
    lows, highs = [low for low, *_ in project.links], [high for _, high, _ in project.links]
    assert max(lows.count(place) for place in range(count)) <= most
    assert max(highs.count(place) for place in range(count)) <= most
    first = [place for place in range(count) if place not in highs]
    last = [place for place in range(count) if place not in lows]
    complexity = (len(lows) + len(first) + len(last)) / (count + 2)
    assert complexity == pytest.approx(parameters.complexity, abs=0.08)
    after = reach(project)
    for low, high, _ in project.links:
        others = {other for start, other, _ in project.links if start == low and other != high}
        assert not any(high in after[other] for other in others), (low, high)


@pytest.mark.parametrize("activities", [30, 60])
@pytest.mark.parametrize("complexity", COMPLEXITIES)
def test_networks(activities: int, complexity: float) -> None:
    parameters = ProjectParameters(activities, complexity=complexity)
    for seed in range(3):
        check_network(generate_project(parameters, seed), parameters)


@pytest.mark.parametrize("factor", FACTORS)
def test_share_of_resources_that_is_needed(factor: float) -> None:
    project = generate_project(ProjectParameters(60, factor=factor), 1)
    needed = [len(activity.modes[0].requirements) for activity in project.activities]
    assert needed == [round(4 * factor)] * 60
    amounts = {need.amount for activity in project.activities for need in activity.modes[0].requirements}
    assert amounts == set(range(1, 11))
    assert {activity.modes[0].duration for activity in project.activities} == set(range(1, 11))


def test_strength_grants_from_what_one_needs_to_what_all_need_at_their_earliest() -> None:
    granted = []
    for strength in (0.0, *STRENGTHS):
        project = generate_project(ProjectParameters(30, strength=strength, factor=1.0), 5)
        granted.append([resource.initial_amount for resource in project.resources])
    # The seed is the parameters' as well, so that these are other projects: only the trend is the same.
    assert all(amount == 10 for amount in granted[0])
    sums = [sum(row) for row in granted]
    assert sums == sorted(sums)
    assert sums[-1] > 2 * sums[0]


def test_at_full_strength_all_start_at_their_earliest() -> None:
    project = generate_project(ProjectParameters(30, strength=1.0, factor=1.0), 2)
    ends = [0.0] * 30
    for place in project.order:
        begin = max([ends[low] for low, high, _ in project.links if high == place], default=0.0)
        ends[place] = begin + project.activities[place].shortest
    for time in range(int(max(ends))):
        for resource in project.resources:
            held = sum(
                need.amount
                for place, activity in enumerate(project.activities)
                if ends[place] - activity.shortest <= time < ends[place]
                for need in activity.modes[0].requirements
                if need.resource == resource.name
            )
            assert held <= resource.initial_amount


def test_several_modes_trade_time_for_needs() -> None:
    parameters = ProjectParameters(20, modes=3, consumables=2, consumable_strength=0.0)
    project = generate_project(parameters, 1)
    for activity in project.activities:
        durations = [mode.duration for mode in activity.modes]
        assert durations == sorted(durations)
        for resource in project.resources:
            amounts = [
                sum(need.amount for need in mode.requirements if need.resource == resource.name)
                for mode in activity.modes
            ]
            assert amounts == sorted(amounts, reverse=True)
    kinds = [resource.resource_type for resource in project.resources]
    assert kinds == [ResourceType.REUSABLE] * 4 + [ResourceType.CONSUMABLE] * 2
    for resource in project.resources[4:]:
        least = sum(
            need.amount
            for activity in project.activities
            for need in activity.modes[-1].requirements
            if need.resource == resource.name
        )
        assert resource.initial_amount == least


def test_same_seed_gives_the_same_project() -> None:
    parameters = ProjectParameters()
    assert generate_project(parameters, 3) == generate_project(parameters, 3)
    assert generate_project(parameters, 3) != generate_project(parameters, 4)
    assert generate_project() == generate_project(ProjectParameters(30, 4, 1.5, 0.5, 0.5), 0)


def test_cells_are_those_of_the_library() -> None:
    cells = parameter_cells(60)
    assert len(set(cells)) == 48
    assert {cell.activities for cell in cells} == {60}


@pytest.mark.parametrize("activities", [1, 2, 5])
def test_tiny_projects(activities: int) -> None:
    assert len(generate_project(ProjectParameters(activities), 1).activities) == activities


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"activities": 0}, "activities=0; give at least 1"),
        ({"factor": 1.5}, "factor=1.5; give 0 to 1"),
        ({"strength": -1}, "strength=-1"),
        ({"resources": -1}, "has -1 resources"),
        ({"complexity": 0.5}, "complexity 0.5"),
    ],
)
def test_wrong_parameters_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ProjectParameters(**values)
