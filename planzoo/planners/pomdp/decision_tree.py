"""From decisions to a tree: the contingent plan of a rule that says what to do wherever one comes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import END, INFORMING, ContingentPlan
from planzoo.planners.pomdp.information_problem import Choice, InformationProblem


@dataclass(slots=True)
class _Stem:
    """A plan before its branches are built."""

    choice: Choice | None
    belief: BeliefState | None
    probability: float
    branches: dict[str, ContingentPlan]
    parent: int
    observation: str


def decision_tree(problem: InformationProblem, decision: Callable[[Hashable], Choice]) -> ContingentPlan:
    """Draws up the plan of following a rule from the beginning on, with exact figures at every branch.

    Args:
        problem: what is decided on; a plan has as many nodes as there are ways through it.
        decision: gives the choice to take in an information state.
    """
    stems = _stems(problem, decision)
    plan = ContingentPlan(END)
    for stem in reversed(stems):
        plan = _built(problem, stem)
        if stem.parent >= 0:
            stems[stem.parent].branches[stem.observation] = plan
    return plan


def _stems(problem: InformationProblem, decision: Callable[[Hashable], Choice]) -> list[_Stem]:
    """Lists all ways through the plan, each before those that go on from it."""
    beliefs: dict[Hashable, BeliefState] = {}
    stems: list[_Stem] = []
    waiting: list[tuple[Hashable | None, float, int, str]] = [(problem.initial(), 1.0, -1, "")]
    while waiting:
        information, probability, parent, observation = waiting.pop()
        if information is None:
            stems.append(_Stem(None, None, probability, {}, parent, observation))
            continue
        if information not in beliefs:
            beliefs[information] = problem.belief(information)
        choice = decision(information)
        stem = _Stem(choice, beliefs[information], probability, {}, parent, observation)
        further = () if choice.ends else choice.branches
        waiting += [
            (branch.information, probability * branch.probability, len(stems), branch.observation)
            for branch in further
            if branch.probability > 0
        ]
        stems.append(stem)
    return stems


def _built(problem: InformationProblem, stem: _Stem) -> ContingentPlan:
    choice = stem.choice
    if choice is None:
        return ContingentPlan(END, probability=stem.probability, kind=END)
    utility, cost = choice.reward, problem.cost(choice.action)
    branches = {
        branch.observation: stem.branches[branch.observation]
        for branch in choice.branches
        if branch.observation in stem.branches
    }
    for branch in choice.branches:
        if branch.observation in branches:
            utility += branch.probability * branches[branch.observation].expected_utility
            cost += branch.probability * branches[branch.observation].expected_cost
    kind = problem.kind(choice.action)
    below = max((plan.depth for plan in branches.values()), default=0)
    return ContingentPlan(
        root_action=problem.name(choice.action),
        branches=branches,
        depth=below + (kind in INFORMING),
        expected_cost=cost,
        expected_utility=utility,
        probability=stem.probability,
        belief=stem.belief,
        kind=kind,
    )
