"""Planning under partial observability over any base planner: look while it is worth it, then act.

Observations do not change the state, so a plan is a tree of observations with a sequence of actions at each
leaf. The actions are those that the base planner finds for one of the states that are possible at the root,
or none at all; see :mod:`planzoo.planners.pomdp.plan_values`. Among these trees the one found is the best.
The true state is never read: only execution's actor knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, get_args

import numpy as np

from planzoo.errors import InputError
from planzoo.planners.htn.result import Budget
from planzoo.planners.htn.state import State
from planzoo.planners.pomdp.action_plan import ActionPlan, PlanBuilder
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.execution import Actor, Ending, ExecutionTrace, PlanExecution, SimulatedActor
from planzoo.planners.pomdp.observation_model import ObservationAction, ObservationModel
from planzoo.planners.pomdp.observation_search import ObservationSearch, Reading, readings
from planzoo.planners.pomdp.observation_values import (
    ROUNDING,
    Criterion,
    ObservationValue,
    mutual_information,
    observation_value,
)
from planzoo.planners.pomdp.plan_values import (
    BasePlanner,
    Goals,
    PlanEvaluator,
    Valuation,
    tasks_of,
)

Observations = Iterable[Any]
"""Names of variables, or :class:`ObservationAction` with costs and accuracies of their own."""


class POMDPPlanner:
    """Makes contingent plans with a planner that knows nothing of uncertainty.

    Args:
        base_planner: plans for a known state; its domain's operators say what actions do.
        observation_model: what can be looked at. Variables without declared values have those of the belief.
        valuation: what reaching the goal is worth; None for a reward of 100.
        complete: makes the base planner's state out of a state of the belief, as in
            ``lambda box: {"part_in": box, "at": "dock"}``; None when the belief's states are that already.
        budget: what each search of the base planner may spend.

    Attributes:
        base_planner: as given.
        observation_model: as given.
    """

    def __init__(
        self,
        base_planner: BasePlanner,
        observation_model: ObservationModel,
        *,
        valuation: Valuation | None = None,
        complete: Callable[[Any], Mapping[Any, Any]] | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.base_planner = base_planner
        self.observation_model = observation_model
        self.evaluator = PlanEvaluator(base_planner, valuation or Valuation(), complete, budget)

    def plan(self, goal: Goals, belief: BeliefState, max_depth: int = 5) -> ContingentPlan:
        """Makes the contingent plan of the highest expected utility; equal ones look less.

        Args:
            goal: a task or goal, a list of them, or facts to bring about.
            belief: what is known at the beginning.
            max_depth: observations that may be made one after another.

        Returns:
            An :class:`~planzoo.planners.pomdp.action_plan.ActionPlan`. Where acting is not worth its cost, or
            no plan is known, it stops.

        Raises:
            InputError: the depth is negative, or goal, belief and models do not fit together.
        """
        if max_depth < 0:
            raise InputError(f"max_depth={max_depth!r} must be at least 0; 0 acts without looking.")
        table = self.evaluator.table(goal, belief.sparse().states)
        found = self._readings(belief, None)
        search = ObservationSearch(belief.sparse(), table, found, self.observation_model.repeatable)
        return PlanBuilder(belief.sparse(), search, self.evaluator).build(max_depth)

    def value(self, belief: BeliefState, goal: Goals) -> float:
        """Computes the expected utility of the best plan without looking.

        Raises:
            InputError: goal, belief and models do not fit together.
        """
        belief = belief.sparse()
        return self.evaluator.table(goal, belief.states).best(belief.probabilities)[1]

    def value_of_information(self, belief: BeliefState, variable: Any, goal: Goals) -> float:
        """Computes E[V(belief after looking)] - V(belief), the cost of looking not counted.

        V is the expected utility of the best plan without further observations. Looking is worth it alone
        when this is above its cost; never is it negative.

        Raises:
            InputError: the variable cannot be looked at, or goal, belief and models do not fit together.
        """
        return self.observation_values(belief, goal, [variable])[0].utility

    def observation_values(
        self, belief: BeliefState, goal: Goals, available_observations: Observations | None = None
    ) -> list[ObservationValue]:
        """Values each observation as the only one before acting.

        Args:
            belief: what is known.
            goal: a task or goal, a list of them, or facts to bring about.
            available_observations: the observations to value; None for all of the model.

        Raises:
            InputError: one cannot be made, or goal, belief and models do not fit together.
        """
        prior = belief.sparse()
        table = self.evaluator.table(goal, prior.states)
        found = self._readings(belief, available_observations)
        return [observation_value(prior, table, reading) for reading in found]

    def select_observation(
        self,
        belief: BeliefState,
        available_observations: Observations | None = None,
        criterion: Criterion | None = None,
        goal: Goals | None = None,
    ) -> Any | None:
        """Selects the best variable to look at, the first of equals.

        Args:
            belief: what is known.
            available_observations: what can be looked at; None for all of the model.
            criterion: "voi_per_cost" among those worth more than they cost (of those without cost, the one
                worth most); "entropy" for the largest expected fall of the belief's entropy; "goal" for the
                largest rise of the probability of reaching the goal. The latter two do not look at costs.
                None for the first with a goal, the second without.
            goal: what is planned for; "entropy" needs none.

        Returns:
            None when no observation is worth it, tells anything, or raises the probability.

        Raises:
            InputError: there is no such criterion, it needs a goal, or an observation cannot be made.
        """
        criterion = criterion or ("entropy" if goal is None else "voi_per_cost")
        if criterion not in get_args(Criterion):
            raise InputError(f"The criterion must be one of {get_args(Criterion)}, not {criterion!r}.")
        if criterion == "entropy":
            prior = belief.sparse()
            found = self._readings(belief, available_observations)
            ranked = [(mutual_information(prior, each), 0.0, each.action.variable) for each in found]
        elif goal is None:
            raise InputError(f"The criterion {criterion!r} needs a goal; give goal=… or use 'entropy'.")
        else:
            values = self.observation_values(belief, goal, available_observations)
            ranked = [(*value.rank(criterion), value.variable) for value in values]
        best = max(ranked, key=lambda entry: entry[:2], default=(0.0, 0.0, None))
        return best[2] if best[0] > ROUNDING else None

    def execute_contingent_plan(
        self,
        plan: ContingentPlan,
        belief: BeliefState,
        true_state: Any = None,
        *,
        actor: Actor | None = None,
        random: np.random.Generator | int | None = None,
        goal: Goals | None = None,
    ) -> ExecutionTrace:
        """Executes a plan: act, observe, update the belief, go on along the branch.

        Observations that the belief holds for impossible leave it unchanged; those that the plan has no
        branch for end the execution with the belief from which to plan anew. The trace says both.

        Args:
            plan: from :meth:`plan`, or anybody's.
            belief: what is known at the beginning.
            true_state: simulates execution in this state. It may be one of probability 0.
            actor: acts in the world instead: a function of the plan's node that gives what was seen.
            random: generator or seed for simulated observations.
            goal: when given, the trace says whether it is reached, where the true state at the end is known.

        Raises:
            InputError: both a true state and an actor are given, or neither; an action cannot be simulated.
        """
        if (true_state is None) == (actor is None):
            raise InputError("Execution needs either true_state=… to be simulated in, or actor=… that acts.")
        model = self.observation_model.with_values_of(belief)
        if actor is not None:
            return PlanExecution(model, self.evaluator, actor, belief).run(plan)
        everything = BeliefState.uniform([*belief.states, true_state])
        seeing = self.observation_model.with_values_of(everything)
        simulated = SimulatedActor(self.evaluator, seeing, true_state, np.random.default_rng(random))
        trace = PlanExecution(model, self.evaluator, simulated, belief).run(plan)
        achieved = None if goal is None else self._achieved(goal, trace, simulated.state)
        return replace(trace, current_state=simulated.state, achieved=achieved)

    def _achieved(self, goal: Goals, trace: ExecutionTrace, state: State) -> bool:
        """Says whether a simulated execution has reached the goal."""
        tasks = tasks_of(goal)
        stopped = isinstance(trace.remaining, ActionPlan) and trace.remaining.action is None
        finished = trace.ending is Ending.FINISHED
        if finished and stopped:
            finished = self.evaluator.plan_for(state, tasks) == ()
        return self.evaluator.valuation.is_achieved(tasks, state, finished)

    def _readings(self, belief: BeliefState, available: Observations | None) -> list[Reading]:
        """Tabulates observations in the belief's possible states."""
        model = self.observation_model
        given = list(model.variables if available is None else available)
        actions = [each for each in given if isinstance(each, ObservationAction)]
        model = model.with_actions(actions).with_values_of(belief)
        names = [each.variable if isinstance(each, ObservationAction) else each for each in given]
        return readings(model, list(dict.fromkeys(names)), belief.sparse().states)
