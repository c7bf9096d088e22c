"""What is drawn of a maze: agents and plans, each with what a person would say of it."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.envs.maze.state import (
    ACCEPTED,
    ALIVE,
    DEAD,
    ESCAPED,
    GENERALIST,
    IN_PROGRESS,
    MOST_NEED,
    NEEDS,
    PROPOSED,
)


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as it is drawn.

    Attributes:
        number, row, column: which, and where.
        status: ALIVE, ESCAPED or DEAD.
        needs: health, hunger, thirst, energy; 100 is best.
        items: food, water, medicine and keys that it carries.
        role: number of one of ROLES: in its plan in progress, or else its own.
        events: bits of what happened to it in the last step.
        ended_at: the step at which it escaped or died; -1 before.
        plan: number of the plan in progress that it takes part in.
        tasks: parts of plans that ended.
        rates: success rate, reliability, helpfulness.
    """

    number: int
    row: int
    column: int
    status: int = ALIVE
    needs: tuple[float, ...] = (MOST_NEED,) * len(NEEDS)
    items: tuple[int, ...] = (0, 0, 0, 0)
    role: int = GENERALIST
    events: int = 0
    ended_at: int = -1
    plan: int | None = None
    tasks: int = 0
    rates: tuple[float, ...] = (0.0, 0.5, 0.0)

    @property
    def alive(self) -> bool:
        """Whether it still plays."""
        return self.status == ALIVE

    @property
    def dead(self) -> bool:
        """Whether it has died."""
        return self.status == DEAD

    @property
    def escaped(self) -> bool:
        """Whether it got out."""
        return self.status == ESCAPED


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A plan as it is drawn.

    Attributes:
        number: of the plan in its world.
        kind: number of one of PLAN_TYPES.
        status: number of one of PLAN_STATUSES.
        initiator: who proposed it.
        row, column: its target.
        patient: the agent that is to be met or rescued.
        accepted, rejected: agents that answered.
        waiting: living agents that have not answered.
        completed, failed: participants whose part has ended.
        busy: living participants whose part has not ended.
        time_left, time: steps until it expires, and how many it had.
        answer_left: steps for which answers are awaited.
    """

    number: int
    kind: int
    status: int
    initiator: int
    row: int
    column: int
    patient: int | None = None
    accepted: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    completed: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    busy: tuple[int, ...] = ()
    time_left: int = 0
    time: int = 1
    answer_left: int = 0

    @property
    def awaits_answers(self) -> bool:
        """Whether agents can still answer it, and some have not."""
        return self.status in (PROPOSED, ACCEPTED) and bool(self.waiting)

    @property
    def runs(self) -> bool:
        """Whether it is being carried out."""
        return self.status == IN_PROGRESS
