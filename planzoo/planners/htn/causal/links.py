"""Causal links: which step made what a later step, a method or a goal relies on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.recording import Footprint, WatchedState
from planzoo.planners.htn.state import ABSENT, State, Variable, variable_of
from planzoo.planners.htn.task import Goal, Multigoal, describe

START = -1
"""The producer of the facts of the initial state."""


class _Whole(Enum):
    """Stands where a variable's objects would."""

    EVERY = "*"

    def __repr__(self) -> str:
        return self.value

    __str__ = __repr__


EVERY = _Whole.EVERY
"""``("at", EVERY)`` stands for the table ``at`` as a whole: which keys it has, a frozenset of variables."""


class CausalLink(NamedTuple):
    """A step makes a fact true, a later step or goal reads it, and no step between them writes it.

    Who looks through a whole table reads each of its facts, also those that a step has removed, and besides
    which keys there are: a link on ``(table, EVERY)``, produced by the step that last added or removed one.
    """

    producer: int
    """The step (from 0) that wrote the variable last; ``START`` when none did."""
    variable: Variable
    """What is read."""
    value: Any
    """What is found; ``ABSENT`` when there is nothing."""
    consumer: int
    """The step that reads it; the number of steps of the plan when a goal needs it."""

    @property
    def read_at(self) -> int:
        """How many steps are executed when the fact is read."""
        return self.consumer


class MethodLink(NamedTuple):
    """A step makes a fact true that the decomposition of a task relies on."""

    producer: int
    """The step that wrote the variable last; ``START`` when none did."""
    variable: Variable
    """What the method read up to the alternative that it gave, or what a goal needs at its end."""
    value: Any
    """What is found; ``ABSENT`` when there is nothing."""
    node: int
    """The node of the decomposition tree."""
    executed: int
    """How many steps are executed when the fact is read."""

    @property
    def read_at(self) -> int:
        """How many steps are executed when the fact is read."""
        return self.executed


class Threat(NamedTuple):
    """A step that would break a causal link if it came between producer and consumer.

    Source: McAllester and Rosenblitt, Systematic nonlinear planning (1991), on threats and causal links.
    """

    link: CausalLink
    """What would be broken."""
    step: int
    """Who would give the variable another value."""

    @property
    def kept_order(self) -> tuple[int, int]:
        """The two steps (earlier, later) whose order in the plan keeps the threat harmless.

        Either the threatening step comes before the producer or the consumer before the threatening step.
        """
        link, step = self
        return (step, link.producer) if step < link.producer else (link.consumer, step)


class Breakage(NamedTuple):
    """What a change takes the ground from; false when nothing."""

    links: tuple[CausalLink, ...]
    """The links whose fact is no longer so."""
    steps: tuple[int, ...]
    """The steps that read these facts, in order."""
    goals: tuple[Goal, ...]
    """The goals that are these facts."""
    falling_steps: tuple[int, ...]
    """Other steps that rely, directly or not, on what those steps make."""
    falling_goals: tuple[Goal, ...]
    """Other goals that rely on what those steps make."""

    def __bool__(self) -> bool:
        return bool(self.links)


class WriteHistory:
    """Which step wrote each variable last, while the steps of a plan pass by.

    Args:
        state: the facts before the first step.
    """

    def __init__(self, state: State) -> None:
        self._writers: dict[Variable, int] = {}
        self._table_writers: dict[str, int] = {}
        self._tables: dict[str, dict[Variable, Any]] = {}
        for variable, value in state.items():
            if isinstance(variable, tuple):
                self._tables.setdefault(variable[0], {})[variable] = value

    def note(self, step: int, footprint: Footprint) -> None:
        """Notes what a step has written."""
        for variable, value in footprint.writes.items():
            self._writers[variable] = step
            if isinstance(variable, tuple):
                table = self._tables.setdefault(variable[0], {})
                if (table.get(variable, ABSENT) is ABSENT) != (value is ABSENT):
                    self._table_writers[variable[0]] = step
                table[variable] = value

    def producer(self, variable: Variable) -> int:
        """Gives the step that wrote a variable last; ``START`` when none has."""
        return self._writers.get(variable, START)

    def sources(self, footprint: Footprint) -> Iterator[tuple[int, Variable, Any]]:
        """Gives everything that a call has read: (producer, variable, value)."""
        for variable, value in footprint.reads.items():
            yield self.producer(variable), variable, value
        for name in sorted(footprint.scans):
            table = self._tables.get(name, {})
            for variable, value in table.items():
                if variable not in footprint.reads:
                    yield self.producer(variable), variable, value
            keys = frozenset(variable for variable, value in table.items() if value is not ABSENT)
            yield self._table_writers.get(name, START), (name, EVERY), keys


