from __future__ import annotations

from planzoo.planners.pomdp.drawing.text import to_text
from tests.planners.pomdp.drawing.plans import hostile, small


def test_every_node_is_a_line() -> None:
    assert to_text(small()).splitlines() == [
        "light?  [probability 100.0%, utility 3.25, cost 1.50]",
        "├─ on → leave  [probability 59.5%, utility 4.50, ill 70.0%]",
        "├─ off → repair  [probability 40.0%, utility 2.00, cost 0.00]",
        "│  ├─ mended → it ends  [probability 30.0%]",
        "│  └─ broken → replace  [probability 10.0%, utility 4.50, ill 70.0%]",
        "└─ smoke → run  [probability 0.5%, utility 4.50, ill 70.0%]",
    ]


def test_folded_branches_come_last() -> None:
    lines = to_text(small(), min_probability=0.35).splitlines()
    assert lines[2:] == [
        "├─ off → repair  [probability 40.0%, utility 2.00, cost 0.00]",
        "│  └─ … 2 more  [probability 40.0%]",
        "└─ … 1 more  [probability 0.5%]",
    ]


def test_control_characters_do_not_reach_the_terminal() -> None:
    text = to_text(hostile())
    assert len(text.split("\n")) == 2
    assert "\x00" not in text
