"""Blocks on a table, which one hand shall pile up otherwise."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.domains.arrangement import HAND, TABLE, Arrangement
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Multigoal, Problem


def make_domain() -> Domain:
    """Makes the domain: blocks have positions, may be clear, and one hand moves them one at a time.

    A multigoal on ``pos`` is reached by the procedure of Gupta and Nau, On the complexity of blocks-world
    planning, Artificial Intelligence 56 (1992): move a block to the place where it can stay, as long as there
    is one; otherwise put one that is in the way on the table. Every move looks only at the blocks that the
    one before has set free.
    """
    domain = Domain("blocks", "One hand piles up blocks on a table.")
    domain.type("block")
    domain.variable("pos", "block", description="where a block is: on a block, on the table or in the hand")
    domain.variable("clear", "block", description="whether nothing is on the block and it isn't in the hand")
    domain.variable("holding", description="the block in the hand; None when it is empty")
    for operator in (pickup, unstack, putdown, stack):
        domain.add_operator(operator)
    domain.add_multigoal_method(empty_the_hand)
    domain.add_multigoal_method(arrange)
    domain.add_method("rearrange", move_one)
    return domain


def pickup(state: State, block: Any) -> bool:
    """Take a clear block from the table."""
    if state.pos[block] != TABLE or not state.clear[block] or state.holding is not None:
        return False
    state.pos[block] = HAND
    state.clear[block] = False
    state.holding = block
    return True


def unstack(state: State, block: Any, below: Any) -> bool:
    """Take a clear block from the block below it."""
    if state.pos[block] != below or below == TABLE or not state.clear[block] or state.holding is not None:
        return False
    state.pos[block] = HAND
    state.clear[block] = False
    state.holding = block
    state.clear[below] = True
    return True


def putdown(state: State, block: Any) -> bool:
    """Put the block in the hand on the table."""
    if state.holding != block:
        return False
    state.pos[block] = TABLE
    state.clear[block] = True
    state.holding = None
    return True


def stack(state: State, block: Any, below: Any) -> bool:
    """Put the block in the hand on a clear block."""
    if state.holding != block or not state.clear[below]:
        return False
    state.pos[block] = below
    state.clear[block] = True
    state.holding = None
    state.clear[below] = False
    return True


def empty_the_hand(state: State, goal: Multigoal) -> list[Any] | None:
    """Put down what the hand holds, then see."""
    return None if state.holding is None else [("putdown", state.holding), goal]


def arrange(state: State, goal: Multigoal) -> list[Any] | None:
    """Find out which blocks can stay where they are, then move the others one after another."""
    arrangement = Arrangement.of(state, goal)
    if arrangement is None:
        return None
    clear = tuple(block for block in arrangement.blocks if state.clear[block])
    waiting = tuple(
        arrangement.number[block]
        for block in clear
        if block not in arrangement.settled and state.pos[block] != TABLE
    )
    return [("rearrange", arrangement, (), waiting, clear)]


def move_one(
    state: State,
    goal: Arrangement,
    ready: tuple[int, ...],
    waiting: tuple[int, ...],
    changed: tuple[Any, ...],
) -> Iterator[list[Any]]:
    """Move one block to the place where it can stay, or else one that waits for its place to the table.

    ``ready`` are the numbers of the blocks that can be moved to their place, ``waiting`` those of the other
    clear blocks that are not on the table and cannot stay, both as they were before the status of the
    ``changed`` blocks has changed.
    """
    for block in changed:
        if not state.clear.get(block) or block in goal.settled:
            continue
        number = goal.number[block]
        if number in waiting:
            waiting = tuple(other for other in waiting if other != number)
        if goal.may_take_its_place(state, block, waiting):
            ready = goal.sorted_in(ready, block)
        elif state.pos[block] != TABLE:
            waiting = goal.sorted_in(waiting, block)
    if ready:
        block = goal.blocks[ready[0]]
        rest = ("rearrange", goal, ready[1:], waiting, goal.changed_by(state, block))
        yield [_take(state, block), _put(block, goal.place.get(block, TABLE)), rest]
        return
    for index, number in enumerate(waiting):
        block = goal.blocks[number]
        others = waiting[:index] + waiting[index + 1 :]
        rest = ("rearrange", goal, ready, others, goal.changed_by(state, block))
        yield [_take(state, block), ("putdown", block), rest]
    if not waiting:
        yield []


def _take(state: State, block: Any) -> tuple[Any, ...]:
    below = state.pos[block]
    return ("pickup", block) if below == TABLE else ("unstack", block, below)


def _put(block: Any, below: Any) -> tuple[Any, ...]:
    return ("putdown", block) if below == TABLE else ("stack", block, below)


def random_problem(size: int, seed: int) -> Problem:
    """Draws two states of the blocks uniformly from all there are; the second one is the goal.

    Slaney and Thiébaux, Blocks World revisited, Artificial Intelligence 125 (2001), draw from the
    same distribution. Here the number of piles is drawn by how many states have it, then the blocks are
    shuffled and cut into so many piles.

    Args:
        size: the number of blocks.
        seed: of the draw.

    Raises:
        InputError: there would be no block.
    """
    if size < 1:
        raise InputError(f"A blocks problem of size {size!r} has no blocks; ask for at least 1.")
    generator = random.Random(seed)
    blocks = [f"b{number}" for number in range(size)]
    start, wanted = _drawn_piles(blocks, generator), _drawn_piles(blocks, generator)
    covered = set(start.values())
    state = make_domain().state(
        objects={"block": blocks},
        pos=start,
        clear={block: block not in covered for block in blocks},
        holding=None,
    )
    return Problem(state, [Multigoal({("pos", block): below for block, below in wanted.items()})])


def _drawn_piles(blocks: list[str], generator: random.Random) -> dict[str, str]:
    """Draws a state: for each block what it stands on."""
    count = len(blocks)
    # n blocks stand in k piles in n! / k! · (n − 1 over k − 1) states (Lah numbers), n! of them for k = 1.
    states = [math.factorial(count)]
    for piles in range(1, count):
        states.append(states[-1] * (count - piles) // (piles * (piles + 1)))
    drawn = generator.randrange(sum(states))
    cuts = next(index for index, total in enumerate(accumulate(states)) if drawn < total)
    bottoms = {0, *generator.sample(range(1, count), cuts)}
    order = generator.sample(blocks, count)
    stands_on = {block: TABLE if index in bottoms else order[index - 1] for index, block in enumerate(order)}
    return {block: stands_on[block] for block in blocks}
