"""Monitors compare what happens with what was foreseen."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Domain, Goal, HierarchicalPlanner, Problem, State
from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.htn.plan import Action
from planzoo.planners.replanning.execution import ExecutionStatus, ReplanTrigger
from planzoo.planners.replanning.executor import Outcome
from planzoo.planners.replanning.monitor import ExecutionMonitor
from tests.planners.htn.corridor import nothing_happens
from tests.planners.replanning.worlds import DOMAIN, World, brought, monitor_of, run


def test_a_plan_that_works_needs_no_other() -> None:
    monitor = monitor_of()
    while not monitor.over:
        monitor.execute_step()
        assert monitor.should_replan() is None
        assert monitor.check_divergence() == 0
    trace = monitor.trace
    assert (trace.total_cost, trace.total_time, trace.progress) == (6, 6, 1)
    assert trace.current_state == {"at": 4, ("place", "box"): 4, ("place", "ball"): 0}
    assert [str(each.action) for each in trace.results] == [str(action) for action in monitor.plan.actions]
    assert all(each.actual_state == each.expected_state for each in trace.results)


def test_executors_may_go_on_changing_the_state_that_they_give() -> None:
    state, plan = brought()

    def act(action: Action) -> State:
        apply_operator(DOMAIN, state, action.name, action.arguments)
        if action.name == "pick":
            state.place["ball"] = 9
        return state

    monitor = ExecutionMonitor(plan, act, DOMAIN, state)
    run(monitor)
    twin = monitor_of(World(brought()[0], events={2: lambda facts: facts.place.update(ball=9)}))
    run(twin)
    assert [each.status for each in monitor.trace.results] == [each.status for each in twin.trace.results]
    for one, other in zip(monitor.trace.results, twin.trace.results, strict=True):
        assert one.actual_state == other.actual_state
        assert one.expected_state == other.expected_state


def test_the_signature_of_the_first_design_does() -> None:
    """Without a domain the executor's word is all there is."""
    state, plan = brought()
    monitor = ExecutionMonitor(plan, World(state, answers={2: lambda facts: Outcome(facts, succeeded=False)}))
    assert run(monitor, 3) == ["success", "success", "failure"]
    assert monitor.check_divergence() == 0
    assert monitor.detect_failure(monitor.trace.results[-1])
    assert monitor.should_replan() is ReplanTrigger.FAILURE


def test_failed_actions_do_not_take_the_plan_on() -> None:
    state, _ = brought()
    monitor = monitor_of(World(state, instead={1: nothing_happens}))
    run(monitor, 2)
    assert monitor.trace.current_step == 1
    assert monitor.should_replan() is ReplanTrigger.FAILURE
    assert monitor.reason == "move(2) has failed: nothing of it shows"
    assert run(monitor) == ["success"] * 5
    assert monitor.over


def test_what_the_rest_relies_on_is_watched() -> None:
    state, _ = brought()
    events = {0: lambda facts: facts.closed.update({4: True}), 1: lambda facts: facts.place.update(ball=9)}
    monitor = monitor_of(World(state, events=events))
    monitor.execute_step()
    value = monitor.check_divergence()
    assert value > 0
    assert monitor.should_replan() is ReplanTrigger.DIVERGENCE
    assert "closed(4) = True instead of no closed(4)" in monitor.reason
    monitor.execute_step()
    assert monitor.check_divergence() == pytest.approx(value, abs=0.1)
    del monitor.executor.state.closed[4]  # type: ignore[attr-defined]
    monitor.execute_step()
    assert monitor.check_divergence() == 0
    assert monitor.should_replan() is None


def test_partial_outcomes_fail_only_where_the_rest_is_needed() -> None:
    domain = Domain("work")

    @domain.operator
    def build(state: State) -> None:
        state.wall = True
        state.dust = True

    @domain.operator
    def paint(state: State) -> bool:
        if not state.wall:
            return False
        state.colour = "red"
        return True

    @domain.method("house")
    def house(state: State) -> Any:
        return [("build",), ("paint",)]

    begin = State(wall=False, dust=False, colour="none")
    plan = HierarchicalPlanner(domain).solve(Problem(begin, [("house",), Goal("colour", "red")])).plan
    assert plan is not None
    for facts, done in (({"wall": True, "dust": False}, True), ({"wall": False, "dust": True}, False)):
        seen = State({**begin, **facts})
        monitor = ExecutionMonitor(plan, lambda action, seen=seen: seen, domain, begin)
        result = monitor.execute_step()
        assert result.status is ExecutionStatus.PARTIAL
        assert monitor.detect_failure(result) is not done
        assert monitor.trace.current_step == done


