"""No fleet delivers more than the ceiling: not the exact optimum of small warehouses, not our best team."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.warehouse.generator import random_instance, toy_instance
from planzoo.envs.warehouse.model import WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.errors import InputError
from planzoo.planners.domains.warehouse import HTNTeamPolicy
from planzoo.planners.domains.warehouse_ceiling import deliveries_ceiling, unavoidable_work
from tests.planners.domains.exact_warehouse import ExactWarehouse


def ceiling(params: WarehouseParams) -> float:
    return deliveries_ceiling(params, samples=500).deliveries


@pytest.mark.parametrize(
    ("layout", "robots", "queue", "movement", "steps", "most_times"),
    [
        (toy_instance(), 1, 1, "turn", 40, 1.3),
        (toy_instance(), 1, 1, "turn", 120, 1.35),
        (toy_instance(), 1, 2, "turn", 40, 1.1),
        (toy_instance(), 1, 1, "cardinal", 40, 1.2),
        ("xx.\nxx.\n.g.", 1, 1, "turn", 60, 1.5),
        ("xxo\n.g.", 1, 1, "turn", 40, 1.6),
        ("x.x\n.g.\noxo", 1, 1, "cardinal", 40, 1.3),
        ("x.xg.ox", 1, 1, "turn", 60, 1.6),
        ("xxx\n.g.", 2, 1, "cardinal", 20, 3.0),
        ("xx\nxg", 2, 1, "turn", 20, 3.5),
        ("xx.xg.ox", 2, 1, "cardinal", 20, 4.0),
    ],
)
def test_the_exact_optimum_stays_below_and_is_not_far(
    layout: str, robots: int, queue: int, movement: str, steps: int, most_times: float
) -> None:
    params = WarehouseParams(layout, robots, queue, max_steps=steps, movement=movement)
    optimum, bound = ExactWarehouse(params).optimum(), deliveries_ceiling(params)
    assert optimum <= bound.deliveries + 4 * bound.standard_error
    assert bound.deliveries <= most_times * optimum


@given(st.integers(0, 1000), st.integers(5, 25), st.sampled_from(["turn", "cardinal"]), st.data())
@settings(max_examples=25, deadline=None)
def test_the_exact_optimum_stays_below_on_random_maps(
    seed: int, steps: int, movement: str, data: st.DataObject
) -> None:
    kinds = data.draw(st.permutations(["x", "x", "g", data.draw(st.sampled_from("x.o#")), "."]))
    layout = "".join(kinds[:3]) + "\n." + "".join(kinds[3:])
    params = WarehouseParams(layout, 1, 1, max_steps=steps, movement=movement)
    bound = deliveries_ceiling(params, samples=500, seed=seed)
    assert ExactWarehouse(params).optimum() <= bound.deliveries + 5 * bound.standard_error


def test_the_work_of_a_corridor_is_known() -> None:
    turning = unavoidable_work(WarehouseParams("x.xg", 1, 1))
    # There and back: 3 cells and a half turn each time; or 1.
    np.testing.assert_array_equal(turning.half_trips, [4.0, 2.0])
    # Two cells on, after half a turn before or after.
    assert turning.approach == 4.0 and turning.final_turn == 1.0
    np.testing.assert_array_equal(turning.deliveries, [14.0, 10.0])
    cardinal = unavoidable_work(WarehouseParams("x.xg", 1, 1, movement="cardinal"))
    np.testing.assert_array_equal(cardinal.half_trips, [3.0, 1.0])
    assert cardinal.approach == 2.0 and cardinal.final_turn == 0.0


@given(st.integers(0, 50), st.sampled_from(["turn", "cardinal"]))
@settings(max_examples=20, deadline=None)
def test_a_step_changes_the_way_by_one_at_most(seed: int, movement: str) -> None:
    params = WarehouseParams(random_instance(seed), 1, 1, movement=movement)
    cells = np.array(params.map.cells(2))
    half_trips = unavoidable_work(params).half_trips
    beside = np.abs(cells[:, None] - cells[None]).sum(axis=2) == 1
    apart = np.abs(half_trips[:, None] - half_trips[None])[beside]
    # A turn or two more, where the best way leaves another side.
    assert (apart <= (3.0 if movement == "turn" else 1.0)).all()


@pytest.mark.parametrize("robots", [2, 4])
def test_the_htn_team_stays_below(robots: int) -> None:
    params = WarehouseParams.rware("tiny", robots, observation="fleet", max_steps=200)
    team = HTNTeamPolicy(WarehouseModel(params))
    delivered = [play(params, team, seed) for seed in range(3)]
    assert 0.3 * ceiling(params) < np.mean(delivered) < ceiling(params)


def play(params: WarehouseParams, policy: HTNTeamPolicy, seed: int) -> float:
    env = gymnasium.make("planzoo/Warehouse-v0", params=params)
    observation, _ = env.reset(seed=seed)
    state, total, over = None, 0.0, False
    while not over:
        action, state = policy.predict(observation, state)
        observation, reward, _, over, _ = env.step(action)
        total += float(reward)
    return total


@pytest.mark.parametrize("movement", ["turn", "cardinal"])
def test_more_robots_and_more_time_never_lower_it(movement: str) -> None:
    def at(**changes: Any) -> float:
        fields: dict[str, Any] = {"robots": 2, "request_queue_size": 4, "max_steps": 200, **changes}
        return ceiling(WarehouseParams.rware("tiny", movement=movement, **fields))

    fleets = [at(robots=robots) for robots in (1, 2, 3, 5, 8)]
    assert fleets == sorted(fleets) and fleets[0] < fleets[-1]
    horizons = [at(max_steps=steps) for steps in (1, 10, 50, 51, 200, 500)]
    assert horizons == sorted(horizons) and horizons[0] < horizons[-1]


def test_robots_that_turn_deliver_no_more_than_those_that_need_not() -> None:
    for size in ("tiny", "small", "medium"):
        turn, cardinal = (WarehouseParams.rware(size, 4, movement=kind) for kind in ("turn", "cardinal"))
        assert ceiling(turn) < ceiling(cardinal)


def test_where_all_free_shelves_may_be_held_only_the_workstations_limit() -> None:
    assert ceiling(WarehouseParams("xg\nx.", 2, 1, max_steps=30)) == 30.0


def test_the_seed_decides_and_samples_sharpen() -> None:
    params = WarehouseParams.rware("tiny", 2)
    first, again = deliveries_ceiling(params, 500, seed=1), deliveries_ceiling(params, 500, seed=1)
    other, sharp = deliveries_ceiling(params, 500, seed=2), deliveries_ceiling(params, 8000, seed=3)
    assert first == again and first.deliveries != other.deliveries
    assert sharp.standard_error < 0.5 * first.standard_error
    assert abs(first.deliveries - sharp.deliveries) < 5 * first.standard_error
    assert (
        f"more than {first.deliveries:.1f} ± {first.standard_error:.1f} shelves in 500 steps" in first.words
    )


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("orders", {"orders": "stream", "arrival_rate": 0.1}),
        ("items_per_order", {"items_per_order": 2}),
        ("deadline", {"deadline": (10, 20)}),
        ("heavy_share", {"heavy_share": 0.2}),
        ("order_cancelled", {"order_cancelled": 0.1}),
        ("order_changed", {"order_changed": 0.1}),
        ("robot_kinds", {"robot_kinds": (RobotKind(2, capacity=2),)}),
    ],
)
def test_options_outside_the_proof_are_refused(name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(
        InputError, match=rf"does not cover WarehouseParams\.{name}=.*leave it at its default"
    ):
        deliveries_ceiling(WarehouseParams.rware("tiny", 2, **changes))


def test_samples_and_seed_are_checked() -> None:
    params = WarehouseParams.toy()
    with pytest.raises(InputError, match="samples must be 2 or more, got 1"):
        deliveries_ceiling(params, samples=1)
    with pytest.raises(InputError, match="seed must be a whole number, 0 or more, got -1"):
        deliveries_ceiling(params, seed=-1)


def test_what_only_hinders_robots_is_covered() -> None:
    plain, hindered = WarehouseParams.toy(), WarehouseParams.toy(slip=0.2, breakdown=0.01)
    assert deliveries_ceiling(plain) == deliveries_ceiling(hindered)
