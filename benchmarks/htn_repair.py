"""Repair of plans against planning anew: ``python benchmarks/htn_repair.py [--json] [--only TEXT]``.

In each domain, problems are drawn and planned; plans are executed up to a random step, and then something
happens: a package is displaced, a truck or an airplane is somewhere else, a block falls, a rover loses
energy, its sample or its calibration, a gate shuts. The rest is repaired, and the unfinished tasks are
planned anew from the same state. Both may spend the same; every repaired plan is validated.

"Recorded" repairs know what the steps and methods of the plan read and write: that is found out once, while
the plan is made, and has a row of its own; the others execute the whole rest and ask all its methods again.
Times are CPU milliseconds of the process, the least of a few runs of each; the ratio is that of the medians,
or of the means. The rows with "dearer" and "slower" count where repair loses.
"""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import report
from report import Row

from planzoo.planners.htn import Action, Budget, Domain, HierarchicalPlanner, Plan, Problem, State
from planzoo.planners.htn.domains import blocks, logistics, rovers
from planzoo.planners.htn.repair.recorded_plan import RecordedPlan
from planzoo.planners.htn.repair.repair_result import RepairLevel, RepairResult
from planzoo.planners.htn.repair.repair_validator import validate_repair
from planzoo.planners.htn.repair.repairer import PlanRepairer, state_after
from planzoo.planners.htn.repair.stability import changed_actions, plan_stability

PROBLEMS, DEVIATIONS = 10, 10
"""Problems of each domain, and deviations in the plan of each."""
REPETITIONS = 3
BUDGET = Budget(milliseconds=5000)
PEER = "planning anew"


@dataclass(frozen=True)
class Case:
    """One deviation.

    Attributes:
        what: what happened.
        old: the rest of the old plan.
        repaired: the repair's answer.
        anew: the actions planned anew; None when that failed.
        recorded_ms: CPU milliseconds of the repair of the recorded plan.
        repair_ms: CPU milliseconds of the repair without a record.
        anew_ms: CPU milliseconds of planning anew.
    """

    what: str
    old: tuple[Action, ...]
    repaired: RepairResult
    anew: tuple[Action, ...] | None
    recorded_ms: float
    repair_ms: float
    anew_ms: float

    @property
    def both(self) -> bool:
        """Whether both have found a plan."""
        return self.repaired.plan is not None and self.anew is not None


class Situation(NamedTuple):
    """Where a plan stands when something happens."""

    what: str
    """What has happened."""
    executed: int
    """How many actions were executed."""
    expected: State
    """The facts that the plan led to expect."""
    observed: State
    """The facts as they are."""


Deviation = Callable[[State, random.Random], str | None]
"""Changes a state in place and says what has happened; None when nothing could."""


def displace_package(state: State, generator: random.Random) -> str:
    """A package, perhaps out of a vehicle, turns up at another location."""
    package = generator.choice(list(state.at))
    state.at[package] = generator.choice(list(state.in_city))
    return "package displaced"


def divert_truck(state: State, generator: random.Random) -> str:
    """A truck is at another location of its city."""
    truck = generator.choice(list(state.truck_at))
    city = state.in_city[state.truck_at[truck]]
    state.truck_at[truck] = generator.choice(
        [place for place in state.in_city if state.in_city[place] == city]
    )
    return "truck diverted"


def divert_plane(state: State, generator: random.Random) -> str:
    """An airplane is at another airport."""
    plane = generator.choice(list(state.plane_at))
    state.plane_at[plane] = generator.choice(list(state.airport_of.values()))
    return "airplane diverted"


def knock_block(state: State, generator: random.Random) -> str | None:
    """A clear block falls from its pile onto the table."""
    standing = [block for block, clear in state.clear.items() if clear and state.pos[block] != blocks.TABLE]
    if not standing:
        return None
    block = generator.choice(standing)
    state.clear[state.pos[block]] = True
    state.pos[block] = blocks.TABLE
    return "block knocked down"


def misplace_block(state: State, generator: random.Random) -> str | None:
    """A clear block is suddenly on another one."""
    clear = [block for block, is_clear in state.clear.items() if is_clear]
    if len(clear) < 2:
        return None
    block, below = generator.sample(clear, 2)
    if state.pos[block] in state.clear:
        state.clear[state.pos[block]] = True
    state.pos[block] = below
    state.clear[below] = False
    return "block misplaced"


def drop_block(state: State, generator: random.Random) -> str | None:
    """The hand drops its block onto the table."""
    block = state.holding
    if block is None:
        return None
    state.holding = None
    state.pos[block] = blocks.TABLE
    state.clear[block] = True
    return "block dropped"


