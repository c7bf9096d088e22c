"""Small random domains: a few jobs in a row, each with several ways that take different amounts."""

from __future__ import annotations

from itertools import product
from random import Random

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.planners.htn import Domain, State, Task

RESOURCES = (
    Resource("fuel", "consumable", 8, cost_per_unit=1),
    Resource("crew", "reusable", 3, cost_per_unit=2),
    Resource("parts", "producible", 2, capacity=5),
)


class Shop:
    """A domain of jobs with ways, and all of its plans.

    Args:
        seed: the same seed gives the same shop.
        jobs: how many jobs follow one another.
        ways: how many ways each job has.
    """

    def __init__(self, seed: int, jobs: int = 3, ways: int = 3) -> None:
        random = Random(seed)
        self.domain = Domain(f"shop {seed}")
        self.needs: dict[str, tuple[ResourceRequirement, ...]] = {}
        self.jobs = [f"job{job}" for job in range(jobs)]
        self.state = State(done={})
        self.task = Task("all")
        for job in range(jobs):
            for way in range(ways):
                self._add_way(random, job, way)
        self.domain.add_method("all", lambda state: [Task(job) for job in self.jobs], "in order")
        names = [[f"way{job}_{way}" for way in range(ways)] for job in range(jobs)]
        self.plans = list(product(*names))

    def _add_way(self, random: Random, job: int, way: int) -> None:
        name = f"way{job}_{way}"
        needs = [ResourceRequirement("crew", random.randint(1, 3))]
        if random.random() < 0.7:
            needs.append(ResourceRequirement("fuel", random.randint(1, 5), random.choice(("start", "end"))))
        if random.random() < 0.7:
            made = random.random() < 0.5
            needs.append(ResourceRequirement("parts", random.randint(1, 3), produces=made))
        self.needs[name] = tuple(needs)

        def do(state: State) -> None:
            state.done[job] = way

        if random.random() < 0.5:  # then the job must wait for the one before it

            def do(state: State) -> None:
                state.done[job] = (way, state.done.get(job - 1))

        self.domain.add_operator(do, name, cost=random.randint(0, 9), duration=random.randint(1, 5))
        self.domain.add_method(f"job{job}", lambda state: [Task(name)], name)
