from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.pomdp.observation_search import readings
from planzoo.planners.pomdp.observation_values import ObservationValue, mutual_information, observation_value
from tests.planners.pomdp.boxes import box_belief, box_planner
from tests.planners.pomdp.random_problems import RandomProblem


def test_the_boxes_by_hand() -> None:
    planner, belief = box_planner(0.9), box_belief()
    (value,) = planner.observation_values(belief, "fetch")
    after = 0.45 * 97 - 0.025 * 2 + 0.27 * 97 - 0.035 * 2 + 0.18 * 97 - 0.04 * 2
    assert value.utility == pytest.approx(after - 47.5)
    assert value.goal == pytest.approx(0.9 - 0.5)
    assert value.net == pytest.approx(after - 47.5 - 1.5)
    noise = -0.9 * math.log2(0.9) - 0.1 * math.log2(0.05)
    seen = [0.475, 0.305, 0.22]
    assert value.bits == pytest.approx(-sum(p * math.log2(p) for p in seen) - noise)


def test_perfect_observations_tell_everything() -> None:
    planner, belief = box_planner(1.0), box_belief()
    (value,) = planner.observation_values(belief, "fetch")
    assert value.bits == pytest.approx(belief.entropy())
    assert value.utility == pytest.approx(97 - 47.5)
    assert value.goal == pytest.approx(0.5)


def test_useless_observations_tell_nothing() -> None:
    (value,) = box_planner(1 / 3).observation_values(box_belief(), "fetch")
    assert (value.utility, value.bits, value.goal) == (0, 0, 0)


@given(st.integers(0, 10_000))
def test_information_is_never_worth_less_than_nothing(seed: int) -> None:
    problem = RandomProblem(seed)
    planner, belief = problem.planner(), problem.belief
    table = planner.evaluator.table("cure", belief.states)
    perfect = float(table.utilities.max(axis=0) @ belief.probabilities) - table.best(belief.probabilities)[1]
    for reading in readings(planner.observation_model, planner.observation_model.variables, belief.states):
        value = observation_value(belief, table, reading)
        assert 0 <= value.utility <= perfect + 1e-9
        assert 0 <= value.bits <= min(belief.entropy(), math.log2(len(reading.labels))) + 1e-9
        assert 0 <= value.goal <= 1


@given(st.integers(0, 10_000))
def test_bits_are_the_expected_fall_of_entropy(seed: int) -> None:
    problem = RandomProblem(seed)
    belief, model = problem.belief, problem.planner().observation_model
    (reading,) = readings(model, ["sensor_0"], belief.states)
    after = 0.0
    for outcome in range(len(reading.labels)):
        chance = belief.chance({"sensor_0": outcome}, model)
        after += chance * belief.update({"sensor_0": outcome}, model).entropy()
    assert mutual_information(belief, reading) == pytest.approx(belief.entropy() - after, abs=1e-9)


def test_ranks() -> None:
    cheap = ObservationValue("cheap", utility=4.0, cost=1.0, bits=0.2, goal=0.1)
    dear = ObservationValue("dear", utility=9.0, cost=8.0, bits=0.9, goal=0.3)
    loss = ObservationValue("loss", utility=1.0, cost=2.0, bits=0.0, goal=0.0)
    free = ObservationValue("free", utility=0.5, cost=0.0, bits=0.0, goal=0.0)
    assert max((cheap, dear, loss), key=lambda value: value.rank("voi_per_cost")) is cheap
    assert max((cheap, dear, loss), key=lambda value: value.rank("entropy")) is dear
    assert max((cheap, dear, loss), key=lambda value: value.rank("goal")) is dear
    assert loss.rank("voi_per_cost") == (0, 0)
    assert free.rank("voi_per_cost") == (np.inf, 0.5)
