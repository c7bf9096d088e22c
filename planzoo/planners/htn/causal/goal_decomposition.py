"""Takes goals apart into ordered subgoals: the landmarks on the causal chains that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.goal_tree import GoalTree, Landmark, LandmarkOrder
from planzoo.planners.htn.causal.landmarks import LandmarkProver
from planzoo.planners.htn.causal.links import START, is_whole, single_goals
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.state import State, Variable
from planzoo.planners.htn.task import Goal, Multigoal
from planzoo.planners.status import Status

DEFAULT_BUDGET = Budget(expansions=20_000)
"""What each search may spend if nothing is said: the same on every machine."""
DEEPER = 100
"""The search in fair order begins where a decomposition is this much deeper than twice the first plan's.

Searches for proofs mostly have to exhaust recursions without end, which that search does best.
"""


class GoalDecomposer:
    """Finds the subgoals on the way to goals, without anything declared beyond the domain.

    The goals are solved once; the facts on the causal chains of that plan are the candidates. Each is proven
    to be a landmark, or dropped, by a search that must avoid it; see
    :mod:`planzoo.planners.htn.causal.landmarks`.
    Orders are read off the causal links (a landmark that the maker of another one reads) and, between goals,
    off the threats (a step for one goal that would undo what another goal's steps rely on), and then proven
    in the same way.

    Source: Hoffmann, Porteous and Sebastia, Ordered landmarks in planning (2004).

    Args:
        domain: the domain; it must have goal methods for the goals.
    """

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    def decompose(
        self,
        state: Mapping[Any, Any],
        goals: Iterable[tuple[Any, ...]] | Mapping[Any, Any],
        budget: Budget | None = None,
    ) -> GoalTree:
        """Finds landmarks, orders, and a sequence of subgoals that reaches all goals.

        Args:
            state: the facts at the beginning; stays unchanged.
            goals: facts, or a list of goals and multigoals; all shall hold together at the end.
            budget: bounds of each single search; there are some for each candidate.

        Raises:
            InputError: one of the goals is none, or two of them contradict each other.
            DomainError: a fault of the domain.
        """
        facts = state.copy() if isinstance(state, State) else State(state)
        return _Decomposition(self.domain, facts, _checked(goals), budget or DEFAULT_BUDGET).tree()


class _Decomposition:
    """One call of the decomposer."""

    def __init__(self, domain: Domain, state: State, goals: tuple[Goal, ...], budget: Budget) -> None:
        self.domain = domain
        self.state = state
        self.goals = goals
        self.budget = budget
        self.whole = Multigoal({goal.variable: goal.value for goal in goals})
        self.prover = LandmarkProver(domain, state, (self.whole,), budget)

    def tree(self) -> GoalTree:
        result = self._solve(self.state, self.whole)
        if result.plan is None:
            return GoalTree(result.status, expansions=self.prover.expansions, reason=result.reason)
        deepest = max(result.plan.decomposition.depths(), default=0)
        depth = min(self.budget.depth, 2 * deepest + DEEPER)
        self.prover.budget = replace(self.budget, depth=depth)
        self.finder = CausalChainFinder(self.domain, self.state, result.plan, self.goals)
        self.first = self._first_steps()
        self.landmarks = self._landmarks()
        self.facts = {landmark.fact: index for index, landmark in enumerate(self.landmarks)}
        orders = (*self._necessary_orders(), *self._reasonable_orders())
        subgoals = self._subgoals(orders)
        return GoalTree(Status.SOLVED, self.landmarks, orders, subgoals, result.plan, self.prover.expansions)

    def _solve(self, state: State, goal: Goal | Multigoal) -> Result:
        result = HierarchicalPlanner(self.domain).solve((state, [goal]), self.budget)
        self.prover.expansions += result.expansions
        return result

    # -- landmarks ------------------------------------------------------------------------------------------

    def _first_steps(self) -> dict[Goal, int]:
        """Gives each fact that a step makes true, with the first such step; none that holds at the start."""
        first: dict[Goal, int] = {}
        for step, footprint in enumerate(self.finder.footprints):
            for variable, value in footprint.writes.items():
                fact = Goal(variable, value)
                if not fact.holds_in(self.state):
                    first.setdefault(fact, step)
        return first

    def _landmarks(self) -> tuple[Landmark, ...]:
        """Proves or drops the candidates; every plan found on the way drops all that it does without."""
        candidates = self._candidates()
        found = [Landmark(goal, True, True) for goal in self.goals]
        while candidates:
            fact = candidates.pop(0)
            verdict = self.prover.is_landmark(fact)
            if verdict is False:
                reached = self._facts_of(self.prover.plans[-1])
                candidates = [other for other in candidates if other in reached]
                found = [known for known in found if known.is_goal or known.fact in reached]
            else:
                found.append(Landmark(fact, False, verdict is True))
        return tuple(sorted(found, key=self._reached_at))

    def _candidates(self) -> list[Goal]:
        """Gives the facts on causal chains to goals that steps make true, in the order of these steps."""
        facts: dict[Goal, None] = {}
        for link in self.finder.links:
            useful = link.consumer == len(self.finder.footprints) or self.finder.supports_goal(link.consumer)
            if useful and link.producer != START and not is_whole(link.variable):
                facts[Goal(link.variable, link.value)] = None
        wanted = [fact for fact in facts if fact in self.first and fact not in self.goals]
        return sorted(wanted, key=self.first.__getitem__)

    def _facts_of(self, plan: Plan) -> set[Goal]:
        """Gives the facts that a plan makes true."""
        finder = CausalChainFinder(self.domain, self.state, plan)
        return {
            Goal(variable, value) for print_ in finder.footprints for variable, value in print_.writes.items()
        }

    def _reached_at(self, landmark: Landmark) -> int:
        """Gives the step that reaches a landmark: for a goal the last one, after which it stays."""
        if not landmark.is_goal:
            return self.first[landmark.fact]
        end = self.finder.links_into(len(self.finder.footprints))
        return next(link.producer for link in end if link.variable == landmark.fact.variable)

    # -- orders ---------------------------------------------------------------------------------------------

    def _necessary_orders(self) -> Iterator[LandmarkOrder]:
        for fact, later in self.facts.items():
            for earlier, direct in self._read_for(fact).items():
                order = self._necessary_order(self.facts[earlier], later, earlier, fact, direct)
                if order is not None:
                    yield order

    def _necessary_order(
        self, first: int, second: int, earlier: Goal, later: Goal, direct: bool
    ) -> LandmarkOrder | None:
        if direct and self.prover.is_just_before(earlier, later):
            return LandmarkOrder(first, second, "greedy-necessary", True)
        verdict = self.prover.is_before(earlier, later)
        return None if verdict is False else LandmarkOrder(first, second, "natural", verdict is True)

    def _read_for(self, fact: Goal) -> dict[Goal, bool]:
        """Gives the landmarks on the chains to a fact's first maker, and whether that reads them itself.

        Chains are followed back to the nearest landmark.
        """
        found: dict[Goal, bool] = {}
        maker = self.first.get(fact)
        todo, seen = [maker], {maker}
        while todo:
            step = todo.pop()
            for link in () if step is None else self.finder.links_into(step):
                earlier = Goal(link.variable, link.value)
                if earlier in self.facts and earlier in self.first:
                    found[earlier] = found.get(earlier, False) or step == maker
                elif link.producer not in (START, *seen):
                    seen.add(link.producer)
                    todo.append(link.producer)
        found.pop(fact, None)
        return found

    def _reasonable_orders(self) -> Iterator[LandmarkOrder]:
        for earlier, later in self._conflicts():
            verdict = self.prover.is_reasonably_before(earlier, later)
            if verdict is not False:
                yield LandmarkOrder(self.facts[earlier], self.facts[later], "reasonable", verdict is True)

    def _conflicts(self) -> list[tuple[Goal, Goal]]:
        """Gives pairs of goals whose steps the plan keeps in order because of a threat."""
        served = [set(self.finder.goals_served(step)) for step in range(len(self.finder.footprints))]
        pairs: dict[tuple[Goal, Goal], None] = {}
        for threat in self.finder.threats():
            first, second = (served[step] for step in threat.kept_order)
            for earlier in sorted(first - second, key=self.goals.index):
                for later in sorted(second - {earlier}, key=self.goals.index):
                    pairs[earlier, later] = None
        return list(pairs)

    # -- subgoals -------------------------------------------------------------------------------------------

    def _subgoals(self, orders: tuple[LandmarkOrder, ...]) -> tuple[Goal | Multigoal, ...]:
        """Gives the finest sequence that reaches all goals when they are solved one after the other."""
        sequence = [self.landmarks[index] for index in _linear(len(self.landmarks), orders)]
        final = [self._handed(mark.fact) for mark in sequence if mark.is_goal]
        known = [
            self._handed(mark.fact)
            for mark in sequence
            if mark.is_goal or mark.fact.name in self.domain.goal_methods
        ]
        sequences: tuple[list[Goal | Multigoal], ...] = (
            [*known],
            [*final],
            [*known, self.whole],
            [*final, self.whole],
        )
        for subgoals in sequences:
            if self._reaches_all(subgoals):
                return tuple(subgoals)
        return (self.whole,)

    def _handed(self, fact: Goal) -> Goal | Multigoal:
        """Gives a fact as a goal, or as a multigoal of one where only multigoal methods know what to do."""
        return fact if fact.name in self.domain.goal_methods else Multigoal({fact.variable: fact.value})

    def _reaches_all(self, subgoals: list[Any]) -> bool:
        state = self.state.copy()
        for subgoal in subgoals:
            plan = self._solve(state, subgoal).plan
            if plan is None:
                return False
            for action in plan.actions:
                self.domain.operators[action.name].function(state, *action.arguments)
        return self.whole.holds_in(state)


def _checked(goals: Iterable[tuple[Any, ...]] | Mapping[Any, Any]) -> tuple[Goal, ...]:
    """Gives each goal once."""
    if not isinstance(goals, Mapping):
        goals = tuple(goals)
        for goal in goals:
            if not isinstance(goal, Goal | Multigoal):
                raise InputError(f"{goal!r} is no goal to decompose; give Goal(variable, value).")
    wanted: dict[Variable, Goal] = {}
    for goal in single_goals(goals):
        other = wanted.setdefault(goal.variable, goal)
        if other != goal:
            raise InputError(f"Goals {other} and {goal} contradict each other; leave one out.")
    return tuple(wanted.values())


def _linear(count: int, orders: tuple[LandmarkOrder, ...]) -> list[int]:
    """Sorts landmarks topologically, as near to their numbers as the orders allow.

    If orders contradict each other, which only reasonable or unproven ones can, the lowest number goes first.
    """
    waiting = {(order.earlier, order.later) for order in orders}
    left, sequence = list(range(count)), []
    while left:
        blocked = {later for earlier, later in waiting if earlier in left and earlier != later}
        following = next((index for index in left if index not in blocked), left[0])
        left.remove(following)
        sequence.append(following)
    return sequence
