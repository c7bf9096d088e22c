"""Total-order forward decomposition without recursion.

Source: Ghallab, Nau and Traverso, Automated Planning: Theory and Practice (2004), section 11.3 (the procedure
TFD), here with an explicit stack of choice points, methods that are asked for alternatives only when the
earlier ones have failed, one state with an undo trail, and the tasks that remain as a linked list whose tails
are shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import GeneratorType
from typing import Any

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
from planzoo.planners.htn.method import ACHIEVED, ALREADY_TRUE, Method
from planzoo.planners.htn.plan import NO_PARENT, Decomposition
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Task, as_task

Agenda = tuple[Any, ...]
"""Remaining tasks: ``(task, parent choice, rest)``; the empty tuple when none remain."""

DEEPEST = 100_000
"""How many tasks may stand above one another unless a budget says otherwise."""
CLOSE = 16
"""A task is compared with up to so many ancestors begun in the same state; with more, at powers of two."""


NOTHING: Iterator[Any] = iter(())
"""Alternatives that are used up."""


class Choice:
    """A compound task or goal in the decomposition tree, and the choice between its alternatives.

    Attributes:
        task: the task.
        parent: the choice that asked for it; None for the problem's own tasks.
        rest: the agenda after it.
        mark: where the undo trail stood when its turn came.
        node: its index in the list of nodes.
        methods: its methods.
        tried: how many of them have been asked.
        method: the one asked last.
        alternatives: what that method still has to offer.
        depth: how many tasks stand above it.
        unchanged: how many of them, the nearest ones, were begun in the very same state.
    """

    __slots__ = (
        "alternatives",
        "depth",
        "mark",
        "method",
        "methods",
        "node",
        "parent",
        "rest",
        "task",
        "tried",
        "unchanged",
    )

    def __init__(self, agenda: Agenda, methods: tuple[Method, ...], mark: int, node: int) -> None:
        self.task, parent, self.rest = agenda
        self.parent: Choice | None = parent
        self.methods = methods
        self.tried = 0
        self.method: Method = ALREADY_TRUE
        self.alternatives: Iterator[Any] = NOTHING
        self.mark = mark
        self.node = node
        if parent is None:
            self.depth = self.unchanged = 0
        else:
            self.depth = parent.depth + 1
            self.unchanged = parent.unchanged + 1 if parent.mark == mark else 0


class Search:
    """One depth-first search.

    Args:
        domain: what is known; must not change during the search.
        state: changed in place.
        tasks: the tasks and goals to accomplish.
        meter: what may be spent.
        depth: how many tasks may stand above one another.

    Attributes:
        operators: the functions of the operators by name; whoever wants to prune wraps them before the run.
        skips: whether what is deeper than ``depth`` counts as failed instead of ending the search.
        skipped: whether something was left out, so that finding no plan (or no better one) proves nothing.
    """

    def __init__(
        self, domain: Domain, state: State, tasks: tuple[Any, ...], meter: Meter, depth: int = DEEPEST
    ) -> None:
        self.domain = domain
        self.state = state
        self.tasks = tasks
        self.meter = meter
        self.depth = depth
        self.operators = domain.functions()
        self.methods = dict(domain.methods)
        self.start = state.mark()
        assert state.trail is not None
        self.trail = state.trail
        self.nodes: list[Any] = []
        self.choices: list[Choice] = []
        self.furthest: Agenda = ()
        self.furthest_node = -1
        self.repeated: Agenda = ()
        self.skips = self.skipped = False
        self.vain = self.retries = 0
        self.latest: Choice | None = None

    def run(self) -> bool:
        """Searches for a plan; :attr:`nodes` then holds its decomposition and :attr:`state` its outcome.

        Returns:
            Whether a plan was found; False proves that there is none.

        Raises:
            BudgetSpent: time or expansions are used up.
            Lost: no plan was found, and tasks that recur below themselves keep that from being a proof.
            DomainError: a fault of the domain.
        """
        agenda: Agenda = ()
        for task in reversed(self.tasks):
            agenda = (task, None, agenda)
        return self._concluded(self._decompose(agenda))

    def resume(self) -> bool:
        """Searches for the next plan after the one found; see :meth:`run`."""
        return self._concluded(self._decompose(self._next_alternative()))

    def _concluded(self, agenda: Agenda | None) -> bool:
        if agenda is None and self.repeated and not self.skips:
            raise Lost(
                "A task decomposes into itself without any change of the state "
                f"(path: {path_text(path_to(self.repeated))})."
            )
        return agenda is not None

    def decomposition(self) -> Decomposition:
        """Turns the nodes (choices, and agendas whose first task is an action) into a tree."""
        places: dict[Choice | None, int] = {None: NO_PARENT}
        tasks: list[tuple[Any, ...]] = []
        parents: list[int] = []
        methods: list[str | None] = []
        for node in self.nodes:
            if node.__class__ is Choice:
                parents.append(places[node.parent])
                places[node] = len(tasks)
                tasks.append(as_task(node.task))
                methods.append(node.method.name)
            elif node[0][0] is not ACHIEVED:
                parents.append(places[node[1]])
                tasks.append(tuple.__new__(Task, node[0]))
                methods.append(None)
        return Decomposition(tuple(tasks), tuple(parents), tuple(methods))

    def _decompose(self, agenda: Agenda | None) -> Agenda | None:
        """Takes up one task after another; gives () when all are done and None when no choice is left."""
        operators, state, nodes = self.operators, self.state, self.nodes
        credit = 0
        try:
            while agenda:
                if not credit:
                    credit = self.meter.grant()
                credit -= 1
                operator = operators.get(agenda[0][0])
                if operator is None:
                    agenda = self._expand(agenda)
                elif operator(state, *agenda[0][1:]) is False:
                    self._note_failure(len(nodes), agenda[0], agenda[1])
                    agenda = self._next_alternative()
                else:
                    nodes.append(agenda)
                    agenda = agenda[2]
            return agenda
        except (DomainError, BudgetSpent, Lost):
            raise
        except Exception as error:
            raise called(self.domain, error, path_to(agenda or ())) from error
        finally:
            self.meter.credit = credit

    def _expand(self, agenda: Agenda) -> Agenda | None:
        """Takes up a compound task or goal: gives the agenda with its first alternative in its place."""
        methods = self.methods.get(agenda[0][0]) or self.domain.methods_for(self.state, agenda[0])
        if methods is None:
            raise undeclared(self.domain, path_to(agenda))
        choice = Choice(agenda, methods, len(self.trail), len(self.nodes))
        if choice.depth >= self.depth:
            if self.skips:
                self.skipped = True
                return self._next_alternative()
            raise Lost(
                f"The decomposition is deeper than {self.depth} tasks; mend the method that recurs, or raise "
                f"Budget.depth (path: {path_text(path_to(agenda))})."
            )
        if choice.unchanged and self._recurs(choice):
            return self._next_alternative()
        subtasks = self._subtasks(choice)
        if subtasks is None:
            self._note_failure(choice.node, choice.task, choice.parent)
            return self._next_alternative()
        if choice.alternatives is not NOTHING or choice.tried < len(methods):
            self.choices.append(choice)
        self.nodes.append(choice)
        rest = choice.rest
        for subtask in reversed(subtasks):
            rest = (subtask, choice, rest)
        return rest

    def _next_alternative(self) -> Agenda | None:
        """Goes back to the latest choice that has an alternative left and takes that; None when none has."""
        choices, state = self.choices, self.state
        while choices:
            choice = choices[-1]
            if choice is self.latest:
                self._note_retry(choice)
            else:
                self.latest, self.retries = choice, 0
            if len(self.trail) > choice.mark:
                state.undo(choice.mark)
            subtasks = self._subtasks(choice)
            if subtasks is None:
                choices.pop()
                self._note_failure(choice.node, choice.task, choice.parent)
                continue
            del self.nodes[choice.node + 1 :]
            rest = choice.rest
            for subtask in reversed(subtasks):
                rest = (subtask, choice, rest)
            return rest
        return None

    def _subtasks(self, choice: Choice) -> Any:
        """Asks the choice's methods for the next list of subtasks; None when they have no more."""
        try:
            while True:
                subtasks = self._given(choice)
                if subtasks is not None or choice.tried == len(choice.methods):
                    return subtasks
                subtasks = self._ask_next_method(choice)
                if subtasks is not None:
                    return subtasks
        except (DomainError, BudgetSpent):
            raise
        except Exception as error:
            raise raised(choice.method.function, error, path_to(choice)) from error

    def _given(self, choice: Choice) -> Any:
        """Takes the next alternative of the method that is being asked; None when it has no more."""
        for subtasks in choice.alternatives:
            if len(self.trail) != choice.mark:
                raise wrote(path_to(choice))
            if subtasks.__class__ is list or is_alternative(subtasks):
                return subtasks
            self._note_nothing(choice)
        if len(self.trail) != choice.mark:
            raise wrote(path_to(choice))
        return None

    def _note_retry(self, choice: Choice) -> None:
        """Counts how often one choice was revised in a row; it may have endless alternatives, all in vain."""
        self.retries += 1
        if self.retries > MOST_IN_VAIN and self.meter.unbounded:
            raise Lost(
                f"A task has had more than {MOST_IN_VAIN:,} alternatives, all in vain; end the method's "
                f"generator, or give a Budget (path: {path_text(path_to(choice))})."
            )

    def _note_nothing(self, choice: Choice) -> None:
        """Counts what a method gives in vain; one that gives None for ever must not hang the search."""
        self.meter.spend()
        self.vain += 1
        if self.vain > MOST_IN_VAIN:
            raise endless(path_to(choice))

    def _ask_next_method(self, choice: Choice) -> Any:
        """Asks the next method; gives its list if it has just one, else leaves its alternatives."""
        choice.method = method = choice.methods[choice.tried]
        choice.tried += 1
        if method.__class__ is not Method:
            choice.alternatives = method.alternatives(self.state, choice.task)
            return None
        answer = method.function(self.state, *choice.task[1:])
        if answer.__class__ is list and len(self.trail) == choice.mark:
            choice.alternatives = NOTHING
            return answer
        choice.alternatives = answer if answer.__class__ is GeneratorType else method.offers(answer)
        return None

    def _recurs(self, choice: Choice) -> bool:
        """Says whether a task stands below itself and nothing has happened in between: it is left alone then.

        If the same tasks remain after it too, whatever it leads to can be had from its ancestor without the
        detour. If not, because it stood before others, the detour may be needed: then that is noted.
        """
        unchanged = choice.unchanged
        if unchanged > CLOSE and unchanged & (unchanged - 1):
            return False
        task, ancestor = choice.task, choice.parent
        while unchanged and ancestor is not None:
            if ancestor.task == task:
                if ancestor.rest is not choice.rest:
                    self.repeated = (task, choice.parent, ())
                    self.skipped = True
                return True
            ancestor = ancestor.parent
            unchanged -= 1
        return False

    def _note_failure(self, node: int, task: Any, parent: Choice | None) -> None:
        if node > self.furthest_node:
            self.furthest_node, self.furthest = node, (task, parent, ())


def path_to(place: Agenda | Choice) -> Path:
    """Gives the tasks from the problem's own one down to an agenda's first task or to a choice."""
    if isinstance(place, Choice):
        path: list[tuple[Any, str | None]] = []
        choice: Choice | None = place
    else:
        path, choice = [(place[0], None)], place[1]
    while choice is not None:
        path.append((choice.task, choice.method.name))
        choice = choice.parent
    path.reverse()
    return path
