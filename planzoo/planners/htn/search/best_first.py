"""Best-first search over decompositions, led by a user's heuristic.

A node is a state together with the tasks that remain. One state serves all of them: each node keeps what was
written on the way from its parent, and the search walks from node to node along these writes, back to the
latest common ancestor and forward again; nothing is copied.

Source: Hart, Nilsson and Raphael, A formal basis for the heuristic determination of minimum cost paths
(1968), for A*; Höller, Bercher, Behnke and Biundo, HTN planning as heuristic progression search (2020), for
its use on remaining task networks; Pohl, Heuristic search viewed as path finding in a graph (1970), for the
weight.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import (
    DomainError,
    Path,
    called,
    endless,
    is_alternative,
    path_text,
    raised,
    undeclared,
    wrote,
)
from planzoo.planners.htn.meter import MOST_IN_VAIN, BudgetSpent, Lost, Meter
from planzoo.planners.htn.method import ACHIEVED, Method
from planzoo.planners.htn.plan import NO_PARENT, Action, Decomposition
from planzoo.planners.htn.state import Change, State
from planzoo.planners.htn.task import as_task

Heuristic = Callable[[State, tuple[Any, ...]], float]
"""Estimates what the remaining tasks cost from a state; infinity says that they cannot be done."""


ROOM = 1_000_000
"""So many facts of states may be remembered, some hundred bytes each."""
MOST_WEIGHED = 10_000_000
"""A search without a budget ends when it has weighed so many remaining tasks: it might go on for ever."""


@dataclass(frozen=True)
class BestFirst:
    """How a best-first search is led.

    Attributes:
        heuristic: called as ``heuristic(state, tasks)`` with the tasks, actions and goals that remain, in
            order. It must not write. When it never gives more than the true cost, the first plan found with
            weight 1 is a cheapest one. Where a method has endlessly many alternatives, it must give about
            what their actions cost: as long as there is a cheaper-looking alternative, that is taken up.
        weight: how much the heuristic counts: 0 for a uniform-cost search, 1 for A*, more to find a plan
            sooner that costs at most ``weight`` times the least.
        measure: what an action costs, a number ≥ 0; by default its cost.

    Raises:
        InputError: the weight is negative.
    """

    heuristic: Heuristic
    weight: float = 1.0
    measure: Callable[[Action], float] = lambda action: action.cost

    def __post_init__(self) -> None:
        if not self.weight >= 0:
            raise InputError(f"BestFirst(weight={self.weight!r}) must be at least 0; 1 gives A*.")


@dataclass(slots=True, eq=False)
class Compound:
    """A decomposed task or goal, as the parent of its subtasks; ``depth`` tasks stand above it."""

    task: Any
    method: str
    parent: Compound | None
    depth: int


Agenda = tuple[Any, ...]
"""Remaining tasks: ``(task, parent, rest)``; the empty tuple when none remain."""


@dataclass(slots=True, eq=False)
class Node:
    """A state with its remaining tasks.

    Attributes:
        parent: the node it was made from; None for the first.
        changes: what was written on the way.
        agenda: the tasks that remain.
        cost: what the actions so far cost.
        estimate: what the remaining tasks may cost.
        depth: how many nodes stand above it.
        did: the action or decomposition that led here; None for the first node and for checks of goals.
        alternatives: what its first task can still be decomposed into; None before it was looked at.
    """

    parent: Node | None
    changes: list[Change]
    agenda: Agenda
    cost: float = 0.0
    estimate: float = 0.0
    depth: int = 0
    did: tuple[Any, Compound | None] | Compound | None = None
    alternatives: Iterator[tuple[Method, Any]] | None = None


class BestFirstSearch:
    """One best-first search.

    Args:
        domain: what is known; must not change during the search.
        state: changed in place.
        tasks: the tasks and goals to accomplish.
        meter: what may be spent.
        lead: the heuristic and its weight.
    """

    def __init__(
        self, domain: Domain, state: State, tasks: tuple[Any, ...], meter: Meter, lead: BestFirst
    ) -> None:
        self.domain = domain
        self.state = state
        self.meter = meter
        self.lead = lead
        state.mark()
        agenda: Agenda = ()
        for task in reversed(tasks):
            agenda = (task, None, agenda)
        self.queue: list[tuple[float, int, Node]] = []
        self.queued = 0
        self.cheapest: dict[Any, float] = {}
        self.room = ROOM
        self.vain = self.weighed = 0
        self.too_deep: Path = ()
        self.here = Node(None, [], agenda)
        self._queue_new(self.here)

    def run(self) -> Decomposition | None:
        """Searches for a plan; gives its decomposition, or None, which proves that there is none.

        Raises:
            BudgetSpent: time or expansions are used up.
            DomainError: a fault of the domain or of the heuristic.
        """
        while self.queue:
            node = heappop(self.queue)[2]
            self._walk_to(node)
            if not node.agenda:
                return _tree(node)
            self.meter.spend()
            self._expand(node)
        if self.too_deep:
            raise BudgetSpent(
                f"The decomposition is deeper than {self.meter.budget.depth} tasks; mend the method that "
                f"recurs, or raise Budget.depth (path: {path_text(self.too_deep)})."
            )
        return None

    def _expand(self, node: Node) -> None:
        """Makes the node's next child; a node with alternatives left is queued again."""
        task = node.agenda[0]
        try:
            if task[0] is ACHIEVED:
                if task[1].holds_in(self.state):
                    self._add(node, None, node.agenda[2], 0.0)
                return
            operator = self.domain.operators.get(task[0])
            if operator is None:
                self._decompose(node)
                return
            action = operator.action(self.state, tuple(task[1:]))
            if operator.function(self.state, *task[1:]) is not False:
                self._add(node, (task, node.agenda[1]), node.agenda[2], self.lead.measure(action))
        except (DomainError, BudgetSpent, Lost):
            raise
        except Exception as error:
            raise called(self.domain, error, _path_to(node)) from error

    def _decompose(self, node: Node) -> None:
        task, parent, rest = node.agenda
        if node.alternatives is None:
            node.alternatives = self._alternatives(node)
        following = next(node.alternatives, None)
        if following is None:
            return
        self._queue(node)
        method, subtasks = following
        compound = Compound(task, method.name, parent, 0 if parent is None else parent.depth + 1)
        if compound.depth >= self.meter.budget.depth:
            self.too_deep = self.too_deep or _path_to(node)
            return
        for subtask in reversed(subtasks):
            rest = (subtask, compound, rest)
        self._add(node, compound, rest, 0.0)

    def _alternatives(self, node: Node) -> Iterator[tuple[Method, Any]]:
        methods = self.domain.methods_for(self.state, node.agenda[0])
        if methods is None:
            raise undeclared(self.domain, _path_to(node))
        for method in methods:
            try:
                yield from self._offers(method, node)
            except (DomainError, BudgetSpent):
                raise
            except Exception as error:
                raise raised(method.function, error, _path_to(node, method)) from error

    def _offers(self, method: Method, node: Node) -> Iterator[tuple[Method, Any]]:
        for subtasks in method.alternatives(self.state, node.agenda[0]):
            if self.state.trail:
                raise wrote(_path_to(node, method))
            if is_alternative(subtasks):
                yield method, subtasks
            else:
                self.vain += 1
            if self.vain > MOST_IN_VAIN:
                raise endless(_path_to(node, method))
            self.meter.spend()

    def _add(self, parent: Node, did: Any, agenda: Agenda, cost: float) -> None:
        """Makes a child of what was written since the parent, and goes there."""
        child = Node(parent, self.state.cut(0), agenda, parent.cost + cost, depth=parent.depth + 1, did=did)
        self.here = child
        self._queue_new(child)

    def _queue_new(self, node: Node) -> None:
        """Queues a node that the search stands at, unless it was reached as cheaply before."""
        agenda = tuple(_tasks(node.agenda))
        self.weighed += 10 + len(agenda)
        if self.weighed > MOST_WEIGHED and self.meter.unbounded:
            raise BudgetSpent(
                f"The search has made {self.queued:,} steps; give a Budget if it shall go on, or a heuristic "
                f"that tells good nodes from bad ones (path: {path_text(_path_to(node))})."
            )
        tasks = tuple(as_task(task) for task in agenda if task[0] is not ACHIEVED)
        try:
            key = (frozenset(self.state.items()), agenda)
            if self.cheapest.get(key, math.inf) <= node.cost:
                return
            self._remember(key, node.cost)
        except TypeError:  # arguments that cannot be hashed: then nothing is compared
            pass
        node.estimate = self.lead.weight * self.lead.heuristic(self.state, tasks) if self.lead.weight else 0.0
        if node.estimate < math.inf:
            self._queue(node)

    def _remember(self, key: tuple[frozenset[Any], Any], cost: float) -> None:
        """Keeps what a state and its tasks cost, as long as there is room; without it twins are expanded."""
        self.room -= len(key[0]) + 1
        if self.room > 0:
            self.cheapest[key] = cost

    def _queue(self, node: Node) -> None:
        self.queued += 1
        heappush(self.queue, (node.cost + node.estimate, self.queued, node))

    def _walk_to(self, node: Node) -> None:
        """Makes the state that of another node."""
        state, here = self.state, self.here
        state.undo(0)  # what an inapplicable action had written
        ahead: list[Node] = []
        target: Node = node
        while here is not target:
            if target.depth > here.depth:
                ahead.append(target)
                assert target.parent is not None
                target = target.parent
            else:
                state.revert(here.changes)
                assert here.parent is not None
                here = here.parent
        for step in reversed(ahead):
            state.redo(step.changes)
        self.here = node


