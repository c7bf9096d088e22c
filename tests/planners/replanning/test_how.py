"""Strategies: what each makes of the same deviation."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Budget, Domain, HierarchicalPlanner, Plan, State, Status
from planzoo.planners.htn.acting.lazy_lookahead import Answer, Deviation, Recovered
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.htn.repair.repairer import state_after
from planzoo.planners.replanning import how
from planzoo.planners.replanning.chooser import CostAwareChooser
from planzoo.planners.replanning.how import STRATEGIES, ReplanStrategy, recovery_of
from tests.planners.htn.corridor import Event, nothing_happens, start
from tests.planners.replanning.worlds import DOMAIN, brought


def deviation(executed: int, event: Event = nothing_happens, budget: Budget | None = None) -> Deviation:
    """The plan to bring the box, some steps of it executed as foreseen, and then an event."""
    state, plan = brought()
    expected = state_after(DOMAIN, state, plan.actions[:executed])
    observed = expected.copy()
    event(observed)
    observed.commit()
    return of(plan, executed, expected, observed, budget)


def of(
    plan: Plan,
    executed: int,
    expected: State,
    observed: State,
    budget: Budget | None = None,
    domain: Domain = DOMAIN,
) -> Deviation:
    tasks = PlanProgress(plan, executed).unfinished(observed)
    return Deviation(HierarchicalPlanner(domain), plan, executed, expected, observed, tasks, budget)


def rest(answer: Answer) -> list[str]:
    assert answer.plan is not None
    return [str(action) for action in answer.plan.actions[answer.executed :]]


def shut(state: State) -> None:
    state.closed[4] = True


def on_the_way(state: State) -> None:
    """Somebody has carried the robot, and the box with it, two cells on."""
    state.at = 4


def locked(state: State) -> None:
    state.closed[4] = True
    state.locked[4] = True


ENDS = {
    "shut": ["move(3)", "open_door(4)", "move(4)", "drop(box)"],
    "on_the_way": ["drop(box)"],
    "nothing_happens": ["move(3)", "move(4)", "drop(box)"],
}


@pytest.mark.parametrize("event", [shut, on_the_way, nothing_happens])
@pytest.mark.parametrize("strategy", list(ReplanStrategy))
def test_every_strategy_finds_a_way_on(strategy: ReplanStrategy, event: Event) -> None:
    """The robot has the box and stands at 2."""
    answer = recovery_of(strategy)(deviation(3, event))
    assert answer.status is Status.SOLVED
    assert rest(answer) == ENDS[event.__name__]


@pytest.mark.parametrize("strategy", list(ReplanStrategy))
def test_what_is_impossible_is_proven_to_be(strategy: ReplanStrategy) -> None:
    answer = recovery_of(strategy)(deviation(3, locked))
    assert (answer.status, answer.plan) == (Status.INFEASIBLE, None)


@pytest.mark.parametrize("strategy", list(ReplanStrategy))
def test_budgets_are_kept(strategy: ReplanStrategy) -> None:
    answer = recovery_of(strategy)(deviation(3, shut, Budget(expansions=2)))
    assert (answer.status, answer.plan) == (Status.BUDGET_SPENT, None)
    assert answer.reason


def test_continuing_searches_nothing_where_the_plan_works() -> None:
    answer = STRATEGIES[ReplanStrategy.CONTINUATION](deviation(3))
    assert (answer.expansions, answer.executed) == (0, 3)
    carried = STRATEGIES[ReplanStrategy.CONTINUATION](deviation(0, lambda state: vars_set(state, at=2)))
    assert (carried.expansions, carried.executed) == (0, 2), "both moves show already"


def vars_set(state: State, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(state, name, value)


def test_continuing_leaves_out_only_what_shows() -> None:
    """The robot stands where the second step should bring it, but is told to be at 3 next."""
    answer = STRATEGIES[ReplanStrategy.CONTINUATION](deviation(0, lambda state: vars_set(state, at=3)))
    assert answer.expansions > 0
    assert rest(answer)[0] == "move(2)"


def test_a_round_that_ends_where_it_began_is_not_taken_for_done() -> None:
    state = start(box=2)
    plan = HierarchicalPlanner(DOMAIN).solve((state, [("go", 2), ("go", 0), ("go", 1)])).plan
    assert plan is not None and len(plan.actions) == 5
    answer = STRATEGIES[ReplanStrategy.CONTINUATION](of(plan, 0, state, state.copy()))
    assert answer.executed == 0


def test_a_proof_counts_for_more_than_a_search_that_was_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    proof, cut = Recovered(Status.INFEASIBLE, None, 0, 3), Recovered(Status.BUDGET_SPENT, None, 0, 4)
    for anew, kept in ((proof, cut), (cut, proof)):
        monkeypatch.setattr(how, "replan", lambda deviation, anew=anew: anew)
        monkeypatch.setattr(how, "repair", lambda deviation, kept=kept: kept)
        answer = how.opportunistic(deviation(3, shut))
        assert (answer.status, answer.expansions) == (Status.INFEASIBLE, 7)


def ferries() -> Domain:
    """Two ways across: a bridge, and a ferry which costs five times as much; the bridge is tried first."""
    domain = Domain("ferries")

    @domain.operator
    def bridge(state: State) -> bool:
        state.over = True
        return bool(state.open)

    @domain.operator(cost=5)
    def ferry(state: State) -> None:
        state.over = True

    @domain.method("cross", name="by bridge")
    def by_bridge(state: State) -> Any:
        return [("bridge",)]

    @domain.method("cross", name="by ferry")
    def by_ferry(state: State) -> Any:
        return [("ferry",)]

    return domain


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [("full", "bridge()"), ("repair", "ferry()"), ("continuation", "ferry()"), ("opportunistic", "bridge()")],
)
def test_opportunities_are_taken_by_those_who_look_for_them(strategy: str, expected: str) -> None:
    domain, state = ferries(), State(open=False, over=False)
    plan = HierarchicalPlanner(domain).solve((state, [("cross",)])).plan
    assert plan is not None and plan.cost == 5
    opened = State(open=True, over=False)
    answer = STRATEGIES[ReplanStrategy(strategy)](of(plan, 0, state, opened, domain=domain))
    assert rest(answer) == [expected]


def test_of_two_equal_plans_the_old_one_stays() -> None:
    given = deviation(3)
    answer = STRATEGIES[ReplanStrategy.OPPORTUNISTIC](given)
    assert answer.plan is given.plan


def test_strategies_have_names() -> None:
    assert ReplanStrategy.of("repair") is ReplanStrategy.of(ReplanStrategy.REPAIR)
    with pytest.raises(InputError, match="'full', 'repair', 'continuation', 'opportunistic', 'cost_aware'"):
        ReplanStrategy.of("luck")


def test_each_learner_learns_for_itself() -> None:
    one, other = (recovery_of(ReplanStrategy.COST_AWARE) for _ in range(2))
    assert isinstance(one, CostAwareChooser) and isinstance(other, CostAwareChooser)
    one(deviation(3, shut))
    assert one.losses and not other.losses
