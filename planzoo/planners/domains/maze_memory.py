"""What an agent keeps in mind from step to step: exits it was told of, who knows them, and its plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    DOOR,
    EXIT,
    FIRST_PROPOSAL,
    GROUND_CODES,
    GROUP_EXIT,
    PROPOSALS,
    RENDEZVOUS,
    TO_EXIT,
)
from planzoo.planners.domains.maze_masks import neighbours
from planzoo.planners.domains.maze_view import MazeView, Teammate
from planzoo.planners.htn import Action, Plan


@dataclass
class MazeMemory:
    """One agent's mind.

    Attributes:
        step: steps since the episode began.
        start: the cell where it was first.
        exits: cells of exits that it was told of, or worked out from where somebody left.
        informed: numbers of the agents that know of an exit from it, or told it of one.
        last_cells: where each other was when last observed.
        met_at: the step at which it was last near enough to each other to share maps.
        next_proposal: the step from which on it may propose again.
        queue: the rest of its plan's actions.
        plan: its plan with its decomposition.
        reasons: why it is doing that, in words with figures.
        signs: what the plan was made from; the plan stands while they stay the same.
        aim: the frontier cell that it is exploring towards, or -1.
        doors_at: the step at which it last stood before each closed door.
        waited: steps in a row that it waited for others.
    """

    step: int = 0
    start: int = -1
    exits: set[int] = field(default_factory=set)
    informed: set[int] = field(default_factory=set)
    last_cells: dict[int, int] = field(default_factory=dict)
    met_at: dict[int, int] = field(default_factory=dict)
    next_proposal: int = 0
    queue: list[Action] = field(default_factory=list)
    plan: Plan | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    signs: tuple[Any, ...] = ()
    aim: int = -1
    doors_at: dict[int, int] = field(default_factory=dict)
    waited: int = 0

    def observe(self, view: MazeView, params: MazeParams) -> None:
        """Takes in what there is to see and to hear."""
        self.step = params.max_steps - view.steps_left
        if self.start < 0:
            self.start = view.cell
        self._listen(view)
        for mate in view.teammates:
            if mate.escaped and mate.number in self.last_cells:
                self._work_out_exit(view, self.last_cells.pop(mate.number))
            if mate.observed:
                self._note_mate(view, mate, params)
        for cell in neighbours(view.across, view.cell):
            if view.ground(cell) == DOOR:
                self.doors_at[cell] = self.step
        if bool((view.codes & GROUND_CODES == EXIT).any()):
            self.informed.update(number for number, step in self.met_at.items() if step == self.step)

    def _listen(self, view: MazeView) -> None:
        """Hears of exits: a group exit tells all who are asked to join it."""
        for plan in view.plans:
            if plan.type == GROUP_EXIT:
                self.exits.add(plan.target)
                self.informed.update(mate.number for mate in view.team)

    def _note_mate(self, view: MazeView, mate: Teammate, params: MazeParams) -> None:
        self.last_cells[mate.number] = mate.cell
        if params.map_sharing and view.apart(view.cell, mate.cell) <= params.share_range:
            self.met_at[mate.number] = self.step

    def _work_out_exit(self, view: MazeView, last: int) -> None:
        """Takes the place where somebody who got out was seen last for an exit, or for beside one."""
        beside = (last, *neighbours(view.across, last))
        if not any(view.ground(cell) == EXIT for cell in beside) and not self.exits.intersection(beside):
            self.exits.add(last)

    def note_action(self, action: int, view: MazeView, params: MazeParams) -> None:
        """Remembers what a proposal does: when the next one may follow, and whom it told of an exit."""
        number = action - FIRST_PROPOSAL
        if 0 <= number < len(PROPOSALS):
            self.next_proposal = self.step + 1 + params.proposal_pause
            if PROPOSALS[number] in ((GROUP_EXIT, TO_EXIT), (RENDEZVOUS, TO_EXIT)):
                self.informed.update(mate.number for mate in view.team)

    def forget_plan(self) -> None:
        """Drops the plan, so that the next step begins with a new one."""
        self.queue, self.plan, self.signs = [], None, ()


def signs_of(view: MazeView, memory: MazeMemory) -> tuple[Any, ...]:
    """Gives what a plan depends on: the map, what is carried, needs in tens, plans, and who is beside.

    A plan that was made from the same signs would be made again.
    """
    team = tuple(
        (mate.number, mate.items, tuple(int(need) // 10 for need in mate.needs))
        for mate in view.team
        if view.steps_between(view.cell, mate.cell) <= 2
    )
    return (
        view.codes.tobytes(),
        view.items,
        tuple(int(np.ceil(need / 10)) for need in view.needs[:3]),
        view.plans and tuple((plan.slot, plan.status, plan.awaits, plan.completable) for plan in view.plans),
        team,
        len(memory.exits),
    )
