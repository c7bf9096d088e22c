"""A hall in which plans are tried without a step's other rules: agents are put, fed, killed by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.arrays import allocate_scratch, allocate_state
from planzoo.envs.maze.constants import build_constants
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.plans import (
    begin_plans,
    holds_exit,
    note_end,
    note_gift,
    note_supply,
    plan_action,
    plan_mask,
    update_plans,
)
from planzoo.envs.maze.state import (
    ALIVE,
    DEAD,
    ESCAPED,
    EXIT,
    FIRST_PROPOSAL,
    FLOOR,
    HAZARD_CODE,
    MOST_NEED,
    NO_CELL,
    PROPOSALS,
    SAFE_ROOM,
    WALL,
    Constants,
    Scratch,
    State,
)
from planzoo.envs.simulation.kernel import driver

(
    BEGIN,
    ACT,
    TICK,
    DIE,
    ESCAPE,
    MOVE,
    NEED,
    CARRY,
    GIFT,
    SUPPLY,
    KNOW,
    DISCOVER,
    FORGET,
    HOLDS,
) = range(14)
"""What can be done in the hall: rows of a script are (one of these, and up to three numbers)."""
SIZE, MIDDLE = 9, (4, 4)
"""The hall is a square of floor, with an exit, a safe room and food in corners, all on everybody's map."""
EXIT_PLACE, SAFE_PLACE, FOOD_PLACE = (0, 0), (0, 8), (8, 0)
FIELDS = ("status", "number", "accepted", "rejected", "completed", "failed", "helped", "target", "patient")
"""What a record says of each slot, after the result and the agents' masks."""


@driver
def perform(constants: Constants, state: State, scratch: Scratch, row: NDArray[np.int64]) -> int:
    """Does what a row of a script, int64 (4,), says, in world 0."""
    kind, agent, number, value = row[0], row[1], row[2], row[3]
    if kind == BEGIN:
        begin_plans(constants, state, 0)
    elif kind == ACT:
        return int(plan_action(constants, state, 0, agent, number, scratch))
    elif kind == TICK:
        state.steps[0] += 1
        update_plans(constants, state, 0)
    elif kind in (DIE, ESCAPE):
        if state.agents[0, agent].status == ALIVE:
            state.agents[0, agent].status = DEAD if kind == DIE else ESCAPED
            note_end(constants, state, 0, agent)
    elif kind == GIFT:
        note_gift(constants, state, 0, agent, number, value)
    elif kind == SUPPLY:
        note_supply(constants, state, 0, agent)
    elif kind == HOLDS:
        return int(holds_exit(constants, state, 0, agent))
    else:
        _edit(state, row)
    return 0


@driver
def _edit(state: State, row: NDArray[np.int64]) -> None:
    kind, agent, number, value = row[0], row[1], row[2], row[3]
    body = state.agents[0, agent]
    if kind == MOVE:
        body.cell = number
    elif kind == NEED:
        body.needs[number] = value
    elif kind == CARRY:
        body.items[number] = value
    elif kind == KNOW:
        body.exit_known = NO_CELL if number & 1 == 0 else value
        body.safe_known = NO_CELL if number & 2 == 0 else value
        body.supplies_known = number >> 2 & 1
        body.frontier_known = number >> 3 & 1
    elif kind == DISCOVER:
        state.worlds[0].cells_seen += number
    elif kind == FORGET:
        state.known[0, agent, number] = 0


@driver
def play(
    constants: Constants,
    state: State,
    scratch: Scratch,
    script: NDArray[np.int64],
    room: tuple[NDArray[np.bool_], NDArray[np.int64]],
) -> None:
    """Performs a script, int64 (T, 4), and records what there is after each row.

    The room is a mask, bool (A,), and the records, int64 (T, 1 + N + 9 P): the result, the masks of plan
    actions as bits, and FIELDS of each slot.
    """
    mask, records = room
    agents = state.agents.shape[1]
    for index in range(script.shape[0]):
        records[index, 0] = perform(constants, state, scratch, script[index])
        for agent in range(agents):
            plan_mask(constants, state, 0, agent, mask)
            bits = 0
            for action in range(FIRST_PROPOSAL, mask.shape[0]):
                bits |= np.int64(mask[action]) << (action - FIRST_PROPOSAL)
            records[index, 1 + agent] = bits
        for slot in range(state.plans.shape[1]):
            _record(state, slot, records[index, 1 + agents + 9 * slot :])


@driver
def _record(state: State, slot: int, out: NDArray[np.int64]) -> None:
    plan = state.plans[0, slot]
    out[0] = plan.status
    if plan.status == 0:
        out[1:9] = 0
        return
    out[1] = plan.number
    out[2] = np.int64(plan.accepted)
    out[3] = np.int64(plan.rejected)
    out[4] = np.int64(plan.completed)
    out[5] = np.int64(plan.failed)
    out[6] = np.int64(plan.helped)
    out[7] = plan.target
    out[8] = plan.patient


