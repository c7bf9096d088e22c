"""Why a step is in a plan, for people: who asked for it, what makes it possible, and what it is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.graph import link_data
from planzoo.planners.htn.causal.links import START, CausalLink, fact_text, is_whole, single_goals
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.state import Variable
from planzoo.planners.htn.task import Goal, Multigoal, describe

NAMED = 6
"""How many facts or steps a sentence names; further ones are counted."""
LONGEST_PATH = 8
"""A longer path through the decomposition is told without its middle."""


@dataclass(frozen=True)
class StepExplanation:
    """Why one step is in a plan.

    Attributes:
        step: its number, from 0.
        action: the operator's name and its arguments.
        path: the tasks from the problem's own down to the one that asked for the step, each with the method
            that decomposed it; empty when the problem asks for the step itself.
        preconditions: what the step reads, each with the step that made it so, or the start.
        uses: what it makes that later steps, goals or the end of the plan rely on.
        serves: the goals to which chains of links lead from it, in the order of the plan's goals.
        plan: the plan.
        goals: the facts that the problem asks for.
    """

    step: int
    action: tuple[Any, ...]
    path: tuple[tuple[tuple[Any, ...], str], ...]
    preconditions: tuple[CausalLink, ...]
    uses: tuple[CausalLink, ...]
    serves: tuple[Goal, ...]
    plan: Plan
    goals: frozenset[tuple[Variable, Any]]

    @property
    def words(self) -> str:
        """The explanation in sentences. Steps are counted from 1, as in a plan's text."""
        return " ".join([self._asked_for(), self._possible(), *self._useful()])

    def __str__(self) -> str:
        return self.words

    def to_data(self) -> dict[str, Any]:
        """Gives the explanation as dicts, lists, numbers and strings; steps are counted from 0."""
        return {
            "step": self.step,
            "action": describe(self.action),
            "path": [{"task": describe(task), "method": method} for task, method in self.path],
            "preconditions": [link_data(link) for link in self.preconditions],
            "uses": [link_data(link) for link in self.uses],
            "serves": [fact_text(goal.variable, goal.value) for goal in self.serves],
            "words": self.words,
        }

    def _asked_for(self) -> str:
        head = f"Step {self.step + 1} is {describe(self.action)}"
        if not self.path:
            return f"{head}; the problem itself asks for it."
        turns = [f"{_asked(task)}, which leads by method {method!r} to" for task, method in self.path]
        if len(turns) > LONGEST_PATH:
            half = LONGEST_PATH // 2
            turns[half:-half] = [f"{len(turns) - 2 * half} tasks more, the last of which leads to"]
        return f"{head}. The problem asks for {' '.join(turns)} this step."

    def _possible(self) -> str:
        if not self.preconditions:
            return "It reads no facts, so it can be taken at any time."
        reasons = []
        for producer, links in _grouped(self.preconditions).items():
            facts = _listed([_fact(link) for link in links])
            verb = "holds" if len(links) == 1 else "hold"
            if producer == START:
                reasons.append(f"{facts}, which {verb} from the start")
            else:
                reasons.append(f"{facts}, brought about by {self._name(producer).rstrip(',')}")
        return f"It relies on {'; and on '.join(reasons)}."

    def _useful(self) -> list[str]:
        """Says what relies on the step, and which goals it serves beyond that."""
        if not self.uses:
            return ["No later step and no goal relies on what it does."]
        users: dict[str, list[CausalLink]] = {}
        for link in self.uses:
            users.setdefault(_fact(link), []).append(link)
        told = [f"{fact}, {self._purposes(links)}" for fact, links in users.items()]
        if len(told) > NAMED:
            told[NAMED:] = [f"{len(told) - NAMED} facts more that are of use"]
        sentences = [f"It brings about {'; and '.join(told)}."]
        direct = {link.variable for link in self.uses if link.consumer == len(self.plan.actions)}
        beyond = [goal for goal in self.serves if goal.variable not in direct]
        if beyond:
            ends = _listed([fact_text(goal.variable, goal.value) for goal in beyond])
            sentences.append(f"Through later steps it contributes to {ends}.")
        return sentences

    def _purposes(self, links: Sequence[CausalLink]) -> str:
        """Says who relies on one fact."""
        steps = [self._name(link.consumer) for link in links if link.consumer < len(self.plan.actions)]
        clauses = [f"on which {_listed(steps)} {'relies' if len(steps) == 1 else 'rely'}"] if steps else []
        if len(steps) < len(links):
            asked = (links[-1].variable, links[-1].value) in self.goals
            clauses.append("which is a goal" if asked else "which is still so at the end")
        return " and ".join(clauses)

    def _name(self, step: int) -> str:
        return f"step {step + 1}, {self.plan.actions[step]},"


