"""The rounds of repair and planning anew, and what the answer's plan costs."""

from __future__ import annotations

import pytest

from planzoo.planners.htn import Budget, Domain, HierarchicalPlanner, Plan, State, Status
from planzoo.planners.htn.repair.account import Account
from planzoo.planners.htn.repair.remainder import Remainder
from planzoo.planners.htn.repair.repair_case import ALLOWANCE, ALLOWANCE_A_NODE, RepairCase
from planzoo.planners.htn.repair.repair_result import RepairLevel, RepairResult
from tests.planners.htn.courier import planned

FOUND = State(digits=(), code=(0, 0, 0, 0), alarm=False)


def safe_domain() -> Domain:
    """A safe with a code: planning is a search for it, one digit after the other."""
    domain = Domain("safe")

    @domain.operator
    def dial(state: State, digit: int) -> None:
        state.digits = (*state.digits, digit)

    domain.add_operator(lambda state: state.digits == state.code, "open")
    domain.add_operator(lambda state: not state.alarm, "take")
    domain.add_operator(lambda state: True, "grab", cost=9)
    domain.add_method("digits", _digits, "each in turn")
    domain.add_method("rob", lambda state: [("digits", len(state.code)), ("open",), ("loot",)], "quietly")
    domain.add_method("loot", lambda state: [("take",)], "with care")
    domain.add_method("loot", lambda state: [("grab",)], "in haste")
    return domain


def _digits(state: State, left: int):  # type: ignore[no-untyped-def]
    for digit in range(10) if left else ():
        yield [("dial", digit), ("digits", left - 1)]
    if not left:
        yield []


def answer(plan: Plan, observed: State, budget: Budget | None = None) -> RepairResult:
    remainder = Remainder(safe_domain(), plan, 0)
    return RepairCase(remainder, plan, 0, observed.copy(), Account(budget or Budget())).result(FOUND)


def plan_for(code: tuple[int, ...]) -> Plan:
    state = FOUND.copy()
    state.code = code
    return planned(safe_domain(), state, [("rob",)])


def test_a_small_repair_spares_the_search() -> None:
    """The alarm is on: only the looting changes, and the code is not searched for again."""
    observed = FOUND.copy()
    observed.code, observed.alarm = (8, 8, 8, 8), True
    result = answer(plan_for((8, 8, 8, 8)), observed)
    assert result.level is RepairLevel.REPAIRED
    assert [task for task, _ in result.renewed] == [("loot",)]
    assert (str(result.rest[-1]), result.rest[-1].cost) == ("grab()", 9.0)
    anew = HierarchicalPlanner(safe_domain()).solve((observed, [("rob",)]))
    assert anew.expansions > 100 * result.expansions
    assert result.stability == pytest.approx(5 / 6)


def test_when_repair_is_as_hard_both_take_turns() -> None:
    """Another code: nothing of the dialling can be kept, whoever searches."""
    plan, observed = plan_for((0, 0, 0, 1)), FOUND.copy()
    observed.code = (7, 0, 0, 0)
    anew = HierarchicalPlanner(safe_domain()).solve((observed, [("rob",)]))
    result = answer(plan, observed)
    assert result.status is Status.SOLVED
    first = ALLOWANCE_A_NODE * len(plan.decomposition.tasks) + ALLOWANCE
    assert result.expansions <= 16 * anew.expansions + 2 * first


def test_a_budget_ends_the_rounds() -> None:
    observed = FOUND.copy()
    observed.code = (9, 9, 9, 9)
    for budget in (Budget(expansions=700), Budget(milliseconds=5)):
        result = answer(plan_for((0, 0, 0, 1)), observed, budget)
        assert (result.status, result.plan, result.level) == (Status.BUDGET_SPENT, None, None)
    assert answer(plan_for((0, 0, 0, 1)), observed, Budget(expansions=700)).expansions <= 700 + 40


def test_planning_anew_decides_that_there_is_no_plan() -> None:
    observed = FOUND.copy()
    observed.code = (1, 10)
    result = answer(plan_for((0, 0)), observed)
    assert result.status is Status.INFEASIBLE
    assert "Every decomposition fails" in result.reason
