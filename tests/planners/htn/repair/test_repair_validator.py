"""The validator of repairs accepts what repair gives and finds every kind of fault."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planzoo.planners.htn import Action, Goal, Plan, State
from planzoo.planners.htn.plan_faults import FaultKind
from planzoo.planners.htn.repair.repair_validator import validate_repair
from planzoo.planners.htn.repair.repaired_tree import RepairedDecomposition
from planzoo.planners.htn.repair.repairer import PlanRepairer, state_after
from tests.planners.htn.courier import COURIER, START_STATE, planned

GOALS = [Goal(("at", "a"), "east"), Goal(("at", "b"), "west")]
OLD = planned(COURIER, START_STATE, GOALS)


def observed(executed: int = 1, place: str = "south") -> State:
    state = state_after(COURIER, START_STATE, OLD.actions[:executed])
    state.at["a"] = place
    return state


def new_plan(executed: int = 1, place: str = "south") -> Plan:
    state = observed(executed, place)
    plan = (
        PlanRepairer(COURIER)
        .repair(OLD, executed, state_after(COURIER, START_STATE, OLD.actions[:executed]), state)
        .plan
    )
    assert plan is not None
    return plan


def fault(plan: Plan, executed: int = 1, place: str = "south") -> FaultKind | None:
    found = validate_repair(COURIER, OLD, plan, executed, observed(executed, place))
    return None if found is None else found.kind


def with_tree(plan: Plan, **columns: Any) -> Plan:
    return replace(plan, decomposition=replace(plan.decomposition, **columns))


def changed(column: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    return (*column[:index], value, *column[index + 1 :])


@pytest.mark.parametrize(
    ("executed", "place"), [(0, "south"), (1, "south"), (3, "west"), (4, "north"), (6, "north")]
)
def test_a_repair_is_valid_and_the_state_stays(executed: int, place: str) -> None:
    assert fault(new_plan(executed, place), executed, place) is None


def test_the_executed_part_is_the_old_plans() -> None:
    plan = new_plan()
    tree = plan.decomposition
    assert fault(replace(plan, actions=(Action("take", ("a",)), *plan.actions[1:]))) is FaultKind.EXECUTED
    assert fault(with_tree(plan, methods=changed(tree.methods, 2, "otherwise"))) is FaultKind.EXECUTED
    assert fault(with_tree(plan, parents=changed(tree.parents, 2, 0))) is FaultKind.EXECUTED


def test_the_rest_is_executed_and_derived() -> None:
    plan = new_plan()
    tree, dear = plan.decomposition, plan.actions[-1]._replace(cost=5.0)
    assert fault(replace(plan, actions=plan.actions[:-1])) is FaultKind.MISSING
    assert fault(replace(plan, actions=(*plan.actions, dear))) is FaultKind.SURPLUS
    assert fault(replace(plan, actions=(*plan.actions[:-1], dear))) is FaultKind.MEASURE
    assert fault(plan, place="north") is FaultKind.NOT_OFFERED
    assert fault(with_tree(plan, methods=tree.methods[:-1])) is FaultKind.COLUMNS
    last = max(node for node, method in enumerate(tree.methods) if method == "directly")
    assert (
        fault(with_tree(plan, methods=changed(tree.methods, last, "by_the_depot"))) is FaultKind.NOT_OFFERED
    )
    assert fault(OLD) is FaultKind.NOT_APPLICABLE


def test_what_was_begun_keeps_its_subtasks_or_is_given_up() -> None:
    plan = new_plan()
    tree = plan.decomposition
    assert isinstance(tree, RepairedDecomposition)
    assert tree.interrupted == (2,)
    assert fault(with_tree(plan, interrupted=())) is FaultKind.BEGUN
    assert fault(with_tree(plan, interrupted=(0, 1, 2))) is FaultKind.GIVEN_UP


def test_the_problems_own_tasks_stay_and_only_finished_goals_come_again() -> None:
    plan = new_plan(6, "north")
    tree = plan.decomposition
    assert [tree.tasks[root] for root in tree.roots] == [*GOALS, GOALS[0]]
    elsewhere = changed(tree.tasks, tree.roots[2], Goal(("at", "a"), "south"))
    assert fault(with_tree(plan, tasks=elsewhere), 6, "north") is FaultKind.ROOTS
    end = tree.roots[1]
    short = RepairedDecomposition(tree.tasks[:end], tree.parents[:end], tree.methods[:end], 4)
    assert fault(Plan(OLD.actions[:4], short), 4, "east") is FaultKind.ROOTS


def test_a_goal_that_is_missed_and_a_domain_that_raises() -> None:
    assert fault(OLD, 4, "north") is FaultKind.GOAL_UNMET
    state = observed(0)
    del state.at["b"]
    found = validate_repair(COURIER, OLD, OLD, 1, state)
    assert found is not None
    assert fault(OLD, 0, "north") is None
    assert fault(OLD, 3, "bag") is None
