"""What all ways of acting with the engine share: they observe a state and give the next action."""

from __future__ import annotations

import copy
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Self

from planzoo.errors import InputError
from planzoo.planners.htn.acting.effects import Effects, apply_operator, before_effects, took_effect
from planzoo.planners.htn.causal.links import fact_text
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.problem import checked_problem
from planzoo.planners.htn.recording import WatchedState
from planzoo.planners.htn.state import State, Variable
from planzoo.planners.policy import Explanation

Fallback = Action | Callable[[State], Action | None] | None
"""A safe action for when there is no better one: the action, a function of the observed state, or nothing."""

LONGEST_PATH = 8
"""A longer path through the decomposition is told without its middle."""


class ActingStatus(Enum):
    """How things stand after a decision."""

    IDLE = "idle"
    """Nothing was begun."""
    ACTING = "acting"
    """The action given is the next step."""
    DONE = "done"
    """All tasks are accomplished; there is no action."""
    NO_PLAN = "no plan"
    """There is no way to accomplish the tasks from here: no plan, or no method that has not failed."""
    BUDGET_SPENT = "budget spent"
    """The budget was used up before an action was known."""


@dataclass
class Spent:
    """What an actor has spent since it began.

    Attributes:
        plans: plans asked for, the first one included; for refinement acting, choices by simulation.
        retries: methods or actions taken up because others had failed in the world.
        actions: actions that have happened.
        expansions: tasks that searches took up.
        simulations: calls of a generative model.
        seconds: wall-clock time of all decisions.
    """

    plans: int = 0
    retries: int = 0
    actions: int = 0
    expansions: int = 0
    simulations: int = 0
    seconds: float = 0.0

    @property
    def replans(self) -> int:
        """Plans made because an earlier one was of no use any more."""
        return max(self.plans - 1, 0)


