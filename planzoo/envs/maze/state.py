"""State and constants of the maze, as arrays with the world as first axis.

Cells are numbers: the map is padded on all sides by ``padding`` cells of wall, and cell
``(row + padding) * padded_width + column + padding`` is the cell at (row, column).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

UNKNOWN, FLOOR, WALL, EXIT, SAFE_ROOM, DOOR = 0, 1, 2, 3, 4, 5
"""Kinds of ground, the bits of GROUND_CODES in a cell's code; UNKNOWN stands on remembered maps only."""
GROUND_CODES, HAZARD_CODE, ITEM_CODES = 7, 8, 112
"""A cell's code: its ground, a hazard, and an item (number + 1, shifted by ITEM_SHIFT; 0 = none)."""
ITEM_SHIFT = 4
NUM_CODES = 128
FOOD, WATER, MEDICINE, KEY = 0, 1, 2, 3
ITEMS = ("food", "water", "medicine", "key")

HEALTH, HUNGER, THIRST, ENERGY = 0, 1, 2, 3
"""Columns of needs. All are shares of 100 where 100 is best: a hunger of 0 is starving."""
NEEDS = ("health", "hunger", "thirst", "energy")
MOST_NEED = 100.0

ALIVE, ESCAPED, DEAD = 0, 1, 2
"""Values of an agent's ``status``."""

UP, DOWN, LEFT, RIGHT, REST, PICK_UP, EAT, DRINK, HEAL = 0, 1, 2, 3, 4, 5, 6, 7, 8
GIVE, DROP, FIRST_PROPOSAL = 9, 13, 17
"""Actions: GIVE + item and DROP + item; proposals follow, then accept, reject and complete by plan slot."""
NO_ACTION = -1
NO_AGENT = -1
NO_CELL = -1
NO_PLAN = -1

RENDEZVOUS, RESOURCE_SHARE, SYNCHRONIZED_EXPLORATION, GROUP_EXIT = 0, 1, 2, 3
RESCUE_MISSION, AREA_SWEEP, SUPPLY_RUN = 4, 5, 6
PLAN_TYPES = (
    "RENDEZVOUS",
    "RESOURCE_SHARE",
    "SYNCHRONIZED_EXPLORATION",
    "GROUP_EXIT",
    "RESCUE_MISSION",
    "AREA_SWEEP",
    "SUPPLY_RUN",
)
PLAN_SECONDS = (120, 60, 300, 180, 120, 600, 240)
"""How long a plan of each type may take."""
PLAN_IMPORTANCE = (7, 8, 6, 10, 9, 6, 6)

TO_HERE, TO_EXIT, TO_SAFE_ROOM, TO_SUPPLY, TO_FRONTIER, TO_TEAMMATE = 0, 1, 2, 3, 4, 5
TARGETS = ("here", "exit", "safe_room", "supply", "frontier", "teammate")
PROPOSALS = (
    (RENDEZVOUS, TO_HERE),
    (RENDEZVOUS, TO_SAFE_ROOM),
    (RENDEZVOUS, TO_EXIT),
    (RESOURCE_SHARE, TO_HERE),
    (RESOURCE_SHARE, TO_SAFE_ROOM),
    (RESOURCE_SHARE, TO_TEAMMATE),
    (SYNCHRONIZED_EXPLORATION, TO_HERE),
    (SYNCHRONIZED_EXPLORATION, TO_FRONTIER),
    (GROUP_EXIT, TO_EXIT),
    (RESCUE_MISSION, TO_TEAMMATE),
    (AREA_SWEEP, TO_HERE),
    (AREA_SWEEP, TO_FRONTIER),
    (SUPPLY_RUN, TO_SUPPLY),
)
"""Action FIRST_PROPOSAL + n proposes a plan of the first to the place that the second stands for."""

NO_STATUS, PROPOSED, ACCEPTED, IN_PROGRESS = 0, 1, 2, 3
COMPLETED, ABANDONED, EXPIRED, REJECTED = 4, 5, 6, 7
PLAN_STATUSES = (
    "NONE",
    "PROPOSED",
    "ACCEPTED",
    "IN_PROGRESS",
    "COMPLETED",
    "ABANDONED",
    "EXPIRED",
    "REJECTED",
)
"""A plan slot with NO_STATUS is free; plans with the last four have ended."""

