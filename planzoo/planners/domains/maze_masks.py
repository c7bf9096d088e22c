"""What an agent may do, found out from its own observation; the environment's mask says the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.performance import IN_NEED
from planzoo.envs.maze.role_effects import GATHERED_MORE
from planzoo.envs.maze.state import (
    AREA_SWEEP,
    DOOR,
    DROP,
    EAT,
    ENERGY,
    EXIT,
    FIRST_PROPOSAL,
    GATHERER,
    GIVE,
    GROUND_CODES,
    GROUP_EXIT,
    ITEM_SHIFT,
    ITEMS,
    KEY,
    MEDICINE,
    PICK_UP,
    PROPOSALS,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    REST,
    SAFE_ROOM,
    SCOUT,
    SUPPLY_RUN,
    SYNCHRONIZED_EXPLORATION,
    TO_EXIT,
    TO_FRONTIER,
    TO_HERE,
    TO_SAFE_ROOM,
    TO_SUPPLY,
    TO_TEAMMATE,
    UNKNOWN,
    WALL,
)
from planzoo.planners.domains.maze_view import MazeView, Teammate

ROUNDING = 1e-3
"""Needs are observed as shares of 100 in single precision."""


def allowed_actions(view: MazeView, params: MazeParams, may_propose: bool) -> NDArray[np.bool_]:
    """Gives the action mask as far as the agent can know it.

    It is the environment's own wherever all agents hear each other; else plans that the agent is not asked
    to join may occupy all slots, which it does not see.

    Args:
        view: what the agent observes.
        params: the rules.
        may_propose: whether the pause after the agent's last proposal is over.

    Returns:
        bool (A,), True = allowed.
    """
    mask = np.zeros(params.num_actions, dtype=np.bool_)
    mask[REST] = True
    if view.ended:
        return mask
    for direction in range(4):
        mask[direction] = _may_move(view, params, direction)
    here = view.item(view.cell)
    mask[PICK_UP] = here >= 0 and has_room(view.items, view.role, params)
    for item in range(len(ITEMS)):
        if item < KEY:
            mask[EAT + item] = view.items[item] > 0
        mask[GIVE + item] = view.items[item] > 0 and bool(takers(view, params))
        mask[DROP + item] = view.items[item] > 0 and here < 0
    if params.plans:
        _allow_plans(view, params, may_propose, mask)
    return mask


def move_energy(view: MazeView, params: MazeParams) -> float:
    """Gives the energy that a move takes; a scout at work needs half."""
    scouts = params.coordination == "roles" and view.role == SCOUT and view.busy
    return params.move_energy * (0.5 if scouts else 1.0)


def neighbours(across: int, cell: int) -> tuple[int, int, int, int]:
    """Gives the cells up, down, left and right of a cell, in the order of the moves."""
    return cell - across, cell + across, cell - 1, cell + 1


def has_room(items: tuple[int, ...], role: int, params: MazeParams) -> bool:
    """Tells whether somebody with these items and this role can carry one more."""
    return sum(items) < capacity(role, params)


def capacity(role: int, params: MazeParams) -> int:
    """Gives how many items somebody in this role can carry."""
    gathers = params.coordination == "roles" and role == GATHERER
    return params.carried + (GATHERED_MORE if gathers else 0)


def takers(view: MazeView, params: MazeParams) -> list[Teammate]:
    """Lists the teammates beside the agent who can take something."""
    return [
        mate
        for mate in view.team
        if view.steps_between(view.cell, mate.cell) <= 1 and has_room(mate.items, mate.role, params)
    ]


def _may_move(view: MazeView, params: MazeParams, direction: int) -> bool:
    ground = view.ground(neighbours(view.across, view.cell)[direction])
    if ground in (UNKNOWN, WALL) or (ground == DOOR and view.items[KEY] == 0):
        return False
    return view.needs[ENERGY] >= move_energy(view, params) - ROUNDING


def _allow_plans(view: MazeView, params: MazeParams, may_propose: bool, mask: NDArray[np.bool_]) -> None:
    first, slots = FIRST_PROPOSAL + len(PROPOSALS), params.plan_slots
    for plan in view.plans:
        mask[first + plan.slot] = plan.awaits and not view.busy
        mask[first + slots + plan.slot] = plan.awaits
        mask[first + 2 * slots + plan.slot] = plan.completable
    own = any(plan.mine for plan in view.plans)
    if not may_propose or own or view.busy or len(view.plans) == slots:
        return
    types, targets = open_types(view, params), known_targets(view)
    for number, (plan_type, target) in enumerate(PROPOSALS):
        mask[FIRST_PROPOSAL + number] = plan_type in types and target in targets


def open_types(view: MazeView, params: MazeParams) -> set[int]:
    """Gives the types of plans whose requirements hold for the agent."""
    team, targets = view.team, known_targets(view)
    if len(team) + 1 < max(2, params.minimum_participants):
        return set()
    types = {RENDEZVOUS}
    for target, plan_type in ((TO_EXIT, GROUP_EXIT), (TO_SUPPLY, SUPPLY_RUN), (TO_FRONTIER, AREA_SWEEP)):
        if target in targets:
            types.add(plan_type)
    reach = 2 * params.share_range if params.map_sharing else view.across + len(view.codes)
    if TO_FRONTIER in targets and any(view.apart(view.cell, mate.cell) <= reach for mate in team):
        types.add(SYNCHRONIZED_EXPLORATION)
    if sum(view.items) + sum(sum(mate.items) for mate in team) > 0:
        types.add(RESOURCE_SHARE)
    patient = min(team, key=lambda mate: mate.needs[0])
    if sum(view.items[:KEY]) > 0 and min(patient.needs[:ENERGY]) < IN_NEED - ROUNDING:
        types.add(RESCUE_MISSION)
    return types


def known_targets(view: MazeView) -> set[int]:
    """Gives the kinds of targets that are on the agent's map."""
    ground, items = view.codes & GROUND_CODES, view.codes >> ITEM_SHIFT
    known = {TO_HERE, TO_TEAMMATE}
    if (ground == EXIT).any():
        known.add(TO_EXIT)
    if (ground == SAFE_ROOM).any():
        known.add(TO_SAFE_ROOM)
    if ((items > 0) & (items <= MEDICINE + 1)).any():
        known.add(TO_SUPPLY)
    if frontier_cells(view).size:
        known.add(TO_FRONTIER)
    return known


def frontier_cells(view: MazeView) -> NDArray[np.int64]:
    """Lists the open cells of the map beside cells that are not on it (Yamauchi, CIRA 1997, section 2)."""
    ground = view.codes & GROUND_CODES
    is_open = (ground != UNKNOWN) & (ground != WALL) & (ground != DOOR)
    unknown = ground == UNKNOWN
    beside = np.zeros_like(unknown)
    for step in (view.across, 1):
        beside[step:] |= unknown[:-step]
        beside[:-step] |= unknown[step:]
    return np.flatnonzero(is_open & beside)
