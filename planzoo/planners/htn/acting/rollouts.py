"""Which way of doing a task is best, found by rollouts in a generative model.

Source: Patra, Mason, Kumar, Ghallab, Traverso and Nau, Integrating acting, planning, and learning in
hierarchical operational models (ICAPS 2020; the procedure UPOM): UCT through the methods of tasks.
Unlike there, a rollout goes on after a failure as the actor would: with another method, from the state that
there is then.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from planzoo.errors import InputError
from planzoo.planners.htn.acting.choice_tree import Arm, ChoiceNode, ChoiceRule
from planzoo.planners.htn.acting.effects import unchanged_since
from planzoo.planners.htn.acting.generative import GenerativeModel, Utility
from planzoo.planners.htn.acting.ways import Way, steps_of, ways_of
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import DomainError, raised
from planzoo.planners.htn.method import ACHIEVED
from planzoo.planners.htn.state import REORDERED, State, Table

Agenda = tuple[Any, ...]
"""What remains: ``(subtask, frame, rest)``; the empty tuple when nothing does."""

STEPS_PER_CHECK = 16
"""Within a rollout the clock is read after so many steps."""


@dataclass(frozen=True)
class RolloutBudget:
    """Bounds of the simulation before a decision; at least one of the first two. They work in any thread.

    Attributes:
        rollouts: how many rollouts each choice between methods gets; None = unbounded.
        milliseconds: wall-clock time of all choices before an action; None = unbounded.
        depth: how many steps (actions and choices) a rollout may have, and how many choices may be made
            before an action.

    Raises:
        InputError: a bound is not greater than 0, or neither rollouts nor time are bounded.
    """

    rollouts: int | None = 200
    milliseconds: float | None = None
    depth: int = 1000

    def __post_init__(self) -> None:
        if self.rollouts is None and self.milliseconds is None:
            raise InputError(
                "RolloutBudget(rollouts=None) has no end; bound the rollouts or the milliseconds."
            )
        for name in ("rollouts", "milliseconds", "depth"):
            bound = getattr(self, name)
            if bound is not None and not bound > 0:
                raise InputError(f"RolloutBudget({name}={bound!r}) must be greater than 0.")


class SimulatedFrame:
    """A task that is being done in a rollout.

    Attributes:
        task: the task.
        parent: the frame whose subtask it is; None for the problem's own.
        rest: what remains after the task.
        way: how it is being done.
        tried: ``(writes, way)`` pairs: the ways that have failed, and how many writes there were before.
        writes: how many writes there were when the way was chosen; -1 when that was in another state.
        actions: how many actions had been taken then; -1 when that was before the rollout.
    """

    __slots__ = ("actions", "parent", "rest", "task", "tried", "way", "writes")

    def __init__(
        self, task: Any, parent: SimulatedFrame | None, rest: Agenda, tried: tuple[tuple[int, Any], ...]
    ) -> None:
        self.task = task
        self.parent = parent
        self.rest = rest
        self.tried = tried
        self.way: Way | None = None
        self.writes = self.actions = -1


def pushed(subtasks: tuple[Any, ...], frame: SimulatedFrame | None, rest: Agenda) -> Agenda:
    """Puts a frame's subtasks before what remains after it."""
    for subtask in reversed(subtasks):
        rest = (subtask, frame, rest)
    return rest


def path_of(frame: SimulatedFrame | None) -> list[tuple[Any, str | None]]:
    """Gives the tasks from the problem's own one down to a frame's, for messages."""
    path: list[tuple[Any, str | None]] = []
    while frame is not None:
        path.append((frame.task, None if frame.way is None else frame.way[0].name))
        frame = frame.parent
    path.reverse()
    return path