SCOUT, GATHERER, NAVIGATOR, COORDINATOR, PROTECTOR, GENERALIST = 0, 1, 2, 3, 4, 5
ROLES = ("SCOUT", "GATHERER", "NAVIGATOR", "COORDINATOR", "PROTECTOR", "GENERALIST")

MODE_NONE, MODE_ENABLED, MODE_FORCED, MODE_ROLES = 0, 1, 2, 3
OBSERVE_WINDOW, OBSERVE_GUIDED, OBSERVE_MAP = 0, 1, 2

EVENTS = (
    "ate",
    "drank",
    "healed",
    "picked_up",
    "dropped",
    "gave",
    "received",
    "hurt",
    "starving",
    "opened_door",
    "found_exit",
    "warned",
    "escaped",
    "died",
    "proposed",
    "accepted",
    "rejected",
    "completed_part",
    "failed_part",
    "plan_accepted",
    "plan_started",
    "plan_completed",
    "plan_ended",
)
"""Names of the events; event number n is bit n of an agent's ``events``."""
(
    ATE,
    DRANK,
    HEALED,
    PICKED_UP,
    DROPPED,
    GAVE,
    RECEIVED,
    HURT,
    STARVING,
    OPENED_DOOR,
    FOUND_EXIT,
    WARNED,
    ESCAPE,
    DEATH,
    PROPOSAL,
    ACCEPTANCE,
    REJECTION,
    COMPLETED_PART,
    FAILED_PART,
    PLAN_ACCEPTED,
    PLAN_STARTED,
    PLAN_COMPLETED,
    PLAN_ENDED,
) = range(len(EVENTS))

MOST_AGENTS = 64
"""Who takes part in a plan are bits of 64."""
SEEN_TEAMMATES = 7
"""An agent observes at most so many others."""
MAP_BLOCK = 64
"""Cells of a map that are compared at a time."""

AGENT = np.dtype(
    [
        ("needs", np.float32, (4,)),  # HEALTH, HUNGER, THIRST, ENERGY
        ("cell", np.int32),
        ("items", np.int16, (4,)),  # of each of ITEMS that it carries
        ("status", np.uint8),  # ALIVE, ESCAPED or DEAD
        ("role", np.uint8),
        ("usual_role", np.uint8),  # the role outside of plans, which its role returns to
        ("events", np.int32),  # bits of EVENTS of the last step
        ("exit_known", np.int32),  # a cell of an exit on its map, or NO_CELL
        ("safe_known", np.int32),  # a cell of a safe room on its map, or NO_CELL
        ("supplies_known", np.int32),  # cells with food, water or medicine on its map
        ("frontier_known", np.int32),  # open cells on its map beside cells that are not on it
        ("cells_known", np.int32),  # open cells on its map
        ("discovered", np.int32),  # cells of the last step that nobody of its team had seen before
        ("next_proposal", np.int32),  # the step from which on it may propose again
        ("ended_at", np.int32),  # the step at which it escaped or died; -1 before
        ("gifts", np.int32),  # items given since the reset
        ("distance", np.int32),  # cells walked since the reset
        ("reward", np.float32),  # of the last step, before it is shared
    ],
    align=True,
)
PLAN = np.dtype(
    [
        ("invited", np.uint64),  # bits of the agents asked to take part, the initiator among them
        ("accepted", np.uint64),  # participants: bits of those who take part
        ("rejected", np.uint64),
        ("completed", np.uint64),  # participants whose part is done
        ("failed", np.uint64),  # participants whose part has failed
        ("helped", np.uint64),  # participants who gave, received or gathered something for the plan
        ("number", np.int32),  # plans are numbered from 0 on in each world
        ("target", np.int32),  # cell
        ("created_at", np.int32),  # steps
        ("started_at", np.int32),  # -1 before
        ("deadline", np.int32),  # the last step at which it can be completed
        ("ended_at", np.int32),  # -1 before
        ("baseline", np.int32),  # cells the team had seen when it started
        ("minimum", np.int16),  # participants needed
        ("type", np.uint8),
        ("status", np.uint8),
        ("initiator", np.int8),
        ("patient", np.int8),  # the agent to be rescued or met, or NO_AGENT
        ("roles", np.uint8, (MOST_AGENTS,)),  # role of each agent in this plan
    ],
    align=True,
)
PERFORMANCE = np.dtype(
    [
        ("tasks_completed", np.int32),
        ("success_rate", np.float64),
        ("efficiency", np.float64),
        ("helpfulness", np.float64),
        ("reliability", np.float64),
        ("role_tasks", np.int32, (6,)),  # parts that ended, by role
        ("role_successes", np.int32, (6,)),
        ("proposed", np.int32),
        ("accepted", np.int32),
        ("rejected", np.int32),
    ],
    align=True,
)
MEMORY = np.dtype(
    [
        ("step", np.int32),
        ("event", np.int16),  # number of one of EVENTS
        ("other", np.int16),  # the other agent, or NO_AGENT
        ("plan", np.int32),  # the plan's number, or NO_PLAN
        ("cell", np.int32),
    ],
    align=True,
)
WORLD = np.dtype(
    [
        ("plans_proposed", np.int32),  # since the reset; also the next plan's number
        ("plans_ended", np.int32),  # since the reset; the history keeps the last of them
        ("cells_seen", np.int32),  # open cells that anybody has seen
        ("items_used", np.int32),
        ("amount_wasted", np.float64),  # units of needs that items would have given beyond 100
        ("items_lost", np.int32),  # carried by agents when they died
    ],
    align=True,
)


