"""The arithmetic of the benchmark that asks what coordination is worth in the maze."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import PLAN_TYPES

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
NAMES = ("maze_coordination", "maze_episodes", "comparison_tables", "trust")
TALKATIVE = MazeParams.small(observation="map", map_sharing=False, hunger_rate=2.0, thirst_rate=3.0)


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    """The script as Python would load it, forgotten afterwards."""
    sys.path.insert(0, str(FOLDER))
    import maze_coordination

    yield maze_coordination
    sys.path.remove(str(FOLDER))
    for name in NAMES:
        sys.modules.pop(name, None)


def facts(**values: list[float]) -> dict[str, Any]:
    """Facts of two episodes, 0 where nothing is said."""
    stages = ("proposed", "accepted", "completed")
    names = [f"{stage}_{name.lower()}" for stage in stages for name in PLAN_TYPES]
    totals = ("plans_proposed", "plans_completed", "plan_time", "answers_accepted", "answers_rejected")
    return {name: np.array(values.get(name, [0.0, 0.0])) for name in (*names, *totals)}


def test_plans_are_summed_up_by_type(benchmark: ModuleType) -> None:
    talking = facts(
        plans_proposed=[2, 1],
        proposed_rescue_mission=[2, 1],
        accepted_rescue_mission=[1, 1],
        completed_rescue_mission=[0, 1],
        answers_accepted=[3, 0],
        answers_rejected=[0, 1],
        plans_completed=[0, 1],
        plan_time=[0, 9],
    )
    *_, line = benchmark.plans_by_type({"silent": facts(), "talking": talking}).splitlines()
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    expected = ["3 / 2 / 1" if name == "RESCUE_MISSION" else "0 / 0 / 0" for name in PLAN_TYPES]
    assert cells == ["talking", *expected, "75%", "9.0"]
    assert "silent" not in benchmark.plans_by_type({"silent": facts(), "talking": talking})


def test_time_to_completion_is_the_mean_over_plans(benchmark: ModuleType) -> None:
    """Not that over episodes: an episode with three plans counts three times."""
    assert benchmark.plan_steps(facts(plans_completed=[3, 1], plan_time=[10, 30])) == 15.0
    assert np.isnan(benchmark.plan_steps(facts()))


def test_estimates_have_no_signed_nothing(benchmark: ModuleType) -> None:
    assert benchmark.estimate(np.array([-0.001, -0.001]), 2) == "0.00 [0.00, 0.00]"
    assert benchmark.estimate(np.array([-1.5, -1.5]), 1) == "−1.5 [−1.5, −1.5]"


def test_rank_correlation_is_spearmans(benchmark: ModuleType) -> None:
    """Against figures by hand: ranks 1, 2.5, 2.5, 4 and 2, 1, 3, 4 correlate by 3 / sqrt(4.5 · 5)."""
    first, second = np.array([1.0, 5.0, 5.0, 9.0]), np.array([0.2, 0.1, 0.3, 0.4])
    assert benchmark.rank_correlation(first, second) == pytest.approx(3.0 / np.sqrt(4.5 * 5.0))
    assert np.isnan(benchmark.rank_correlation(first, np.ones(4)))
    assert benchmark.correlation(first, np.ones(4)) == "–"
    assert benchmark.correlation(np.arange(9.0), -np.arange(9.0)) == "−1.00 [−1.00, −1.00]"


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=2, max_size=12))
def test_rank_correlation_knows_only_the_order(benchmark: ModuleType, pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs, dtype=float).T
    found = benchmark.rank_correlation(first, second)
    np.testing.assert_allclose(benchmark.rank_correlation(np.exp(first), 7 * second - 2), found, atol=1e-12)
    np.testing.assert_allclose(benchmark.rank_correlation(second, -first), -found, atol=1e-12)


def test_proposals_are_counted_by_the_time_that_was_left_for_them(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plans made at steps 3, 30 and 31 of one episode of 40 steps: one in 25 steps, then two in 15."""

    def play(simulator: Any, policy: Any, seed: int) -> list[Any]:
        simulator.state.steps[0] = 40
        return [note(0, step, 1, 0) for step in (3, 30, 31)]

    note = sys.modules["maze_episodes"].PlanNote
    monkeypatch.setattr(benchmark, "play_episode", play)
    monkeypatch.setattr(benchmark, "TALKING_MAZES", {"small": TALKATIVE})
    *_, line = benchmark.proposal_rates(1).splitlines()
    assert [cell.strip() for cell in line.strip("|").split("|")] == ["small", "4.0", "13.3", "–", "–", "–"]


def test_notes_agree_with_what_the_maze_counts(benchmark: ModuleType) -> None:
    simulator = maze_v0.simulator(TALKATIVE)
    policy = benchmark.CoordinatedPolicy(TALKATIVE)
    proposed = 0
    for seed in range(4):
        notes = benchmark.play_episode(simulator, policy, seed)
        told = simulator.episode_info(0)
        assert len(notes) == told["plans_proposed"]
        joined = [(note.accepted & ~(1 << note.initiator)).bit_count() for note in notes]
        assert sum(joined) == told["answers_accepted"]
        assert sum(note.rejected.bit_count() for note in notes) == told["answers_rejected"]
        proposed += len(notes)
    assert proposed > 0


def test_who_joined_and_left_is_still_noted(benchmark: ModuleType) -> None:
    """Agent 2 joins, then agent 0, who proposed it, is gone from the participants."""
    notes: dict[int, Any] = {}
    record = {"number": 4, "status": 1, "initiator": 0, "created_at": 7, "rejected": 0, "ended_at": -1}
    for accepted in (0b101, 0b100):
        state = SimpleNamespace(steps=[9], plans=[[{**record, "accepted": accepted}]], history=[[]])
        sys.modules["maze_episodes"]._note_plans(SimpleNamespace(state=state), notes)
    assert [(note.created_at, note.accepted) for note in notes.values()] == [(7, 0b101)]


def test_who_keeps_no_promise_loses_trust(benchmark: ModuleType) -> None:
    teams = [benchmark.trust_of_a_team(benchmark.TRUSTING, range(start, start + 8)) for start in (0, 1000)]
    last_trust = [(team.promiser[-1], team.reliable[-1]) for team in teams]
    assert all(promiser < reliable for promiser, reliable in last_trust)
    for team in teams:
        assert (team.joined_promiser <= team.asked_promiser).all()
        assert (team.joined_reliable <= team.asked_reliable).all()
    lines = benchmark.trust_table(teams).splitlines()
    assert len(lines) == 7 and lines[0].count("episode") == 3
