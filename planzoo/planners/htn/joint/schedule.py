"""From a plan, one action after another, to a concurrent one: only the orders that matter stay.

Source: Bäckström, Computational aspects of reordering plans (1998), for deordering (the orders between
actions that conflict are kept), where conflicts are found by watching what each action reads and writes;
Kolisch, Serial and parallel resource-constrained project scheduling methods revisited (1996)
(the serial scheme, in :mod:`planzoo.planners.htn.joint.makespan`); Policella, Cesta, Oddi and Smith, From
precedence constraint posting to partial order schedules (2007), for orders from resources (chaining).
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.joint.joint_plan import JointPlan, Order, Reason
from planzoo.planners.htn.joint.makespan import Makespan, variable_table, watched_action
from planzoo.planners.htn.joint.resource_profile import NO_CAPACITIES, TOLERANCE, checked_capacities
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.recording import Footprint, WatchedState


def schedule(
    domain: Domain,
    state: Mapping[Any, Any],
    plan: Plan | Sequence[Action],
    capacities: Mapping[str, float] = NO_CAPACITIES,
) -> JointPlan:
    """Lets the actions of a plan overlap where their agents, resources, reads and writes allow it.

    In the order of the plan, every action starts as early as it can: after the actions before it that write
    what it reads or writes, or read what it writes; after those of its agent; and when the resources that it
    holds are free for its whole duration. To look through a table is to read all of it, but what an operator
    does must not depend on the order in which a table's facts were written. The outcome is that of the plan.

    Args:
        domain: operators with ``duration``, ``agent`` and ``resources``.
        state: the facts at the beginning; stays unchanged.
        plan: a valid plan, or its actions.
        capacities: how much there is of each resource at any time; unbounded where not given.

    Raises:
        InputError: an action is not applicable when its turn comes, is not what the domain says, or needs
            more of a resource than there is.
    """
    limits = checked_capacities(capacities)
    actions = plan.actions if isinstance(plan, Plan) else tuple(plan)
    makespan, conflicts, watched = Makespan(limits), _Conflicts(), WatchedState(state)
    times: list[tuple[float, float]] = []
    orders: list[Order] = []
    for step, action in enumerate(actions):
        footprint = _executed(domain, watched, step, action)
        _require_amounts(step, action, limits)
        makespan.push(action, footprint)
        times.append(makespan.latest)
        orders += conflicts.orders(step, action.agent, footprint)
    orders += _chains(actions, times, limits)
    starts = tuple(start for start, _ in times)
    return JointPlan(actions, starts, tuple(dict.fromkeys(orders)), MappingProxyType(limits))


def _executed(domain: Domain, watched: WatchedState, step: int, action: Action) -> Footprint:
    """Executes the next action of the plan."""
    place = f"Step {step + 1}, {action}, of the plan"
    operator = domain.operators.get(action.name)
    if operator is None:
        raise InputError(f"{place} is no operator of domain {domain.name!r}; give the domain that it is of.")
    found, footprint = watched_action(operator, watched, action.arguments)
    if found is None:
        raise InputError(f"{place} is not applicable when its turn comes; validate the plan first.")
    if found != action:
        raise InputError(
            f"{place} has another cost, duration, agent or amount than the domain says; validate the plan."
        )
    return footprint


def _require_amounts(step: int, action: Action, capacities: Mapping[str, float]) -> None:
    for resource, amount in action.resources:
        if amount > capacities.get(resource, amount) * (1 + TOLERANCE):
            raise InputError(
                f"Step {step + 1}, {action}, of the plan holds {amount:g} of {resource!r}, but there is only "
                f"{capacities[resource]:g}; raise the capacity or plan without the action."
            )


class _Conflicts:
    """Finds for one action after another which earlier ones it must wait for; those implied are left out."""

    def __init__(self) -> None:
        self.agents: dict[Any, int] = {}
        self.writer: dict[Any, int] = {}
        self.readers: defaultdict[Any, list[int]] = defaultdict(list)
        self.table_writers: defaultdict[Any, list[int]] = defaultdict(list)
        self.scanners: defaultdict[Any, list[int]] = defaultdict(list)

    def orders(self, step: int, agent: Any, footprint: Footprint) -> list[Order]:
        """Gives the orders of the next step, and remembers what it did."""
        orders = [Order(*entry) for entry in self._found(step, agent, footprint)]
        self._note_tables(step, footprint)
        for variable in footprint.reads:
            self.readers[variable].append(step)
        for variable in footprint.writes:
            self.writer[variable] = step
            self.readers[variable] = []
        if agent is not None:
            self.agents[agent] = step
        return orders

    def _found(self, step: int, agent: Any, footprint: Footprint) -> Iterator[tuple[int, int, Reason, Any]]:
        for variable in footprint.reads:
            if variable in self.writer:
                yield self.writer[variable], step, Reason.PRODUCES, variable
        for table in footprint.scans:
            yield from ((writer, step, Reason.PRODUCES, table) for writer in self.table_writers[table])
        for variable in footprint.writes:
            readers, scanners = self.readers[variable], self.scanners[variable_table(variable)]
            yield from ((reader, step, Reason.SPARES, variable) for reader in readers)
            yield from ((scanner, step, Reason.SPARES, variable_table(variable)) for scanner in scanners)
            if variable in self.writer:
                yield self.writer[variable], step, Reason.OVERWRITES, variable
        if agent is not None and agent in self.agents:
            yield self.agents[agent], step, Reason.AGENT, agent

    def _note_tables(self, step: int, footprint: Footprint) -> None:
        written = {variable[0]: None for variable in footprint.writes if isinstance(variable, tuple)}
        for table in written:
            if table in footprint.scans:  # whoever comes after this one comes after all before it
                self.table_writers[table], self.scanners[table] = [], []
            self.table_writers[table].append(step)
        for table in footprint.scans:
            self.scanners[table].append(step)


def _chains(
    actions: Sequence[Action], times: Sequence[tuple[float, float]], capacities: Mapping[str, float]
) -> Iterator[Order]:
    """Says for each action from which earlier ones it takes over what it holds of each bounded resource."""
    by_start = sorted(range(len(actions)), key=lambda step: (times[step][0], step))
    for resource in capacities:
        free: list[tuple[float, int, float]] = [(0.0, -1, capacities[resource])]
        for step in by_start:
            amount = dict(actions[step].resources).get(resource, 0.0)
            start, end = times[step]
            if amount and end > start:
                yield from _handed_over(free, step, start, amount, resource)
                insort(free, (end, step, amount))


def _handed_over(
    free: list[tuple[float, int, float]], step: int, start: float, amount: float, resource: str
) -> Iterable[Order]:
    """Takes an amount out of what has become free by ``start``, the first freed first."""
    missing = amount
    # A capacity may be exceeded by as much as sums are rounded, so there may be a little less than needed.
    while missing > amount * TOLERANCE and free and free[0][0] <= start:
        freed, holder, share = free.pop(0)
        taken = min(missing, share)
        missing -= taken
        if share - taken > amount * TOLERANCE:
            insort(free, (freed, holder, share - taken))
        if holder >= 0:
            yield Order(holder, step, Reason.RESOURCE, resource)