class Constants(NamedTuple):
    """What never changes in an instance. C = padded cells, L = cells in sight, S = start cells.

    Attributes:
        layout: uint8 (C,), codes of a maze that is the same in all episodes; empty if each has its own.
        layout_starts: int32 (S,), where agents start in such a maze: agent n in cell n if there are as many
            as agents; else where they may start, of which they draw.
        rows: int32 (C,), each cell's row on the map; negative in the padding.
        columns: int32 (C,), the same for columns.
        steps_ahead: int32 (4,), difference of cell numbers for a step UP, DOWN, LEFT, RIGHT.
        sight_offsets: int32 (L,), cells in sight relative to one's own, nearest first; the first is 0.
        sight_parents: int32 (L,), the place in the list of the cell through which each is seen.
        sight_rings: int32 (L,), distance in king's moves.
        window_offsets: int32 (V,), cells of the observed window, row by row.
        cell_features: float32 (128, 10), what a cell of each code looks like, see ``observations``.
        proposals: int32 (13, 2), PROPOSALS.
        plan_steps: int32 (7,), how long plans of each type may take.
        amounts: int32 (7,), hazards, safe rooms, food, water, medicine, doors, exits of generated mazes.
        needs_lost: float32 (4,), health lost by starving (for each of hunger and thirst), and hunger, thirst
            and energy lost in a step.
        item_gains: float32 (3,), what food, water and medicine restore.
        height, width, padding: in cells.
        maze_kind: number of the generator, see ``mazes``.
        openness: of the generator, in units of 2 ** -21.
        together: whether agents start side by side.
        sight, hazard_sight, view: in cells.
        carried: items that an agent can carry.
        move_energy, rest_energy, hazard_damage, regeneration: units of needs.
        mode: MODE_NONE, MODE_ENABLED, MODE_FORCED or MODE_ROLES.
        message_range, share_range: in cells (king's moves); -1 = no map is shared.
        minimum: participants that a plan needs.
        response_steps, proposal_pause: in steps.
        observation_kind: OBSERVE_WINDOW, OBSERVE_GUIDED or OBSERVE_MAP.
        keeps_memory: whether trust and statistics of plan types outlive an episode.
        max_steps: time limit in steps.
        escape_reward, death_penalty, step_cost, exploration_reward, plan_reward, team_share: see
            :class:`~planzoo.envs.maze.params.MazeParams`.
    """

    layout: NDArray[np.uint8]
    layout_starts: NDArray[np.int32]
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    steps_ahead: NDArray[np.int32]
    sight_offsets: NDArray[np.int32]
    sight_parents: NDArray[np.int32]
    sight_rings: NDArray[np.int32]
    window_offsets: NDArray[np.int32]
    cell_features: NDArray[np.float32]
    proposals: NDArray[np.int32]
    plan_steps: NDArray[np.int32]
    amounts: NDArray[np.int32]
    needs_lost: NDArray[np.float32]
    item_gains: NDArray[np.float32]
    height: int
    width: int
    padding: int
    maze_kind: int
    openness: int
    together: bool
    sight: int
    hazard_sight: int
    view: int
    carried: int
    move_energy: float
    rest_energy: float
    hazard_damage: float
    regeneration: float
    mode: int
    message_range: int
    share_range: int
    minimum: int
    response_steps: int
    proposal_pause: int
    observation_kind: int
    keeps_memory: bool
    max_steps: int
    escape_reward: float
    death_penalty: float
    step_cost: float
    exploration_reward: float
    plan_reward: float
    team_share: float


