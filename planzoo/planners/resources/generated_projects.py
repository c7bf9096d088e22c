"""Random projects with the parameters of PSPLIB's generator.

Kolisch, Sprecher and Drexl, "Characterization and generation of a general class of resource-constrained
project scheduling problems", Management Science 41, 1995, define the parameters; Kolisch and Sprecher,
"PSPLIB – A project scheduling problem library", European Journal of Operational Research 96, 1997, Tables 1
to 3, give the values below. Ours is a generator of its own: the same parameters, not the same projects.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.errors import InputError
from planzoo.planners.resources.constraints import Constraints, Precedence
from planzoo.planners.resources.project import Activity, Mode, Project

COMPLEXITIES = (1.5, 1.8, 2.1)
FACTORS = (0.25, 0.5, 0.75, 1.0)
STRENGTHS = (0.2, 0.5, 0.7, 1.0)
NETWORKS = 50
"""So many networks are drawn at most for one that is as complex as asked for."""


@dataclass(frozen=True)
class ProjectParameters:
    """What random projects have in common.

    Attributes:
        activities: how many there are.
        resources: reusable ones.
        complexity: precedences for each activity, those from a common beginning and to a common end counted.
        factor: the share of the resources that an activity needs.
        strength: how scarce they are: at 0 there is as much of each as a single activity needs in any of its
            modes, at 1 as much as lets all start at their earliest.
        modes: of each activity; with more than one the longer ones need less.
        consumables: resources that are used up, of which an activity needs the same share.
        consumable_strength: how scarce these are: 0 = the least that the activities can do with, 1 = the most
            that they can need.
        neighbours: how many activities may directly precede, or follow, another one at most, and how many
            have nothing before them, and nothing after them.
        longest: durations are from 1 to this.
        most: an activity needs from 1 to this of a resource.

    Raises:
        InputError: a number is out of its range.
    """

    activities: int = 30
    resources: int = 4
    complexity: float = 1.5
    factor: float = 0.5
    strength: float = 0.5
    modes: int = 1
    consumables: int = 0
    consumable_strength: float = 0.5
    neighbours: int = 3
    longest: int = 10
    most: int = 10

    def __post_init__(self) -> None:
        for name in ("activities", "modes", "neighbours", "longest", "most"):
            if getattr(self, name) < 1:
                raise InputError(f"A random project has {name}={getattr(self, name)!r}; give at least 1.")
        for name in ("factor", "strength", "consumable_strength"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"A random project has {name}={getattr(self, name)!r}; give 0 to 1.")
        if min(self.resources, self.consumables) < 0 or self.complexity < 1:
            raise InputError(
                f"A random project has {self.resources} resources, {self.consumables} consumables and "
                f"complexity {self.complexity:g}; give at least 0, 0 and 1."
            )


def parameter_cells(activities: int = 30) -> tuple[ProjectParameters, ...]:
    """Gives the 48 sets of parameters of PSPLIB's projects with 30 and 60 activities and 4 resources."""
    return tuple(
        ProjectParameters(activities, 4, complexity, factor, strength)
        for complexity, factor, strength in product(COMPLEXITIES, FACTORS, STRENGTHS)
    )


def generate_project(parameters: ProjectParameters | None = None, seed: int = 0) -> Project:
    """Makes a random project; the same seed gives the same one.

    Args:
        parameters: what it is like.
        seed: of the random choices.
    """
    parameters = parameters or ProjectParameters()
    source = random.Random(f"{seed} {parameters}")
    links = _network(parameters, source)
    durations = [_durations(parameters, source) for _ in range(parameters.activities)]
    needs = [
        _needs(parameters, source, parameters.resources + parameters.consumables)
        for _ in range(parameters.activities)
    ]
    resources = _resources(parameters, links, durations, needs)
    activities = tuple(
        Activity(f"activity {number + 1}", _modes(durations[number], needs[number], resources))
        for number in range(parameters.activities)
    )
    precedences = tuple(Precedence(activities[low].name, activities[high].name) for low, high in links)
    return Project(resources, activities, Constraints(precedences=precedences))


def _network(parameters: ProjectParameters, source: random.Random) -> list[tuple[int, int]]:
    """Draws networks until one has as many precedences as the complexity says, or gives the fullest."""
    best: list[tuple[int, int]] = []
    for _ in range(NETWORKS):
        network = _Network(parameters)
        wanted = network.grow(source)
        best = max(best, network.links, key=len)
        if len(network.links) >= wanted:
            break
    return sorted(best)


