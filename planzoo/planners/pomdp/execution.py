"""Executing contingent plans: act, observe, update the belief, go on along the branch.

Whoever executes a plan is an actor: the :class:`SimulatedActor`, which alone knows the true state, or a
user's own function that acts in the world and says what it saw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

import numpy as np

from planzoo.errors import InputError
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.state import State
from planzoo.planners.pomdp.action_plan import DONE, STOP_ACTION, ActionPlan
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import END, ContingentPlan
from planzoo.planners.pomdp.frozen_state import frozen, label
from planzoo.planners.pomdp.observation_model import ObservationAction, ObservationModel
from planzoo.planners.pomdp.plan_values import PlanEvaluator, applied_to

FAILED = "failed"
"""The branch, if a plan has it, to go on with after an action that could not be executed."""


class Ending(Enum):
    """Why an execution ended."""

    FINISHED = "finished"
    """The plan was at its end."""
    FAILED = "failed"
    """An action could not be executed, and the plan does not say what to do then."""
    OFF_PLAN = "off plan"
    """Something was seen for which the plan has no branch: plan anew from the trace's belief."""


class Performed(NamedTuple):
    """What came of one action of a plan."""

    outcome: Any = None
    """What was seen; of an action that does not look, False when it could not be executed."""
    cost: float | None = None
    """What it cost in truth; None for what the plan says."""
    duration: float | None = None
    """How long it took; None for what the plan says."""
    state: Mapping[Any, Any] | None = None
    """The true state after it, where the actor knows."""


Actor = Callable[[ContingentPlan], Any]
"""Performs a node's ``root_action`` in the world; gives what was seen, False for failure, or a Performed."""


@dataclass(frozen=True)
class ExecutedStep:
    """One executed action.

    Attributes:
        action: its name.
        kind: observe, act, …
        observation: what was seen; None of an action that does not look.
        done: whether it could be executed.
        cost: of it.
        duration: of it; 0 for looking unless the actor says otherwise.
        belief: after it.
        surprising: whether the belief before it held the observation, or the action's success or failure, for
            impossible. It has told nothing then.
    """

    action: str
    kind: str
    observation: Any
    done: bool
    cost: float
    duration: float
    belief: BeliefState
    surprising: bool


@dataclass(frozen=True)
class ExecutionTrace:
    """What executing a plan came to.

    Attributes:
        plan: what was executed.
        results: its steps.
        ending: why it ended.
        belief: at the end.
        current_state: the true state at the end, where the actor knows it.
        remaining: the node of the plan at which it ended.
        achieved: whether the goal is reached in the true state; None where this is not known.
    """

    plan: ContingentPlan
    results: tuple[ExecutedStep, ...]
    ending: Ending
    belief: BeliefState
    current_state: Mapping[Any, Any] | None
    remaining: ContingentPlan
    achieved: bool | None = None

    @property
    def current_step(self) -> int:
        """How many steps have been executed."""
        return len(self.results)

    @property
    def total_cost(self) -> float:
        """The sum of the steps' costs."""
        return sum(step.cost for step in self.results)

    @property
    def total_time(self) -> float:
        """The sum of the steps' durations."""
        return sum(step.duration for step in self.results)


class SimulatedActor:
    """Executes plans in a true state, with observations drawn from an observation model.

    Args:
        evaluator: its domain's operators are executed.
        model: draws observations.
        true_state: what is the case, in the form of the belief's states.
        random: draws the observations.
    """

    def __init__(
        self,
        evaluator: PlanEvaluator,
        model: ObservationModel,
        true_state: Any,
        random: np.random.Generator,
    ) -> None:
        self.evaluator = evaluator
        self.model = model
        self.random = random
        self.state = evaluator.completed(true_state)
        self._seen_as: Any = frozen(true_state)

    def __call__(self, node: ContingentPlan) -> Performed:
        """Performs a node's action.

        Raises:
            InputError: it is neither an observation of the model nor an operator of the domain.
        """
        action = action_of(node, self.model, self.evaluator)
        if isinstance(action, ObservationAction):
            outcome = self.model.sample_observation(self._seen_as, action.variable, self.random)
            return Performed(outcome, action.cost, state=self.state)
        if action is None and node.kind in (STOP_ACTION, END):
            return Performed(state=self.state)
        if action is None:
            raise InputError(
                f"{node.root_action!r} is no action of the domain; give an actor that performs it."
            )
        applied = applied_to(self.evaluator.planner.domain, self.state, action)
        if applied is None:
            return Performed(False, 0.0, 0.0, self.state)
        self.state, done = applied
        self._seen_as = self.state
        return Performed(True, done.cost, done.duration, self.state)


