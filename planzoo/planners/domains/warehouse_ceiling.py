"""How many deliveries no fleet can exceed on average: the reference of a warehouse policy's regret.

The bound holds from every start for every policy, centralized or not, that does not foresee the requests to
come. It sets aside whatever gets in a robot's way: on the road, robots pass through each other and through
standing shelves. What remains is work that nobody can avoid. N robots, S shelves, K storage cells, Q
requests at a time, T steps.

The work of a delivery. A *haul* is what a robot does with a shelf from lifting it on a storage cell until
it leaves a storage cell without it. (If it puts the shelf down and lifts it again on the spot, the haul
goes on.)

1. Let H(c, o; d, p) be the steps of the shortest way from cell c, facing o, by a workstation to cell d,
   where the robot comes facing the opposite of p: the ways to the workstation and back look alike. Let
   h(c, o) be H(c, o; c, o) / 2, and a(c, o) the mean of h(c, o) and of the least H(c, o; d, p) - h(d, p)
   over all d and p. Then a(c, o) + a(d, p) ≤ H(c, o; d, p), as the least is at most what it is for the cell
   at the other end. Let A(c) be the least a(c, o). A step or turn changes a by 1 at most. Robots that step
   to any side have one direction only.
2. Between two hauls a robot leaves a cell d and lifts on a cell c. The steps of that, and a(c, o) - A(c),
   and a(d, p) - A(d), are at least e together: the least over all cells and directions. If c is d, the
   robot has left it and come back, for nobody takes a shelf from the cell it stands on.
3. By 1 and 2, a haul that delivers takes 2 + e + A(c) + A(d) steps or more, with the approach before it.
   Choosing near cells to put shelves down is no way out. A shelf is put down where none stands, so each
   cell is lifted from as often as put down on, but for those empty at the beginning or at the end: over an
   episode the A(d) add up to the A(c) less the A of the cells empty at the end, plus those of the cells
   empty at the beginning. So the work of a delivery is W(c) = 2 + e + 2 A(c).
4. To move shelves about otherwise, wanted or unwanted ones, does not pay. Such a haul of x steps from c to
   d changes the sums of 3 by A(c) - A(d) or by its opposite. With lifting, putting down and approach it
   takes at least 2 + e + x + A(c) - a(c, o) + A(d) - a(d, p); by 1, a(c, o) ≤ x + a(d, opposite of p) and
   a(d, p) + a(d, opposite of p) ≤ 2 A(d) + 2, so that is e + A(c) - A(d) or more; read backwards, the
   opposite. Hence the c of W(c) is the cell where a shelf stands *when it is requested*.
5. What an episode saves at its edges: each robot's first approach e; its last putting down, if the end comes
   after a delivery, with the way back, that is, no more than the A of the cell that stays empty (at most
   N + K - S cells are empty) and a quarter turn, as the way there takes a(c, o) - 1 or more. So the W of all
   deliveries add up to at most N T + N (e + 2), plus the A of the N + K - S farthest cells, less the A of the
   cells empty at the beginning.

The cells of the requests. A delivery draws the next request, each of S - Q shelves being equally likely.
The other N - 1 robots hold one of these each at most: to deliver it may take no more work. The others stand
on different storage cells. Put in order by their work, the S - Q shelves thus take at least as much as
these: N - 1 zeros, then the smallest S - Q - N + 1 values of W. So the work of each request is at least
that of an independent, uniform draw Z from that list. The first Q requests, drawn when nothing is held,
take no less. D deliveries come from the first D + Q requests.

Hence no policy delivers more on average than the mean of the largest D for which the D smallest of D + Q
independent Z add up to no more than the work of 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.layout import STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import check_whole
from planzoo.errors import InputError
from planzoo.planners.pathfinding import cell_distances, oriented_distances

Floats = NDArray[np.float64]

LIFT_AND_PUT_DOWN = 2
ROUND_TRIP, ROUND_TRIP_TURNING = 2, 4
"""Steps to leave a cell and come back, for robots that don't turn and for those that do."""
OPPOSITE = np.array([1, 0, 3, 2])
"""The opposite of each direction."""


