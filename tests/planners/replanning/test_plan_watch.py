"""A plan is carried out by commands, watched, and changed within the time that there is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from planzoo.planners.htn import Action, Domain, HierarchicalPlanner, State, Task
from planzoo.planners.htn.acting.acting_policy import Progress
from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.htn.acting.lazy_lookahead import Deviation, Recovered, repair, replan
from planzoo.planners.htn.result import Result
from planzoo.planners.replanning.execution import ReplanTrigger
from planzoo.planners.replanning.plan_watch import Clock, Habits, PlanWatch
from planzoo.planners.replanning.team_interface import Situation
from planzoo.planners.replanning.when import FailureDriven, NewGoal, Periodic, Threshold, When
from planzoo.planners.status import Status
from tests.planners.htn.corridor import BROUGHT, Event, nothing_happens, start
from tests.planners.replanning.worlds import DOMAIN

PLANNER = HierarchicalPlanner(DOMAIN)
FOREVER = Clock(None)


def watch_of(when: When | None = None, how: Any = repair, domain: Domain = DOMAIN) -> PlanWatch:
    rule = FailureDriven() | Threshold(0.0) if when is None else when
    return PlanWatch(Habits(HierarchicalPlanner(domain), rule, how, how.__name__))


def in_one_step(action: Action, issued: bool) -> Progress:
    """All actions take one step, and what came of them shows."""
    return Progress.OVER if issued else Progress.RUNNING


def carry_out(
    watch: PlanWatch,
    state: State,
    instead: dict[int, Event] | None = None,
    events: dict[int, Event] | None = None,
    stand: Callable[[Action, bool], Progress] = in_one_step,
) -> list[str]:
    """Does what a watch wants until the box is there; gives the actions, with the triggers before them."""
    done: list[str] = []
    while state.place["box"] != 4 and len(done) < 40:
        rest = watch.decide(Situation(state.copy(), (BROUGHT,)), stand, FOREVER)
        trigger = watch.report.trigger
        done += [] if trigger is None else [trigger.value]
        number = sum(each.endswith(")") for each in done)
        done.append(str(rest[0]))
        if instead and number in instead:
            instead[number](state)
        else:
            apply_operator(DOMAIN, state, rest[0].name, rest[0].arguments)
            state.commit()
        (events or {}).get(number, nothing_happens)(state)
    return done


PLAIN = ["move(1)", "move(2)", "pick(box)", "move(3)", "move(4)", "drop(box)"]


def test_a_plan_that_works_is_kept() -> None:
    watch = watch_of()
    assert carry_out(watch, start(box=2, ball=0)) == PLAIN
    assert (watch.replans, watch.report.plans) == (0, 0)


def test_what_failed_is_done_again_by_a_repaired_plan() -> None:
    watch = watch_of()
    done = carry_out(watch, start(box=2, ball=0), instead={1: nothing_happens})
    assert done == [*PLAIN[:2], "failure", *PLAIN[1:]]
    assert watch.replans == 1


def test_a_rule_may_try_again_before_it_changes_anything() -> None:
    watch = watch_of(FailureDriven(after=2))
    done = carry_out(watch, start(box=2, ball=0), instead={1: nothing_happens})
    assert done == [*PLAIN[:2], *PLAIN[1:]]
    assert watch.replans == 0


def test_what_the_rest_relies_on_is_seen_at_once() -> None:
    watch = watch_of()
    closed: Event = lambda state: state.closed.update({4: True})  # noqa: E731
    done = carry_out(watch, start(box=2, ball=0), events={0: closed})
    assert done == ["move(1)", "divergence", *PLAIN[1:4], "open_door(4)", *PLAIN[4:]]
    assert "closed(4)" not in watch.report.reason  # the last decision had no trigger


def test_a_report_tells_what_was_kept() -> None:
    watch, state = watch_of(how=replan), start(box=2, ball=0)
    watch.decide(Situation(state.copy(), (BROUGHT,)), in_one_step, FOREVER)
    state.at = 1
    state.closed[4] = True
    watch.decide(Situation(state, (BROUGHT,)), in_one_step, FOREVER)
    report = watch.report
    assert (report.trigger, report.strategy, report.plans) == (ReplanTrigger.DIVERGENCE, "replan", 1)
    assert report.kept == 1 and report.solved and report.seconds > 0 and report.expansions > 0
    assert report.divergence > 0 and "closed(4) = True" in report.reason


class Slow:
    """Moves take three steps, in which the robot is nowhere; all else takes one."""

    def __init__(self) -> None:
        self.steps = 0

    def __call__(self, action: Action, issued: bool) -> Progress:
        self.steps = self.steps + 1 if issued else 0
        moving = action.name == "move" and self.steps < 3
        return Progress.RUNNING if moving or not issued else Progress.OVER


def test_what_a_running_action_changes_is_no_divergence() -> None:
    watch, state, slow = watch_of(Threshold(0.0)), start(box=2, ball=0), Slow()
    for place in ("between", "nearly there"):
        rest = watch.decide(Situation(state.copy(), (BROUGHT,)), slow, FOREVER)
        assert str(rest[0]) == "move(1)" and watch.report.trigger is None
        state.at = place
    state.at = 1
    watch.decide(Situation(state.copy(), (BROUGHT,)), slow, FOREVER)
    rest = watch.decide(Situation(state.copy(), (BROUGHT,)), slow, FOREVER)
    assert str(rest[0]) == "move(2)" and watch.replans == 0
    assert watch.monitor is not None and watch.monitor.trace.results[0].duration == 3


def test_changes_are_seen_while_an_action_is_running() -> None:
    watch, state, slow = watch_of(), start(box=2, ball=0), Slow()
    watch.decide(Situation(state.copy(), (BROUGHT,)), slow, FOREVER)
    state.place["box"] = 1
    rest = watch.decide(Situation(state.copy(), (BROUGHT,)), slow, FOREVER)
    assert watch.report.trigger is ReplanTrigger.DIVERGENCE
    assert [str(each) for each in rest[:2]] == ["move(1)", "pick(box)"]


def test_steps_that_are_done_already_are_left_out() -> None:
    """Whoever says that there is nothing left to do for an action, takes the plan on."""

    def stand(action: Action, issued: bool) -> Progress:
        return Progress.SUCCEEDED if action.name == "move" else in_one_step(action, issued)

    watch, state = watch_of(FailureDriven()), start(at=2, box=2, ball=0)
    rest = watch.decide(Situation(state, (BROUGHT,)), stand, FOREVER)
    assert str(rest[0]) == "pick(box)"


def test_another_goal_takes_another_plan_whatever_the_rule() -> None:
    watch, state = watch_of(NewGoal(lambda facts: ())), start(box=2, ball=0)
    watch.decide(Situation(state.copy(), (BROUGHT,), "the box"), in_one_step, FOREVER)
    rest = watch.decide(Situation(state, (Task("bring", "ball", 3),), "the ball"), in_one_step, FOREVER)
    assert watch.report.trigger is ReplanTrigger.NEW_GOAL and watch.report.strategy == "full"
    assert str(rest[0]) == "pick(ball)"


def test_without_time_the_old_plan_goes_on_and_the_new_one_follows() -> None:
    watch, state = watch_of(), start(box=2, ball=0)
    assert watch.decide(Situation(state.copy(), (BROUGHT,)), in_one_step, Clock(0)) == ()
    assert watch.report.postponed and watch.postponed == 1
    watch.decide(Situation(state.copy(), (BROUGHT,)), in_one_step, FOREVER)
    state.at = 1
    state.closed[4] = True
    rest = watch.decide(Situation(state.copy(), (BROUGHT,)), in_one_step, Clock(0))
    assert str(rest[0]) == "move(2)" and watch.report.postponed
    state.at = 2
    watch.decide(Situation(state.copy(), (BROUGHT,)), in_one_step, FOREVER)
    assert watch.report.trigger is ReplanTrigger.DIVERGENCE and watch.report.plans == 1
    assert watch.postponed == 0


def test_what_is_hopeless_is_tried_again_only_when_something_has_changed() -> None:
    watch, state = watch_of(), start(box=2, ball=0, closed=(1,))
    state.locked[1] = True
    situation = Situation(state.copy(), (BROUGHT,))
    assert watch.decide(situation, in_one_step, FOREVER) == ()
    assert watch.report.plans == 1 and not watch.report.solved and watch.report.reason
    assert watch.decide(situation, in_one_step, FOREVER) == () and watch.report.plans == 0
    del state.locked[1]
    rest = watch.decide(Situation(state, (BROUGHT,)), in_one_step, FOREVER)
    assert str(rest[0]) == "open_door(1)"


def test_a_plan_that_works_no_more_is_dropped_where_there_is_no_other() -> None:
    watch, state = watch_of(), start(box=2, ball=0)
    watch.decide(Situation(state.copy(), (BROUGHT,)), in_one_step, FOREVER)
    state.at, state.locked[3], state.closed[3] = 1, True, True
    assert watch.decide(Situation(state, (BROUGHT,)), in_one_step, FOREVER) == ()
    assert watch.monitor is None and not watch.report.solved


def test_faults_of_a_domain_are_survived() -> None:
    domain = Domain("faulty")

    @domain.method("bring_it")
    def raises(state: State) -> Any:
        raise ZeroDivisionError("no way")

    watch = watch_of(domain=domain)
    assert watch.decide(Situation(start(box=2), (Task("bring_it"),)), in_one_step, FOREVER) == ()
    assert "no way" in watch.report.reason and not watch.report.solved


def test_nothing_is_left_of_a_watch_that_stops() -> None:
    watch = watch_of()
    watch.decide(Situation(start(box=2, ball=0), (BROUGHT,)), in_one_step, FOREVER)
    watch.stop()
    assert watch.monitor is None and watch.report.plans == 0


def decided(watch: PlanWatch, state: State, stand: Any = in_one_step, clock: Clock = FOREVER) -> list[str]:
    """What a watch wants to do for the box, by the facts as they are."""
    return [str(each) for each in watch.decide(Situation(state.copy(), (BROUGHT,)), stand, clock)]


def test_decisions_without_time_are_counted() -> None:
    watch, state = watch_of(), start(box=2, ball=0)
    for _ in range(2):
        decided(watch, state, clock=Clock(0))
    assert watch.postponed == 2


def test_no_time_is_left_of_a_decision_that_takes_too_long() -> None:
    clock = Clock(0)
    assert clock.left == 0 and clock.over


def test_after_a_failure_nobody_asks_whether_the_step_is_done_already() -> None:
    def stand(action: Action, issued: bool) -> Progress:
        return Progress.FAILED if issued else states[-1]

    states = [Progress.RUNNING]
    watch, state = watch_of(FailureDriven()), start(box=2, ball=0)
    decided(watch, state, stand)
    states.append(Progress.SUCCEEDED)
    decided(watch, state, stand)
    assert watch.report.trigger is ReplanTrigger.FAILURE


class Asked(When):
    """Notes how much time it has, and changes nothing."""

    def __init__(self, times: list[float | None]) -> None:
        self.times = times

    def look(self, monitor: Any) -> None:
        self.times.append(monitor.time_left)


def test_rules_are_told_how_much_time_is_left() -> None:
    times: list[float | None] = []
    watch, state = watch_of(Asked(times)), start(box=2, ball=0)
    for clock in (FOREVER, Clock(60_000)):
        decided(watch, state, clock=clock)
    assert times[0] is None and times[-1] is not None and 0 < times[-1] <= 60_000


def test_rules_are_told_how_long_an_action_has_been_going_on() -> None:
    watch, state = watch_of(Periodic(time=2)), start(box=2, ball=0)
    triggers = []
    for _ in range(3):
        decided(watch, state, lambda action, issued: Progress.RUNNING)
        triggers.append(watch.report.trigger)
    assert triggers == [None, None, ReplanTrigger.OPPORTUNITY]


def test_each_plan_has_a_rule_of_its_own() -> None:
    habits, state = watch_of(FailureDriven(after=2)).habits, start(box=2, ball=0)
    watches = [PlanWatch(habits), PlanWatch(habits)]
    for _ in range(2):
        for watch in watches:
            decided(watch, state)
    assert [watch.report.trigger for watch in watches] == [None, None]
    decided(watches[0], state)
    assert watches[0].report.trigger is ReplanTrigger.FAILURE


def test_what_several_searches_took_is_added_up() -> None:
    domain = Domain("slow")
    domain.add_operator(lambda state: None, "wait")

    @domain.method("rest")
    def rests(state: State) -> Any:
        time.sleep(0.01)
        return [("wait",)]

    watch = watch_of(domain=domain)
    watch.decide(Situation(State(), (Task("rest"),)), lambda action, issued: Progress.SUCCEEDED, FOREVER)
    once = HierarchicalPlanner(domain).solve((State(), [Task("rest")])).expansions
    assert (watch.report.plans, watch.report.expansions) == (3, 3 * once)
    assert watch.report.seconds >= 0.03


class Dreamer:
    """Plans by facts that it was given once."""

    domain = DOMAIN

    def __init__(self, state: State) -> None:
        self.state = state

    def solve(self, problem: Any, budget: Any = None) -> Result:
        return PLANNER.solve((self.state, problem.tasks), budget)


def test_a_plan_that_could_never_be_carried_out_is_not_repaired() -> None:
    watch = PlanWatch(Habits(Dreamer(start(at=2, box=2, ball=0)), FailureDriven(), repair, "repair"))
    decided(watch, start(box=2, ball=0))
    assert (watch.report.trigger, watch.report.strategy) == (ReplanTrigger.FAILURE, "full")


def test_steps_that_are_done_are_no_part_of_what_is_kept() -> None:
    watch, state = watch_of(), start(at=2, box=0, ball=0)
    assert decided(watch, state)[:4] == ["move(1)", "move(0)", "pick(box)", "move(1)"]
    state.at = state.place["box"] = 1
    assert decided(watch, state) == ["pick(box)", "move(2)", "move(3)", "move(4)", "drop(box)"]
    assert watch.report.strategy == "repair" and watch.report.kept == pytest.approx(5 / 7)


def test_a_plan_that_is_over_is_followed_by_one_with_a_history_of_its_own() -> None:
    watch, state = watch_of(), start(at=4, box="robot", ball=0)
    assert decided(watch, state) == ["drop(box)"]
    state.place["box"] = 4
    assert decided(watch, state) == []
    state.place["box"] = "robot"
    assert decided(watch, state) == ["drop(box)"]
    assert watch.monitor is not None and watch.monitor.trace.results == [] and watch.replans == 0


def test_a_plan_for_another_goal_does_not_go_on() -> None:
    watch, state = watch_of(), start(box=2, ball=3)
    watch.decide(Situation(state.copy(), (BROUGHT,), "the box"), in_one_step, FOREVER)
    wanted = Situation(state.copy(), (Task("bring", "wings", 3),), "wings")
    assert watch.decide(wanted, in_one_step, FOREVER) == () and watch.monitor is None


def test_strategies_are_given_what_was_expected_and_what_is_seen() -> None:
    given: list[Deviation] = []

    def nothing(deviation: Deviation) -> Recovered:
        given.append(deviation)
        return Recovered(Status.BUDGET_SPENT, None, reason="no time")

    watch, state = watch_of(how=nothing), start(box=2, ball=0)
    decided(watch, state)
    state.at, state.closed[4] = 1, True
    decided(watch, state)
    assert (given[0].executed, given[0].observed.closed) == (1, {4: True})
    assert (given[0].expected.at, given[0].expected.closed) == (1, {})
    assert "closed(4)" in watch.report.reason and watch.report.reason.endswith("; no time")


def test_without_another_plan_the_old_one_goes_on_if_it_still_works() -> None:
    def nothing(deviation: Deviation) -> Recovered:
        return Recovered(Status.BUDGET_SPENT, None)

    watch, state = watch_of(Periodic(actions=1), nothing), start(box=2, ball=0)
    decided(watch, state)
    state.at = 1
    assert decided(watch, state) == PLAIN[1:]
    assert watch.report.trigger is ReplanTrigger.OPPORTUNITY and not watch.report.solved


def test_what_was_hopeless_once_is_tried_again_when_there_was_a_plan_since() -> None:
    watch, state = watch_of(), start(box=2, ball=0, closed=(1,))
    state.locked[1] = True
    assert decided(watch, state) == []
    del state.locked[1]
    assert decided(watch, state)[0] == "open_door(1)"
    state.locked[1] = True
    assert decided(watch, state) == [] and watch.report.plans == 1


def test_what_is_hopeless_for_one_goal_may_be_reached_for_another() -> None:
    watch, state = watch_of(), start(box=2, ball=0, closed=(1,))
    state.locked[1] = True
    assert watch.decide(Situation(state.copy(), (BROUGHT,), "box"), in_one_step, FOREVER) == ()
    rest = watch.decide(Situation(state, (Task("bring", "ball", 0),), "ball"), in_one_step, FOREVER)
    assert [str(each) for each in rest] == ["pick(ball)", "drop(ball)"]


def test_a_domain_that_has_failed_is_asked_again() -> None:
    domain, calls = Domain("moody"), []
    domain.add_operator(lambda state: None, "wait")

    @domain.method("rest")
    def rests(state: State) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError("not now")
        return [("wait",)]

    watch, situation = watch_of(domain=domain), Situation(State(), (Task("rest"),))
    assert watch.decide(situation, in_one_step, FOREVER) == ()
    assert len(watch.decide(situation, in_one_step, FOREVER)) == 1


def test_what_an_action_changes_that_is_tried_again_is_no_divergence() -> None:
    def stand(action: Action, issued: bool) -> Progress:
        return answers.pop(0) if issued else Progress.RUNNING

    answers = [Progress.FAILED, Progress.RUNNING]
    watch, state = watch_of(FailureDriven(after=2) | Threshold(0.0)), start(box=2, ball=0)
    for place in (0, 0, "between"):
        state.at = place
        assert decided(watch, state, stand) == PLAIN
        assert watch.report.trigger is None
