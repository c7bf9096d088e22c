"""The recorder by itself: it follows a search from what operators and methods tell."""

from __future__ import annotations

from planzoo.planners.htn import Goal, State, Task
from planzoo.planners.htn.search.search_recorder import FAILURES_KEPT, SearchRecorder
from planzoo.planners.htn.search.search_trace import Event, EventKind, SearchTrace

SOLVED = Event(EventKind.SOLVED)


def told_of(recorder: SearchRecorder) -> list[tuple[EventKind, int]]:
    trace: SearchTrace = recorder.trace(SOLVED)
    return [(event.kind, event.depth) for event in trace.events[:-1]]


def test_depths_and_steps_follow_the_tree() -> None:
    """T → [u, b], u → [a]: b fails, the second way of u gives nothing, so t is given up."""
    state = State(x=0)
    recorder = SearchRecorder(state, (Task("t"),), 100)
    top = recorder.asked(0, "m", state, Task("t"))
    recorder.gave(top, [("u",), ("b",)], state)
    below = recorder.asked(0, "n", state, Task("u"))
    recorder.gave(below, [("a",)], state)
    recorder.acted(Task("a"), state, None)
    recorder.acted(Task("b"), state, (("x", 0),))
    recorder.exhausted(below, True, False)
    assert recorder.asked(1, "o", state, Task("u")) is below
    recorder.exhausted(below, False, True)
    recorder.exhausted(top, True, True)
    assert told_of(recorder) == [
        (EventKind.TAKEN_UP, 0),
        (EventKind.METHOD, 0),
        (EventKind.ALTERNATIVE, 0),
        (EventKind.TAKEN_UP, 1),
        (EventKind.METHOD, 1),
        (EventKind.ALTERNATIVE, 1),
        (EventKind.ACTION, 2),
        (EventKind.NOT_APPLICABLE, 1),
        (EventKind.METHOD, 1),
        (EventKind.NOTHING, 1),
        (EventKind.BACKTRACKED, 1),
        (EventKind.BACKTRACKED, 0),
    ]
    (failure,) = recorder.trace(SOLVED).failures()
    assert failure.path == (("t",), ("b",)) and failure.steps == 1 and failure.reads == (("x", 0),)


def test_a_task_left_alone_is_told_when_the_search_goes_back() -> None:
    state = State()
    recorder = SearchRecorder(state, (Task("t"),), 100)
    top = recorder.asked(0, "m", state, Task("t"))
    recorder.gave(top, [("t",)], state)
    recorder.exhausted(top, True, True)
    assert told_of(recorder)[-2:] == [(EventKind.RECURS, 1), (EventKind.BACKTRACKED, 0)]


def test_goals_that_hold_are_passed_and_missed_ones_told() -> None:
    state = State(x=1)
    recorder = SearchRecorder(state, (Goal("x", 1), Goal("x", 2)), 100)
    place = recorder.asked(0, "m", state, Goal("x", 2))
    recorder.gave(place, [("a",)], state)
    recorder.acted(Task("a"), state, None)
    assert told_of(recorder) == [
        (EventKind.ALREADY_TRUE, 0),
        (EventKind.TAKEN_UP, 0),
        (EventKind.METHOD, 0),
        (EventKind.ALTERNATIVE, 0),
        (EventKind.ACTION, 1),
        (EventKind.NOT_REACHED, 0),
    ]


def test_other_states_are_those_of_the_search_in_fair_order() -> None:
    state, other = State(x=0), State(x=0)
    recorder = SearchRecorder(state, (Task("a"),), 100)
    recorder.acted(Task("a"), state, (("x", 0),))
    recorder.acted(Task("a"), other, None)
    recorder.acted(Task("a"), state, None)
    kinds = [kind for kind, _ in told_of(recorder)]
    assert kinds == [
        EventKind.NOT_APPLICABLE,
        EventKind.FAIR_ORDER,
        EventKind.ACTION,
        EventKind.BEGUN_ANEW,
        EventKind.ACTION,
    ]


def test_failures_are_bounded_and_the_furthest_kept() -> None:
    state = State()
    recorder = SearchRecorder(state, tuple(Task("a", number) for number in range(3 * FAILURES_KEPT)), 10)
    for number in range(3 * FAILURES_KEPT):
        recorder.acted(Task("a", number), state, None)
        recorder.acted(Task("b", number), state, ())
    causes = recorder.trace(SOLVED).causes
    assert FAILURES_KEPT <= len(causes) <= 2 * FAILURES_KEPT
    assert [failure.steps for failure in causes[:3]] == [3000, 2999, 2998]