class Rollouts:
    """Rollouts from one observed state.

    Args:
        domain: what is known; must not change.
        model: what may come of actions.
        utility: what a course of action is worth.
        rule: how ways are chosen.
        budget: bounds; the time counts from the construction.
        random: where all chance comes from.

    Attributes:
        simulations: calls of the model so far.
    """

    def __init__(
        self,
        domain: Domain,
        model: GenerativeModel,
        utility: Utility,
        rule: ChoiceRule,
        budget: RolloutBudget,
        random: Generator,
    ) -> None:
        self.domain = domain
        self.model = model
        self.utility = utility
        self.rule = rule
        self.budget = budget
        self.random = random
        self.simulations = 0
        self.low, self.high = math.inf, -math.inf
        milliseconds = budget.milliseconds
        self.deadline = math.inf if milliseconds is None else time.perf_counter() + milliseconds / 1000

    @property
    def late(self) -> bool:
        """Whether the time is used up."""
        return self.deadline < math.inf and time.perf_counter() >= self.deadline

    def node(self, state: State, agenda: Agenda, tried: tuple[tuple[int, Any], ...] = ()) -> ChoiceNode:
        """Makes the node of the choice how to do the agenda's first task.

        Args:
            state: as it is when the choice is made.
            agenda: what remains.
            tried: the ways that have failed for the task, see :class:`SimulatedFrame`.
        """
        state.mark()
        failed = [way for mark, way in tried if mark >= 0 and unchanged_since(state, mark)]

        def excluded(way: Way) -> bool:
            return bool(failed) and failed.count(way) >= self.rule.attempts

        frame = agenda[1]
        return ChoiceNode(ways_of(self.domain, state, agenda[0], excluded, lambda: path_of(frame)))

    def run(self, state: State, agenda: Agenda, root: ChoiceNode) -> Arm | None:
        """Rolls out until the budget is used up; gives the best way found, None when there is none.

        A choice that leaves no choice is not simulated.

        Args:
            state: changed and taken back.
            agenda: what remains; its first task is the one to choose for.
            root: the node of that choice; what it knows already counts.
        """
        while root.widen(2):
            pass
        if len(root.arms) < 2:
            return root.best()
        mark = state.mark()
        while (self.budget.rollouts is None or root.visits < self.budget.rollouts) and not self.late:
            rollout = Rollout(self, state, agenda, root)
            if rollout.run():
                self._learn(rollout)
            state.undo(mark)
        return root.best()

    def _learn(self, rollout: Rollout) -> None:
        """Notes what a rollout was worth along its way."""
        worth = self._worth(rollout)
        self.low, self.high = min(self.low, worth), max(self.high, worth)
        for node, arm in rollout.taken:
            node.visits += 1
            arm.learn(worth)

    def _worth(self, rollout: Rollout) -> float:
        heuristic = self.rule.heuristic
        if rollout.cut and heuristic is not None:
            return self.utility.of(rollout.cost + heuristic(rollout.state, rollout.remaining()), True)
        return self.utility.of(rollout.cost, not rollout.cut and not rollout.failed)

    def select(self, node: ChoiceNode) -> Arm | None:
        """Chooses by UCB1 among the ways that are known, or asks for another; None when there is none."""
        if node.widen(self.rule.allowed(node.visits)):
            return node.arms[-1]
        if len(node.arms) < 2:
            return node.arms[0] if node.arms else None
        # While all rollouts have been worth the same, they are spread evenly.
        scale = self.rule.exploration * ((self.high - self.low) or 1.0)
        spread = math.log(max(node.visits, 1))

        def bound(arm: Arm) -> float:
            return arm.value + scale * math.sqrt(spread / arm.visits) if arm.visits else math.inf

        return max(node.arms, key=bound)


