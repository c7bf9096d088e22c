"""Where blocks shall stand: what the methods of the blocks domain look up."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from typing import Any, Self

from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Multigoal

TABLE = "table"
HAND = "hand"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a multigoal asks of the blocks, looked up once for all moves.

    Attributes:
        goal: the multigoal; of its facts, the positions count here.
        settled: blocks that stay where they are, with all blocks below them.
        blocks: all blocks, in the order in which they are tried.
        number: each block's index in ``blocks``.
        place: for each block with a wanted position that position: a block or the table.
        upper: for each block on which another shall stand that other.
    """

    goal: Multigoal
    settled: frozenset[Any]
    blocks: tuple[Any, ...] = field(compare=False)
    number: dict[Any, int] = field(compare=False)
    place: dict[Any, Any] = field(compare=False)
    upper: dict[Any, Any] = field(compare=False)

    @classmethod
    def of(cls, state: State, goal: Multigoal) -> Self | None:
        """Looks at a state and a multigoal; gives None if no piles of these blocks are as is wanted."""
        place = {variable[1]: below for variable, below in goal.facts.items() if variable[0] == "pos"}
        upper = {below: block for block, below in place.items() if below != TABLE}
        if not _possible(place, upper, state):
            return None
        blocks = tuple(state.clear)
        number = {block: index for index, block in enumerate(blocks)}
        return cls(goal, _settled(state, place, upper), blocks, number, place, upper)

    def __repr__(self) -> str:
        return f"arrangement of {len(self.blocks)} blocks"

    def sorted_in(self, numbers: tuple[int, ...], block: Any) -> tuple[int, ...]:
        """Gives sorted numbers together with a block's own."""
        number = self.number[block]
        index = bisect(numbers, number)
        return (*numbers[:index], number, *numbers[index:])

    def may_take_its_place(self, state: State, block: Any, waiting: tuple[int, ...]) -> bool:
        """Says whether a clear block could be put where it stays: on the table, or on a clear settled block.

        A block that was not settled from the start is, once it has been moved to its place; one that stands
        there before that, on blocks that have yet to go, is among those that are waiting.
        """
        below = self.place.get(block, TABLE)
        if below == TABLE or below in self.settled:
            return below == TABLE or bool(state.clear[below])
        standing: bool = state.clear[below] and state.pos[below] == self.place.get(below, TABLE)
        return standing and self.number[below] not in waiting

    def changed_by(self, state: State, block: Any) -> tuple[Any, ...]:
        """Gives the blocks that a move may set free: the one below, and those that shall stand on either."""
        below, above = state.pos[block], self.upper.get(block)
        return (below, self.upper.get(below)) if above == below else (below, above, self.upper.get(below))


def _possible(place: dict[Any, Any], upper: dict[Any, Any], state: State) -> bool:
    """Says whether the wanted positions are piles of blocks that there are."""
    on_blocks = [block for block, below in place.items() if below != TABLE]
    if len(upper) != len(on_blocks) or any(block not in state.clear for block in (*place, *upper)):
        return False
    bases = [below for below in upper if place.get(below, TABLE) == TABLE]
    reached = 0
    for block in bases:
        while block in upper:
            block = upper[block]
            reached += 1
    return reached == len(on_blocks)  # what is not reached from below stands on itself


def _settled(state: State, place: dict[Any, Any], upper: dict[Any, Any]) -> frozenset[Any]:
    """Gives the blocks that are in their place, or have none, and stand on nothing but such blocks."""
    above = {below: block for block, below in state.pos.items() if below not in (TABLE, HAND)}
    settled = []
    for block in [block for block, below in state.pos.items() if below == TABLE]:
        below = TABLE
        while block is not None and place.get(block, below) == below and upper.get(below, block) == block:
            settled.append(block)
            below, block = block, above.get(block)
    return frozenset(settled)