def test_actions_that_go_on_are_given_again() -> None:
    state, _ = brought()
    world = World(
        state, instead={0: nothing_happens}, answers={0: lambda facts: Outcome(facts, running=True)}
    )
    monitor = monitor_of(world)
    assert monitor.execute_step().status is ExecutionStatus.DELAYED
    assert (monitor.trace.current_step, monitor.should_replan()) == (0, None)
    assert not monitor.trace.results[0].over
    assert monitor.execute_step().status is ExecutionStatus.SUCCESS
    assert world.asked == ["move(1)", "move(1)"]
    assert (monitor.trace.total_cost, monitor.trace.total_time) == (1, 1), "what nobody tells counts once"


def test_slow_actions_are_done_all_the_same() -> None:
    state, _ = brought()
    monitor = monitor_of(World(state, answers={0: lambda facts: Outcome(facts, cost=5, duration=4)}))
    result = monitor.execute_step()
    assert (result.status, result.cost, result.duration) == (ExecutionStatus.DELAYED, 5, 4)
    assert monitor.trace.current_step == 1
    assert (monitor.trace.total_cost, monitor.trace.total_time) == (5, 4)


def test_executors_that_never_answer_are_survived() -> None:
    release = threading.Event()
    state, plan = brought()
    monitor = ExecutionMonitor(plan, lambda action: release.wait(60), DOMAIN, state, patience=0.02)  # type: ignore[arg-type, return-value]
    result = monitor.execute_step()
    assert (result.status, monitor.late) == (ExecutionStatus.FAILURE, True)
    assert monitor.should_replan() is ReplanTrigger.TIMEOUT
    assert monitor.trace.current_state == state
    assert 0.02 <= monitor.trace.total_time < 30
    release.set()


@pytest.mark.parametrize("answer", [None, 7, {"at": []}])
def test_answers_that_are_none_are_failures(answer: Any) -> None:
    state, plan = brought()
    monitor = ExecutionMonitor(plan, lambda action: answer, DOMAIN, state)
    assert run(monitor, 1) == ["failure"]
    assert monitor.current_state == state
    assert monitor.trace.results[0].cost == 0


def test_facts_may_be_missing_or_unknown() -> None:
    state, plan = brought()
    monitor = ExecutionMonitor(plan, lambda action: {"weather": "rain"}, DOMAIN, state)
    assert run(monitor, 1) == ["failure"]
    assert monitor.check_divergence() > 0
    assert monitor.should_replan() is ReplanTrigger.FAILURE


def test_plans_of_other_domains_ask_for_another() -> None:
    state, plan = brought()
    monitor = ExecutionMonitor(plan, World(state), Domain("kitchen"), state)
    assert monitor.check_divergence() == 1
    assert monitor.should_replan() is ReplanTrigger.FAILURE
    assert "is not an operator of domain 'kitchen'" in monitor.reason
    assert run(monitor, 1) == ["failure"]


def test_other_actions_do_not_take_the_plan_on() -> None:
    monitor = monitor_of()
    result = monitor.execute_step(monitor.plan.actions[3])
    assert result.status is ExecutionStatus.FAILURE
    monitor.execute_step(monitor.plan.actions[0])
    assert monitor.trace.current_step == 1


def test_another_plan_is_gone_on_with() -> None:
    state, plan = brought()
    monitor = monitor_of(World(state, events={0: lambda facts: facts.closed.update({4: True})}))
    monitor.execute_step()
    assert monitor.should_replan() is ReplanTrigger.DIVERGENCE
    monitor.adopt(plan, 1)
    assert monitor.fault, "the door is shut"
    assert monitor.should_replan() is ReplanTrigger.FAILURE
    assert (monitor.last, monitor.trace.current_step) == (None, 1)


def test_states_that_are_none_are_refused() -> None:
    _, plan = brought()
    with pytest.raises(InputError):
        ExecutionMonitor(plan, lambda action: {}, DOMAIN, {3: 4})
