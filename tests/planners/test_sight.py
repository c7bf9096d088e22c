"""What is seen when observations get lost."""

from __future__ import annotations

import numpy as np

from planzoo.planners.sight import Sight

FIRST = np.array([[1.0, 2.0], [3.0, 0.0]], dtype=np.float32)
LOST = np.array([[0.0, 0.0], [5.0, 0.0]], dtype=np.float32)
CHOICE = np.ones((2, 3), dtype=bool)


def test_rows_that_are_lost_are_those_seen_last() -> None:
    sight = Sight()
    assert sight.complete(LOST, CHOICE).tolist() == LOST.tolist(), "nothing was seen before"
    sight.complete(FIRST, CHOICE)
    for masks in (CHOICE, None):
        assert sight.complete(LOST, masks).tolist() == [[1.0, 2.0], [5.0, 0.0]]
    assert sight.complete(np.zeros_like(LOST), CHOICE).tolist() == [[1.0, 2.0], [5.0, 0.0]]


def test_whoever_has_no_choice_has_left() -> None:
    sight = Sight(FIRST)
    gone = CHOICE.copy()
    gone[0, 1:] = False
    assert sight.complete(LOST, gone).tolist() == LOST.tolist()
