"""A plan is carried out by commands, watched, and changed within the time that there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planzoo.planners.htn import Action, Domain, HierarchicalPlanner, State, Task
from planzoo.planners.htn.acting.acting_policy import Progress
from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.htn.acting.lazy_lookahead import repair, replan
from planzoo.planners.replanning.execution import ReplanTrigger
from planzoo.planners.replanning.plan_watch import Clock, Habits, PlanWatch
from planzoo.planners.replanning.team_interface import Situation
from planzoo.planners.replanning.when import FailureDriven, NewGoal, Threshold, When
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