class _Network:
    """Precedences, from smaller to larger numbers, of which none follows from others."""

    def __init__(self, parameters: ProjectParameters) -> None:
        self.parameters = parameters
        self.links: list[tuple[int, int]] = []
        self.after: list[list[int]] = [[] for _ in range(parameters.activities)]
        self.before = [0] * parameters.activities

    def grow(self, source: random.Random) -> int:
        """Adds precedences, and gives how many are wanted; the last of all activities need no later one."""
        count, most = self.parameters.activities, self.parameters.neighbours
        ends = min(most, count)
        pairs = [(low, high) for low in range(count - ends) for high in range(max(low + 1, ends), count)]
        source.shuffle(pairs)
        for low, high in pairs:
            if not self.before[high]:
                self._add(low, high)
        for low, high in pairs:
            if not self.after[low]:
                self._add(low, high)
        alone = self.before.count(0) + self.after.count([])
        wanted = round(self.parameters.complexity * (count + 2)) - alone
        for low, high in pairs:
            if len(self.links) < wanted:
                self._add(low, high)
        return wanted

    def _add(self, low: int, high: int) -> None:
        """Adds a precedence unless one of the two has enough, or something would follow from others."""
        most = self.parameters.neighbours
        if len(self.after[low]) < most and self.before[high] < most and not self._is_redundant(low, high):
            self.links.append((low, high))
            self.after[low].append(high)
            self.before[high] += 1

    def _is_redundant(self, low: int, high: int) -> bool:
        """Says whether a precedence follows from others, or would make one of them follow."""
        reach = [0] * len(self.after)
        for place in range(len(self.after) - 1, -1, -1):
            reach[place] = 1 << place
            for later in self.after[place]:
                reach[place] |= reach[later]
        return bool(reach[low] >> high & 1) or any(
            reach[first] >> low & 1 and reach[high] >> second & 1 for first, second in self.links
        )


def _durations(parameters: ProjectParameters, source: random.Random) -> list[int]:
    """Draws the durations of an activity's modes, the shortest first."""
    return sorted(source.randint(1, parameters.longest) for _ in range(parameters.modes))


def _needs(parameters: ProjectParameters, source: random.Random, resources: int) -> list[list[int]]:
    """Draws what an activity needs of each resource in each mode: the longer it takes, the less."""
    kinds = (range(parameters.resources), range(parameters.resources, resources))
    needed: set[int] = set()
    for kind in kinds:
        # A share that is not whole is met on average.
        wanted = parameters.factor * len(kind)
        number = int(wanted) + (source.random() < wanted - int(wanted))
        needed |= set(source.sample(kind, number))
    drawn = [
        sorted((source.randint(1, parameters.most) for _ in range(parameters.modes)), reverse=True)
        for _ in range(resources)
    ]
    return [
        [drawn[place][mode] if place in needed else 0 for place in range(resources)]
        for mode in range(parameters.modes)
    ]


def _resources(
    parameters: ProjectParameters,
    links: list[tuple[int, int]],
    durations: list[list[int]],
    needs: list[list[list[int]]],
) -> tuple[Resource, ...]:
    """Grants amounts between the least and the most that make a difference."""
    starts = _earliest_starts(links, [each[0] for each in durations])
    resources = []
    for place in range(parameters.resources):
        least = max(mode[place] for each in needs for mode in each)
        most = max(least, _peak(starts, durations, [each[0][place] for each in needs]))
        amount = least + round(parameters.strength * (most - least))
        resources.append(Resource(f"crew {place + 1}", ResourceType.REUSABLE, amount))
    for number in range(parameters.consumables):
        place = parameters.resources + number
        least = sum(min(mode[place] for mode in each) for each in needs)
        most = sum(max(mode[place] for mode in each) for each in needs)
        amount = least + round(parameters.consumable_strength * (most - least))
        resources.append(Resource(f"material {number + 1}", ResourceType.CONSUMABLE, amount))
    return tuple(resources)


def _earliest_starts(links: list[tuple[int, int]], durations: list[int]) -> list[int]:
    starts = [0] * len(durations)
    # Precedences lead from smaller to larger numbers and are sorted by the first.
    for low, high in links:
        starts[high] = max(starts[high], starts[low] + durations[low])
    return starts


def _peak(starts: list[int], durations: list[list[int]], needs: list[int]) -> int:
    """Gives the most that is needed at once when all start at their earliest, as quickly as they can."""
    rows = list(zip(starts, durations, needs, strict=True))
    return max(
        sum(need for start, duration, need in rows if start <= time < start + duration[0]) for time in starts
    )


def _modes(durations: list[int], needs: list[list[int]], resources: tuple[Resource, ...]) -> tuple[Mode, ...]:
    return tuple(
        Mode(
            duration,
            tuple(
                ResourceRequirement(resource.name, amount)
                for resource, amount in zip(resources, amounts, strict=True)
                if amount
            ),
            name=f"mode {number + 1}" if len(durations) > 1 else "",
        )
        for number, (duration, amounts) in enumerate(zip(durations, needs, strict=True))
    )