def explain(
    domain: Domain,
    state: Mapping[Any, Any],
    plan: Plan,
    step: int,
    goals: Iterable[tuple[Any, ...]] | Mapping[Any, Any] = (),
) -> StepExplanation:
    """Explains a step of a plan. Who explains many steps makes one finder: see :func:`explain_step`.

    Args:
        domain: the domain of the plan.
        state: the facts before its first step; stays unchanged.
        plan: the plan.
        step: the step's number, from 0.
        goals: what the plan is for beside the tasks of its own decomposition; see
            :class:`CausalChainFinder`.

    Raises:
        InputError: the plan has no such step, or cannot be executed from this state.
    """
    return explain_step(CausalChainFinder(domain, state, plan, goals or _own_goals(plan)), step)


def explain_step(finder: CausalChainFinder, step: int) -> StepExplanation:
    """Explains a step of a finder's plan.

    Raises:
        InputError: the plan has no such step.
    """
    preconditions, uses = finder.links_into(step), finder.links_from(step)
    plan, tree = finder.plan, finder.plan.decomposition
    nodes = tree.path(tree.leaves[step])[:-1]
    path = tuple((tree.tasks[node], str(tree.methods[node])) for node in nodes)
    asked = single_goals([tree.tasks[root] for root in tree.roots])
    if finder.goals_given:
        asked += finder.goals
    return StepExplanation(
        step,
        (plan.actions[step].name, *plan.actions[step].arguments),
        path,
        preconditions,
        uses,
        finder.goals_served(step),
        plan,
        frozenset((goal.variable, goal.value) for goal in asked),
    )


def _own_goals(plan: Plan) -> tuple[Goal, ...]:
    """Gives the goals at the roots of the decomposition; none when there are other tasks, too."""
    tree = plan.decomposition
    roots = [tree.tasks[root] for root in tree.roots]
    return single_goals(roots) if all(isinstance(root, Goal | Multigoal) for root in roots) else ()


def _grouped(links: Sequence[CausalLink]) -> dict[int, list[CausalLink]]:
    """Gives the links by producer: the latest one first, the start last."""
    grouped: dict[int, list[CausalLink]] = {}
    for link in sorted(links, key=lambda link: -link.producer):
        grouped.setdefault(link.producer, []).append(link)
    return grouped


def _asked(task: tuple[Any, ...]) -> str:
    """Writes a task; of a multigoal only the first goals."""
    return _listed([describe(goal) for goal in task.goals]) if isinstance(task, Multigoal) else describe(task)


def _fact(link: CausalLink) -> str:
    """Writes a link's fact so that it fits into a sentence."""
    if is_whole(link.variable):
        return f"the choice of facts in {link.variable[0]!r} ({len(link.value)} of them)"
    return fact_text(link.variable, link.value)


def _listed(words: Sequence[str]) -> str:
    """Joins at least one word as in ``a, b and c``; counts those beyond ``NAMED``."""
    shown = list(words[:NAMED])
    if len(words) > NAMED:
        shown.append(f"{len(words) - NAMED} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
