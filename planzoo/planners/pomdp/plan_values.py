"""What plans are worth when it is not known in which state they will be executed.

A base planner plans for each state that is possible, as if it were known. Each of these plans is executed in
thought in every possible state, so that the expected utility of any of them under any belief is a sum over a
table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import raised
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, Task, as_task

Goals = Any
"""A task or goal, a list of them, or facts to bring about as ``{variable: value}``."""


class BasePlanner(Protocol):
    """What plans for a known state, such as a :class:`~planzoo.planners.htn.planner.HierarchicalPlanner`."""

    @property
    def domain(self) -> Domain:
        """The domain; only its operators are asked for."""

    def solve(self, problem: Any, budget: Budget | None = None) -> Result:
        """Searches for a plan for (state, tasks)."""


@dataclass(frozen=True)
class Valuation:
    """What the end of an execution is worth. The costs of the actions are taken off it.

    Attributes:
        reward: the utility of having reached the goal.
        failure: the utility of having ended without it.
        achieved: says whether the goal is reached in the state at the end; None for the rule of
            :meth:`is_achieved`.
        worth: gives the utility of the state at the end, instead of ``reward`` and ``failure``.
    """

    reward: float = 100.0
    failure: float = 0.0
    achieved: Callable[[State], bool] | None = None
    worth: Callable[[State], float] | None = None

    def is_achieved(self, tasks: Sequence[Any], state: State, finished: bool) -> bool:
        """Says whether the goal is reached.

        Unless the user has said how to tell, goals are reached when all of them hold at the end, even if the
        execution broke off; tasks are done when every action of the plan could be executed.

        Args:
            tasks: the tasks and goals.
            state: the state at the end.
            finished: whether every action of a plan for the tasks has been executed.
        """
        if self.achieved is not None:
            return bool(self.achieved(state))
        goals = [task for task in tasks if isinstance(task, Goal | Multigoal)]
        return (finished or len(goals) == len(tasks)) and all(goal.holds_in(state) for goal in goals)

    def utility(self, state: State, achieved: bool) -> float:
        """Gives the utility of an end, costs not counted."""
        if self.worth is not None:
            return float(self.worth(state))
        return self.reward if achieved else self.failure


def tasks_of(goal: Goals) -> tuple[Any, ...]:
    """Gives the tasks and goals of a problem as a planner takes them.

    Raises:
        InputError: it is none of a task, a goal, a list of them, and a mapping of facts.
    """
    if isinstance(goal, Goal | Multigoal):
        return (goal,)
    if isinstance(goal, Mapping):
        return (Multigoal(goal),)
    if isinstance(goal, str):
        return (Task(goal),)
    if isinstance(goal, tuple) and goal and isinstance(goal[0], str):
        return (as_task(goal),)
    if isinstance(goal, list | tuple) and all(isinstance(task, tuple) and task for task in goal):
        return tuple(as_task(task) for task in goal)
    raise InputError(
        f"A goal is a Task, a Goal, a list of them, or facts as {{('at', 'robot'): 'dock'}}, not {goal!r}."
    )


class Run(NamedTuple):
    """What became of a plan in one state."""

    costs: list[float]
    """Of each action that was executed; fewer than the plan has when one was not applicable."""
    states: list[State]
    """Before the first action and after each."""


def execute_in_thought(domain: Domain, state: Mapping[Any, Any], actions: Sequence[Action]) -> Run:
    """Executes actions in a copy of a state, until one of them is not applicable; that one costs nothing.

    Raises:
        DomainError: an operator raised.
    """
    run = Run([], [State(state) if not isinstance(state, State) else state.copy()])
    for action in actions:
        applied = applied_to(domain, run.states[-1], action)
        if applied is None:
            break
        run.costs.append(applied[1].cost)
        run.states.append(applied[0])
    return run


def applied_to(domain: Domain, state: State, action: Action) -> tuple[State, Action] | None:
    """Gives the state after an action, and the action with its cost in the state before it.

    Returns:
        None when the action is not applicable.

    Raises:
        DomainError: the operator raised.
        InputError: the domain has no such operator.
    """
    operator = domain.operators.get(action.name)
    if operator is None:
        raise InputError(f"Domain {domain.name!r} has no operator {action.name!r}; plan in this domain.")
    after = state.copy()
    try:
        if operator.function(after, *action.arguments) is False:
            return None
        return after, operator.action(state, action.arguments)
    except Exception as error:
        path = [((action.name, *action.arguments), None)]
        raise raised(operator.function, error, path) from error


@dataclass(frozen=True, eq=False)
class PlanTable:
    """M plans in K possible states.

    Attributes:
        plans: the plans' actions; the first is to do nothing.
        utilities: float64 (M, K), of executing each plan in each state: worth of its end minus costs.
        costs: float64 (M, K).
        achieved: bool (M, K), whether the goal is reached.
    """

    plans: tuple[tuple[Action, ...], ...]
    utilities: NDArray[np.float64]
    costs: NDArray[np.float64]
    achieved: NDArray[np.bool_]

    def best(self, weights: NDArray[np.float64]) -> tuple[int, float]:
        """Finds the plan of the highest expected utility, the first of equals.

        Args:
            weights: of the states, (K,), in any unit.

        Returns:
            Its number, and the sum of its utilities with these weights.
        """
        expected = self.utilities @ weights
        plan = int(expected.argmax())
        return plan, float(expected[plan])


@dataclass(frozen=True)
class PlanEvaluator:
    """Plans for possible states and values the plans.

    Attributes:
        planner: plans for one state.
        valuation: what ends are worth.
        complete: makes the planner's state out of a state of the belief; None when it is one already.
        budget: what each search of the planner may spend.
    """

    planner: BasePlanner
    valuation: Valuation
    complete: Callable[[Any], Mapping[Any, Any]] | None = None
    budget: Budget | None = None

    def completed(self, state: Any) -> State:
        """Makes the planner's state out of a state of the belief.

        Raises:
            InputError: it is no mapping of variables, and nothing says how to make one of it.
        """
        facts = state if self.complete is None else self.complete(state)
        if not isinstance(facts, Mapping):
            raise InputError(
                f"The state {facts!r} is no mapping of variables; give complete=… to make it one."
            )
        return facts.copy() if isinstance(facts, State) else State(facts)

    def table(self, goal: Goals, states: Sequence[Any]) -> PlanTable:
        """Plans for each of some states and executes each plan in each of them, in thought.

        States for which the base planner finds no plan within its budget add none.

        Raises:
            DomainError: the base planner does not know a task, or a function of the domain raised.
        """
        tasks = tasks_of(goal)
        worlds = [self.completed(state) for state in states]
        own = [self.plan_for(world, tasks) for world in worlds]
        plans: dict[Any, tuple[Action, ...]] = {(): ()}
        for actions in own:
            plans.setdefault(_names(actions or ()), actions or ())
        entries = np.array(
            [
                [self.entry(tasks, world, plan, mine == ()) for world, mine in zip(worlds, own, strict=True)]
                for plan in plans.values()
            ],
            dtype=np.float64,
        )
        utilities, costs, achieved = np.moveaxis(entries, 2, 0)
        return PlanTable(tuple(plans.values()), utilities, costs, achieved > 0)

    def plan_for(self, world: State, tasks: tuple[Any, ...]) -> tuple[Action, ...] | None:
        """Gives the base planner's actions for a known state; None when it finds no plan."""
        result = self.planner.solve((world, list(tasks)), self.budget)
        return None if result.plan is None else tuple(result.plan.actions)

    def entry(
        self, tasks: Sequence[Any], world: State, actions: tuple[Action, ...], idle: bool
    ) -> tuple[float, float, bool]:
        """Gives utility, cost and success of executing actions in a state.

        Args:
            tasks: the tasks and goals.
            world: the state.
            actions: what to do; nothing finishes no tasks, unless there is nothing to do.
            idle: whether the base planner says that in this state there is nothing to do.
        """
        run = execute_in_thought(self.planner.domain, world, actions)
        finished = len(run.costs) == len(actions) and (bool(actions) or idle)
        achieved = self.valuation.is_achieved(tasks, run.states[-1], finished)
        cost = sum(run.costs)
        return self.valuation.utility(run.states[-1], achieved) - cost, cost, achieved


def _names(actions: tuple[Action, ...]) -> tuple[Any, ...]:
    return tuple((action.name, action.arguments) for action in actions)
