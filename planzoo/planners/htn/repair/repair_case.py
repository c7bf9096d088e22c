"""One plan in one observed state: carried on, mended or planned anew."""

from __future__ import annotations

from typing import Any

from planzoo.planners.htn.meter import BudgetSpent, Meter
from planzoo.planners.htn.plan import NO_PARENT, Decomposition, Plan
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.problem import plan_of
from planzoo.planners.htn.repair.account import Account
from planzoo.planners.htn.repair.grafting import grafted
from planzoo.planners.htn.repair.local_repair import LocalRepair, Mended, Part
from planzoo.planners.htn.repair.remainder import Break, Remainder, Renewal
from planzoo.planners.htn.repair.repair_result import RepairLevel, RepairResult
from planzoo.planners.htn.result import Result
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal
from planzoo.planners.status import Status

ALLOWANCE_A_NODE, ALLOWANCE = 4, 200
"""Expansions of the first round: so many for each node that is left of the plan, and so many besides."""
GROWTH = 4
"""By how much a round may spend more than the one before."""


class RepairCase:
    """One plan in one observed state.

    Args:
        remainder: what is left of the plan.
        plan: the plan.
        executed: how many of its actions were executed.
        observed: the facts as they are; a copy that may be worked on.
        account: the budget.
    """

    def __init__(
        self, remainder: Remainder, plan: Plan, executed: int, observed: State, account: Account
    ) -> None:
        self.remainder = remainder
        self.domain = remainder.domain
        self.plan = plan
        self.executed = executed
        self.observed = observed
        self.account = account
        self.start = observed.mark()
        self.broken: Break | None = None
        self.lost: tuple[Any, ...] = ()

    def result(self, expected: State) -> RepairResult:
        """Answers; ``expected`` are the facts that the plan led to expect now."""
        at_stake = [goal for goal in self.remainder.finished_goals() if not goal.holds_in(self.observed)]
        if at_stake:
            at_stake = self._kept_to_the_end(at_stake, expected)
            self.remainder.to_the_end = True
        meter = Meter(self.account.left())
        try:
            self.broken = self.remainder.carry_on(self.observed, self.remainder.whole, meter)
            if self.broken or not all(goal.holds_in(self.observed) for goal in at_stake):
                self.lost = tuple(at_stake)
        except BudgetSpent as spent:
            return self._answer(Status.BUDGET_SPENT, None, None, str(spent))
        finally:
            self.observed.undo(self.start)
            self.account.book(meter)
        if self.broken or self.lost:
            return self._rounds()
        return self._answer(Status.SOLVED, self._with_costs(self.plan.decomposition), RepairLevel.KEPT)

    def _kept_to_the_end(self, goals: list[Goal | Multigoal], expected: State) -> list[Goal | Multigoal]:
        """Gives those of the goals that hold when the plan is executed from the expected state."""
        state = expected.copy()
        executed = self.remainder.execute(state)
        return [goal for goal in goals if executed and goal.holds_in(state)]

    def _rounds(self) -> RepairResult:
        """Attempts to repair and plans anew, in turn, with more and more expansions each."""
        local = LocalRepair(self.remainder, self.observed, self.lost, self.account)
        allowance = ALLOWANCE_A_NODE * self.remainder.size + ALLOWANCE
        roots = self.remainder.unfinished(self.observed)
        tasks = (*self.lost, *(self.remainder.tree.tasks[root] for root in roots))
        while True:
            mended = local.run(self.broken, allowance)
            if mended is not None:
                return self._repaired(mended)
            most = allowance if local.cut else None
            result = HierarchicalPlanner(self.domain).solve(
                (self.observed, tasks), self.account.left(1, most)
            )
            self.account.book(result.expansions)
            ended_early = most is None or result.expansions < most
            if result.status is not Status.BUDGET_SPENT or ended_early or self.account.spent:
                return self._replanned(result)
            allowance *= GROWTH

    def _repaired(self, mended: Mended) -> RepairResult:
        renewed = tuple(part.item.node for part in mended.parts if isinstance(part.item, Renewal))
        tree = grafted(self.remainder, self.executed, mended, renewed)
        return self._answer(Status.SOLVED, self._with_costs(tree), RepairLevel.REPAIRED)

    def _replanned(self, result: Result) -> RepairResult:
        if result.plan is None:
            return self._answer(result.status, None, None, result.reason)
        anew = result.plan.decomposition
        ends = (*anew.roots[1:], len(anew.tasks))
        parts = tuple(
            Part(Renewal(NO_PARENT, anew.tasks[root]), root, end)
            for root, end in zip(anew.roots, ends, strict=True)
        )
        open_root = set(self.remainder.open_path[:1]) & set(self.remainder.unfinished(self.observed))
        tree = grafted(self.remainder, self.executed, Mended(parts, anew), tuple(open_root))
        plan = Plan((*self.plan.actions[: self.executed], *result.plan.actions), tree)
        return self._answer(Status.SOLVED, plan, RepairLevel.REPLANNED)

    def _with_costs(self, tree: Decomposition) -> Plan:
        """Makes the plan of a tree, the remaining actions at their costs in the states that they now meet."""
        operators, done = self.domain.operators, self.plan.actions[: self.executed]
        steps = [tree.tasks[leaf] for leaf in tree.leaves[self.executed :]]
        if any(operators[step[0]].depends_on_state for step in steps):
            line = Decomposition(tuple(steps), (NO_PARENT,) * len(steps), (None,) * len(steps))
            rest = plan_of(self.domain, self.observed, line).actions
            self.observed.undo(self.start)
        elif tree is self.plan.decomposition:
            return self.plan
        else:
            known = {
                (action.name, *action.arguments): action for action in self.plan.actions[self.executed :]
            }
            rest = tuple(
                known.get(step) or operators[step[0]].action(self.observed, step[1:]) for step in steps
            )
        return Plan((*done, *rest), tree)

    def _answer(
        self, status: Status, plan: Plan | None, level: RepairLevel | None, reason: str = ""
    ) -> RepairResult:
        return RepairResult(
            status=status,
            plan=plan,
            executed=self.executed,
            level=level,
            broken=self.broken,
            lost_goals=self.lost,
            old_rest=self.plan.actions[self.executed :],
            expansions=self.account.expansions,
            seconds=self.account.seconds,
            reason=reason,
        )
