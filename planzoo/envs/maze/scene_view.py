"""One world of a maze as a person would describe it: in rows and columns, not in padded cells."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.scene_things import Agent, TeamPlan
from planzoo.envs.maze.state import (
    ALIVE,
    GROUND_CODES,
    IN_PROGRESS,
    NO_AGENT,
    NO_STATUS,
    UNKNOWN,
    WALL,
    Constants,
    State,
)
from planzoo.envs.maze.team_views import members


class View:
    """One world.

    Args:
        constants: of the instance.
        state: of all worlds.
        world: the one to look at.
    """

    def __init__(self, constants: Constants, state: State, world: int) -> None:
        self.constants, self.state, self.world = constants, state, world
        self.height, self.width = constants.height, constants.width

    def place(self, cell: int) -> tuple[int, int]:
        """Gives the (row, column) of a padded cell number."""
        return int(self.constants.rows[cell]), int(self.constants.columns[cell])

    def _on_map(self, cells: NDArray[Any]) -> NDArray[Any]:
        """Takes the padding off: (…, C) becomes (…, H, W)."""
        padding, height, width = self.constants.padding, self.height, self.width
        rows = cells.reshape(*cells.shape[:-1], -1, width + 2 * padding)
        return rows[..., padding : padding + height, padding : padding + width]

    @property
    def steps(self) -> int:
        """Steps since the reset."""
        return int(self.state.steps[self.world])

    @cached_property
    def codes(self) -> NDArray[np.uint8]:
        """What each cell is, uint8 (H, W)."""
        return self._on_map(self.state.codes[self.world])

    @cached_property
    def known_by(self) -> NDArray[np.bool_]:
        """Which cells each agent has on its map, bool (N, H, W)."""
        known = self._on_map(self.state.known[self.world])
        return np.asarray(known & GROUND_CODES != UNKNOWN)

    @cached_property
    def seen(self) -> NDArray[np.bool_]:
        """Which cells anybody has seen, bool (H, W)."""
        return np.asarray(self._on_map(self.state.seen[self.world]) | self.known_by.any(axis=0))

    @cached_property
    def open_seen(self) -> tuple[int, int]:
        """How many cells without a wall anybody has seen, and how many there are."""
        walkable = ~self.is_wall
        return int((walkable & self.seen).sum()), int(walkable.sum())

    @cached_property
    def is_wall(self) -> NDArray[np.bool_]:
        """Which cells are wall, bool (H, W)."""
        return np.asarray(self.codes & GROUND_CODES == WALL)

    @cached_property
    def agents(self) -> tuple[Agent, ...]:
        """All agents, also those that have ended."""
        plan_of = {
            agent: (plan.number, plan.roles) for plan in self._running for agent in members(plan.accepted)
        }
        return tuple(self._agent(number, plan_of.get(number)) for number in range(self.state.agents.shape[1]))

    @property
    def _running(self) -> list[Any]:
        return [plan for plan in self.state.plans[self.world] if plan.status == IN_PROGRESS]

    def _agent(self, number: int, running: tuple[int, Any] | None) -> Agent:
        record = self.state.agents[self.world, number]
        performance = self.state.performance[self.world, number]
        rates = (performance.success_rate, performance.reliability, performance.helpfulness)
        return Agent(
            number,
            *self.place(record.cell),
            status=int(record.status),
            needs=tuple(record.needs.tolist()),
            items=tuple(record["items"].tolist()),
            role=int(record.role if running is None else running[1][number]),
            events=int(record.events),
            ended_at=int(record.ended_at),
            plan=None if running is None else int(running[0]),
            tasks=int(performance.tasks_completed),
            rates=tuple(float(rate) for rate in rates),
        )

    @cached_property
    def plans(self) -> tuple[TeamPlan, ...]:
        """The plans that have not ended, oldest first."""
        active = (plan for plan in self.state.plans[self.world] if plan.status != NO_STATUS)
        return tuple(self._plan(plan) for plan in sorted(active, key=lambda plan: int(plan.number)))

    @cached_property
    def ended_plans(self) -> tuple[TeamPlan, ...]:
        """The plans that ended and are kept, last first."""
        history = self.state.history[self.world]
        count, kept = int(self.state.worlds[self.world].plans_ended), len(history)
        return tuple(
            self._plan(history[number % kept]) for number in range(count - 1, max(-1, count - 1 - kept), -1)
        )

    def _plan(self, plan: Any) -> TeamPlan:
        answered = int(plan.accepted) | int(plan.rejected)
        ended = int(plan.completed) | int(plan.failed)
        return TeamPlan(
            int(plan.number),
            int(plan.type),
            int(plan.status),
            int(plan.initiator),
            *self.place(plan.target),
            patient=None if plan.patient == NO_AGENT else int(plan.patient),
            accepted=tuple(members(plan.accepted)),
            rejected=tuple(members(plan.rejected)),
            waiting=self._living(int(plan.invited) & ~answered),
            completed=tuple(members(plan.completed)),
            failed=tuple(members(plan.failed)),
            busy=self._living(int(plan.accepted) & ~ended),
            time_left=max(0, int(plan.deadline) - self.steps),
            time=max(1, int(plan.deadline) - int(plan.created_at)),
            answer_left=max(0, int(plan.created_at) + self.constants.response_steps - self.steps),
        )

    def _living(self, team: int) -> tuple[int, ...]:
        status = self.state.agents[self.world].status
        return tuple(agent for agent in members(team) if status[agent] == ALIVE)

    def counted(self, status: int) -> int:
        """Gives how many plans of this episode, or of all that are remembered, ever had a status."""
        return int(self.state.type_counts[self.world, :, status].sum())