class Hall:
    """One world with the hall in it, all agents in its middle, alive and well.

    Args:
        changes: fields of the parameters that differ from those of a small hall without pauses.
    """

    def __init__(self, **changes: Any) -> None:
        fields = {"height": SIZE, "width": SIZE, "proposal_pause": 0, "plan_slots": 3, "history": 4}
        self.params = MazeParams(**{**fields, **changes})
        self.constants = build_constants(self.params)
        self.state = allocate_state(self.params, self.constants, 1)
        self.scratch = allocate_scratch(self.constants)
        self.mask = np.zeros(self.params.num_actions, dtype=np.bool_)
        self._furnish()
        self.do(BEGIN)

    def _furnish(self) -> None:
        constants, state = self.constants, self.state
        inside = (constants.rows >= 0) & (constants.rows < SIZE)
        inside &= (constants.columns >= 0) & (constants.columns < SIZE)
        state.codes[0] = np.where(inside, FLOOR, WALL)
        state.codes[0, self.cell(*EXIT_PLACE)] = EXIT
        state.codes[0, self.cell(*SAFE_PLACE)] = SAFE_ROOM
        state.codes[0, self.cell(*FOOD_PLACE)] = FLOOR | 1 << 4
        state.known[0] = state.codes[0]
        assert not np.any(state.codes & HAZARD_CODE)
        state.agents.cell = self.cell(*MIDDLE)
        state.agents.needs = MOST_NEED
        state.agents.exit_known = state.agents.safe_known = NO_CELL

    def cell(self, row: int, column: int) -> int:
        """Gives the number of a cell."""
        padding = self.constants.padding
        return (row + padding) * (self.constants.width + 2 * padding) + column + padding

    def do(self, kind: int, agent: int = 0, number: int = 0, value: int = 0) -> int:
        """Does one thing."""
        row = np.array([kind, agent, number, value], dtype=np.int64)
        return int(perform(self.constants, self.state, self.scratch, row))

    def know(self, agent: int, places: str) -> None:
        """Lets an agent know of ``exit``, ``safe``, ``supply`` and ``frontier``, and of nothing else."""
        names = ("exit", "safe", "supply", "frontier")
        bits = sum(1 << number for number, name in enumerate(names) if name in places)
        self.do(KNOW, agent, bits, self.cell(*EXIT_PLACE))

    def put(self, agent: int, row: int, column: int) -> None:
        """Puts an agent somewhere."""
        self.do(MOVE, agent, self.cell(row, column))

    def propose(self, agent: int, plan_type: int, target: int) -> bool:
        """Lets an agent propose; tells whether it did."""
        action = FIRST_PROPOSAL + PROPOSALS.index((plan_type, target))
        return bool(self.do(ACT, agent, action))

    def _slot_action(self, agent: int, kind: int, slot: int) -> bool:
        slots = self.params.plan_slots
        return bool(self.do(ACT, agent, FIRST_PROPOSAL + len(PROPOSALS) + kind * slots + slot))

    def accept(self, agent: int, slot: int = 0) -> bool:
        """Lets an agent accept; tells whether it did."""
        return self._slot_action(agent, 0, slot)

    def reject(self, agent: int, slot: int = 0) -> bool:
        """Lets an agent reject; tells whether it did."""
        return self._slot_action(agent, 1, slot)

    def complete(self, agent: int, slot: int = 0) -> bool:
        """Lets an agent mark its part as done; tells whether it did."""
        return self._slot_action(agent, 2, slot)

    def tick(self, steps: int = 1) -> None:
        """Lets time pass."""
        for _ in range(steps):
            self.do(TICK)

    def masks(self, agent: int) -> NDArray[np.bool_]:
        """Gives which plan actions an agent may take, bool (13 + 3 P,)."""
        records = self.play([[MOVE, 0, int(self.state.agents.cell[0, 0]), 0]])
        bits = int(records[0, 1 + agent])
        count = len(self.mask) - FIRST_PROPOSAL
        return np.array([bits >> number & 1 for number in range(count)], dtype=np.bool_)

    def play(self, script: Any) -> NDArray[np.int64]:
        """Performs a script and gives the records."""
        rows = np.array(script, dtype=np.int64).reshape(-1, 4)
        length = 1 + self.params.agents + len(FIELDS) * self.params.plan_slots
        records = np.zeros((len(rows), length), dtype=np.int64)
        play(self.constants, self.state, self.scratch, rows, (self.mask, records))
        return records

    @property
    def plans(self) -> Any:
        """The records of the slots."""
        return self.state.plans[0]

    @property
    def last(self) -> Any:
        """The record of the plan that ended last."""
        ended = int(self.state.worlds.plans_ended[0])
        return self.state.history[0, (ended - 1) % self.params.history]

    def started(self, plan_type: int, target: int, participants: tuple[int, ...] = (0, 1)) -> None:
        """Brings a plan of the first participant into progress; the other agents reject it."""
        assert self.propose(participants[0], plan_type, target)
        for agent in participants[1:]:
            assert self.accept(agent)
        for agent in range(self.params.agents):
            if agent not in participants:
                assert self.reject(agent)
        self.tick()

    @property
    def simulator(self) -> Any:
        """The hall as a simulator, as far as reports and plans by hand need one; it counts refreshes."""
        refreshed: list[int] = []
        return SimpleNamespace(
            params=self.params,
            constants=self.constants,
            state=self.state,
            num_worlds=1,
            num_agents=self.params.agents,
            agents=tuple(f"agent_{number}" for number in range(self.params.agents)),
            refreshed=refreshed,
            refresh=lambda: refreshed.append(1),
        )
