"""Planning in the space of beliefs: one line of actions that most probably reaches the goal, unseen.

A state of the search is a belief over complete states, and an action turns all of them at once. Nothing is
observed on the way: plans have no branches. Worlds in which an action is not applicable are lost for good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.beliefs.conformant import LOST, ROUNDING, WORLDS, ConformantDomain
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.meter import BudgetSpent, Meter
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.repair.repairer import state_after
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.belief_search import BeliefSearch, belief_of, ground_actions, parameterless
from planzoo.planners.pomdp.plan_values import (
    BasePlanner,
    Goals,
    PlanEvaluator,
    Valuation,
    tasks_of,
)
from planzoo.planners.status import Status

BeliefGoal = Callable[[BeliefState], bool]
"""Says whether a belief is as wanted."""
DECOMPOSITION_EXPANSIONS = 100_000
"""Expansions for the methods when the caller sets no bound and there is a search to fall back on."""


@dataclass(frozen=True)
class BeliefSpaceResult(Result):
    """The answer of a :class:`BeliefSpacePlanner`.

    Attributes:
        probability: of reaching the goal by the plan; for a goal that is a predicate on beliefs, of being
            able to execute the plan. 0 without a plan.
        belief: at the end of the plan, where it could be executed; None without a plan.
    """

    probability: float = 0.0
    belief: BeliefState | None = None


class BeliefSpacePlanner:
    """Finds a plan without branches that reaches a goal with a given probability.

    A task is decomposed by the methods of the base planner's domain, where they offer the same in enough
    worlds (see :mod:`planzoo.planners.htn.beliefs.conformant`). So is a goal, if it has methods; where they
    lead to no plan, and for predicates on beliefs, operators are searched for the plan of the least expected
    cost.

    Args:
        base_planner: its domain's methods and operators are planned with. Methods only count for a
            :class:`~planzoo.planners.htn.planner.HierarchicalPlanner`.
        actions: what the search may do: tasks (operator, argument, …), or a function that gives them for a
            possible state. None for the operators without arguments and all actions of the plans that the
            base planner finds for each of the possible states.
        complete: makes the base planner's state out of a state of the belief; None when it is one already.

    Attributes:
        base_planner: as given.
    """

    def __init__(
        self,
        base_planner: BasePlanner,
        actions: Iterable[tuple[Any, ...]] | Callable[[State], Iterable[tuple[Any, ...]]] | None = None,
        complete: Callable[[Any], Mapping[Any, Any]] | None = None,
    ) -> None:
        self.base_planner = base_planner
        self.actions = actions if actions is None or callable(actions) else tuple(actions)
        self.evaluator = PlanEvaluator(base_planner, Valuation(), complete)

    def plan_in_belief_space(
        self,
        goal: Goals | BeliefGoal,
        initial_belief: BeliefState,
        threshold: float = 1.0,
        budget: Budget | None = None,
    ) -> BeliefSpaceResult:
        """Searches for a plan.

        Args:
            goal: a task or goal, a list of them, facts to bring about, all of them together with the given
                probability; or a predicate, asked of the belief over the worlds that are not lost.
            initial_belief: what is known at the beginning.
            threshold: the probability, above 0.5 and at most 1.
            budget: bounds of each of the two searches.

        Returns:
            SOLVED with the plan. INFEASIBLE when methods or operators allow none: for goals and predicates,
            when no sequence of the searched actions reaches them. BUDGET_SPENT when it is not known.

        Raises:
            InputError: the threshold is out of range, or goal and belief do not fit the domain.
        """
        domain = ConformantDomain(self.base_planner.domain, threshold)
        worlds = [(self.evaluator.completed(state), number) for state, number in initial_belief.items()]
        start = domain.state_of([world for world in worlds if world[1] > 0])
        if callable(goal):
            return self._searched(_Wanted(domain, start, (), goal), budget)
        tasks = tasks_of(goal)
        wanted = _Wanted(domain, start, tasks, None)
        decomposed = self._decomposed(wanted, budget)
        if decomposed is None:
            return self._searched(wanted, budget)
        if decomposed.status is Status.SOLVED or not wanted.is_state:
            return decomposed
        found = self._searched(wanted, budget)
        return replace(
            found,
            expansions=found.expansions + decomposed.expansions,
            seconds=found.seconds + decomposed.seconds,
        )

    def _decomposed(self, wanted: _Wanted, budget: Budget | None) -> BeliefSpaceResult | None:
        """Plans by methods; None where there are none for goals.

        Raises:
            InputError: tasks are to be done without methods.
        """
        if not isinstance(self.base_planner, HierarchicalPlanner):
            if wanted.is_state:
                return None
            raise InputError(
                "Tasks are done by methods: give a HierarchicalPlanner, or goals that can be searched for."
            )
        if wanted.is_state and not _have_methods(wanted.domain, wanted.tasks):
            return None
        bound = budget or (Budget(expansions=DECOMPOSITION_EXPANSIONS) if wanted.is_state else Budget())
        result = HierarchicalPlanner(wanted.domain).solve((wanted.start, list(wanted.tasks)), bound)
        if result.plan is None:
            return BeliefSpaceResult(result.status, None, result.expansions, result.seconds, result.reason)
        state = state_after(wanted.domain, wanted.start, result.plan.actions)
        chance = wanted.chance(state)
        if chance < wanted.domain.threshold - ROUNDING:
            reason = (
                f"The methods' plan reaches each goal, but all of them with probability {chance:.4g} only."
            )
            return BeliefSpaceResult(Status.INFEASIBLE, None, result.expansions, result.seconds, reason)
        return BeliefSpaceResult(
            Status.SOLVED,
            result.plan,
            result.expansions,
            result.seconds,
            probability=chance,
            belief=belief_of(state),
        )

    def _searched(self, wanted: _Wanted, budget: Budget | None) -> BeliefSpaceResult:
        """Searches over sequences of operators."""
        meter = Meter(budget or Budget())
        actions = self._actions(wanted)
        search = BeliefSearch(wanted.domain, actions, wanted.chance, meter)
        try:
            found = search.run(wanted.start)
        except BudgetSpent as spent:
            return BeliefSpaceResult(Status.BUDGET_SPENT, None, meter.expansions, meter.seconds, str(spent))
        if found is None:
            reason = f"No sequence of the {len(actions)} actions reaches the goal with this probability."
            return BeliefSpaceResult(Status.INFEASIBLE, None, meter.expansions, meter.seconds, reason)
        plan, state = found
        return BeliefSpaceResult(
            Status.SOLVED,
            plan,
            meter.expansions,
            meter.seconds,
            probability=wanted.chance(state),
            belief=belief_of(state),
        )

    def _actions(self, wanted: _Wanted) -> list[tuple[Any, ...]]:
        """Lists what the search may do."""
        if self.actions is not None:
            given = self.actions
            return ground_actions(wanted.start, given if callable(given) else lambda _: given)
        found = parameterless(self.base_planner.domain)
        if not wanted.tasks or (
            isinstance(self.base_planner, HierarchicalPlanner)
            and not _have_methods(self.base_planner.domain, wanted.tasks)
        ):
            return found

        def planned(world: State) -> list[tuple[Any, ...]]:
            actions = self.evaluator.plan_for(world, wanted.tasks) or ()
            return [(action.name, *action.arguments) for action in actions]

        return list(dict.fromkeys((*ground_actions(wanted.start, planned), *found)))


@dataclass(frozen=True)
class _Wanted:
    """What is to be reached, from where."""

    domain: ConformantDomain
    start: State
    tasks: tuple[Any, ...]
    predicate: BeliefGoal | None

    @property
    def is_state(self) -> bool:
        """Whether a belief alone says that the goal is reached, however it came about."""
        return all(isinstance(task, Goal | Multigoal) for task in self.tasks)

    def chance(self, state: State) -> float:
        """Gives the probability with which a belief is as wanted: in which worlds that are not lost."""
        worlds = [(world, number) for world, number in state[WORLDS].items() if world is not LOST]
        if self.predicate is not None:
            return sum(number for _, number in worlds) if self.predicate(belief_of(state)) else 0.0
        goals = [task for task in self.tasks if self.is_state]
        return sum(number for world, number in worlds if all(goal.holds_in(world.state()) for goal in goals))


def _have_methods(domain: Domain, tasks: tuple[Any, ...]) -> bool:
    """Says whether the domain has methods for each of some goals."""
    goals = [each for task in tasks for each in (task.goals if isinstance(task, Multigoal) else (task,))]
    return all(goal.name in domain.goal_methods for goal in goals)