def _tasks(agenda: Agenda) -> Iterator[Any]:
    while agenda:
        yield agenda[0]
        agenda = agenda[2]


def _path_to(node: Node, method: Method | None = None) -> Path:
    """Gives the tasks from the problem's own one down to the node's next task, which a method decomposes."""
    path: list[tuple[Any, str | None]] = [(node.agenda[0], method.name if method else None)]
    place: Compound | None = node.agenda[1]
    while place is not None:
        path.append((place.task, place.method))
        place = place.parent
    path.reverse()
    return path


def _tree(node: Node) -> Decomposition:
    """Follows a plan's last node back to the first, and lists what was done on the way."""
    steps = []
    place: Node | None = node
    while place is not None:
        if place.did is not None:
            steps.append(place.did)
        place = place.parent
    places: dict[Compound | None, int] = {None: NO_PARENT}
    tasks, parents, methods = [], [], []
    for number, step in enumerate(reversed(steps)):
        task, parent = (step.task, step.parent) if isinstance(step, Compound) else step
        if isinstance(step, Compound):
            places[step] = number
        tasks.append(as_task(task))
        parents.append(places[parent])
        methods.append(step.method if isinstance(step, Compound) else None)
    return Decomposition(tuple(tasks), tuple(parents), tuple(methods))
