"""The clinical protocol as a policy: screen, confirm, treat, and say why."""

from __future__ import annotations

from planzoo.envs.diagnosis.model import DiagnosisModel, Evidence
from planzoo.planners.domains.diagnosis import DiagnosisPolicy
from planzoo.planners.domains.diagnosis_tasks import CONFIRM, SCREEN, Protocol, protocol_domain
from planzoo.planners.htn import HierarchicalPlanner, Plan, Task
from planzoo.planners.policy import DecisionInfo, Explanation


class ProtocolPolicy(DiagnosisPolicy):
    """Follows the clinical protocol: decomposes the diagnosis anew after every result.

    Args:
        model: the scenario's tables.
        seed: unused, as the protocol is deterministic.
    """

    def __init__(self, model: DiagnosisModel, seed: int | None = None) -> None:
        super().__init__(model, seed)
        self.protocol = Protocol(model)
        self.planner = HierarchicalPlanner(protocol_domain(self.protocol))
        self._plans: dict[Evidence, Plan] = {}

    def plan(self, evidence: Evidence = ()) -> Plan:
        """Gives the plan after some results, for the case that every test turns out as is most likely."""
        if evidence not in self._plans:
            result = self.planner.solve((self.protocol.state(evidence), [Task("diagnose")]))
            assert result.plan is not None  # treating is always possible
            self.last_decision = DecisionInfo(expansions=result.expansions, replans=1)
            self._plans[evidence] = result.plan
        return self._plans[evidence]

    def choose(self, evidence: Evidence) -> int:
        """Takes the plan's first action."""
        name = self.plan(evidence).actions[0].arguments[0]
        if self.plan(evidence).actions[0].name == "test":
            return self.model.tests.index(name)
        return len(self.model.tests) + self.model.treatments.index(name)

    def reason(self, evidence: Evidence, action: int) -> str:
        """Says by which methods the protocol came to the action, and on which facts they rest."""
        if self.choose(evidence) != action:
            return super().reason(evidence, action)
        facts = self.facts(evidence)
        cheapest = facts["cheapest_test"]
        tests = "no test can be paid" if cheapest is None else f"the cheapest test costs {cheapest:.2f}"
        return (
            f"{super().reason(evidence, action)} It serves {' → '.join(self.chain(evidence))}: treating now "
            f"earns {facts['treating_now']:.2f}, after one test {facts['confirming']:.2f}, after two "
            f"{facts['screening_and_confirming']:.2f}; to know for certain would be worth "
            f"{facts['at_stake']:.2f}, and {tests}."
        )

    def explain(self) -> Explanation:
        """Adds the decomposition, the facts that it rests on, and the plan from here on to the data."""
        explanation = super().explain()
        if self._last is None or self.choose(self._last[0]) != self._last[1]:
            return explanation
        evidence = self._last[0]
        own = {
            "tasks": self.chain(evidence),
            "facts": self.facts(evidence),
            "plan": [str(action) for action in self.plan(evidence).actions],
        }
        return Explanation(explanation.words, {**explanation.data, **own})

    def chain(self, evidence: Evidence) -> list[str]:
        """Names the tasks that the next action is part of, and the methods by which they were done."""
        tree = self.plan(evidence).decomposition
        nodes = tree.path(tree.leaves[0])[:-1]
        return [f"{tree.tasks[node][0]} by {tree.methods[node]}" for node in nodes]

    def facts(self, evidence: Evidence) -> dict[str, float | None]:
        """Gives the numbers that the methods' preconditions compare."""
        protocol, state = self.protocol, self.protocol.state(evidence)
        return {
            "most_likely": state.belief.probability(state.belief.most_likely),
            "money": state.money,
            "at_stake": protocol.at_stake(state),
            "cheapest_test": protocol.cheapest(state),
            "treating_now": protocol.value(evidence, 0),
            "confirming": protocol.value(evidence, CONFIRM),
            "screening_and_confirming": protocol.value(evidence, SCREEN),
        }