def action_of(
    node: ContingentPlan, model: ObservationModel, evaluator: PlanEvaluator
) -> Action | ObservationAction | None:
    """Finds what a node's name stands for: its own action, else a variable or an operator of that name."""
    own: Action | ObservationAction | None = getattr(node, "action", None)
    if own is not None:
        return own
    if node.is_test:
        variables = [name for name in model.variables if label(name) == node.root_action]
        return model.action(variables[0]) if variables else None
    return Action(node.root_action) if node.root_action in evaluator.planner.domain.operators else None


@dataclass
class PlanExecution:
    """Executes a plan with an actor, and keeps track of the belief.

    Attributes:
        model: what observations tell.
        evaluator: what actions do to possible states.
        actor: performs the actions.
        belief: at present.
    """

    model: ObservationModel
    evaluator: PlanEvaluator
    actor: Actor
    belief: BeliefState
    _known: dict[Any, State] = field(default_factory=dict, init=False, repr=False)

    def run(self, plan: ContingentPlan) -> ExecutionTrace:
        """Executes a plan from its root until it ends, an action fails, or something unforeseen is seen."""
        node, ending, state = plan, Ending.FINISHED, None
        steps: list[ExecutedStep] = []
        while not (isinstance(node, ActionPlan) and node.action is None):
            performed = self.perform(node)
            state = performed.state
            steps.append(self.step(node, performed))
            following, ending = self.following(node, steps[-1])
            if following is None:
                break
            node, ending = following, Ending.FINISHED
        return ExecutionTrace(plan, tuple(steps), ending, self.belief, state, node)

    def perform(self, node: ContingentPlan) -> Performed:
        """Lets the actor perform a node's action; what it saw may be named by value or by label."""
        given = self.actor(node)
        performed = given if isinstance(given, Performed) else Performed(given)
        action = action_of(node, self.model, self.evaluator)
        if isinstance(action, ObservationAction) and isinstance(performed.outcome, str):
            named = self.model.outcomes(action.variable, self.belief.states)
            return performed._replace(outcome=named.get(performed.outcome, performed.outcome))
        return performed

    def step(self, node: ContingentPlan, performed: Performed) -> ExecutedStep:
        """Takes in what came of an action: updates the belief."""
        action = action_of(node, self.model, self.evaluator)
        done = node.is_test or performed.outcome is not False
        surprising = False
        if isinstance(action, ObservationAction):
            observation = {action.variable: performed.outcome}
            surprising = self.belief.chance(observation, self.model) == 0
            self.belief = self.belief.update(observation, self.model)
        elif action is not None:
            after = self.belief_after(action, done)
            surprising = after is None
            self.belief = after or self.belief
        planned = 0.0 if action is None else action.cost
        lasts = action.duration if isinstance(action, Action) else 0.0
        return ExecutedStep(
            action=node.root_action,
            kind=node.kind,
            observation=performed.outcome if node.is_test else None,
            done=done,
            cost=(planned if done else 0.0) if performed.cost is None else performed.cost,
            duration=(lasts if done else 0.0) if performed.duration is None else performed.duration,
            belief=self.belief,
            surprising=surprising,
        )

    def belief_after(self, action: Action, done: bool) -> BeliefState | None:
        """Gives the belief after an action that could be executed, or could not, which tells something, too.

        Returns:
            None when the belief holds for impossible what happened.
        """
        domain = self.evaluator.planner.domain
        weights: list[tuple[Any, float]] = []
        known: dict[Any, State] = {}
        for state, probability in self.belief.items():
            before = self._known[state] if state in self._known else self.evaluator.completed(state)
            applied = applied_to(domain, before, action)
            if applied is not None and done:
                known[frozen(applied[0])] = applied[0]
                weights.append((applied[0], probability))
            elif applied is None and not done:
                weights.append((state, probability))
        if not any(weight for _, weight in weights):
            return None
        self._known = known or self._known
        return BeliefState.from_weights(weights)

    def following(self, node: ContingentPlan, step: ExecutedStep) -> tuple[ContingentPlan | None, Ending]:
        """Finds the branch to go on with; without one, why the execution ends."""
        if not step.done:
            return node.branches.get(FAILED), Ending.FAILED
        if not node.branches:
            return None, Ending.FINISHED
        names = (label(step.observation), repr(step.observation)) if node.is_test else (DONE,)
        return next((node.branches[name] for name in names if name in node.branches), None), Ending.OFF_PLAN
