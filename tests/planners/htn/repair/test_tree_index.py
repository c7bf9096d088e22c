"""Where subtrees end, checked against a walk up from every node."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn import Decomposition, Goal, Task
from planzoo.planners.htn.repair.tree_index import TreeIndex


@st.composite
def trees(draw: st.DrawFn) -> Decomposition:
    """A tree in preorder: each node hangs below the latest one or an ancestor of it."""
    parents: list[int] = []
    for node in range(draw(st.integers(0, 20))):
        path, above = [-1], node - 1
        while above != -1:
            path.append(above)
            above = parents[above]
        parents.append(draw(st.sampled_from(path)))
    kinds = draw(st.lists(st.booleans(), min_size=len(parents), max_size=len(parents)))
    tasks = tuple(Goal("lamp", "on") if goal else Task("do") for goal in kinds)
    methods = tuple("m" if node in parents else None for node in range(len(parents)))
    return Decomposition(tasks, tuple(parents), methods)


@given(trees(), st.integers(0, 20), st.integers(0, 20))
def test_ends_goals_and_actions(tree: Decomposition, start: int, stop: int) -> None:
    index = TreeIndex(tree)
    for node, end in enumerate(index.ends):
        below = [other for other in range(len(tree.tasks)) if node in tree.path(other)]
        assert below == list(range(node, end))
    assert index.goals == [node for node, task in enumerate(tree.tasks) if isinstance(task, Goal)]
    assert list(index.actions(start, stop)) == [leaf for leaf in tree.leaves if start <= leaf < stop]
