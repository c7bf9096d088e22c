"""What the demo's table must show, on the demo's own cells."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.baselines.cells import Cell, load_comparison, play
from planzoo.baselines.metrics import bootstrap_interval
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner

CONFIG, CELLS = load_comparison("demo")
OPTIMUM = ContingentPlanner().solve(DiagnosisModel(DiagnosisParams.asia())).expected_utility


def returns(cell: Cell, episodes: int) -> np.ndarray:
    """Plays the first episodes of a cell."""
    return np.array([play((cell, seed)).episode.episode_return for seed in range(episodes)])


def cell(scenario: str, label: str) -> Cell:
    (found,) = (each for each in CELLS if scenario in each.scenario.name and each.policy.label == label)
    return found


@pytest.mark.parametrize("scenario", ["2 robots", "4 robots"])
def test_the_htn_team_stands_above_random_and_greedy(scenario: str) -> None:
    team, greedy, random = (returns(cell(scenario, label), 4) for label in ("HTN team", "Greedy", "Random"))
    assert team.min() > 2 * max(greedy.max(), random.max())


@pytest.mark.parametrize("scenario", ["2 robots", "4 robots"])
@pytest.mark.parametrize("label", ["PPO (local)", "PPO (fleet)"])
def test_the_shipped_networks_have_learnt_to_deliver(scenario: str, label: str) -> None:
    learned, random = returns(cell(scenario, label), 3), returns(cell(scenario, "Random"), 3)
    assert learned.mean() > random.mean() + 2


def test_the_contingent_plan_earns_the_optimum() -> None:
    contingent = returns(cell("asia", "Contingent"), 1000)
    interval = bootstrap_interval(contingent)
    assert OPTIMUM in interval
    assert interval.low > returns(cell("asia", "Random"), 1000).mean()


def test_the_htn_protocol_decides_at_asia_as_the_optimal_plan_does() -> None:
    assert (returns(cell("asia", "HTN protocol"), 200) == returns(cell("asia", "Contingent"), 200)).all()


def test_the_reference_is_the_optimum() -> None:
    (entry,) = (each for each in CONFIG.comparisons if each.scenario.scenario == "diagnosis_v0")
    assert entry.scenario.reference is not None
    assert entry.scenario.reference.value == pytest.approx(OPTIMUM, abs=1e-6)
