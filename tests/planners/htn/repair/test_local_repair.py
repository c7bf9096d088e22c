"""Local repair: which tasks it tries, how it goes on after a second break, and that it leaves no trace."""

from __future__ import annotations

import pytest

from planzoo.planners.htn import Budget, Domain, Goal, State
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.repair.account import Account
from planzoo.planners.htn.repair.local_repair import LocalRepair, Mended, _climbed
from planzoo.planners.htn.repair.remainder import Remainder, Renewal, Segment
from planzoo.planners.htn.repair.repairer import state_after
from tests.planners.htn.courier import COURIER, START_STATE, TASKS, planned

PLAN = planned(COURIER, START_STATE, TASKS)


def mended(executed: int, allowance: int = 1000, **places: str) -> tuple[Mended | None, LocalRepair]:
    """Displaces parcels after some actions and repairs."""
    state = state_after(COURIER, START_STATE, PLAN.actions[:executed])
    state.at.update(places)
    remainder, start = Remainder(COURIER, PLAN, executed), state.mark()
    before = dict(state)
    broken = remainder.carry_on(state, remainder.whole, Meter(Budget()))
    state.undo(start)
    local = LocalRepair(remainder, state, (), Account(Budget()))
    found = local.run(broken, allowance)
    assert state == before
    return found, local


@pytest.mark.parametrize(
    ("length", "tried"),
    [(0, []), (1, [0]), (2, [0, 1]), (3, [0, 1, 2]), (5, [0, 1, 2, 4]), (12, [0, 1, 2, 4, 8, 11])],
)
def test_a_long_lineage_is_climbed_in_doubling_steps(length: int, tried: list[int]) -> None:
    assert _climbed(tuple(range(length))) == tried


def test_one_task_is_decomposed_anew_and_the_rest_kept() -> None:
    found, local = mended(0, a="south")
    assert found is not None
    assert not local.cut
    renewed = [part.item for part in found.parts if isinstance(part.item, Renewal)]
    assert renewed == [Renewal(1, ("get", "a")), Renewal(5, ("go", "east"))]
    kept = [part.item for part in found.parts if isinstance(part.item, Segment)]
    assert [(segment.start, segment.stop) for segment in kept] == [(0, 1), (5, 5), (7, 16)]
    assert [found.tree.tasks[part.root] for part in found.parts if isinstance(part.item, Renewal)] == [
        ("get", "a"),
        ("go", "east"),
    ]


def test_two_breaks_far_apart_are_mended_in_one_go() -> None:
    found, _ = mended(1, a="south", b="north")
    assert found is not None
    renewed = [part.item.node for part in found.parts if isinstance(part.item, Renewal)]
    assert renewed[0] == 1  # get(a), which was begun
    assert PLAN.decomposition.tasks[renewed[2]] == ("get", "b")


def test_too_small_an_allowance_is_told() -> None:
    found, local = mended(0, 0, a="south", b="north")
    assert found is None
    assert local.cut


def test_what_no_task_can_mend() -> None:
    domain = Domain("sealed")
    domain.add_operator(lambda state: state.open, "enter")
    domain.add_method("visit", lambda state: [("enter",)], "by the door")
    plan, state = planned(domain, State(open=True), [("visit",)]), State(open=False)
    remainder = Remainder(domain, plan, 0)
    start = state.mark()
    broken = remainder.carry_on(state, remainder.whole, Meter(Budget()))
    state.undo(start)
    account = Account(Budget())
    local = LocalRepair(remainder, state, (), account)
    assert local.run(broken, 100) is None
    assert not local.cut
    assert account.expansions == 4  # visit, enter, and nothing to be kept before them: a task and an action


def test_goals_are_reached_again_after_the_open_root() -> None:
    goals = [Goal(("at", "a"), "east"), Goal(("at", "b"), "west")]
    plan = planned(COURIER, START_STATE, goals)
    state = state_after(COURIER, START_STATE, plan.actions[:5])
    state.at["a"] = "north"
    state.mark()
    remainder = Remainder(COURIER, plan, 5)
    found = LocalRepair(remainder, state, goals[:1], Account(Budget())).run(None, 1000)
    assert found is not None
    assert [part.item.task for part in found.parts if isinstance(part.item, Renewal)] == goals[:1]