class Scratch(NamedTuple):
    """Room that each thread works in. C and L as in :class:`Constants`.

    Attributes:
        queue: int32 (C,), cells of a search.
        distance: int32 (C,), of a search; -1 = not reached.
        first: int8 (C,), the first move of the path to a cell.
        open: bool (L,), whether light passes a cell in sight.
        cells: int32 (C,), a list of cells, where mazes are made.
        marks: uint8 (C,), marks on cells, where mazes are made.
    """

    queue: NDArray[np.int32]
    distance: NDArray[np.int32]
    first: NDArray[np.int8]
    open: NDArray[np.bool_]
    cells: NDArray[np.int32]
    marks: NDArray[np.uint8]


class State(NamedTuple):
    """The truth about B worlds of N agents, with P plan slots, H ended plans and M memories an agent.

    K is how many blocks of MAP_BLOCK cells a large map has, or 0 where maps are small.

    Attributes:
        random_streams: uint64 (B, 2), key and counter of each world's random stream.
        steps: int32 (B,), steps since the reset.
        ended: bool (B,).
        worlds: WORLD (B,).
        codes: uint8 (B, C), what each cell is, see GROUND_CODES.
        seen: bool (B, C), cells that anybody has seen.
        agents: AGENT (B, N).
        known: uint8 (B, N, C), the map that each agent remembers; 0 = unknown.
        known_at: int16 (B, N, C), the step at which a cell was last seen by whom the agent has it from.
        editions: int32 (B, N, K), numbers of blocks of each map; equal ones of a block mean equal contents.
        contact: bool (B, N, N), whether two agents shared their maps in the last step.
        plans: PLAN (B, P), plans that have not ended; slots with NO_STATUS are free.
        history: PLAN (B, H), the last plans that ended; plan n of those that ended is at n % H.
        type_counts: int32 (B, 7, 8), how many plans of each type ever had each status.
        type_steps: int64 (B, 7), steps from start to completion of the completed plans of each type.
        performance: PERFORMANCE (B, N).
        kept: int32 (B, N, N), commitments of the second that the first saw kept.
        broken: int32 (B, N, N), commitments of the second that the first saw broken.
        memories: MEMORY (B, N, M), the last events of each agent; number n is at n % M.
        memory_counts: int32 (B, N), events since the reset.
    """

    random_streams: NDArray[np.uint64]
    steps: NDArray[np.int32]
    ended: NDArray[np.bool_]
    worlds: Any
    codes: NDArray[np.uint8]
    seen: NDArray[np.bool_]
    agents: Any
    known: NDArray[np.uint8]
    known_at: NDArray[np.int16]
    editions: NDArray[np.int32]
    contact: NDArray[np.bool_]
    plans: Any
    history: Any
    type_counts: NDArray[np.int32]
    type_steps: NDArray[np.int64]
    performance: Any
    kept: NDArray[np.int32]
    broken: NDArray[np.int32]
    memories: Any
    memory_counts: NDArray[np.int32]
