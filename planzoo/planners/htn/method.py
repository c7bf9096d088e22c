"""Methods: ways to decompose tasks, goals and multigoals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import GeneratorType
from typing import Any

from planzoo.planners.htn.operator import description_of
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal

ACHIEVED = object()
"""Names the check at the end of a goal's decomposition; it is no action and stays out of the plan."""


@dataclass(frozen=True, slots=True)
class Method:
    """One way to decompose a task.

    Attributes:
        name: unique among the methods of its task.
        function: called as ``function(state, *arguments)``. A generator that yields one alternative list of
            subtasks after another, advanced only when the earlier ones have failed; or a plain function that
            returns one list, or None when it does not apply. It must not write, and give the same
            alternatives whenever it is asked in the same state.
    """

    name: str
    function: Callable[..., Any]

    @property
    def description(self) -> str:
        """The first paragraph of the function's docstring; empty if there is none."""
        return description_of(self.function)

    def alternatives(self, state: State, task: tuple[Any, ...]) -> Iterator[Any]:
        """Gives the lists of subtasks that this method offers for the task, lazily."""
        answer = self.function(state, *task[1:])
        return answer if answer.__class__ is GeneratorType else self.offers(answer)

    def offers(self, answer: Any) -> Iterator[Any]:
        """Turns what the function gave into an iterator over alternatives."""
        if answer is None or answer is False:
            return iter(())
        return iter((answer,)) if isinstance(answer, list | tuple) else iter(answer)


class GoalMethod(Method):
    """One way to reach a goal; its function is called as ``function(state, *objects, value)``."""

    __slots__ = ()

    def alternatives(self, state: State, task: tuple[Any, ...]) -> Iterator[Any]:
        """Gives the lists of subtasks offered for the goal, each ended by a check that the goal holds."""
        check = (ACHIEVED, task)
        for subtasks in self.offers(self.function(state, *task.arguments)):  # type: ignore[attr-defined]
            if subtasks is not None:
                yield [*subtasks, check]


def _nothing_to_do(state: State, *arguments: Any) -> list[Any]:
    return []


def _one_after_another(state: State, multigoal: Multigoal) -> Iterator[list[Any]]:
    """Reach one of the goals that do not hold, then look again at all of them."""
    for goal in multigoal.unmet(state):
        yield [goal, multigoal]


ALREADY_TRUE = Method("already true", _nothing_to_do)
"""The method of a goal that holds when its turn comes."""
ONE_AFTER_ANOTHER = GoalMethod("one after another", _one_after_another)
"""The method of multigoals in a domain that declares none: complete, since every order is tried."""


def achieved(state: State, goal: Goal | Multigoal) -> bool:
    """Says whether a goal holds: what stands at the end of its decomposition."""
    return goal.holds_in(state)
