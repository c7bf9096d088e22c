"""How one agent's own row of a maze's observation is read: itself, its remembered map, its team and plans.

Cells are numbered as on a map with one row or column of wall around it: the cell at (row, column) is number
``(row + 1) * across + column + 1`` with ``across`` = width + 2, so that every cell of the maze has four
neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.layout import OWN_SIZE, PLAN_SIZE, PLAN_TARGET, TEAMMATE_SIZE, observation_layout
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.role_effects import GATHERED_MORE
from planzoo.envs.maze.state import (
    EXIT,
    GENERALIST,
    GROUND_CODES,
    GROUP_EXIT,
    IN_PROGRESS,
    ITEM_SHIFT,
    MOST_NEED,
    NO_AGENT,
    NUM_CODES,
    PLAN_IMPORTANCE,
    PLAN_TYPES,
    PROPOSED,
    WALL,
)
from planzoo.errors import InputError


@dataclass(frozen=True)
class Teammate:
    """What an agent observes of another.

    Attributes:
        number: of the other agent.
        observed: whether it lives and is in message range; if not, only how it ended is known.
        cell: where it is.
        needs: health, hunger, thirst and energy, 100 is best.
        items: food, water, medicine and keys that it carries.
        role: number of one of ROLES.
        trust: share of its commitments that it kept, as believed before and after (Laplace's rule).
        escaped: whether it got out.
        dead: whether it died.
    """

    number: int
    observed: bool
    cell: int
    needs: tuple[float, ...]
    items: tuple[int, ...]
    role: int
    trust: float
    escaped: bool
    dead: bool


@dataclass(frozen=True)
class TeamPlan:
    """What an agent observes of a plan to which it is invited.

    Attributes:
        slot: the plan's slot, by which it is answered.
        type: number of one of PLAN_TYPES.
        status: PROPOSED, ACCEPTED or IN_PROGRESS.
        mine: whether the agent proposed it.
        awaits: whether it waits for the agent's answer.
        takes_part: whether the agent has accepted it.
        completable: whether the agent may mark its part as done.
        accepted: share of the invited that have accepted.
        target: its cell.
        time_left: share of the plan's time.
        role: the agent's role in it.
        initiator: number of the agent that proposed it.
        patient: number of the agent to be helped, or NO_AGENT.
        done: whether the agent's part is done.
        am_patient: whether the agent is the one to be helped.
        importance: 0 to 10.
    """

    slot: int
    type: int
    status: int
    mine: bool
    awaits: bool
    takes_part: bool
    completable: bool
    accepted: float
    target: int
    time_left: float
    role: int
    initiator: int
    patient: int
    done: bool
    am_patient: bool
    importance: float

    @property
    def name(self) -> str:
        """The type's name."""
        return PLAN_TYPES[self.type]

    @property
    def running(self) -> bool:
        """Whether the agent has a part in it that is still to be done."""
        return self.status == IN_PROGRESS and self.takes_part and not self.done


@dataclass(frozen=True)
class MazeView:
    """What one agent knows in one step.

    Attributes:
        number: the agent's own.
        across: cells in a row of the numbered map.
        cell: where it stands.
        needs: health, hunger, thirst and energy, 100 is best.
        items: food, water, medicine and keys that it carries.
        role: number of one of ROLES.
        steps_left: until the time limit.
        on_safe_room: whether it stands in one.
        in_contact: whether it shares its map with somebody now.
        codes: uint8 (C,), its remembered map with a wall around it, 0 = unknown.
        teammates: the others that it is shown.
        plans: those to which it is invited.
    """

    number: int
    across: int
    cell: int
    needs: tuple[float, ...]
    items: tuple[int, ...]
    role: int
    steps_left: int
    on_safe_room: bool
    in_contact: bool
    codes: NDArray[np.uint8]
    teammates: tuple[Teammate, ...]
    plans: tuple[TeamPlan, ...]

    @property
    def health(self) -> float:
        """Out of 100."""
        return self.needs[0]

    @property
    def team(self) -> tuple[Teammate, ...]:
        """The others that live and are heard."""
        return tuple(each for each in self.teammates if each.observed)

    @property
    def running(self) -> TeamPlan | None:
        """The plan in which it has a part to do now."""
        return next((plan for plan in self.plans if plan.running), None)

    @property
    def busy(self) -> bool:
        """Whether it takes part in a plan in progress, with its part done or not."""
        return any(plan.status == IN_PROGRESS and plan.takes_part for plan in self.plans)

    @property
    def ended(self) -> bool:
        """Whether it has died, or stands on an exit with nobody to wait for: nothing is left to do."""
        if self.health <= 0:
            return True
        plan = self.running
        waits = plan is not None and plan.type == GROUP_EXIT and plan.target == self.cell
        return bool(self.codes[self.cell] & GROUND_CODES == EXIT) and not waits

    def ground(self, cell: int) -> int:
        """Gives the kind of ground of a cell on the map."""
        return int(self.codes[cell]) & GROUND_CODES

    def item(self, cell: int) -> int:
        """Gives the item on a cell of the map; -1 if none is known."""
        return (int(self.codes[cell]) >> ITEM_SHIFT) - 1

    def apart(self, cell: int, other: int) -> int:
        """Counts the king's moves between two cells."""
        rows, columns = (
            abs(cell // self.across - other // self.across),
            abs(cell % self.across - other % self.across),
        )
        return max(rows, columns)

    def steps_between(self, cell: int, other: int) -> int:
        """Counts the steps between two cells if no wall were in the way."""
        rows = abs(cell // self.across - other // self.across)
        return rows + abs(cell % self.across - other % self.across)

    def place(self, cell: int) -> tuple[int, int]:
        """Gives a cell's row and column."""
        return cell // self.across - 1, cell % self.across - 1


class MazeReader:
    """Reads the rows of a team.

    Args:
        params: the rules; their observation is ``map``.

    Raises:
        InputError: another observation.
    """

    def __init__(self, params: MazeParams) -> None:
        if params.observation != "map":
            raise InputError(
                f'A planner in the maze reads its whole map, not observation="{params.observation}": '
                'set observation="map" in MazeParams.'
            )
        self.params = params
        self.layout = observation_layout(params)
        self.size = self.layout.size
        self.across = params.width + 2
        self.cells = self.across * (params.height + 2)
        self._carried = params.carried + GATHERED_MORE
        self._last = max(params.agents - 1, 1)

    def read(self, row: NDArray[np.float32], number: int) -> MazeView:
        """Reads one row.

        Args:
            row: float32 (D,).
            number: whose row it is.
        """
        own = row[self.layout.own].tolist()
        here = (round(own[0] * (self.params.height - 1)), round(own[1] * (self.params.width - 1)))
        return MazeView(
            number=number,
            across=self.across,
            cell=(here[0] + 1) * self.across + here[1] + 1,
            needs=tuple(need * MOST_NEED for need in own[2:6]),
            items=tuple(round(share * self._carried) for share in own[6:10]),
            role=max(range(GENERALIST + 1), key=lambda role: own[10 + role]),
            steps_left=round(own[16] * self.params.max_steps),
            on_safe_room=own[21] > 0.5,
            in_contact=own[OWN_SIZE - 2] > 0.5,
            codes=self._map(row),
            teammates=self._teammates(row, here),
            plans=self._plans(row, here),
        )

    def _map(self, row: NDArray[np.float32]) -> NDArray[np.uint8]:
        codes = np.full((self.params.height + 2, self.across), WALL, dtype=np.uint8)
        shares = row[self.layout.map].reshape(self.params.height, self.params.width)
        codes[1:-1, 1:-1] = np.rint(shares * np.float32(NUM_CODES - 1))
        return codes.reshape(-1)

    def _cell(self, here: tuple[int, int], columns: float, rows: float) -> int:
        """Gives the cell that stands so far from here, as shares of the maze."""
        row = here[0] + round(rows * (self.params.height - 1))
        return (row + 1) * self.across + here[1] + round(columns * (self.params.width - 1)) + 1

    def _teammates(self, row: NDArray[np.float32], here: tuple[int, int]) -> tuple[Teammate, ...]:
        blocks = row[self.layout.teammates].reshape(-1, TEAMMATE_SIZE).tolist()
        # In large teams the blocks of those who are not there are zeros; they would say number 0.
        return tuple(self._teammate(block, here) for block in blocks if any(block))

    def _teammate(self, block: list[float], here: tuple[int, int]) -> Teammate:
        return Teammate(
            number=round(block[15] * self._last),
            observed=block[0] > 0.5,
            cell=self._cell(here, block[1], block[2]),
            needs=tuple(need * MOST_NEED for need in block[3:7]),
            items=tuple(round(share * self._carried) for share in block[7:11]),
            role=round(block[11] * GENERALIST),
            trust=block[12],
            escaped=block[13] > 0.5,
            dead=block[14] > 0.5,
        )

    def _plans(self, row: NDArray[np.float32], here: tuple[int, int]) -> tuple[TeamPlan, ...]:
        blocks = row[self.layout.plans].reshape(-1, PLAN_SIZE).tolist()
        return tuple(self._plan(block, slot, here) for slot, block in enumerate(blocks) if block[0] > 0.5)

    def _plan(self, block: list[float], slot: int, here: tuple[int, int]) -> TeamPlan:
        return TeamPlan(
            slot=slot,
            type=max(range(len(PLAN_TYPES)), key=lambda number: block[1 + number]),
            status=PROPOSED + max(range(3), key=lambda number: block[8 + number]),
            mine=block[11] > 0.5,
            awaits=block[12] > 0.5,
            takes_part=block[13] > 0.5,
            completable=block[14] > 0.5,
            accepted=block[15],
            target=self._cell(here, block[PLAN_TARGET], block[PLAN_TARGET + 1]),
            time_left=block[18],
            role=round(block[19] * GENERALIST),
            initiator=round(block[20] * self._last),
            patient=round(block[22] * self._last) if block[21] > 0.5 else NO_AGENT,
            done=block[23] > 0.5,
            am_patient=block[24] > 0.5,
            importance=block[25] * max(PLAN_IMPORTANCE),
        )
