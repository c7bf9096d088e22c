"""Branch-and-bound: running values that go back with the state, and the makespan of several agents."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.htn import Budget, Domain, HierarchicalPlanner, Objective, Plan, State, Status
from planzoo.planners.htn.joint.schedule import schedule
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.search.branch_and_bound import BranchAndBound


def workshop(durations: dict[str, dict[str, int]]) -> tuple[Domain, State, list[Any]]:
    """Each job is done by one of the workers, who need different times; a job may need another's result."""
    domain = Domain("workshop")

    @domain.operator(
        duration=lambda state, worker, job: durations[worker][job], agent=0, resources={"bench": 1}
    )
    def work(state: State, worker: str, job: str) -> bool:
        needs = state.needs.get(job)
        if needs is not None and not state.done[needs]:
            return False
        state.done[job] = True
        if worker == "y":  # so that the same place on the trail is now one action's, now another's
            state.tired[job] = state.proud[job] = True
        return True

    @domain.method("do")
    def anybody(state: State, job: str) -> Iterator[Any]:
        for worker in durations:
            yield [("work", worker, job)]

    jobs = list(next(iter(durations.values())))
    state = State(done=dict.fromkeys(jobs, False), needs={jobs[-1]: jobs[0]}, tired={}, proud={})
    return domain, state, [("do", job) for job in jobs]


def makespan(domain: Domain, state: State, plan: Plan, capacities: dict[str, float]) -> float:
    return schedule(domain, state, plan, capacities).makespan


NUMBERS = st.integers(1, 5)
DURATIONS = st.fixed_dictionaries(
    {worker: st.fixed_dictionaries(dict.fromkeys("abc", NUMBERS)) for worker in "xyz"}
)


@settings(max_examples=60, deadline=None)
@given(DURATIONS, st.sampled_from([{}, {"bench": 1.0}, {"bench": 2.0}]))
def test_the_makespan_is_the_least_of_all_assignments(
    durations: dict[str, dict[str, int]], capacities: dict[str, float]
) -> None:
    domain, state, tasks = workshop(durations)
    planner, objective = HierarchicalPlanner(domain), Objective("makespan", capacities=capacities)
    result = planner.optimize((state, tasks), objective)
    everything = planner.plans((state, tasks), 100).plans
    assert len(everything) == 27
    assert result.status is Status.SOLVED
    assert result.plan is not None
    least = min(makespan(domain, state, plan, capacities) for plan in everything)
    assert makespan(domain, state, result.plan, capacities) == least
    search = BranchAndBound(domain, state.copy(), tuple(tasks), Meter(Budget()), objective)
    assert search.value_of(result.plan, state) == least
    if capacities == {"bench": 1.0}:
        assert least == sum(min(times[job] for times in durations.values()) for job in "abc")


def test_two_agents_share_the_work() -> None:
    """By hand: the first job is needed by the last, so x does a and c (2 + 2) while y does b (3)."""
    durations = {"x": {"a": 2, "b": 3, "c": 2}, "y": {"a": 4, "b": 3, "c": 4}}
    domain, state, tasks = workshop(durations)
    values = [
        makespan(domain, state, result.plan, {})
        for result in HierarchicalPlanner(domain).improve((state, tasks), Objective("makespan"))
        if result.plan is not None
    ]
    assert values[0] == 7
    assert values[-1] == 4
    assert values == sorted(values, reverse=True)


def test_the_ledger_goes_back_with_the_state() -> None:
    domain = Domain("safe")
    domain.add_operator(
        lambda state, wheel, digit: state.digits.update({wheel: digit}), "set", cost=lambda s, w, d: d
    )
    domain.add_operator(lambda state: state.digits[0] + state.digits[1] == 9, "open", cost=0)

    @domain.method("turn")
    def any_digit(state: State, wheel: int) -> Iterator[Any]:
        for digit in range(9, -1, -1):
            yield [("set", wheel, digit)]

    state, tasks = State(digits={}), (("turn", 0), ("turn", 1), ("open",))
    search = BranchAndBound(domain, state, tasks, Meter(Budget()), Objective())
    trees = list(itertools.islice(search.plans(), 5))
    assert [tree.tasks[1][2] + tree.tasks[3][2] for tree in trees] == [9]
    assert search.proven
    assert search.ledger["value"] == 0
    assert dict(state) == {}


def test_what_was_left_out_keeps_it_from_a_proof() -> None:
    domain = Domain("left")
    domain.add_operator(lambda state: state.update(made=state.made + 1), "make")
    domain.add_method("many", lambda state: [("many",), ("make",)], "more")
    domain.add_method("many", lambda state: [], "none")
    search = BranchAndBound(domain, State(made=0), (("many",),), Meter(Budget()), Objective())
    assert [tree.methods for tree in search.plans()] == [("none",)]
    assert not search.proven
    result = HierarchicalPlanner(domain).optimize((State(made=0), [("many",)]), Objective("makespan"))
    assert result.status is Status.BUDGET_SPENT
    assert "recurs below itself" in result.reason


@pytest.mark.parametrize("minimize", ["cost", "duration", "makespan"])
def test_waits_for_nothing_do_not_hide_a_recursion(minimize: str) -> None:
    domain = Domain("waiting")
    domain.add_operator(lambda state: None, "wait", cost=0, duration=0)
    domain.add_operator(lambda state: state.update(gone=True), "go")
    domain.add_method("leave", lambda state: [("wait",), ("leave",)], "later")
    domain.add_method("leave", lambda state: [("go",)], "now")
    budget = Budget(expansions=5000, depth=50)
    result = HierarchicalPlanner(domain).optimize(
        (State(gone=False), [("leave",)]), Objective(minimize), budget
    )
    assert result.plan is not None
    assert [action.name for action in result.plan.actions] == ["go"]
    assert result.status is Status.SOLVED or minimize == "makespan"


@pytest.mark.parametrize("minimize", ["cost", "duration"])
def test_a_recursion_through_waits_for_nothing_is_dropped_and_the_proof_stands(minimize: str) -> None:
    domain = Domain("waiting")
    domain.add_operator(lambda state: None, "wait", cost=0, duration=0)
    domain.add_operator(lambda state: state.update(gone=True), "go")
    domain.add_method("leave", lambda state: [("wait",), ("leave",)], "later")
    domain.add_method("leave", lambda state: [("go",)], "now")
    meter = Meter(Budget(depth=50))
    search = BranchAndBound(domain, State(gone=False), (("leave",),), meter, Objective(minimize))
    assert [tree.tasks[-1] for tree in search.plans()] == [("go",)]
    assert search.proven
