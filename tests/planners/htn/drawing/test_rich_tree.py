"""The tree in a terminal."""

from __future__ import annotations

from io import StringIO

from hypothesis import given
from rich.console import Console

from planzoo.planners.htn import Plan
from planzoo.planners.htn.plan import DRAWN_DEPTH
from tests.planners.htn.random_plans import chain, errand, plans


def printed(plan: Plan, nodes: int | None = None, width: int = 100) -> list[str]:
    console = Console(file=StringIO(), width=width, legacy_windows=False)
    console.print(plan.to_rich(nodes))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


def test_the_tree_in_a_terminal() -> None:
    assert printed(errand()) == [
        "2 actions, cost 4, duration 3",
        "├── deliver(p)  by van",
        "│   ├── at(van) = door  roads",
        "│   │   └── 1. drive(van, door)",
        "│   └── 2. drop(p)",
        "└── home = True  already true",
    ]


@given(plans(most=10))
def test_a_terminal_is_told_no_markup_and_no_control_characters(plan: Plan) -> None:
    text = "".join(printed(plan, width=400))
    assert text.isprintable()
    assert text.count("──") >= len(plan.decomposition.tasks)


def test_deep_trees_are_drawn_within_a_bounded_width() -> None:
    lines = printed(chain(DRAWN_DEPTH + 100), width=400)
    assert len(lines) == DRAWN_DEPTH + 102
    assert max(map(len, lines)) < 4 * DRAWN_DEPTH + 60
    assert lines[-1].endswith(f"(depth {DRAWN_DEPTH + 100}) 1. act()")
