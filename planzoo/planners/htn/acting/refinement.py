"""Refinement acting: do tasks by their methods right in the world, each method chosen by rollouts.

Sources: Ghallab, Nau and Traverso, Automated Planning and Acting (2016), chapter 3 (the refinement acting
engine RAE with its procedures Progress and Retry); Patra, Mason, Kumar, Ghallab, Traverso and Nau,
Integrating acting, planning, and learning in hierarchical operational models (2020), for choosing methods by
UCT; see :mod:`planzoo.planners.htn.acting.rollouts`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from planzoo.planners.htn.acting.actor import ActingStatus, Actor, Fallback
from planzoo.planners.htn.acting.choice_tree import Arm, ChoiceNode, ChoiceRule
from planzoo.planners.htn.acting.generative import Efficiency, GenerativeModel, OperatorModel, Utility
from planzoo.planners.htn.acting.rollouts import Agenda, RolloutBudget, Rollouts, SimulatedFrame, pushed
from planzoo.planners.htn.acting.ways import Way, steps_of
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import raised
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, describe

NOTHING_BETWEEN = ((), ())
"""The label of a choice that follows another one without an action in between."""


@dataclass
class Frame:
    """A task that is being done in the world.

    Attributes:
        task: the task; None for the list of the problem's own tasks.
        way: the method and the subtasks.
        position: how many of the subtasks are done.
        tried: ways that have failed, each with the hash of the facts in which it was chosen.
        facts: the hash of the facts in which ``way`` was chosen.
        begun: how many actions had been asked for when it was.
        visits: for each way considered: method, subtasks, rollouts that took it and their mean worth.
    """

    task: Any
    way: Way | None
    subtasks: tuple[Any, ...]
    position: int = 0
    tried: tuple[tuple[int, Way], ...] = ()
    facts: int = 0
    begun: int = 0
    visits: list[dict[str, Any]] = field(default_factory=list)


class RefinementActor(Actor):
    """Does tasks by methods chosen one at a time, in the state in which each task's turn comes.

    It keeps a stack of the tasks being done with their methods and remaining subtasks. When a task's turn
    comes, rollouts of all that remains in a generative model decide which way to do it. When an action fails
    in the world, is not applicable, or a goal does not hold at the end, the task above is done in another
    way from the state that there is then, and when there is none left, the task above that. A way that has
    failed is not tried again in the same state (``ChoiceRule.attempts`` allows more). When nothing is left to
    try for one of the problem's own tasks, the status is NO_PLAN until :meth:`begin`.

    Args:
        domain: what may be done.
        model: what may come of actions; None for the domain's operators, which never fail.
        budget: bounds of the rollouts; None for 200 at each choice.
        utility: what shall be large: :class:`Efficiency`, :class:`ExpectedCost`, :class:`SuccessProbability`.
        rule: how ways are chosen.
        fallback: what to do when nothing is left to try, or an action could not be found in time.

    Attributes:
        stack: the tasks being done, outermost first.
    """

    shared = (*Actor.shared, "model", "budget", "utility", "rule")

    def __init__(
        self,
        domain: Domain,
        model: GenerativeModel | None = None,
        budget: RolloutBudget | None = None,
        *,
        utility: Utility | None = None,
        rule: ChoiceRule | None = None,
        fallback: Fallback = None,
    ) -> None:
        self.model = model or OperatorModel(domain)
        self.budget = budget or RolloutBudget()
        self.utility = utility or Efficiency()
        self.rule = rule or ChoiceRule()
        super().__init__(domain, fallback)

    def path(self) -> list[tuple[str, str]]:
        """Gives the tasks being done, outermost first, each with its method."""
        return [(describe(frame.task), frame.way[0].name) for frame in self.stack if frame.way is not None]

    def _forget(self) -> None:
        super()._forget()
        self.stack: list[Frame] = []
        self._random = np.random.default_rng(0)
        self._asked = 0

    def _begin(self, tasks: tuple[Any, ...], seed: int | None) -> None:
        self.stack = [Frame(None, None, tasks)]
        self._random = np.random.default_rng(seed)

    def _choose(self, state: State, happened: bool | None) -> Action | None:
        """Goes on with the stack until an action is due."""
        if self.status is ActingStatus.NO_PLAN:
            return self._without_action(ActingStatus.NO_PLAN, "nothing is left to try", state)
        decision = _Decision(self, state)
        if happened is not None:
            decision.conclude(happened)
        action = decision.next_action()
        self.spent.simulations += decision.rollouts.simulations
        if decision.status is ActingStatus.ACTING:
            self._asked += 1
        elif decision.status is not ActingStatus.DONE:
            return self._without_action(decision.status, "; ".join(decision.reasons), state)
        self.status = decision.status
        self.reason = "" if action is None else "; ".join(decision.reasons)
        return action

    def _details(self) -> dict[str, Any]:
        choices = [{"task": describe(frame.task), "ways": frame.visits} for frame in self.stack[1:]]
        return {"choices": choices, "simulations": self.spent.simulations}


class _Decision:
    """What leads to one action."""

    def __init__(self, actor: RefinementActor, state: State) -> None:
        self.actor = actor
        self.state = state
        self.stack = actor.stack
        self.status = ActingStatus.ACTING
        self.reasons: list[str] = []
        self.choices = 0
        self.node: ChoiceNode | None = None
        self.rollouts = Rollouts(
            actor.domain, actor.model, actor.utility, actor.rule, actor.budget, actor._random
        )

    @cached_property
    def facts(self) -> int:
        """A hash of the observed facts."""
        return hash(frozenset(self.state.items()))

    def conclude(self, happened: bool) -> None:
        """Takes note of what has come of the action given last."""
        if happened:
            self.stack[-1].position += 1
        else:
            self._fail(f"{self.actor.action} has not happened")

    def next_action(self) -> Action | None:
        """Refines tasks until an action is due; gives None when none is, with the status and the reason."""
        while self.status is ActingStatus.ACTING:
            if self.choices >= self.actor.budget.depth:
                self.status = ActingStatus.BUDGET_SPENT
                self.reasons = [f"no action was due after {self.choices} choices"]
                return None
            top = self.stack[-1]
            if top.position == len(top.subtasks):
                self._end(top)
                continue
            task = top.subtasks[top.position]
            operator = self.actor.domain.operators.get(task[0])
            if operator is None:
                self._refine(task)
            elif self._is_applicable(task):
                return operator.action(self.state, tuple(task[1:]))
            else:
                self._fail(f"{describe(task)} is not applicable")
        return None

    def _end(self, frame: Frame) -> None:
        """A frame has no more subtasks."""
        if frame.task is None:
            self.status = ActingStatus.DONE
        elif isinstance(frame.task, Goal | Multigoal) and not frame.task.holds_in(self.state):
            self._fail(f"goal {describe(frame.task)} does not hold at the end")
        else:
            self.stack.pop()
            self.stack[-1].position += 1

    def _is_applicable(self, task: Any) -> bool:
        mark = self.state.mark()
        function = self.actor.domain.operators[task[0]].function
        try:
            return function(self.state, *task[1:]) is not False
        except Exception as error:
            path = [(frame.task, frame.way[0].name) for frame in self.stack if frame.way is not None]
            raise raised(function, error, [*path, (task, None)]) from error
        finally:
            self.state.undo(mark)

    def _refine(self, task: Any) -> None:
        """Chooses how to do a task whose turn has come."""
        if self._recurs(task):
            self._fail(f"{describe(task)} stands below itself")
        elif not self._push(task, ()):
            self._fail(f"there is no way to do {describe(task)}")

    def _recurs(self, task: Any) -> bool:
        """Says whether the task stands below itself and no action was asked for in between."""
        for frame in reversed(self.stack):
            if frame.begun < self.actor._asked or frame.task is None:
                return False
            if frame.task == task:
                return True
        return False

    def _fail(self, reason: str) -> None:
        """A subtask of the top frame has failed: its task, or one above it, is to be done in another way."""
        self.reasons.append(reason)
        self.node = None
        while len(self.stack) > 1:
            frame = self.stack.pop()
            assert frame.way is not None
            if self._push(frame.task, (*frame.tried, (frame.facts, frame.way))):
                self.actor.spent.retries += 1
                return
        self.status = ActingStatus.NO_PLAN

    def _push(self, task: Any, tried: tuple[tuple[int, Way], ...]) -> bool:
        """Chooses a way of doing the task at which the top frame stands; False when there is none."""
        self.choices += 1
        agenda, node = self._agenda(task), self.node
        if node is None:
            node = self.rollouts.node(self.state, agenda, self._tried_here(tried))
        arm = self.rollouts.run(self.state, agenda, node)
        if arm is None:
            return False
        self.node = arm.children.get(NOTHING_BETWEEN)
        if len(node.arms) > 1:
            self.actor.spent.plans += 1
            self.reasons.append(_comparison(task, arm, node))
        self.stack.append(
            Frame(task, arm.way, arm.way[1], 0, tried, self.facts, self.actor._asked, _visits(node))
        )
        return True

    def _agenda(self, task: Any) -> Agenda:
        """Turns the stack into what remains from ``task`` on."""
        agenda: Agenda = ()
        simulated: SimulatedFrame | None = None
        for frame in self.stack:
            rest = frame.subtasks
            if frame.way is not None:
                rest = steps_of(frame.task, frame.way)
                simulated = self._simulated(frame, simulated, agenda)
            agenda = pushed(rest[frame.position + 1 :], simulated, agenda)
        return (task, simulated, agenda)

    def _simulated(self, frame: Frame, parent: SimulatedFrame | None, rest: Agenda) -> SimulatedFrame:
        simulated = SimulatedFrame(frame.task, parent, rest, self._tried_here(frame.tried))
        simulated.way = frame.way
        if frame.facts == self.facts:
            simulated.writes = self.state.mark()
        if frame.begun == self.actor._asked:
            simulated.actions = 0
        return simulated

    def _tried_here(self, tried: tuple[tuple[int, Way], ...]) -> tuple[tuple[int, Way], ...]:
        """Gives what was tried in the present state, as rollouts note it."""
        mark = self.state.mark()
        return tuple((mark, way) for facts, way in tried if facts == self.facts)


def _comparison(task: Any, best: Arm, node: ChoiceNode) -> str:
    ways = f"of {len(node.arms)} ways to do {describe(task)}"
    if not best.visits:
        return f"the first {ways}, for want of time"
    others = [arm.value for arm in node.arms if arm is not best and arm.visits]
    following = f", the next {max(others):.3g}" if others else ""
    return f"the best {ways} in {node.visits} rollouts: worth {best.value:.3g}{following}"


def _visits(node: ChoiceNode) -> list[dict[str, Any]]:
    return [
        {
            "method": arm.way[0].name,
            "subtasks": [describe(subtask) for subtask in arm.way[1]],
            "visits": arm.visits,
            "value": arm.value if arm.visits else None,
        }
        for arm in node.arms
    ]