class Actor(ABC):
    """Accomplishes tasks in a world that it observes and that need not do as the domain says.

    It is an object with nothing hidden elsewhere: any number of them act side by side, in any threads, and
    ``copy.deepcopy`` gives one that goes on on its own; what it knows (domain, planner, model) is shared.

    Args:
        domain: what may be done.
        fallback: what to do when no action is known and the tasks are not accomplished.

    Attributes:
        status: how things stand after the last decision.
        reason: why it is so, in words; empty when the last decision was to go on as before.
        spent: what the decisions since :meth:`begin` have cost.
        action: what the last decision gave.
    """

    shared: ClassVar[tuple[str, ...]] = ("domain", "fallback")
    """The attributes that a copy shares."""

    def __init__(self, domain: Domain, fallback: Fallback = None) -> None:
        self.domain = domain
        self.fallback = fallback
        self._forget()

    def _forget(self) -> None:
        """Forgets everything that :meth:`begin` and later calls have brought."""
        self.status = ActingStatus.IDLE
        self.reason = ""
        self.spent = Spent()
        self.action: Action | None = None
        self._expected: State | None = None
        self._effects: Effects = {}
        self._makers: dict[Variable, str] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = type(self).__new__(type(self))
        for name, value in vars(self).items():
            setattr(twin, name, value if name in self.shared else copy.deepcopy(value, memo))
        return twin

    def twin(self) -> Self:
        """Gives an actor with the same settings that has begun nothing."""
        twin = copy.copy(self)
        twin._forget()
        return twin

    def begin(self, tasks: Sequence[tuple[Any, ...]], seed: int | None = None) -> None:
        """Takes on tasks; what was begun before is forgotten.

        Args:
            tasks: tasks, goals and multigoals to accomplish in order.
            seed: seeds the actor's own randomness, where it has any.

        Raises:
            InputError: the tasks are no list.
        """
        _, checked = checked_problem(({}, tasks))
        self._forget()
        self.status = ActingStatus.ACTING
        self._begin(checked, seed)

    def act(self, observed: Mapping[Any, Any], succeeded: bool | None = None) -> Action | None:
        """Decides what to do next.

        Args:
            observed: the present state of the world; stays as it is.
            succeeded: whether the action given last has happened, if the world tells; None to judge by
                ``observed``, see :func:`planzoo.planners.htn.acting.effects.took_effect`.

        Returns:
            The next action; None when there is none: :attr:`status` says why.

        Raises:
            InputError: nothing was begun, or the state is no mapping.
            DomainError: a fault of the domain, with the path through the decomposition.
        """
        if self.status is ActingStatus.IDLE:
            raise InputError("The actor has no tasks yet; call begin(tasks) first.")
        if self.status is ActingStatus.DONE:
            return None
        started = time.perf_counter()
        state, _ = checked_problem((observed, ()))
        happened = self._judged(state, succeeded)
        self.reason = ""
        self.action = self._choose(state, happened)
        self._foresee(state)
        self.spent.seconds += time.perf_counter() - started
        return self.action

    def causes(self) -> list[dict[str, str]]:
        """Gives the facts that the last action relies on: each with the action that has made it so.

        They are what the operator reads when it is watched in the observed state. A fact that no action of
        this actor has made is ``"as found"``.
        """
        if self.action is None or self._expected is None:
            return []
        watched = WatchedState(before_effects(self._expected, self._effects))
        function = self.domain.operators[self.action.name].function
        _, footprint = watched.watch(function, *self.action.arguments)
        return [
            {"fact": fact_text(variable, value), "made_by": self._makers.get(variable, "as found")}
            for variable, value in footprint.reads.items()
        ]

    def explain(self) -> Explanation:
        """Says what the last action is for, what it relies on and why it was chosen."""
        acting = self.status is ActingStatus.ACTING
        path, causes = self.path() if acting else [], self.causes()
        data = {
            "action": None if self.action is None else str(self.action),
            "status": self.status.value,
            "reason": self.reason,
            "path": [{"task": task, "method": method} for task, method in path],
            "causes": causes,
            "replans": self.spent.replans,
            "retries": self.spent.retries,
        }
        if not acting:
            parts = ["No action" if self.action is None else f"{self.action} for safety"]
            parts[0] += f": {self.status.value}"
        else:
            parts = [str(self.action)]
        if path:
            parts.append("for " + _path_words(path))
        if causes:
            parts.append("since " + ", ".join(cause["fact"] for cause in causes))
        reason = f"; {self.reason}" if self.reason else ""
        return Explanation(f"{', '.join(parts)}{reason}.", data | self._details())

    @abstractmethod
    def path(self) -> list[tuple[str, str]]:
        """Gives the tasks that the last action is part of, outermost first, each with its method."""

    @abstractmethod
    def _begin(self, tasks: tuple[Any, ...], seed: int | None) -> None:
        """Takes on tasks; everything else is as at the beginning."""

    @abstractmethod
    def _choose(self, state: State, happened: bool | None) -> Action | None:
        """Decides, and sets the status and the reason.

        Args:
            state: the observed one, a copy, to be left as it is.
            happened: whether the action given last has happened; None when there was none.
        """

    def _details(self) -> dict[str, Any]:
        """Gives what else there is to explain."""
        return {}

    def _without_action(self, status: ActingStatus, reason: str, state: State) -> Action | None:
        """Says that no action is known; gives the fallback."""
        self.status, self.reason = status, reason.rstrip(".")
        return self.fallback(state) if callable(self.fallback) else self.fallback

    def _judged(self, state: State, succeeded: bool | None) -> bool | None:
        """Says whether the action given last has happened; notes who has made which facts."""
        if self._expected is None:
            return None
        happened = took_effect(self._effects, state) if succeeded is None else succeeded
        if happened:
            self.spent.actions += 1
            for variable in self._effects:
                self._makers[variable] = f"{self.action} (action {self.spent.actions})"
        return happened

    def _foresee(self, state: State) -> None:
        """Works out what the action given is to change; ``state`` is the observed one and is used up."""
        self._expected, self._effects = None, {}
        if self.action is None or self.status is not ActingStatus.ACTING:
            return
        effects = apply_operator(self.domain, state, self.action.name, self.action.arguments)
        if effects is not None:
            self._expected, self._effects = state, effects
            state.commit()


def _path_words(path: list[tuple[str, str]]) -> str:
    words = [f"{task} by {method}" for task, method in path]
    if len(words) > LONGEST_PATH:
        half = LONGEST_PATH // 2
        words[half:-half] = [f"{len(words) - 2 * half} more"]
    return " → ".join(words)
