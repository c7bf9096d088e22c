"""Repair of a plan by decomposing as few of its tasks anew as possible, the deepest first.

Sources: Bansod, Patra, Nau and Roberts, HTN replanning from the middle (FLAIRS 2022), and IPyHOPPER, which is
described by Zaidins, Goldman, Kuter, Nau and Roberts, HTN plan repair algorithms compared (2025), go from the
task that fails up to its ancestors and simulate the rest of the plan; Goldman, Kuter and Freedman, Stable
plan repair for state-space HTN planning (HPlan 2020), repair the tasks whose dependencies are broken, those
of later steps, too. Unlike there, the method that the task had may be used again, and a decomposition is
taken only if all that is kept of the plan works after it; until one does, the search goes through the task's
other decompositions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from planzoo.planners.htn.faults import DomainError
from planzoo.planners.htn.meter import BudgetSpent, Lost, Meter
from planzoo.planners.htn.method import Method
from planzoo.planners.htn.plan import Decomposition
from planzoo.planners.htn.repair.account import Account
from planzoo.planners.htn.repair.remainder import Break, Item, Remainder, Renewal, Segment
from planzoo.planners.htn.search.depth_first import Search
from planzoo.planners.htn.state import State

KEPT = object()
"""Names the task to do a stretch of the old plan, with as little decomposed anew as possible."""
CARRY = object()
"""Names the action that carries on a stretch of the old plan as it is."""
LEAST = 32
"""The expansions that an attempt may have in any case."""


class Part(NamedTuple):
    """A part of what an attempt has found."""

    item: Item
    """What was kept, or decomposed anew."""
    root: int
    """Where the new decomposition stands in the search's tree."""
    end: int
    """The node after it."""


class Mended(NamedTuple):
    """What an attempt has found."""

    parts: tuple[Part, ...]
    """What was kept and what was decomposed anew, in order."""
    tree: Decomposition
    """The search's tree."""


class LocalRepair:
    """Attempts to mend a plan in one state.

    Each attempt decomposes one task of the break's lineage anew and then goes on with the old plan. Where
    that breaks in turn, the search tries the tasks of that place's lineage, too, the deepest first, as
    alternatives among all others.

    Args:
        remainder: what is left of the plan.
        state: the observed state; as it was after every attempt.
        goals: finished goals that must be reached again.
        account: the budget.

    Attributes:
        cut: whether an attempt was ended by its share of the budget, so that more might help.
    """

    def __init__(self, remainder: Remainder, state: State, goals: Sequence[Any], account: Account) -> None:
        self.remainder = remainder
        self.state = state
        self.goals = tuple(goals)
        self.account = account
        self.cut = False

    def run(self, broken: Break | None, allowance: int) -> Mended | None:
        """Makes one attempt after another until one works.

        Each may spend an equal share of what is left of the allowance, and at most half of what is left of
        the whole budget.

        Args:
            broken: where the plan breaks in the state; None when only goals are to be reached again.
            allowance: expansions for all attempts together.

        Returns:
            What was found; None when no attempt has worked.
        """
        self.cut = False
        end = self.account.expansions + allowance
        attempts: list[tuple[int, ...]] = [()]
        if broken is not None:
            attempts = [(node,) for node in _climbed(self.remainder.lineage(broken))]
        for number, nodes in enumerate(attempts):
            share = (end - self.account.expansions) // (len(attempts) - number)
            mended = self._attempt(nodes, max(LEAST, share))
            if mended is not None:
                return mended
        return None

    def _attempt(self, nodes: tuple[int, ...], share: int) -> Mended | None:
        """Decomposes a node anew, if one is given, and goes on with the rest of the plan."""
        account, items = self.account, self.remainder.agenda(nodes, self.goals)
        meter = Meter(account.left(0.5, share))
        tasks = tuple(item.task if isinstance(item, Renewal) else (KEPT, item) for item in items)
        search = Search(self.remainder.domain, self.state, tasks, meter, account.budget.depth)
        methods: dict[Any, tuple[Method, ...]] = search.methods
        methods[KEPT] = (Method("kept", _Keeping(self.remainder, meter).alternatives),)
        search.operators[CARRY] = lambda state, segment: (
            self.remainder.ends_in(segment) or self.remainder.carry_on(state, segment, meter) is None
        )
        try:
            return _mended(search.decomposition(), items) if search.run() else None
        except BudgetSpent:
            self.cut = True
        except (Lost, DomainError):
            pass  # planning anew will decide, or say what is wrong with the domain
        finally:
            self.state.undo(search.start)
            account.book(meter)
        return None


class _Keeping:
    """Finds out how a stretch of the old plan can be done.

    Args:
        remainder: what is left of the plan.
        meter: what the attempt may spend.
    """

    def __init__(self, remainder: Remainder, meter: Meter) -> None:
        self.remainder = remainder
        self.meter = meter

    def alternatives(self, state: State, segment: Segment) -> Iterator[list[Any]]:
        """Carry the stretch on; if it breaks, do it up to a task that is decomposed anew, and after it."""
        mark = state.mark()
        try:
            broken = self.remainder.carry_on(state, segment, self.meter)
        except BudgetSpent:  # the search will notice it itself
            return
        finally:
            state.undo(mark)
        if broken is None:
            yield [(CARRY, segment)]
            return
        for node in _climbed(self.remainder.lineage(broken)):
            if node < segment.start:
                return
            before = Segment(segment.start, node, segment.limit)
            after = Segment(self.remainder.ends[node], segment.stop, node)
            yield [(CARRY, before), self.remainder.tree.tasks[node], (KEPT, after)]


def _climbed(lineage: tuple[int, ...]) -> list[int]:
    """Gives the tasks of a lineage to try, from the deepest one to the root.

    After the second one the steps are doubled, so that a deep tree is climbed in few attempts.
    """
    places = [0, *(2**power for power in range(len(lineage).bit_length()))]
    last = len(lineage) - 1
    return [*(lineage[place] for place in places if place < last), *lineage[last:]]


def _mended(tree: Decomposition, items: Sequence[Item]) -> Mended:
    """Reads off a search's tree what was kept and what was not."""
    parts: list[Part] = []
    roots = dict(zip(tree.roots, items, strict=True))
    ends = [*tree.roots[1:], len(tree.tasks)]
    for start, end in zip(tree.roots, ends, strict=True):
        item = roots[start]
        if isinstance(item, Renewal):
            parts.append(Part(item, start, end))
        else:
            parts += _parts_of_kept(tree, start)
    return Mended(tuple(parts), tree)


def _parts_of_kept(tree: Decomposition, node: int) -> Iterator[Part]:
    """Gives the parts below a task to do a stretch of the old plan."""
    while True:
        first, *others = tree.children[node]
        segment = tree.tasks[first][1]
        yield Part(segment, first, first + 1)
        if not others:
            return
        renewed, node = others
        yield Part(Renewal(segment.stop, tree.tasks[renewed]), renewed, node)
