"""Stability: what is counted and what is not."""

from __future__ import annotations

import pytest

from planzoo.planners.htn import Action
from planzoo.planners.htn.repair.stability import changed_actions, plan_stability

GO, TAKE, GIVE = Action("go", ("a", "b")), Action("take", ("p",)), Action("give", ("p",), cost=3.0)


@pytest.mark.parametrize(
    ("old", "new", "stability", "distance"),
    [
        ((), (), 1.0, 0),
        ((), (GO,), 1.0, 1),
        ((GO,), (), 0.0, 1),
        ((GO, TAKE), (TAKE, GO), 1.0, 0),
        ((GO, TAKE, GO), (GO, GIVE), 1 / 3, 3),
        ((GO, GIVE), (GIVE._replace(cost=1.0), Action("go", ("b", "a"))), 0.5, 2),
    ],
)
def test_actions_count_as_often_as_they_stand(
    old: tuple[Action, ...], new: tuple[Action, ...], stability: float, distance: int
) -> None:
    assert plan_stability(old, new) == pytest.approx(stability)
    assert changed_actions(old, new) == changed_actions(new, old) == distance
