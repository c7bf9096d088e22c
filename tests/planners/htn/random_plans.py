"""Plans to draw and to save: random ones with arguments of every sort, deep ones, and a small one."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from planzoo.planners.htn import NO_PARENT, Action, Decomposition, Goal, Multigoal, Plan, Task

TEXT = st.text(max_size=12) | st.sampled_from(
    ['<a href="x">&amp;', "]]>", "\x00\x1b[31m", "\ud800", "漢字", "é" * 90]
)
NUMBERS = st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()
ARGUMENTS = st.recursive(TEXT | NUMBERS, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=4)
NAMES = st.sampled_from(["go", "do", "round"]) | TEXT
COSTS = st.floats(0, 1e6) | st.integers(0, 100)


@st.composite
def trees(draw: st.DrawFn, most: int = 20) -> list[tuple[int, bool]]:
    """A forest in preorder: for each node its parent and whether it is an action."""
    nodes: list[tuple[int, bool]] = []
    path: list[int] = []
    for node in range(draw(st.integers(0, most))):
        del path[draw(st.integers(0, len(path))) :]
        action = draw(st.booleans())
        nodes.append((path[-1] if path else NO_PARENT, action))
        if not action:
            path.append(node)
    return nodes


@st.composite
def plans(draw: st.DrawFn, most: int = 20) -> Plan:
    """A plan whose tree has tasks, goals, multigoals and actions, in any order."""
    tasks: list[Any] = []
    actions: list[Action] = []
    nodes = draw(trees(most))
    for _, is_action in nodes:
        arguments = draw(st.lists(ARGUMENTS, max_size=3))
        if is_action:
            tasks.append(Task(draw(NAMES), *arguments))
            held = draw(st.dictionaries(TEXT, COSTS, max_size=2))
            measures = draw(COSTS), draw(COSTS)
            actions.append(
                Action(
                    tasks[-1].name, tuple(arguments), *measures, draw(TEXT | st.none()), tuple(held.items())
                )
            )
        else:
            tasks.append(draw(asked(arguments)))
    methods = tuple(None if is_action else draw(TEXT) for _, is_action in nodes)
    return Plan(tuple(actions), Decomposition(tuple(tasks), tuple(parent for parent, _ in nodes), methods))


def asked(arguments: list[Any]) -> st.SearchStrategy[Any]:
    """A task, goal or multigoal with these arguments."""
    goals = st.builds(
        lambda name, value: Goal((name, *arguments) if arguments else name, value), TEXT, ARGUMENTS
    )
    several = st.lists(goals, max_size=3).map(lambda found: Multigoal({goal[1]: goal[2] for goal in found}))
    return st.builds(lambda name: Task(name, *arguments), NAMES) | goals | several


def chain(depth: int, name: str = "dig") -> Plan:
    """A plan of one action below so many tasks."""
    tree = Decomposition(
        (*(Task(f"{name}{node}") for node in range(depth)), Task("act")),
        tuple(range(-1, depth)),
        ("deeper",) * depth + (None,),
    )
    return Plan((Action("act"),), tree)


def errand() -> Plan:
    """Deliver a parcel (be at the door, by driving; then drop), and be at home, which is so already."""
    tree = Decomposition(
        (
            Task("deliver", "p"),
            Goal(("at", "van"), "door"),
            Task("drive", "van", "door"),
            Task("drop", "p"),
            Goal("home", True),
        ),
        (NO_PARENT, 0, 1, 0, NO_PARENT),
        ("by van", "roads", None, None, "already true"),
    )
    return Plan(
        (Action("drive", ("van", "door"), 3.0, 2.0, "van", (("fuel", 1.5),)), Action("drop", ("p",))), tree
    )


def rounds(count: int) -> Plan:
    """A loop of so many rounds of two actions each, written as a recursion."""
    tasks, parents, methods = [Task("loop")], [NO_PARENT], ["again"]
    actions = []
    for number in range(count):
        above = 3 * number
        for name in ("take", "put"):
            actions.append(Action(name, (number,)))
            tasks.append(Task(name, number))
        tasks.append(Task("loop"))
        parents += [above] * 3
        methods += [None, None, "again"]  # type: ignore[list-item]
    return Plan(tuple(actions), Decomposition(tuple(tasks), tuple(parents), tuple(methods)))