def watch_step(domain: Domain, state: WatchedState, step: int, action: tuple[Any, ...]) -> Footprint:
    """Executes one step of a plan; gives its footprint.

    Args:
        domain: whose operators are executed.
        state: changed in place.
        step: its number, for messages.
        action: the operator's name and its arguments.

    Raises:
        InputError: there is no such operator, or it is not applicable.
    """
    name = f"Step {step}, {describe(action)},"
    operator = domain.operators.get(action[0])
    if operator is None:
        raise InputError(f"{name} is not an operator of domain {domain.name!r}.")
    hint = "give the state that the plan was made for"
    try:
        answer, footprint = state.watch(operator.function, *action[1:])
    except Exception as error:
        raise InputError(f"{name} raised {type(error).__name__}: {error}; {hint}.") from error
    if answer is False:
        raise InputError(f"{name} is not applicable when its turn comes; {hint}.")
    return footprint


def canonical(variable: Variable) -> Variable:
    """Gives the spelling under which footprints know a variable: a key's items stand side by side."""
    if isinstance(variable, tuple) and len(variable) == 2:
        return variable_of(*variable)
    return variable


def single_goals(goals: Iterable[tuple[Any, ...]] | Mapping[Any, Any]) -> tuple[Goal, ...]:
    """Gives the goals among tasks, multigoals taken apart, or facts as goals; in their canonical spelling."""
    if isinstance(goals, Mapping):
        return tuple(Goal(canonical(variable), value) for variable, value in goals.items())
    wanted: list[Goal] = []
    for goal in goals:
        wanted += goal.goals if isinstance(goal, Multigoal) else [goal] if isinstance(goal, Goal) else []
    return tuple(Goal(canonical(goal.variable), goal.value) for goal in wanted)


def differs(value: Any, other: Any) -> bool:
    """Says whether two values of a variable differ."""
    return value is not other and bool(value != other)


def upsets(link: CausalLink | MethodLink, variable: Variable, value: Any) -> bool:
    """Says whether a variable's having this value contradicts what a link's reader found.

    The variable is the link's own, or belongs to the table that the link stands for.
    """
    if variable == link.variable:
        return differs(value, link.value)
    return (variable in link.value) == (value is ABSENT)


def broken_links(
    links: Iterable[CausalLink | MethodLink],
    changes: Mapping[Any, Any],
    executed: int,
    writes: Mapping[Variable, list[int]],
) -> list[Any]:
    """Gives the links that a change of the state breaks.

    Args:
        links: links to look at.
        changes: the variables changed, in their canonical spelling, with their new values.
        executed: how many steps were executed before the change.
        writes: the steps that write each variable, in order.
    """
    by_table: dict[Any, list[Variable]] = {}
    for variable in changes:
        if isinstance(variable, tuple):
            by_table.setdefault(variable[0], []).append(variable)

    def broken(link: CausalLink | MethodLink) -> bool:
        if link.read_at < executed:
            return False
        if not is_whole(link.variable):
            changed = link.producer < executed and link.variable in changes
            return changed and upsets(link, link.variable, changes[link.variable])
        # A key that a step writes between the change and the reader is as the plan has it.
        return any(
            upsets(link, variable, changes[variable])
            for variable in by_table.get(link.variable[0], ())
            if not any(executed <= step < link.read_at for step in writes.get(variable, ()))
        )

    return [link for link in links if broken(link)]


def is_whole(variable: Variable) -> bool:
    """Says whether a link's variable stands for a whole table."""
    return isinstance(variable, tuple) and len(variable) == 2 and variable[1] is EVERY


def variable_text(variable: Variable) -> str:
    """Writes a variable as ``at(me)``; a whole table as ``at(*)``."""
    return describe(variable) if isinstance(variable, tuple) else variable


def fact_text(variable: Variable, value: Any) -> str:
    """Writes a fact for people: ``at(me) = park``, ``no at(me)`` or ``at(*): 3 keys``."""
    if is_whole(variable):
        return f"{variable_text(variable)}: {len(value)} keys"
    if value is ABSENT:
        return f"no {variable_text(variable)}"
    return f"{variable_text(variable)} = {value}"
