"""What remains of a plan that was executed in part: carried on in another state, and where that breaks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.method import ACHIEVED, ALREADY_TRUE
from planzoo.planners.htn.plan import NO_PARENT, Decomposition, Plan
from planzoo.planners.htn.repair.repaired_tree import RepairedDecomposition
from planzoo.planners.htn.repair.tree_index import TreeIndex
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, describe


class Break(NamedTuple):
    """The first place at which a plan cannot be carried on."""

    node: int
    """The node of the old tree: an action, a task whose method does not apply, or a goal that is missed."""
    position: int
    """The node at which it shows, counted in preorder; for a goal the end of its decomposition."""
    step: int
    """The first action, from 0, that is not taken: the one that fails if an action does."""
    reason: str
    """One sentence."""


class Segment(NamedTuple):
    """Nodes of the old tree that are kept as they are, together with the ends of the goals around them."""

    start: int
    """The first node."""
    stop: int
    """The node after the last."""
    limit: int
    """Goals that end where the segment starts are looked at when they stand before this node."""


class Renewal(NamedTuple):
    """A task that is decomposed anew."""

    node: int
    """The node of the old tree that it replaces or takes up again; ``NO_PARENT`` for a task of its own."""
    task: Any
    """The task or goal."""


Item = Segment | Renewal
"""Something to be done."""


class Remainder:
    """The nodes of a plan's tree that are yet to be done, after its first actions were executed.

    Nodes stand in preorder, so all nodes from :attr:`first` on are pending; those before are done, or open:
    begun, with something pending below them.

    Args:
        domain: the domain that the plan was made for.
        plan: the plan.
        executed: how many of its actions were executed.
        index: of the plan's tree, if there is one already.

    Attributes:
        tree: the plan's tree.
        index: where its subtrees end.
        ends: for each node the node after its subtree.
        first: the first node that is pending.
        open_path: the nodes above the last action executed, from the root down.
        interrupted: nodes that an earlier repair has given up.
        to_the_end: whether the state matters that the last segment leads to.
    """

    def __init__(self, domain: Domain, plan: Plan, executed: int, index: TreeIndex | None = None) -> None:
        self.domain = domain
        self.tree: Decomposition = plan.decomposition
        tree = self.tree
        self.index = index or TreeIndex(tree)
        self.ends = self.index.ends
        self.to_the_end = False
        self.interrupted = frozenset(tree.interrupted if isinstance(tree, RepairedDecomposition) else ())
        last = tree.leaves[executed - 1] if executed else NO_PARENT
        self.first = last + 1
        self.open_path = tree.path(last)[:-1] if executed else ()
        self._functions = {name: entry.function for name, entry in domain.operators.items()}
        self._closing = self._closing_goals()

    @property
    def size(self) -> int:
        """The number of pending nodes."""
        return len(self.tree.tasks) - self.first

    @property
    def whole(self) -> Segment:
        """All pending nodes."""
        return Segment(self.first, len(self.tree.tasks), len(self.tree.tasks))

    def unfinished(self, state: State) -> tuple[int, ...]:
        """Gives the roots that are open or pending, and a goal that ends just now and does not hold."""
        return tuple(
            root
            for root in self.tree.roots
            if self.ends[root] > self.first or self._is_missed_now(root, state)
        )

    def _is_missed_now(self, root: int, state: State) -> bool:
        goal: Any = self.tree.tasks[root]
        return root in self._closing.get(self.first, ()) and not goal.holds_in(state)

    def finished_goals(self) -> tuple[Goal | Multigoal, ...]:
        """Gives the problem's own goals that are done, each once, apart from one that has ended just now."""
        tasks = [
            self.tree.tasks[root]
            for root in self.tree.roots
            if self.ends[root] < self.first and root not in self.interrupted
        ]
        return tuple(dict.fromkeys(task for task in tasks if isinstance(task, Goal | Multigoal)))

    # -- carrying on ----------------------------------------------------------------------------------------

    def carry_on(self, state: State, segment: Segment, meter: Meter) -> Break | None:
        """Executes a segment on ``state`` as the plan has it; tells where that breaks.

        Actions must be applicable, every task's method must give the very subtasks that the plan has, and
        goals must hold at the end of their decompositions.

        Raises:
            BudgetSpent: each node is an expansion, and they are too many, or the time is over.
        """
        node, stop = segment.start, segment.stop
        broken = self._missed_goal(state, node, segment.limit)
        while broken is None and node < stop:
            fault = self._fault(state, node)
            node += 1
            if fault:
                broken = self._break(node - 1, node - 1, fault)
            elif node in self._closing:
                broken = self._missed_goal(state, node, len(self.ends))
        meter.charge(node - segment.start)
        return broken

    def ends_in(self, segment: Segment) -> bool:
        """Says whether nothing comes after a segment and the state at its end does not matter."""
        return segment.stop == len(self.ends) and not self.to_the_end

    def execute(self, state: State) -> bool:
        """Executes the pending actions on ``state``, nothing else; says whether they all apply."""
        tasks = (self.tree.tasks[node] for node in self.tree.leaves[self._step(self.first) :])
        try:
            return all(self._functions[task[0]](state, *task[1:]) is not False for task in tasks)
        except Exception:
            return False

    def _fault(self, state: State, node: int) -> str:
        """Executes an action, or asks a task's method again; gives what is wrong, in words."""
        task, name = self.tree.tasks[node], self.tree.methods[node]
        try:
            if name is None:
                return "" if self._functions[task[0]](state, *task[1:]) is not False else "is not applicable"
            given = self._is_given(state, node, name)
            return "" if given else f"is no longer decomposed by method {name!r} as the plan has it"
        except Exception as error:
            return f"cannot be taken up: {type(error).__name__}: {str(error).rstrip('.')}"

    def _is_given(self, state: State, node: int, name: str) -> bool:
        """Says whether the node's method gives its children in this state."""
        tree, task = self.tree, self.tree.tasks[node]
        wanted: list[Any] = [tree.tasks[child] for child in tree.children[node]]
        for method in self.domain.methods_for(state, task) or ():
            if method.name == name:
                if isinstance(task, Goal | Multigoal) and method is not ALREADY_TRUE:
                    wanted.append((ACHIEVED, task))
                return any(
                    subtasks is not None and _are(subtasks, wanted)
                    for subtasks in method.alternatives(state, task)
                )
        return False

    def _missed_goal(self, state: State, position: int, limit: int) -> Break | None:
        """Gives the innermost goal before node ``limit`` that ends at a position and does not hold."""
        for node in self._closing.get(position, ()):
            goal: Any = self.tree.tasks[node]
            if node < limit and not goal.holds_in(state):
                return self._break(node, position, "does not hold at the end of its decomposition")
        return None

    def _break(self, node: int, position: int, fault: str) -> Break:
        step = self._step(position)
        what = describe(self.tree.tasks[node])
        return Break(node, position, step, f"{what} {fault} (before step {step + 1}).")

    def _step(self, position: int) -> int:
        return bisect_left(self.tree.leaves, position)

    def _closing_goals(self) -> Mapping[int, list[int]]:
        """Gives the goals to look at by the position of their end, inner ones first."""
        closing: dict[int, list[int]] = {}
        for node in reversed(self.index.goals):
            if (node >= self.first or node in self.open_path) and node not in self.interrupted:
                closing.setdefault(self.ends[node], []).append(node)
        return closing

    # -- what can be done anew ------------------------------------------------------------------------------

    def lineage(self, broken: Break) -> tuple[int, ...]:
        """Gives the tasks whose new decomposition may mend a break, from the deepest one up to the root."""
        node = broken.node if self.tree.methods[broken.node] is not None else self.tree.parents[broken.node]
        return () if node == NO_PARENT else tuple(reversed(self.tree.path(node)))

    def agenda(self, nodes: Sequence[int], goals: Sequence[Any]) -> tuple[Item, ...]:
        """Gives what is to be done when some nodes are decomposed anew and the other pending ones are kept.

        Args:
            nodes: open or pending nodes, none below another.
            goals: goals to reach again; their turn comes as soon as the root that is open is done.
        """
        after_root = self.ends[self.open_path[0]] if self.open_path else self.first
        cuts = [(max(node, self.first), self.ends[node], False, node) for node in nodes]
        if goals:
            cuts.append((after_root, after_root, True, NO_PARENT))
        items: list[Item] = []
        position, limit = self.first, len(self.ends)
        for start, stop, reaching, node in sorted(cuts):
            if reaching or node >= self.first:
                items.append(Segment(position, start, limit))
            items += (
                [Renewal(NO_PARENT, goal) for goal in goals]
                if reaching
                else [Renewal(node, self.tree.tasks[node])]
            )
            position, limit = stop, node
        return (*items, Segment(position, len(self.ends), limit))

    def given_up_with(self, node: int) -> frozenset[int]:
        """Gives the nodes that are interrupted when a node is decomposed anew: open ones from it down."""
        below = [place for place in self.open_path if place >= node]
        return self.interrupted | {place for place in below if place == node or self.ends[place] > self.first}


def _are(subtasks: Any, wanted: list[Any]) -> bool:
    return len(subtasks) == len(wanted) and all(
        tuple(subtask) == tuple(other) for subtask, other in zip(subtasks, wanted, strict=True)
    )