def lose_energy(state: State, generator: random.Random) -> str:
    """A rover loses a third of a full battery, but not its last units."""
    rover = generator.choice(list(state.at))
    state.energy[rover] = max(min(state.energy[rover], 8), state.energy[rover] - rovers.CAPACITY // 3)
    return "energy lost"


def shut_gate(state: State, generator: random.Random) -> str:
    """A gate that was open shuts."""
    start, end = generator.choice([ends for ends, gate in state.gate.items() if gate == "open"])
    state.gate[start, end] = state.gate[end, start] = "shut"
    return "gate shut"


def lose_sample(state: State, generator: random.Random) -> str | None:
    """A rover loses what it carries on the spot."""
    loaded = [rover for rover, load in state.load.items() if load is not None]
    if not loaded:
        return None
    rover = generator.choice(loaded)
    state.sample_at[state.load[rover]] = state.at[rover]
    state.load[rover] = None
    return "sample lost"


def lose_calibration(state: State, generator: random.Random) -> str | None:
    """A camera that was ready no longer is."""
    ready = [rover for rover, calibrated in state.calibrated.items() if calibrated]
    if not ready:
        return None
    state.calibrated[generator.choice(ready)] = False
    return "calibration lost"


def push_rover(state: State, generator: random.Random) -> str:
    """A rover slides through a corridor."""
    rover = generator.choice(list(state.at))
    state.at[rover] = generator.choice(state.exits[state.at[rover]])[0]
    return "rover pushed"


DEVIATIONS_OF: dict[str, tuple[Any, tuple[int, ...], Sequence[Deviation]]] = {
    "logistics": (logistics, (16, 64), (displace_package, divert_truck, divert_plane)),
    "blocks": (blocks, (24, 80), (knock_block, misplace_block, drop_block)),
    "rovers": (rovers, (12, 32), (lose_energy, shut_gate, lose_sample, lose_calibration, push_rover)),
}
"""Of each domain: its module, the sizes of its problems, and what may happen."""


def cases(name: str, size: int, problems: int = PROBLEMS, deviations: int = DEVIATIONS) -> Iterator[Case]:
    """Draws problems and deviations of a domain, and has each repaired and planned anew."""
    module, _, happenings = DEVIATIONS_OF[name]
    domain = module.make_domain()
    for seed in range(problems):
        generator = random.Random(seed)
        problem = module.random_problem(size, seed)
        plan = HierarchicalPlanner(domain).solve(problem, BUDGET).plan
        assert plan is not None
        record = RecordedPlan(domain, problem.state, plan)
        for number in range(deviations):
            situation = None
            while situation is None:
                situation = drawn_situation(
                    domain, problem, plan, happenings[number % len(happenings)], generator
                )
            yield answered(domain, record, situation)


def drawn_situation(
    domain: Domain, problem: Problem, plan: Plan, happening: Deviation, generator: random.Random
) -> Situation | None:
    """Lets something happen after a random step; None when it could not, or has changed nothing."""
    executed = generator.randrange(len(plan.actions))
    expected = state_after(domain, problem.state, plan.actions[:executed])
    observed = expected.copy()
    what = happening(observed, generator)
    if what is None or dict(observed) == dict(expected):
        return None
    return Situation(what, executed, expected, observed)


def answered(domain: Domain, record: RecordedPlan, situation: Situation) -> Case:
    """Repairs and plans anew, a few times each in turn."""
    plan, (what, executed, expected, observed) = record.plan, situation
    repairer, planner = PlanRepairer(domain), HierarchicalPlanner(domain)
    problem = Problem(observed, unfinished(plan, executed, observed))
    answers, least = [], [math.inf] * 3
    for _ in range(REPETITIONS):
        answers = [
            timed(partial(repairer.repair, record, executed, expected, observed, BUDGET)),
            timed(partial(repairer.repair, plan, executed, expected, observed, BUDGET)),
            timed(partial(planner.solve, problem, BUDGET)),
        ]
        least = [min(before, now) for before, (_, now) in zip(least, answers, strict=True)]
    repaired, anew = answers[0][0], answers[2][0].plan
    if repaired.plan is not None:
        fault = validate_repair(domain, plan, repaired.plan, executed, observed)
        assert fault is None, fault
    return Case(what, plan.actions[executed:], repaired, None if anew is None else anew.actions, *least)


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """Gives an answer and the CPU milliseconds that it took."""
    started = time.process_time()
    return run(), 1000 * (time.process_time() - started)


def unfinished(plan: Plan, executed: int, observed: State) -> list[Any]:
    """Gives the problem's own tasks that are not done, and its goals that do not hold."""
    tree = plan.decomposition
    following = tree.leaves[executed - 1] + 1 if executed else 0
    ends = [*tree.roots[1:], len(tree.tasks)]
    tasks: list[Any] = [tree.tasks[root] for root in tree.roots]
    return [
        task
        for task, end in zip(tasks, ends, strict=True)
        if end > following or (hasattr(task, "holds_in") and not task.holds_in(observed))
    ]


def rows_of(name: str, found: Sequence[Case]) -> list[Row]:
    """Sums up the cases of a domain."""
    both = [case for case in found if case.both]
    levels = {level: sum(case.repaired.level is level for case in found) for level in RepairLevel}
    answers = ", ".join(f"{count} {level.value}" for level, count in levels.items())
    steps = statistics.median(len(case.old) for case in found)
    solved = sum(case.repaired.plan is not None for case in found)
    head = f"{name}, {steps:g} steps left"
    return [
        row(
            f"{head}: solved of {len(found)} ({answers})",
            solved,
            sum(case.anew is not None for case in found),
            "plans",
            True,
        ),
        *time_rows(head, both),
        *plan_rows(head, both),
    ]


def time_rows(head: str, both: Sequence[Case]) -> list[Row]:
    """Compares the times."""
    recorded, anew = [case.recorded_ms for case in both], [case.anew_ms for case in both]
    plain = [case.repair_ms for case in both]
    slower = sum(mine > other for mine, other in zip(recorded, anew, strict=True))
    rows = [
        row(f"{head}: recorded, median", statistics.median(recorded), statistics.median(anew), "ms CPU"),
        row(f"{head}: recorded, mean", statistics.mean(recorded), statistics.mean(anew), "ms CPU"),
        row(f"{head}: recorded, slowest", max(recorded), max(anew), "ms CPU"),
        row(f"{head}: without a record, median", statistics.median(plain), statistics.median(anew), "ms CPU"),
        row(f"{head}: without a record, mean", statistics.mean(plain), statistics.mean(anew), "ms CPU"),
    ]
    return [*rows, row(f"{head}: recorded, slower", slower, len(both) - slower, f"of {len(both)}")]


def plan_rows(head: str, both: Sequence[Case]) -> list[Row]:
    """Compares the plans."""
    kept = statistics.mean(case.repaired.stability for case in both)
    anew_kept = statistics.mean(plan_stability(case.old, case.anew or ()) for case in both)
    changes = statistics.mean(changed_actions(case.old, case.repaired.rest) for case in both)
    anew_changes = statistics.mean(changed_actions(case.old, case.anew or ()) for case in both)
    costs = [(_cost(case.repaired.rest), _cost(case.anew or ())) for case in both]
    dearer, cheaper = sum(mine > other for mine, other in costs), sum(mine < other for mine, other in costs)
    mean_costs = [statistics.mean(column) for column in zip(*costs, strict=True)]
    return [
        row(f"{head}: steps of the old rest kept, mean", 100 * kept, 100 * anew_kept, "%", True),
        row(f"{head}: steps added and dropped, mean", changes, anew_changes, "steps"),
        row(f"{head}: cost of the new rest, mean", mean_costs[0], mean_costs[1], "cost"),
        row(f"{head}: dearer than the other's", dearer, cheaper, f"of {len(both)}"),
    ]


def recording_row(name: str, size: int, problems: int = PROBLEMS) -> Row:
    """Compares recording a plan with planning it."""
    module = DEVIATIONS_OF[name][0]
    domain, recorded, planned = module.make_domain(), [], []
    for seed in range(problems):
        problem = module.random_problem(size, seed)
        result, milliseconds = timed(partial(HierarchicalPlanner(domain).solve, problem))
        planned.append(milliseconds)
        recorded.append(timed(partial(RecordedPlan, domain, problem.state, result.plan))[1])
    task = f"{name}, size {size}: recording a plan, once"
    return replace(
        row(task, statistics.median(recorded), statistics.median(planned), "ms CPU"), peer="planning"
    )


def row(task: str, ours: float, anew: float, unit: str, more_is_better: bool = False) -> Row:
    """Makes a row against planning anew; no ratio where it would divide by nothing."""
    above, below = (ours, anew) if more_is_better else (anew, ours)
    return Row(task, ours, PEER, "", anew, above / below if above and below else None, unit)


def _cost(actions: Sequence[Action]) -> float:
    return sum(action.cost for action in actions)


def measure(name: str, size: int) -> list[Row]:
    """Measures a domain with problems of one size."""
    return [*rows_of(name, list(cases(name, size))), recording_row(name, size)]


TABLE: dict[str, Callable[[], list[Row]]] = {
    f"repair in {name}, size {size}": partial(measure, name, size)
    for name, (_, sizes, _) in DEVIATIONS_OF.items()
    for size in sizes
}
"""What can be measured, by name."""


if __name__ == "__main__":
    report.main("Plan repair", TABLE)
