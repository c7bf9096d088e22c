"""What is learnt from traces: each action's own record, and what its kin say of it."""

from __future__ import annotations

import pytest

from planzoo.planners.htn import State
from planzoo.planners.htn.plan import Action, Decomposition, Plan
from planzoo.planners.replanning.estimates import Chance
from planzoo.planners.replanning.execution import ExecutionResult, ExecutionStatus, ExecutionTrace
from planzoo.planners.replanning.experience import Experience, Key, Tally

SUCCESS, FAILURE = ExecutionStatus.SUCCESS, ExecutionStatus.FAILURE
PARTIAL, DELAYED = ExecutionStatus.PARTIAL, ExecutionStatus.DELAYED
EMPTY = Plan((), Decomposition((), (), ()))


def drive(*arguments: str, cost: float = 2.0) -> Action:
    return Action("drive", arguments, cost, 4.0)


def trace_of(*results: tuple[Action, ExecutionStatus, float, float, bool]) -> ExecutionTrace:
    trace, state = ExecutionTrace(EMPTY), State()
    for action, status, cost, duration, over in results:
        trace.add(ExecutionResult(action, status, state, state, cost, duration, over=over))
    return trace


def learnt(*results: tuple[Action, ExecutionStatus]) -> Experience:
    experience = Experience()
    rows = [(action, status, action.cost, action.duration, True) for action, status in results]
    experience.learn(trace_of(*rows))
    return experience


def test_attempts_are_counted_by_action() -> None:
    found = learnt(
        (drive("ridge"), SUCCESS),
        (drive("ridge"), FAILURE),
        (drive("ridge"), PARTIAL),
        (drive("valley"), DELAYED),
    )
    ridge, valley = found.tallies[Key("drive", ("ridge",))], found.tallies[Key("drive", ("valley",))]
    assert (ridge.successes, ridge.failures, valley.successes, valley.failures) == (1, 2, 1, 0)
    assert (ridge.cost.count, ridge.cost.mean, ridge.duration.mean) == (1, 1, 1)


def test_an_action_that_goes_on_is_one_attempt() -> None:
    action = drive("ridge")
    trace = trace_of(
        (action, DELAYED, 1, 3, False),
        (action, DELAYED, 1, 3, False),
        (action, SUCCESS, 2, 2, True),
        (action, SUCCESS, 2, 4, True),
        (action, DELAYED, 2, 4, False),
    )
    assert [each.duration for each in trace.attempts()] == [8, 4, 4]
    assert [each.start for each in trace.attempts()] == [0, 8, 12]
    experience = Experience()
    assert experience.learn(trace) == 2, "what came of the last one nobody knows"
    tally = experience.tallies[Key("drive", ("ridge",))]
    assert (tally.successes, tally.failures, tally.cost.mean, tally.duration.mean) == (2, 0, 1.5, 1.5)


def test_failures_tell_nothing_of_amounts_nor_does_what_is_planned_as_nothing() -> None:
    free = Action("look", (), 0.0, 0.0)
    experience = Experience()
    experience.learn(trace_of((drive("ridge"), FAILURE, 50, 50, True), (free, SUCCESS, 3, 3, True)))
    assert experience.cost(drive("ridge")).value == experience.duration(drive("ridge")).value == 1
    assert experience.cost(free).count == 0 and experience.success(free).count == 1


def test_the_chance_moves_with_the_attempts_and_its_interval_narrows() -> None:
    before = Experience().success(drive("ridge"))
    rows = [(drive("ridge"), FAILURE), (drive("ridge"), SUCCESS)]
    few, many = (learnt(*rows * times).success(drive("ridge")) for times in (5, 50))
    assert 0.5 < many.value < few.value < before.value
    assert many.high - many.low < few.high - few.low < before.high - before.low
    assert (before.count, few.count, many.count) == (0, 10, 100)


def test_own_attempts_count_once() -> None:
    found = learnt(*[(drive("ridge", "Ada"), FAILURE)] * 10)
    assert found.chance(drive("ridge", "Ada")).mean == pytest.approx(Chance().seen(0, 10).mean)


def test_kin_tell_of_actions_that_were_never_tried() -> None:
    """The nearer the kin, the more it says."""
    found = learnt(*[(drive("ridge", "Ada"), FAILURE), (drive("ridge", "Eve"), FAILURE)] * 10)
    known, kin, cousin, stranger = (
        found.success(action).value
        for action in (
            drive("ridge", "Ada"),
            drive("ridge", "Bo"),
            drive("valley", "Ada"),
            Action("walk", ("ridge",)),
        )
    )
    assert known < kin < cousin < stranger
    assert found.success(drive("ridge", "Bo")).count == 0


def test_own_attempts_outweigh_what_kin_say() -> None:
    rows = [(drive("ridge", "Ada"), FAILURE)] * 20 + [(drive("ridge", "Bo"), SUCCESS)] * 20
    found = learnt(*rows)
    assert found.success(drive("ridge", "Bo")).low > 0.7
    assert found.success(drive("ridge", "Ada")).high < 0.4


def test_one_slow_machine_does_not_make_all_of_them_slow() -> None:
    experience = Experience()
    experience.learn(trace_of(*[(drive("ridge"), SUCCESS, 2, 20, True)] * 50))
    assert experience.duration(drive("ridge")).value > 4.5
    assert 1.2 < experience.duration(drive("valley")).value < 2.2
    assert experience.cost(drive("valley")).value == 1


def test_traces_add_up() -> None:
    rows = [(drive("ridge"), SUCCESS), (drive("ridge"), FAILURE), (drive("valley"), SUCCESS)]
    one = learnt(*rows)
    other = Experience()
    for row in rows:
        for key, tally in learnt(row).tallies.items():
            other.tallies[key] = other.tallies.get(key, Tally()).merged(tally)
    assert one == other
    assert one != Experience()


def test_experience_is_told_the_least_reliable_first() -> None:
    found = learnt((drive("valley"), SUCCESS), (drive("ridge"), FAILURE))
    first, second = found.to_text().splitlines()
    assert first.startswith("drive(ridge): succeeds 0.6") and second.startswith("drive(valley): succeeds 0.")
    assert "1 times" in first and first.endswith("of what is planned")


def test_actions_that_differ_only_in_the_types_of_arguments_are_one() -> None:
    found = learnt((Action("go", (1,)), SUCCESS), (Action("go", ("1",)), FAILURE))
    assert list(found.tallies) == [Key("go", ("1",))]
    assert found.success(Action("go", (1,))).count == pytest.approx(2)
