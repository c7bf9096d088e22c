"""Maps that agents have in common while they are near each other."""

from __future__ import annotations

from planzoo.envs.maze.editions import MERGED, has_editions, join_editions, new_edition, note_seen
from planzoo.envs.maze.places import kings_distance
from planzoo.envs.maze.role_effects import reach_of_voice
from planzoo.envs.maze.sight import look, take_in, warn, write_known
from planzoo.envs.maze.state import ALIVE, HAZARD_CODE, MAP_BLOCK, NO_AGENT, Constants, Scratch, State
from planzoo.envs.simulation.kernel import driver, kernel


@driver
def see_and_share(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Lets all who live look around and tell those in contact with them what they see.

    Those who meet, which were not in contact in the step before, exchange all that they know; pairs do so in
    the order of their numbers.
    """
    agents = state.agents.shape[1]
    for agent in range(agents):
        if state.agents[world, agent].status == ALIVE:
            look(constants, state, world, agent, scratch)
            take_in_all(constants, state, world, agent, scratch)
    if constants.share_range < 0:
        return
    for agent in range(agents):
        for other in range(agent + 1, agents):
            near = in_contact(constants, state, world, agent, other)
            # At the reset everybody knows only what was told already.
            if near and not state.contact[world, agent, other] and state.steps[world] > 0:
                merge_maps(constants, state, world, agent, other)
            state.contact[world, agent, other] = near
            state.contact[world, other, agent] = near


@kernel
def take_in_all(constants: Constants, state: State, world: int, agent: int, scratch: Scratch) -> None:
    """Puts what an agent sees on its own map, then on the maps of those in contact with it."""
    agents = state.agents.shape[1]
    for turn in range(agents):
        # The agent itself comes first, then the others in order of their numbers.
        reader = agent if turn == 0 else turn - (turn <= agent)
        if turn == 0 or in_contact(constants, state, world, agent, reader):
            take_in(constants, state, world, reader, NO_AGENT if turn == 0 else agent, scratch)
            if has_editions(state):
                note_seen(state, world, agent, reader, scratch)


@kernel
def in_contact(constants: Constants, state: State, world: int, agent: int, other: int) -> bool:
    """Tells whether two agents live and share their maps: one of them has the other in its range."""
    mine, theirs = state.agents[world, agent], state.agents[world, other]
    if constants.share_range < 0 or mine.status != ALIVE or theirs.status != ALIVE:
        return False
    apart = kings_distance(constants, mine.cell, theirs.cell)
    if apart <= constants.share_range:
        return True
    reach = max(
        reach_of_voice(constants, state, world, agent), reach_of_voice(constants, state, world, other)
    )
    return bool(apart <= reach)


@driver
def merge_maps(constants: Constants, state: State, world: int, agent: int, other: int) -> None:
    """Gives two agents the newer memory that either has of each cell; hazards once recognized stay."""
    cells, pair = state.known.shape[2], (agent, other)
    number = new_edition(state, world, MERGED, agent, other)
    for start in range(0, cells, MAP_BLOCK):
        # Most blocks of two maps are the same: of large ones that is known without looking.
        if has_editions(state) and not join_editions(state, world, pair, start // MAP_BLOCK, number):
            continue
        stop = min(start + MAP_BLOCK, cells)
        if differ(state, world, agent, other, (start, stop)):
            for cell in range(start, stop):
                merge_cell(constants, state, world, pair, cell)


@kernel
def differ(state: State, world: int, agent: int, other: int, cells: tuple[int, int]) -> bool:
    """Tells whether two agents remember anything else of some cells, the second of which is excluded."""
    differences = 0
    for cell in range(cells[0], cells[1]):
        differences |= state.known[world, agent, cell] ^ state.known[world, other, cell]
        differences |= state.known_at[world, agent, cell] ^ state.known_at[world, other, cell]
    return differences != 0


@kernel
def merge_cell(constants: Constants, state: State, world: int, pair: tuple[int, int], cell: int) -> None:
    """Gives a pair the newer memory of one cell."""
    agent, other = pair
    mine, theirs = state.known[world, agent, cell], state.known[world, other, cell]
    when, then = state.known_at[world, agent, cell], state.known_at[world, other, cell]
    if mine == theirs and when == then:
        return
    code = (mine if when >= then else theirs) | ((mine | theirs) & HAZARD_CODE)
    for reader in pair:
        state.known_at[world, reader, cell] = max(when, then)
        old = state.known[world, reader, cell]
        if old == code:
            continue
        if code & HAZARD_CODE & ~old:
            warn(state, world, reader, agent + other - reader, cell)
        write_known(constants, state, world, reader, cell, code)
