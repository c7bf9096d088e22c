"""The benchmark of plan repair: its deviations, and that its sums are those of its cases."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from planzoo.planners.htn import Action, State

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def benchmark_module(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as Python would load it, forgotten afterwards."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import htn_repair

    yield htn_repair
    for name in ("htn_repair", "report"):
        sys.modules.pop(name, None)


def test_every_domain_is_answered(benchmark_module: ModuleType) -> None:
    for name, (_, _, happenings) in benchmark_module.DEVIATIONS_OF.items():
        found = list(benchmark_module.cases(name, 6, problems=1, deviations=2 * len(happenings)))
        assert len({case.what for case in found}) == len(happenings)
        assert all(case.both for case in found)
        assert all(
            0 < time < 10_000 for case in found for time in (case.recorded_ms, case.repair_ms, case.anew_ms)
        )
        rows = benchmark_module.rows_of(name, found)
        solved = next(row for row in rows if "solved" in row.task)
        assert (solved.ours, solved.peer_value, solved.ratio) == (len(found), len(found), 1.0)
        median = next(row for row in rows if row.task.endswith("recorded, median"))
        assert median.ratio == pytest.approx((median.peer_value or 0) / median.ours)
        slower = next(row for row in rows if row.task.endswith("slower"))
        assert slower.ours + (slower.peer_value or 0) == len(found)
    assert benchmark_module.recording_row("logistics", 6, problems=2).ours > 0


def test_ten_by_ten_cases_of_each_of_three_domains_at_least(benchmark_module: ModuleType) -> None:
    count = benchmark_module.PROBLEMS * benchmark_module.DEVIATIONS
    assert len(benchmark_module.TABLE) * count >= 200
    assert len(benchmark_module.DEVIATIONS_OF) >= 3


def test_costs_and_stability_are_summed_up(benchmark_module: ModuleType) -> None:
    go, take, drop = Action("go"), Action("take", cost=2.0), Action("drop")

    class Repaired:
        plan, level, rest, stability = object(), None, (go, take), 0.5

    case = benchmark_module.Case("x", (go, drop), Repaired(), (go,), 1.0, 2.0, 4.0)
    rows = {row.task.split(": ")[1]: row for row in benchmark_module.rows_of("some", [case])}
    assert (rows["recorded, median"].ours, rows["recorded, median"].ratio) == (1.0, 4.0)
    assert rows["without a record, mean"].ratio == 2.0
    assert (
        rows["steps of the old rest kept, mean"].ours,
        rows["steps of the old rest kept, mean"].ratio,
    ) == (50, 1)
    assert (rows["steps added and dropped, mean"].ours, rows["steps added and dropped, mean"].peer_value) == (
        2,
        1,
    )
    assert (rows["cost of the new rest, mean"].ours, rows["cost of the new rest, mean"].peer_value) == (
        3.0,
        1.0,
    )
    assert (rows["dearer than the other's"].ours, rows["dearer than the other's"].peer_value) == (1, 0)


def test_deviations_leave_a_world_that_can_be(benchmark_module: ModuleType) -> None:
    """Blocks stay in piles: whatever happens, a block is clear exactly when nothing is on it."""
    state: State = benchmark_module.blocks.random_problem(8, 1).state
    generator = random.Random(0)
    for number in range(200):
        _, _, happenings = benchmark_module.DEVIATIONS_OF["blocks"]
        happenings[number % len(happenings)](state, generator)
        covered = [below for below in state.pos.values() if below in state.pos]
        assert len(covered) == len(set(covered))
        assert all(state.clear[block] == (block not in covered) for block in state.pos)
        for block in state.pos:
            height = 0
            while block in state.pos:
                block, height = state.pos[block], height + 1
            assert height <= len(state.pos)
