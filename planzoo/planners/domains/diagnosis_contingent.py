"""A policy that follows a contingent plan, and betters it on the way where the search was cut off."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from planzoo.envs.diagnosis.model import DiagnosisModel, Evidence, Information
from planzoo.envs.diagnosis.state import BUDGET_TOLERANCE
from planzoo.planners.domains.diagnosis_outlook import Kept
from planzoo.planners.domains.diagnosis_policy import DiagnosisPolicy
from planzoo.planners.domains.diagnosis_problem import first_information
from planzoo.planners.policy import Explanation
from planzoo.planners.pomdp.and_or_search import AndOrSearch
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.contingent_planner import VALUE_TOLERANCE, ContingentPlanner, SearchBudget
from planzoo.planners.pomdp.decision_tree import decision_tree
from planzoo.planners.pomdp.information_problem import Choice

KEPT_PLANS = 2**10
"""Information states whose plans are kept."""

Situation = tuple[Evidence, tuple[tuple[int, int], ...], tuple[int, ...]]
"""Results, tests in work, and treatments given."""


class Part(NamedTuple):
    """A plan from some point on.

    Attributes:
        information: what is known there, with what the plan counts on of money, time and laboratory.
        choice: what to do.
        value: what it is expected to earn from there on.
    """

    information: Information
    choice: Choice
    value: float

    def holds(self, information: Information) -> bool:
        """Tells whether it can still be followed: there is no less of anything than it counts on."""
        mine = self.information
        return (
            information.budget >= mine.budget - BUDGET_TOLERANCE
            and (information.places is None or mine.places is None or information.places >= mine.places)
            and (information.time is None or (mine.time is not None and information.time >= mine.time))
        )


@dataclass(frozen=True)
class Conduct:
    """A plan as a table.

    Attributes:
        parts: by what is known, all points that the plan may come to.
        is_optimal: whether no plan is better.
    """

    parts: dict[Situation, Part]
    is_optimal: bool

    def part(self, information: Information) -> Part | None:
        """Gives the plan from here on, if it foresaw this and can still be followed."""
        found = self.parts.get(_situation(information))
        return found if found is not None and found.holds(information) else None


class ContingentPolicy(DiagnosisPolicy):
    """Follows a contingent plan: optimal where the search may end, else the best that its budget finds.

    A plan that is not known to be optimal is compared at every decision with what a new search finds from
    there: the one that is expected to earn more is followed. An unbounded search, or one that is bounded by
    expansions, always decides the same; what is found in so many milliseconds depends on the machine.

    Args:
        model: the scenario's tables.
        depth: tests that a plan may do one after another; None for as many as there is time for.
        milliseconds: of wall-clock time for each search; None for no bound.
        expansions: nodes for each search; None for no bound.
        seed: unused, as the plan is deterministic.
    """

    def __init__(
        self,
        model: DiagnosisModel,
        depth: int | None = None,
        milliseconds: float | None = None,
        expansions: int | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(model, seed)
        self.planner = ContingentPlanner(depth)
        self.budget = SearchBudget(expansions, milliseconds)
        self._found: Kept[Information, Conduct] = Kept(KEPT_PLANS)

    def plan(self, information: Information | None = None) -> ContingentPlan:
        """Gives the plan from what is known on, searching for it if need be."""
        known = first_information(self.model) if information is None else information
        return self._drawn(known, self._search(known))

    def choose(self, information: Information) -> int:
        """Takes the action of a plan that begins here."""
        return self.choose_after(information, None)[0]

    def choose_after(self, information: Information, plan: Conduct | None) -> tuple[int, Conduct]:
        """Takes the action of the plan that was followed, or of a better one."""
        earlier = None if plan is None else plan.part(information)
        if plan is None or earlier is None:
            return self._begun(information, self._search(information))
        if not (plan.is_optimal and earlier.information == information):
            conduct = self._search(information)
            if conduct.parts[_situation(information)].value >= earlier.value - VALUE_TOLERANCE:
                return self._begun(information, conduct)
        return self.problem.first_action(earlier.choice.action), plan

    def reason(self, information: Information, action: int, plan: Any = None) -> str:
        """Adds what the plan expects to what every policy says."""
        told = super().reason(information, action, plan)
        if plan is None:
            return told
        drawn = self._drawn(information, plan)
        return (
            f"{told} The plan from here expects utility {drawn.expected_utility:.2f} "
            f"after costs of {drawn.expected_cost:.2f}, with at most {drawn.depth} tests."
        )

    def explanation(self, information: Information, action: int, plan: Any = None) -> Explanation:
        """Adds the plan from here on to the data."""
        told = super().explanation(information, action, plan)
        if plan is None:
            return told
        return Explanation(told.words, {**told.data, "plan": self._drawn(information, plan).to_dict()})

    def _begun(self, information: Information, conduct: Conduct) -> tuple[int, Conduct]:
        choice = conduct.parts[_situation(information)].choice
        return self.problem.first_action(choice.action), conduct

    def _search(self, information: Information) -> Conduct:
        return self._found.get(information, lambda: self._searched(information))

    def _searched(self, information: Information) -> Conduct:
        search = self.planner.search(self.problem.starting_at(information))
        assert search is not None  # stopping is always possible
        is_solved = search.run(self.budget.expansions, self.budget.milliseconds)
        spent = self.last_decision
        self.last_decision = replace(
            spent, expansions=spent.expansions + search.expansions, replans=spent.replans + 1
        )
        # A plan of bounded depth may go on deeper after each result.
        return Conduct(self._parts(search), is_solved and self.planner.depth is None)

    def _drawn(self, information: Information, conduct: Conduct) -> ContingentPlan:
        """Draws the plan from here on; where it was not searched, it ends."""

        def decision(known: Any) -> Choice:
            part = conduct.part(known)
            return self.problem.ending(known) if part is None else part.choice

        part = conduct.part(information)
        start = information if part is None else part.information
        return decision_tree(self.problem.starting_at(start), decision)

    def _parts(self, search: AndOrSearch) -> dict[Situation, Part]:
        """Lists all that the best plan found may come to, each with its value."""
        values: dict[Any, float] = {}
        parts: dict[Situation, Part] = {}
        for known, choice in _deepest_first(_reached(search)):
            value = values[known] = choice.reward + sum(
                branch.probability * values[branch.information]
                for branch in choice.branches
                if branch.information is not None
            )
            information, choice = _plain(known), _plain_choice(choice)
            parts[_situation(information)] = Part(information, choice, value)
            # Each step of waiting is a decision, and leaves less to wait for.
            waits = self.problem.waits(information, choice)
            for place, later in enumerate(reversed(waits), start=1):
                left = Choice(self.problem.wait, -place * self.problem.step_cost, choice.branches)
                parts[_situation(later)] = Part(later, left, value - choice.reward + left.reward)
        return parts


def _situation(information: Information) -> Situation:
    return information.evidence, information.pending, information.given


def _reached(search: AndOrSearch) -> list[tuple[Any, Choice]]:
    """Lists all information states that the best plan found may come to, with what it does there."""
    order: list[tuple[Any, Choice]] = []
    waiting: list[Any] = [search.problem.initial()]
    seen: set[Hashable] = set(waiting)
    while waiting:
        known = waiting.pop()
        choice = search.decision(known)
        order.append((known, choice))
        for branch in choice.branches:
            if branch.information is not None and branch.information not in seen:
                seen.add(branch.information)
                waiting.append(branch.information)
    return order


def _deepest_first(order: list[tuple[Any, Choice]]) -> list[tuple[Any, Choice]]:
    """Sorts so that each comes after all that may follow it: what is known only ever grows."""

    def size(item: tuple[Any, Choice]) -> tuple[int, ...]:
        known = _plain(item[0])
        begun = len(known.evidence) + len(known.pending) + len(known.given)
        return begun, -sum(left for _, left in known.pending)

    return sorted(order, key=size, reverse=True)


def _plain(known: Any) -> Information:
    """Gives what is known without the number of tests that a bounded depth leaves."""
    information: Information = known if isinstance(known, Information) else known[0]
    return information


def _plain_choice(choice: Choice) -> Choice:
    branches = tuple(
        branch._replace(information=None if branch.information is None else _plain(branch.information))
        for branch in choice.branches
    )
    return choice._replace(branches=branches)
