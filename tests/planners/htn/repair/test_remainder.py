"""What remains of a plan: where it breaks, what may mend it, and what is then to be done."""

from __future__ import annotations

import pytest

from planzoo.planners.htn import Budget, Domain, Goal, State
from planzoo.planners.htn.meter import BudgetSpent, Meter
from planzoo.planners.htn.repair.remainder import Remainder, Renewal, Segment
from planzoo.planners.htn.repair.repairer import state_after
from tests.planners.htn.courier import COURIER, START_STATE, TASKS, planned

GOALS = [Goal(("at", "a"), "east"), Goal(("at", "b"), "west")]
"""Nodes: 0 goal, 1 bring, 2 get, 3 go, 4 move, 5 take, 6 go, 7 move, 8 give; 9 goal, and so on."""


def remainder(executed: int) -> Remainder:
    return Remainder(COURIER, planned(COURIER, START_STATE, GOALS), executed)


def after(executed: int) -> State:
    state = state_after(COURIER, START_STATE, planned(COURIER, START_STATE, GOALS).actions[:executed])
    state.mark()
    return state


def test_what_is_open_and_what_is_pending() -> None:
    assert (remainder(0).first, remainder(0).open_path, remainder(0).size) == (0, (), 18)
    assert (remainder(1).first, remainder(1).open_path) == (5, (0, 1, 2, 3))
    assert (remainder(4).first, remainder(4).unfinished(after(4))) == (9, (9,))
    assert remainder(5).finished_goals() == (GOALS[0],)
    assert remainder(4).finished_goals() == ()
    lost = after(4)
    lost.at["a"] = "north"
    assert remainder(4).unfinished(lost) == (0, 9)


def test_an_action_a_method_and_a_goal_break() -> None:
    for changes, node, step, reason in (
        ({"a": "south"}, 5, 1, "take(a) is not applicable (before step 2)."),
        ({"courier": "west"}, 5, 1, "take(a) is not applicable (before step 2)."),
        (
            {"b": "bag"},
            11,
            4,
            "get(b) is no longer decomposed by method 'fetch' as the plan has it (before step 5)",
        ),
        ({"b": "west"}, 9, 4, "at(b) = west is no longer decomposed by method 'by_courier'"),
    ):
        state = after(1)
        for name, value in changes.items():
            if name == "courier":
                state.courier = value
            else:
                state.at[name] = value
        whole, meter = remainder(1).whole, Meter(Budget())
        broken = remainder(1).carry_on(state, whole, meter)
        assert broken is not None
        assert (broken.node, broken.step) == (node, step)
        assert broken.reason.startswith(reason)
        assert meter.expansions == broken.position - whole.start + 1


def test_a_goal_that_is_missed_breaks_at_its_end() -> None:
    state = after(4)
    state.at["a"] = "north"
    broken = remainder(4).carry_on(state, remainder(4).whole, Meter(Budget()))
    assert broken is not None
    assert (broken.node, broken.position, broken.step) == (0, 9, 4)
    assert "at(a) = east does not hold at the end of its decomposition" in broken.reason
    assert remainder(4).lineage(broken) == (0,)
    assert remainder(4).carry_on(state, Segment(9, 18, 0), Meter(Budget())) is None


def test_what_a_function_raises_is_a_break() -> None:
    state = after(1)
    del state.at["b"]
    broken = remainder(1).carry_on(state, remainder(1).whole, Meter(Budget()))
    assert broken is not None
    assert "cannot be taken up: KeyError: 'b'" in broken.reason


def test_each_node_is_an_expansion() -> None:
    with pytest.raises(BudgetSpent, match="12 expansions"):
        remainder(1).carry_on(after(1), remainder(1).whole, Meter(Budget(expansions=12)))
    assert remainder(1).carry_on(after(1), remainder(1).whole, Meter(Budget(expansions=13))) is None


def test_the_lineage_goes_from_the_deepest_task_to_the_root() -> None:
    state = after(1)
    state.at["a"] = "south"
    broken = remainder(1).carry_on(state, remainder(1).whole, Meter(Budget()))
    assert broken is not None
    assert remainder(1).lineage(broken) == (2, 1, 0)
    alone = Domain("alone")
    alone.add_operator(lambda state: state.power, "start")
    plain = Remainder(alone, planned(alone, State(power=True), [("start",)]), 0)
    fault = plain.carry_on(State(power=False), plain.whole, Meter(Budget()))
    assert fault is not None
    assert plain.lineage(fault) == ()


def test_the_agenda_keeps_all_but_what_is_decomposed_anew() -> None:
    get, bring = Renewal(2, ("get", "a")), Renewal(10, ("bring", "b", "west"))
    assert remainder(1).agenda((), ()) == (Segment(5, 18, 18),)
    assert remainder(1).agenda((2,), ()) == (get, Segment(6, 18, 2))
    assert remainder(1).agenda((2, 10), ()) == (get, Segment(6, 10, 2), bring, Segment(18, 18, 10))
    again = Renewal(-1, GOALS[0])
    assert remainder(1).agenda((), GOALS[:1]) == (Segment(5, 9, 18), again, Segment(9, 18, -1))
    assert remainder(4).agenda((0,), ()) == (Renewal(0, GOALS[0]), Segment(9, 18, 0))


def test_what_is_given_up_with_a_node_that_was_begun() -> None:
    assert remainder(1).given_up_with(2) == {2}  # go(north), node 3, had come to its end
    assert remainder(1).given_up_with(0) == {0, 1, 2}
    assert remainder(4).given_up_with(0) == {0}


def test_actions_alone_are_executed_to_the_end() -> None:
    state = after(1)
    assert remainder(1).execute(state)
    assert state.at == {"a": "east", "b": "west"}
    state = after(1)
    state.courier = "west"
    assert not remainder(1).execute(state)
    del state.at["a"]
    assert not remainder(1).execute(state)
    assert Remainder(COURIER, planned(COURIER, START_STATE, TASKS), 8).execute(START_STATE.copy())
