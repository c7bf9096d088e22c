"""The clinical protocol as a policy: screen, confirm, treat, and say why."""

from __future__ import annotations

import math
from typing import Any

from planzoo.envs.diagnosis.model import DiagnosisModel, Information
from planzoo.planners.domains.diagnosis_outlook import Kept
from planzoo.planners.domains.diagnosis_policy import DiagnosisPolicy
from planzoo.planners.domains.diagnosis_problem import first_information
from planzoo.planners.domains.diagnosis_tasks import CONFIRM, SCREEN, Protocol, protocol_domain
from planzoo.planners.htn import HierarchicalPlanner, Plan, Task
from planzoo.planners.policy import DecisionInfo, Explanation

KEPT_PLANS = 2**12
"""Information states whose plans are kept."""


class ProtocolPolicy(DiagnosisPolicy):
    """Follows the clinical protocol: decomposes the diagnosis anew after every result.

    Args:
        model: the scenario's tables.
        seed: unused, as the protocol is deterministic.
    """

    def __init__(self, model: DiagnosisModel, seed: int | None = None) -> None:
        super().__init__(model, seed)
        self.protocol = Protocol(self.problem)
        self.planner = HierarchicalPlanner(protocol_domain(self.protocol))
        self._plans: Kept[Information, Plan] = Kept(KEPT_PLANS)

    def plan(self, information: Information | None = None) -> Plan:
        """Gives the plan from what is known on, for the case that all turns out as is most likely."""
        known = first_information(self.model) if information is None else information
        return self._plans.get(known, lambda: self._planned(known))

    def choose(self, information: Information) -> int:
        """Takes the plan's first action."""
        first = self.plan(information).actions[0]
        if first.name == "wait":
            return self.problem.wait
        return self.problem.stop if first.name == "stop" else self.protocol.number(first.arguments[0])

    def reason(self, information: Information, action: int, plan: Any = None) -> str:
        """Says by which methods the protocol came to the action, and on which facts they rest."""
        told = super().reason(information, action, plan)
        if self.choose(information) != action:
            return told
        facts = self.facts(information)
        cheapest = facts["cheapest"]
        learning = "nothing can be learnt" if cheapest is None else f"learning costs {cheapest:.2f} or more"
        return (
            f"{told} It serves {' → '.join(self.chain(information))}: ending it now earns "
            f"{facts['ending_now']:.2f}, after one test {facts['confirming']:.2f}, after two "
            f"{facts['screening_and_confirming']:.2f}; to know for certain would be worth "
            f"{facts['at_stake']:.2f}, and {learning}."
        )

    def explanation(self, information: Information, action: int, plan: Any = None) -> Explanation:
        """Adds the decomposition, the facts that it rests on, and the plan from here on to the data."""
        told = super().explanation(information, action, plan)
        if self.choose(information) != action:
            return told
        own = {
            "tasks": self.chain(information),
            "facts": self.facts(information),
            "plan": [str(each) for each in self.plan(information).actions],
        }
        return Explanation(told.words, {**told.data, **own})

    def chain(self, information: Information) -> list[str]:
        """Names the tasks that the next action is part of, and the methods by which they were done."""
        tree = self.plan(information).decomposition
        nodes = tree.path(tree.leaves[0])[:-1]
        return [f"{tree.tasks[node][0]} by {tree.methods[node]}" for node in nodes]

    def facts(self, information: Information) -> dict[str, float | None]:
        """Gives the numbers that the methods' preconditions compare."""
        protocol, state = self.protocol, self.protocol.state(information)
        return {
            "most_likely": state.belief.probability(state.belief.most_likely),
            "money": information.budget if math.isfinite(information.budget) else None,
            "at_stake": protocol.at_stake(state),
            "cheapest": protocol.cheapest(state),
            "ending_now": protocol.value(information, 0),
            "confirming": protocol.value(information, CONFIRM),
            "screening_and_confirming": protocol.value(information, SCREEN),
        }

    def _planned(self, information: Information) -> Plan:
        result = self.planner.solve((self.protocol.state(information), [Task("diagnose")]))
        assert result.plan is not None  # stopping is always possible
        spent = self.last_decision
        self.last_decision = DecisionInfo(
            expansions=spent.expansions + result.expansions, replans=spent.replans + 1
        )
        return result.plan