@dataclass(frozen=True)
class Ceiling:
    """An upper bound of deliveries.

    Attributes:
        deliveries: no policy delivers more in an episode on average.
        standard_error: of ``deliveries``, which is an average over random samples.
        words: the same in a sentence.
    """

    deliveries: float
    standard_error: float
    words: str


@dataclass(frozen=True)
class UnavoidableWork:
    """What deliveries cost at least, in steps of one robot. K = storage cells, row by row.

    Attributes:
        half_trips: float64 (K,), A of this module's text: half of a trip to a workstation and back.
        approach: e, from putting one shelf down to lifting the next.
        final_turn: the turn at a workstation that a last delivery saves.
    """

    half_trips: Floats
    approach: float
    final_turn: float

    @property
    def deliveries(self) -> Floats:
        """W, float64 (K,): all the work of delivering a shelf that was requested on each storage cell."""
        return LIFT_AND_PUT_DOWN + self.approach + 2 * self.half_trips


def deliveries_ceiling(params: WarehouseParams, samples: int = 2000, seed: int = 0) -> Ceiling:
    """Bounds what any policy delivers in an episode on average; the proof is this module's text.

    With one robot it is 1 to 1.5 times the exact optimum of maps of a few cells. It becomes loose where
    robots are many and shelves few, since N - 1 of the shelves may be at hand whenever one is requested.

    Options that only hinder robots (batteries, slips, breakdowns, slow robots, tools …) leave the bound true,
    but looser.

    Args:
        params: the warehouse; the horizon is its ``max_steps``.
        samples: random sequences of requests to average over, at least 2.
        seed: draws them.

    Raises:
        InputError: the params have an option that the proof does not cover, there are too few samples, or the
            seed is negative.
    """
    _check_assumptions(params)
    check_whole("deliveries_ceiling: samples", samples, least=2)
    check_whole("deliveries_ceiling: seed", seed)
    work = unavoidable_work(params)
    counts = _count_deliveries(params, work, samples, np.random.default_rng(seed))
    mean, error = float(counts.mean()), float(counts.std(ddof=1) / np.sqrt(samples))
    words = (
        f"No policy delivers more than {mean:.1f} ± {error:.1f} shelves in {params.max_steps} steps on "
        f"average: one takes {work.deliveries.min():g} to {work.deliveries.max():g} steps of a robot, "
        "depending on where it stands, even if nothing is ever in the way."
    )
    return Ceiling(mean, error, words)


def _check_assumptions(params: WarehouseParams) -> None:
    for name, excluded in (
        ("orders", params.orders != "queue"),
        ("items_per_order", params.items_per_order > 1),
        ("deadline", params.deadline is not None),
        ("heavy_share", params.heavy_share > 0),
        ("order_cancelled", params.order_cancelled > 0),
        ("order_changed", params.order_changed > 0),
        ("robot_kinds", any(kind.capacity > 1 for kind in params.robot_kinds)),
    ):
        if excluded:
            raise InputError(
                f"deliveries_ceiling does not cover WarehouseParams.{name}={getattr(params, name)!r}: leave "
                "it at its default, as the proof is about a queue of single shelves, drawn when one is "
                "delivered, and robots that carry one shelf each."
            )


def unavoidable_work(params: WarehouseParams) -> UnavoidableWork:
    """Finds the work that the proof in this module's text is about."""
    steps, opposite = _steps_to_workstations(params)
    back_the_same_way = steps[..., opposite]
    halves = (steps + back_the_same_way).min(axis=(2, 3)) / 2
    best_other_half = (back_the_same_way - halves[:, :, None, None]).min(axis=(0, 1))
    trips = (halves + (steps + best_other_half).min(axis=(2, 3))) / 2
    half_trips = trips.min(axis=1)
    turns = params.movement == "turn"
    approach = _shortest_approach(params, trips - half_trips[:, None], opposite)
    return UnavoidableWork(half_trips, approach, final_turn=1.0 if turns else 0.0)