class Rollout:
    """One course of events, drawn from the model.

    Args:
        rollouts: what is known.
        state: changed in place.
        agenda: what remains.
        root: the first choice.

    Attributes:
        cost: what the actions have cost.
        failed: whether a task could not be done in any way.
        cut: whether the depth was reached.
        taken: the nodes passed with the arms chosen.
    """

    def __init__(self, rollouts: Rollouts, state: State, agenda: Agenda, root: ChoiceNode) -> None:
        self.rollouts = rollouts
        self.state = state
        self.agenda = agenda
        self.root = root
        self.cost = 0.0
        self.failed = self.cut = False
        self.taken: list[tuple[ChoiceNode, Arm]] = []
        self.actions = 0
        self.seen = state.mark()
        self.events: list[bool] = []

    def run(self) -> bool:
        """Goes on until everything is done, failed or cut off; False when the time was over before."""
        operators, depth = self.rollouts.domain.operators, self.rollouts.budget.depth
        steps = 0
        while self.agenda and not self.failed:
            if steps >= depth:
                self.cut = True
                return True
            steps += 1
            if not steps % STEPS_PER_CHECK and self.rollouts.late:
                return False
            task = self.agenda[0]
            if task[0] is ACHIEVED:
                self._go_on(task[1].holds_in(self.state))
            elif task[0] in operators:
                self._act(task)
            elif not self._choose(()):
                self._fail(self.agenda[1])
        return True

    def remaining(self) -> list[Any]:
        """Gives the tasks that remain."""
        tasks, agenda = [], self.agenda
        while agenda:
            if agenda[0][0] is not ACHIEVED:
                tasks.append(agenda[0])
            agenda = agenda[2]
        return tasks

    def _go_on(self, succeeded: bool) -> None:
        if succeeded:
            self.agenda = self.agenda[2]
        else:
            self.events.append(False)
            self._fail(self.agenda[1])

    def _act(self, task: Any) -> None:
        rollouts, frame = self.rollouts, self.agenda[1]
        rollouts.simulations += 1
        try:
            outcome = rollouts.model.sample(self.state, task, rollouts.random)
        except DomainError:
            raise
        except Exception as error:
            function = rollouts.domain.operators[task[0]].function
            raise raised(function, error, [*path_of(frame), (task, None)]) from error
        self.cost += outcome.cost
        self.actions += 1
        if outcome.succeeded:
            self.events.append(True)
        self._go_on(outcome.succeeded)

    def _choose(self, tried: tuple[tuple[int, Any], ...]) -> bool:
        """Chooses how to do the agenda's first task; says whether there was a way."""
        task, parent, rest = self.agenda
        node = self._node(tried)
        arm = None if not tried and self._recurs(task, parent) else self.rollouts.select(node)
        if arm is None:
            self.events.append(False)
            return False
        self.taken.append((node, arm))
        self.events.clear()
        self.seen = self.state.mark()
        frame = SimulatedFrame(task, parent, rest, tried)
        frame.way, frame.writes, frame.actions = arm.way, self.state.mark(), self.actions
        self.agenda = pushed(steps_of(task, arm.way), frame, rest)
        return True

    def _fail(self, frame: SimulatedFrame | None) -> None:
        """A subtask of a frame has failed: its task, or else one above it, is to be done in another way."""
        while frame is not None and self.rollouts.rule.retries:
            self.agenda = (frame.task, frame.parent, frame.rest)
            if self._choose((*frame.tried, (frame.writes, frame.way))):
                return
            frame = frame.parent
        self.failed = True

    def _node(self, tried: tuple[tuple[int, Any], ...]) -> ChoiceNode:
        """Gives the node that the events since the last choice lead to."""
        if not self.taken:
            return self.root
        label = (tuple(self.events), self._written())
        children = self.taken[-1][1].children
        node = children.get(label)
        if node is None:
            node = children[label] = self.rollouts.node(self.state, self.agenda, tried)
        return node

    def _written(self) -> tuple[Any, ...]:
        """Gives what was written since the last choice: equal exactly when the state is."""
        written: list[tuple[Any, ...]] = []
        for facts, key, before in (self.state.trail or [])[self.seen :]:
            name = facts.name if isinstance(facts, Table) else None
            if key is REORDERED:
                written.append((name, frozenset(before) - frozenset(facts), None))
            else:
                value = facts.get(key)
                written.append((name, key, tuple(value.items()) if isinstance(value, Table) else value))
        return tuple(written)

    def _recurs(self, task: Any, frame: SimulatedFrame | None) -> bool:
        """Says whether a task stands below itself and no action was taken in between."""
        while frame is not None and frame.actions == self.actions:
            if frame.task == task:
                return True
            frame = frame.parent
        return False
