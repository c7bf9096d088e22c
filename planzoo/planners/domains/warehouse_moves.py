"""From errands to actions: the next step of every robot of a fleet, without collisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, FleetView, WarehouseModel
from planzoo.envs.warehouse.movement import CARDINAL_ACTIONS, TURN_ACTIONS
from planzoo.errors import InputError
from planzoo.planners.domains.warehouse_errands import RobotMemory, Role, cell_of
from planzoo.planners.domains.warehouse_pairs import Drive, PairDriver, PairMemory, is_together
from planzoo.planners.domains.warehouse_travel import FULL, Travel
from planzoo.planners.pathfinding import (
    NO_GOAL,
    FleetMemory,
    FleetPathPlanner,
    FleetSituation,
    PIBTMemory,
    PIBTPlanner,
    PIBTSituation,
)
from planzoo.planners.pathfinding.motion import DIRECTION_LEFT_OF, FORWARD, NOOP, TURN_LEFT, TURN_RIGHT

PATHS = ("pibt", "windowed")
"""How paths can be planned."""
WINDOW = 16
"""Steps that the windowed planner looks ahead."""
SMALL_FLEET = 6
"""Fleets of turning robots up to this size plan their paths some steps ahead unless told otherwise."""
QUEUE_DISTANCE = 2
"""Cells from a bay at which a robot waits for the one in it."""
LOADED_FIRST, CHARGE_FIRST, PARKED_LAST, PAIRS_FIRST = 1.0, 100.0, -50.0, 1e6
"""Steps of waiting that robots are ahead of others."""


def default_paths(model: WarehouseModel) -> str:
    """Chooses a path planner: small fleets profit from looking ahead."""
    params = model.params
    fits = params.movement == "turn" and params.robots <= SMALL_FLEET and not params.heavy_share
    return "windowed" if fits else "pibt"


@dataclass
class MoveMemory:
    """What moving a fleet remembers of an episode.

    Attributes:
        pibt: the memory of PIBT.
        windowed: the memory of the windowed planner.
        pairs: carriers of heavy shelves.
    """

    pibt: PIBTMemory
    windowed: FleetMemory | None
    pairs: dict[int, PairMemory] = field(default_factory=dict)


@dataclass
class Wishes:
    """What N robots want in this step.

    Attributes:
        goals: int64 (N, 2), ``NO_GOAL`` for robots that only give way.
        toggles: bool (N,), robots that load or unload.
        holding: bool (N,), robots that stay where they are.
        priorities: float64 (N,), see :class:`~planzoo.planners.pathfinding.PIBTSituation`.
        drives: what pairs do, by leader.
    """

    goals: NDArray[np.int64]
    toggles: NDArray[np.bool_]
    holding: NDArray[np.bool_]
    priorities: NDArray[np.float64]
    drives: dict[int, Drive] = field(default_factory=dict)


class FleetMover:
    """Moves a fleet towards what its robots are about.

    Args:
        model: map and rules.
        paths: one of ``PATHS``; None = :func:`default_paths`.

    Raises:
        InputError: unknown planner, or the windowed one for robots that step to any side or carry in pairs.
    """

    def __init__(self, model: WarehouseModel, paths: str | None = None) -> None:
        self.model = model
        self.paths = default_paths(model) if paths is None else paths
        self._check()
        params = model.params
        # Loading takes the last action.
        self.toggle = (TURN_ACTIONS if params.movement == "turn" else CARDINAL_ACTIONS) - 1
        self.pibt = PIBTPlanner(np.stack([model.passable, model.passable]), params.movement)
        self.travel = Travel(model, self.pibt.fields)
        self.pair_driver = PairDriver(model, self.travel)
        self._windowed: tuple[bytes, FleetPathPlanner] | None = None
        self._can_pair = params.heavy_share > 0

    def _check(self) -> None:
        params = self.model.params
        if self.paths not in PATHS:
            raise InputError(f"There is no path planner '{self.paths}'; choose one of {', '.join(PATHS)}.")
        if self.paths == "windowed" and (params.movement != "turn" or params.heavy_share):
            raise InputError(
                "The windowed path planner is for robots that turn and carry alone; choose paths='pibt'."
            )

    def begin(self) -> MoveMemory:
        """Gives the memory that an episode starts with."""
        robots = self.model.params.robots
        windowed = self._window_planner(np.zeros(self.model.passable.shape, dtype=np.bool_)).begin(robots)
        return MoveMemory(self.pibt.begin(robots), windowed)

    def act(
        self, view: FleetView, robots: Sequence[RobotMemory], memory: MoveMemory
    ) -> tuple[NDArray[np.int64], int]:
        """Chooses the fleet's actions.

        Args:
            view: the situation, which travel has looked at.
            robots: what each robot is about.
            memory: changed.

        Returns:
            int64 (N,) actions without messages, and how many nodes the path planner expanded.
        """
        wishes = self._wishes(view, robots)
        if self._can_pair:
            self._wish_for_pairs(view, robots, memory, wishes)
        if self.paths == "windowed":
            actions, expansions = self._plan_windowed(view, wishes, memory)
        else:
            actions, expansions = self._plan_pibt(view, wishes, memory)
        actions[wishes.toggles] = self.toggle
        return self._affordable(view, actions), expansions

    def _wishes(self, view: FleetView, robots: Sequence[RobotMemory]) -> Wishes:
        count = len(robots)
        wishes = Wishes(
            goals=np.full((count, 2), NO_GOAL, dtype=np.int64),
            toggles=np.zeros(count, dtype=np.bool_),
            holding=~view.ready,
            priorities=np.where(view.carrying, LOADED_FIRST, 0.0),
        )
        for robot, memory in enumerate(robots):
            if not memory.queue:
                continue
            action = memory.queue[0]
            if action.name == "rest":
                continue
            wishes.goals[robot] = action.arguments[-1]
            if action.name == "drive" and memory.errand.role is Role.CHARGE:
                self._wish_for_a_bay(view, robot, action.arguments[-1], wishes)
            elif memory.errand.role is Role.REST and not view.carrying[robot]:
                wishes.priorities[robot] = PARKED_LAST
            if action.name == "charge":
                # Others wait for the bay, but must not push its robot out.
                wishes.holding[robot] = True
                wishes.priorities[robot] = CHARGE_FIRST
            if action.name in ("lift", "drop", "take_tool", "give_tool"):
                wishes.toggles[robot] = view.ready[robot]
            elif action.name == "lift_together":
                self._wish_to_lift(view, robot, robots, wishes)
        wishes.holding |= wishes.toggles
        return wishes

    def _wish_for_a_bay(self, view: FleetView, robot: int, bay: Cell, wishes: Wishes) -> None:
        """Sends a robot to its bay before all others, or lets it wait close by while another is still there.

        The other needs the cell before the bay to leave.
        """
        here = cell_of(view, robot)
        ways = np.abs(view.positions - bay).sum(axis=1)
        if not 0 < ways[robot] <= QUEUE_DISTANCE or not (ways == 0).any():
            wishes.priorities[robot] = CHARGE_FIRST
            return
        aside = [cell for cell in self.travel.around(here) if cell != bay and self.travel.is_open(cell, FULL)]
        wishes.goals[robot] = aside[0] if ways[robot] == 1 and aside else here

    def _wish_to_lift(
        self, view: FleetView, robot: int, robots: Sequence[RobotMemory], wishes: Wishes
    ) -> None:
        helper, shelf = robots[robot].errand.partner, robots[robot].errand.cell
        side = robots[helper].errand.cell
        if shelf is not None and side is not None and is_together(view, robot, helper, shelf, side):
            wishes.toggles[[robot, helper]] = True

    def _wish_for_pairs(
        self, view: FleetView, robots: Sequence[RobotMemory], memory: MoveMemory, wishes: Wishes
    ) -> None:
        """Lets the leaders of pairs go first, and holds everybody else who is in a pair."""
        for carrier in np.flatnonzero((view.partners >= 0) & (view.loads > 0)).tolist():
            partner, queue = int(view.partners[carrier]), robots[carrier].queue
            wishes.holding[[carrier, partner]] = True
            wishes.goals[[carrier, partner]] = view.positions[[carrier, partner]]
            drives = bool(queue) and queue[0].name == "drive"
            if not drives or not view.ready[[carrier, partner]].all():
                continue
            pair = memory.pairs.setdefault(carrier, PairMemory())
            drive = self.pair_driver.next_drive(carrier, queue[0].arguments[-1], pair)
            if drive is not None:
                wishes.drives[drive.leader] = drive
                wishes.holding[drive.leader] = False
                wishes.goals[drive.leader] = drive.target
                wishes.priorities[drive.leader] = PAIRS_FIRST

    def _plan_pibt(
        self, view: FleetView, wishes: Wishes, memory: MoveMemory
    ) -> tuple[NDArray[np.int64], int]:
        layers = self.travel.full.astype(np.int64)
        layers[list(wishes.drives)] = 1
        situation = PIBTSituation(
            view.positions, wishes.goals, view.directions, layers, wishes.holding, wishes.priorities
        )
        plan = self.pibt.plan(situation, memory.pibt)
        actions = plan.actions
        if wishes.drives:
            self._lead(view, wishes, plan.next_cells, actions)
            self._stop_before_conflicts(view, plan.next_cells, actions)
        return actions, 0

    def _lead(
        self,
        view: FleetView,
        wishes: Wishes,
        next_cells: NDArray[np.int64],
        actions: NDArray[np.int64],
    ) -> None:
        """Lets leaders do what their pair wants if nobody is in the way, and nothing else."""
        for leader, drive in wishes.drives.items():
            partner = int(view.partners[leader])
            facing = int(view.directions[leader])
            goes = tuple(next_cells[leader].tolist()) == drive.target
            if goes:
                next_cells[partner] = view.positions[leader]
                continue
            next_cells[leader] = view.positions[leader]
            actions[leader] = NOOP
            if self.model.params.movement == "turn" and facing != drive.direction:
                left = DIRECTION_LEFT_OF[facing] == drive.direction
                actions[leader] = TURN_LEFT if left else TURN_RIGHT

    def _stop_before_conflicts(
        self,
        view: FleetView,
        next_cells: NDArray[np.int64],
        actions: NDArray[np.int64],
    ) -> None:
        """Stops all who would enter a cell that pairs keep, and those behind them."""
        late = self._late(view, next_cells, actions)
        while late.size:
            next_cells[late] = view.positions[late]
            # Those that only turn may go on turning.
            drives = late[(actions[late] == FORWARD) | (self.model.params.movement != "turn")]
            actions[drives] = NOOP
            late = self._late(view, next_cells, actions)

    def _late(
        self, view: FleetView, next_cells: NDArray[np.int64], actions: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Gives the robots that would enter a cell where another stays, or a pair or an earlier one goes."""
        moves = (next_cells != view.positions).any(axis=1)
        # Who stays, who is pulled, who leads, and all others.
        rank = np.where(view.partners < 0, 3, np.where(actions == NOOP, 1, 2))
        order = np.argsort(moves * rank, kind="stable")
        cells = next_cells[order] @ (view.standing_shelves.shape[1], 1)
        first = np.unique(cells, return_index=True)[1]
        late = np.delete(order, first)
        return np.asarray(late[moves[late]])

    def _plan_windowed(
        self, view: FleetView, wishes: Wishes, memory: MoveMemory
    ) -> tuple[NDArray[np.int64], int]:
        assert memory.windowed is not None
        goals = np.where(wishes.goals == NO_GOAL, view.positions, wishes.goals)
        situation = FleetSituation(
            positions=view.positions,
            directions=view.directions,
            goals=goals,
            loaded=self.travel.full,
            standing_shelves=view.standing_shelves,
            priorities=wishes.priorities,
            holding=wishes.holding,
        )
        plan = self._window_planner(view.blocked).plan(situation, memory.windowed)
        return plan.actions, plan.expansions

    def _window_planner(self, blocked: NDArray[np.bool_]) -> FleetPathPlanner:
        """Gives the windowed planner for the map with its blocked cells, made anew when they change."""
        key = blocked.tobytes()
        if self._windowed is None or self._windowed[0] != key:
            self._windowed = key, FleetPathPlanner(self.model.passable & ~blocked, WINDOW)
        return self._windowed[1]

    def _affordable(self, view: FleetView, actions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Lets robots stand still when the money left does not pay for what they and those before them do."""
        params = self.model.params
        if params.budget is None:
            return actions
        costs = np.full(self.toggle + 1, params.move_cost)
        costs[NOOP], costs[self.toggle] = 0.0, params.load_cost
        if params.movement == "turn":
            costs[[TURN_LEFT, TURN_RIGHT]] = params.turn_cost
        return np.where(costs[actions].cumsum() <= view.money_left * params.budget, actions, NOOP)
