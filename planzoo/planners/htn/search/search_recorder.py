"""Writes down what a search does, at its place in the decomposition tree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from planzoo.planners.htn.search.search_trace import Event, EventKind, Failure, Reads, SearchTrace, ranked
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, as_task, describe

FAILURES_KEPT = 1_000
"""How many different failures are kept, those that stand furthest."""

Agenda = tuple[Any, ...]
"""Remaining tasks: ``(task, place that asked for it, rest)``; the empty tuple when none remain."""


class Place:
    """A task or goal that was taken up.

    Attributes:
        task: the task.
        parent: the place that asked for it; None for the problem's own tasks.
        rest: the tasks that remain after it.
        depth: how many tasks stand above it.
        steps: how many actions had been done before it.
        offered: whether any method gave an alternative.
    """

    __slots__ = ("depth", "offered", "parent", "rest", "steps", "task")

    def __init__(self, agenda: Agenda, steps: int) -> None:
        self.task, parent, self.rest = agenda
        self.parent: Place | None = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.steps = steps
        self.offered = False


class Check:
    """Stands after a goal's subtasks: the goal must hold then."""

    def __init__(self, goal: Any) -> None:
        self.goal = goal


class SearchRecorder:
    """Keeps the tasks that remain, as a depth-first search does, and so knows where each call stands.

    Args:
        state: the facts at the beginning.
        tasks: the tasks and goals to accomplish.
        room: how many events are kept.

    Attributes:
        agenda: the tasks that remain, as in the search.
        open: the places whose alternatives are not used up, outermost first.
        steps: how many actions have been done on the way to here.
        settled: whether it is known what became of the agenda's first task: it failed, or was taken up.
    """

    def __init__(self, state: State, tasks: tuple[Any, ...], room: int) -> None:
        self.tasks = tasks
        self.room = room
        self.events: list[Event] = []
        self.dropped = 0
        self.failures: dict[Any, Failure] = {}
        self.searched: State | None = None
        self.fair = False
        self.agenda: Agenda = ()
        self.open: list[Place] = []
        self.steps = 0
        self.settled = False
        self._begin(state)

    def trace(self, end: Event) -> SearchTrace:
        """Gives everything noted, ended by this event."""
        causes = tuple(failure for _, failure in ranked(self.failures))
        return SearchTrace((*self.events, end), self.dropped, causes)

    # -- what operators and methods tell -------------------------------------------------------------------

    def asked(self, index: int, method: str, state: State, task: Any) -> Place:
        """A method is asked about a task; the first method of a task stands for its being taken up."""
        if not self._stands_in_tree(state):
            place = Place((task, None, ()), 0)
        elif index or not self.agenda:
            place = self.open[-1]
        else:
            place = Place(self.agenda, self.steps)
            self.open.append(place)
            self.settled = True
            self._note(Event(EventKind.TAKEN_UP, place.depth, as_task(place.task)))
        self._note(Event(EventKind.METHOD, place.depth, as_task(place.task), method))
        return place

    def gave(self, place: Place, subtasks: Any, state: State) -> None:
        """A method gave an alternative."""
        self._note_recurrence()
        event = Event(EventKind.ALTERNATIVE, place.depth, as_task(place.task), None, tuple(subtasks))
        self._note(event)
        place.offered = True
        if not self.fair:
            ended = [Check(place.task)] if isinstance(place.task, Goal | Multigoal) else []
            self.agenda = place.rest
            for subtask in reversed([*subtasks, *ended]):
                self.agenda = (subtask, place, self.agenda)
            self.steps, self.settled = place.steps, False
            self._settle(state)

    def exhausted(self, place: Place, gave_any: bool, is_last: bool) -> None:
        """A method has no more alternatives, and maybe no other method is left."""
        self._note_recurrence()
        if not gave_any:
            self._note(Event(EventKind.NOTHING, place.depth, as_task(place.task)))
        if not is_last:
            self.settled = True
            return
        if place.offered:
            self._note(Event(EventKind.BACKTRACKED, place.depth, as_task(place.task)))
        else:
            self._fail(EventKind.NO_METHOD, place.task, place.parent, place.steps)
        if not self.fair and self.open and self.open[-1] is place:
            self.open.pop()
        self.settled = True

    def acted(self, task: tuple[Any, ...], state: State, reads: Reads | None) -> None:
        """An operator was called; ``reads`` is None when it was applicable, else what it looked at."""
        parent = self.agenda[1] if self._stands_in_tree(state) and self.agenda else None
        depth = 0 if parent is None else parent.depth + 1
        if reads is not None:
            self._fail(EventKind.NOT_APPLICABLE, task, parent, self.steps, reads)
            return
        self._note(Event(EventKind.ACTION, depth, task))
        if not self.fair and self.agenda:
            self.agenda = self.agenda[2]
            self.steps += 1
            self._settle(state)

    def has_room(self) -> bool:
        """Says whether another event would be kept."""
        return len(self.events) < self.room

    # -- where the search stands ---------------------------------------------------------------------------

    def _begin(self, state: State) -> None:
        self.agenda, self.open = (), []
        self.steps, self.settled = 0, False
        for task in reversed(self.tasks):
            self.agenda = (task, None, self.agenda)
        self._settle(state)

    def _stands_in_tree(self, state: State) -> bool:
        """Says whether the call comes from the depth-first search, which has one state and works in place."""
        if self.searched is None:
            self.searched = state
        if state is not self.searched:
            if not self.fair:
                self._note(Event(EventKind.FAIR_ORDER))
            self.fair, self.steps = True, 0
        elif self.fair:
            self.fair = False
            self._note(Event(EventKind.BEGUN_ANEW))
            self._begin(state)
        return not self.fair

    def _settle(self, state: State) -> None:
        """Passes the goals at the head of the agenda that hold, for which no method will be asked."""
        while self.agenda:
            task, parent, rest = self.agenda
            if isinstance(task, Check):
                if not task.goal.holds_in(state):
                    self._fail(EventKind.NOT_REACHED, task.goal, parent.parent, self.steps)
                    return
            elif isinstance(task, Goal | Multigoal) and task.holds_in(state):
                depth = 0 if parent is None else parent.depth + 1
                self._note(Event(EventKind.ALREADY_TRUE, depth, task))
            else:
                return
            self.agenda = rest

    def _note_recurrence(self) -> None:
        """The search came back without any failure: it left the next task alone."""
        if not self.fair and not self.settled and self.agenda and self.open:
            task, parent, _ = self.agenda
            self._fail(EventKind.RECURS, task, parent, self.steps)

    def _fail(self, kind: EventKind, task: Any, parent: Place | None, steps: int, reads: Reads = ()) -> None:
        self.settled = True
        depth = 0 if parent is None else parent.depth + 1
        self._note(Event(kind, depth, as_task(task), reads=reads))
        cause = (kind, type(task), describe(task))
        before = self.failures.get(cause)
        count = 1 if before is None else before.count + 1
        if before is None or (steps, depth) > (before.steps, len(before.path) - 1):
            self.failures[cause] = Failure(kind, _path(task, parent), steps, reads, count)
        else:
            self.failures[cause] = replace(before, count=count)
        if len(self.failures) > 2 * FAILURES_KEPT:
            self.failures = dict(ranked(self.failures, FAILURES_KEPT))

    def _note(self, event: Event) -> None:
        if self.has_room():
            self.events.append(event)
        else:
            self.dropped += 1


def _path(task: Any, parent: Place | None) -> tuple[Any, ...]:
    """Gives the tasks from the problem's own one down to a task."""
    path = [as_task(task)]
    while parent is not None:
        path.append(as_task(parent.task))
        parent = parent.parent
    return tuple(reversed(path))