def _steps_to_workstations(params: WarehouseParams) -> tuple[Floats, NDArray[np.int64]]:
    """Gives steps (K, O, G, O) from each storage cell and direction, and each direction's opposite (O,)."""
    rows, columns = np.nonzero(params.map.kinds == STORAGE)
    passable = params.map.kinds != WALL
    stations = params.map.cells(WORKSTATION)
    if params.movement == "cardinal":
        fields = [cell_distances(passable, station)[rows, columns] for station in stations]
        return np.stack(fields, axis=-1)[:, None, :, None].astype(np.float64), np.zeros(1, dtype=np.int64)
    oriented = [
        np.stack([oriented_distances(passable, station, way)[rows, columns] for way in range(4)], axis=-1)
        for station in stations
    ]
    return np.stack(oriented, axis=2).astype(np.float64), OPPOSITE


def _shortest_approach(params: WarehouseParams, excess: Floats, opposite: NDArray[np.int64]) -> float:
    """Gives e: the cheapest way from putting a shelf down to lifting the next.

    No way is longer than leaving a cell and coming back, so only the surroundings of each cell matter.

    Args:
        params: the warehouse.
        excess: float64 (K, O), a(c, o) - A(c).
        opposite: int64 (O,).
    """
    turns = params.movement == "turn"
    reach = ROUND_TRIP_TURNING if turns else ROUND_TRIP
    storage = np.pad(params.map.kinds == STORAGE, reach)
    passable = np.pad(params.map.kinds != WALL, reach)
    after_drop = np.full((*storage.shape, excess.shape[1]), np.inf)
    after_drop[storage] = excess[:, opposite]
    least = float(reach)
    for (row, column), lifting in zip(np.argwhere(storage), excess, strict=True):
        window = (slice(row - reach, row + reach + 1), slice(column - reach, column + reach + 1))
        elsewhere = after_drop[window].copy()
        elsewhere[reach, reach] = np.inf
        for direction, more in enumerate(lifting):
            way = direction if turns else None
            least = min(least, more + float((_steps_within(passable[window], reach, way) + elsewhere).min()))
    return least


def _steps_within(passable: NDArray[np.bool_], reach: int, direction: int | None) -> Floats:
    """Gives the steps to the middle of a window, float64 (2 reach + 1, 2 reach + 1, O)."""
    if direction is None:
        return cell_distances(passable, (reach, reach))[:, :, None].astype(np.float64)
    return oriented_distances(passable, (reach, reach), direction).astype(np.float64)


def _work_done(params: WarehouseParams, work: UnavoidableWork) -> float:
    """Gives the most work that N robots do in an episode, in steps."""
    empty = (params.map.kinds == STORAGE) & ~params.map.shelves
    at_the_end = int(empty.sum()) + params.robots
    farthest = np.sort(work.half_trips)[::-1][:at_the_end].sum()
    at_the_beginning = work.half_trips[empty[params.map.kinds == STORAGE]].sum()
    edges = params.robots * (work.approach + 1 + work.final_turn)
    return float(params.robots * params.max_steps + edges + farthest - at_the_beginning)


def _work_of_requests(params: WarehouseParams, work: UnavoidableWork) -> Floats:
    """Gives the values that Z takes with equal probability, in ascending order, float64 (S - Q,)."""
    drawn_from = int(params.map.shelves.sum()) - params.request_queue_size
    held = min(params.robots - 1, drawn_from)
    return np.concatenate([np.zeros(held), np.sort(work.deliveries)[: drawn_from - held]])


def _count_deliveries(
    params: WarehouseParams, work: UnavoidableWork, samples: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Gives the deliveries for which the work done suffices, for each sample, int64 (samples,)."""
    values, enough = _work_of_requests(params, work), _work_done(params, work)
    shape = (samples, params.request_queue_size)
    left_undone = values[generator.integers(len(values), size=shape)]
    spent, counts = np.zeros(samples), np.zeros(samples, dtype=np.int64)
    everyone = np.arange(samples)
    for _ in range(params.max_steps * min(params.robots, len(params.map.cells(WORKSTATION)))):
        request = values[generator.integers(len(values), size=samples)]
        easiest = left_undone.argmin(axis=1)
        spent += np.minimum(request, left_undone[everyone, easiest])
        left_undone[everyone, easiest] = np.maximum(request, left_undone[everyone, easiest])
        counts += spent <= enough
        if (spent > enough).all():
            break
    return counts
