"""Decomposition in fair or cheapest order, with a table of what every task can lead to from every state.

For each task and state that come up, the table collects the states that a decomposition of the task can end
in; whoever needs the same task in the same state waits for the same entry, so that recursion does no harm.
Partial decompositions are taken from a queue, the cheapest first and equally cheap ones first in, first out,
so that each gets its turn: whenever a decomposition exists it is found, the first one is the cheapest, and
when the queue runs empty there is none. States are copied here, which the depth-first search
(:mod:`planzoo.planners.htn.search.depth_first`) never does; this search only decides what that one could not.

Sources: Tamaki and Sato, OLD resolution with tabulation (1986), for the table; Earley, An efficient
context-free parsing algorithm (1970), for partial decompositions that wait for their next part; Höller,
Behnke, Bercher and Biundo, Language classification of hierarchical planning problems (2014), for total-order
problems as grammars; Knuth, A generalization of Dijkstra's algorithm (1977), for the cheapest derivation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import DomainError, Path, called, is_alternative, raised, undeclared
from planzoo.planners.htn.meter import BudgetSpent, Lost, Meter
from planzoo.planners.htn.method import ACHIEVED, Method
from planzoo.planners.htn.plan import NO_PARENT, Action, Decomposition
from planzoo.planners.htn.state import State, Variable
from planzoo.planners.htn.task import as_task

Facts = frozenset[tuple[Variable, Any]]
"""A state that does not change."""

STAGE_WEIGHT = 5
"""What a partial decomposition adds to the size of the table; a fact of a new state adds 1."""


@dataclass(slots=True, eq=False)
class Entry:
    """What a task can lead to from a state.

    Attributes:
        task: the task or goal.
        asked_by: the partial decomposition that needed it first; None for the problem itself.
        outcomes: each state in which it can end, with the decomposition that first led there.
        waiting: the partial decompositions that go on from each outcome.
    """

    task: Any
    asked_by: Stage | None
    outcomes: dict[Facts, Stage] = field(default_factory=dict)
    waiting: list[Stage] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Alternative:
    """One list of subtasks that a method gave for an entry's task.

    Attributes:
        entry: whose task it decomposes.
        method: the method's name.
        subtasks: the list.
        reached: for each number of subtasks done, the states reached so far.
    """

    entry: Entry
    method: str
    subtasks: tuple[Any, ...]
    reached: list[set[Facts]]


@dataclass(slots=True, eq=False)
class Stage:
    """A partial decomposition: an alternative of which the first ``done`` subtasks have led to ``facts``.

    Attributes:
        alternative: the subtasks.
        done: how many of them are done.
        facts: the state after them.
        before: the stage before the latest of them; None when none is done.
        cost: what they cost.
    """

    alternative: Alternative
    done: int
    facts: Facts
    before: Stage | None
    cost: float = 0.0


class Tabling:
    """One search in fair order.

    Args:
        domain: what is known; must not change during the search.
        state: where the problem begins; stays unchanged.
        tasks: the tasks and goals to accomplish.
        meter: what may be spent.
        room: the size that the table may grow to, about a hundred bytes each.

    Attributes:
        measure: what an action costs, a number ≥ 0; None for nothing, then any plan will do.
    """

    def __init__(self, domain: Domain, state: State, tasks: tuple[Any, ...], meter: Meter, room: int) -> None:
        self.measure: Callable[[Action], float] | None = None
        self.domain = domain
        self.template = state
        self.meter = meter
        self.room = room
        self.operators = domain.functions()
        self.entries: dict[tuple[Any, Facts], Entry] = {}
        self.states: dict[Facts, Facts] = {}
        self.queue: list[tuple[float, int, Stage]] = []
        self.queued = 0
        self.problem = Entry((), None)
        self._begin(self.problem, "", tasks, frozenset(state.items()))

    def run(self) -> Decomposition | None:
        """Searches for a plan; gives its decomposition tree, or None, which proves that there is none.

        Raises:
            BudgetSpent: time or expansions are used up.
            Lost: the table has grown too large, or a task has arguments that cannot be its keys.
            DomainError: a fault of the domain.
        """
        while self.queue and not self.problem.outcomes:
            self.meter.spend()
            stage = heappop(self.queue)[2]
            reached = stage.alternative.reached[stage.done]
            if stage.facts in reached:
                continue
            reached.add(stage.facts)
            try:
                self._advance(stage)
            except (DomainError, BudgetSpent, Lost):
                raise
            except Exception as error:
                raise called(self.domain, error, _path_to(stage)) from error
        return self._tree() if self.problem.outcomes else None

    def _advance(self, stage: Stage) -> None:
        """Does the next subtask of a partial decomposition, or concludes it."""
        subtasks = stage.alternative.subtasks
        if stage.done == len(subtasks):
            self._conclude(stage)
            return
        task = subtasks[stage.done]
        operator = self.operators.get(task[0])
        if operator is None:
            entry = self._entry(task, stage)
            entry.waiting.append(stage)
            for facts, outcome in tuple(entry.outcomes.items()):
                self._continue(stage, facts, outcome.cost)
            return
        state = self.template.refilled(stage.facts)
        declared = self.domain.operators.get(task[0])
        cost = 0.0
        if self.measure is not None and declared is not None:
            cost = self.measure(declared.action(state, tuple(task[1:])))
        if operator(state, *task[1:]) is not False:
            self._continue(stage, frozenset(state.items()), cost)

    def _conclude(self, stage: Stage) -> None:
        entry = stage.alternative.entry
        if stage.facts not in entry.outcomes:
            entry.outcomes[stage.facts] = stage
            for waiting in entry.waiting:
                self._continue(waiting, stage.facts, stage.cost)

    def _continue(self, stage: Stage, facts: Facts, cost: float) -> None:
        done = stage.done + 1
        if facts not in stage.alternative.reached[done]:
            self._queue(Stage(stage.alternative, done, facts, stage, stage.cost + cost))

    def _entry(self, task: Any, stage: Stage) -> Entry:
        """Gives the table's entry for a task in the stage's state; a new one begins with all alternatives."""
        key = (tuple(task), stage.facts)
        try:
            entry = self.entries.get(key)
        except TypeError:
            raise Lost(
                f"The arguments of task {task[0]!r} cannot be hashed, so it cannot be tabled."
            ) from None
        if entry is None:
            entry = self.entries[key] = Entry(task, stage)
            methods = self.domain.methods_for(self.template.refilled(stage.facts), task)
            if methods is None:
                raise undeclared(self.domain, _path_to(stage))
            for method in methods:
                self._offer(entry, method, stage)
        return entry

    def _offer(self, entry: Entry, method: Method, stage: Stage) -> None:
        """Begins all alternatives that a method gives for the entry's task."""
        try:
            for subtasks in method.alternatives(self.template.refilled(stage.facts), entry.task):
                self.meter.spend()
                if is_alternative(subtasks):
                    self._begin(entry, method.name, tuple(subtasks), stage.facts)
        except (DomainError, BudgetSpent, Lost):
            raise
        except Exception as error:
            path = [*_path_to(stage)[:-1], (entry.task, method.name)]
            raise raised(method.function, error, path) from error

    def _begin(self, entry: Entry, method: str, subtasks: tuple[Any, ...], facts: Facts) -> None:
        alternative = Alternative(entry, method, subtasks, [set() for _ in range(len(subtasks) + 1)])
        self._queue(Stage(alternative, 0, facts, None))

    def _queue(self, stage: Stage) -> None:
        known = self.states.setdefault(stage.facts, stage.facts)
        self.room -= STAGE_WEIGHT + (len(known) if known is stage.facts else 0)
        if self.room < 0:
            raise Lost("The table of tasks and states has grown too large.")
        stage.facts = known
        self.queued += 1
        heappush(self.queue, (stage.cost, self.queued, stage))

    def _tree(self) -> Decomposition:
        """Follows the first outcome of the problem back to the decompositions that led to it."""
        tasks: list[Any] = []
        parents: list[int] = []
        methods: list[str | None] = []
        todo = _parts(next(iter(self.problem.outcomes.values())), NO_PARENT)
        while todo:
            task, parent, before, after = todo.pop()
            if task[0] is ACHIEVED:
                continue
            tasks.append(as_task(task))
            parents.append(parent)
            stage = None if task[0] in self.operators else self.entries[tuple(task), before].outcomes[after]
            methods.append(None if stage is None else stage.alternative.method)
            if stage is not None:
                todo += _parts(stage, len(tasks) - 1)
        return Decomposition(tuple(tasks), tuple(parents), tuple(methods))


def _parts(stage: Stage, parent: int) -> list[tuple[Any, int, Facts, Facts]]:
    """Gives a concluded decomposition's (subtask, parent, state before, state after), the last first."""
    parts = []
    while stage.before is not None:
        before = stage.before
        parts.append((stage.alternative.subtasks[before.done], parent, before.facts, stage.facts))
        stage = before
    return parts


def _path_to(stage: Stage) -> Path:
    """Gives the tasks from the problem's own one down to the stage's next subtask."""
    path: list[tuple[Any, str | None]] = [(stage.alternative.subtasks[stage.done], None)]
    place: Stage | None = stage
    while place is not None and place.alternative.entry.asked_by is not None:
        path.append((place.alternative.entry.task, place.alternative.method))
        place = place.alternative.entry.asked_by
    path.reverse()
    return path
