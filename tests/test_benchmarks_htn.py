"""The HTN benchmark: it compares like with like, and absent or failing peers get rows of their own."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from planzoo.planners.htn import HierarchicalPlanner, validate
from planzoo.planners.htn.domains import logistics

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
NAMES = ("report", "peers", "htn", "htn_repair")


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The script as Python would load it, forgotten afterwards."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import htn

    yield htn
    for name in [name for name in sys.modules if name.split(".")[0] in NAMES]:
        del sys.modules[name]


def test_absent_peers_get_a_row_that_says_so(benchmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*arguments: Any) -> Any:
        raise benchmark.Missing("not installed: pip install it")

    monkeypatch.setattr(benchmark.gtpyhop, "instance", missing)
    monkeypatch.setattr(benchmark.up_aries, "find_plan", missing)
    (row,) = benchmark.against_gtpyhop("blocks", 5, 10.0)
    assert (row.peer_version, row.peer_value, row.ratio) == ("not installed: pip install it", None, None)
    assert row.ours > 0
    assert {row.peer_version for row in benchmark.aries_rows()} == {"not installed: pip install it"}


@pytest.mark.parametrize("peer", ["gtpyhop", "up_aries"])
def test_peers_that_are_not_installed_are_noticed(
    benchmark: Any, peer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = getattr(benchmark, peer)
    monkeypatch.setattr(module, "PACKAGE", "no-such-package")
    problem = logistics.random_problem(1, 1)
    find = {"gtpyhop": lambda: module.instance("logistics", problem)}.get(
        peer, lambda: module.find_plan(problem, 1.0)
    )
    with pytest.raises(benchmark.Missing, match=f"pip install {module.REQUIREMENT}"):
        find()


def test_only_the_same_plans_are_compared(benchmark: Any) -> None:
    answer = benchmark.Answer
    ours = [answer([("a",)], 1.0), answer([("b",)], 2.0), answer([], 4.0)]
    theirs = [answer([("a",)], 3.0), answer([("b",)], 10.0), answer([], 8.0)]
    row = benchmark.comparison("task", ours, theirs, "recursive_dfs", 10.0)
    assert (row.ours, row.peer_value, row.ratio, row.target) == (2000.0, 8000.0, 3.0, 10.0)
    with pytest.raises(AssertionError, match="another plan"):
        benchmark.comparison("task", ours, [*theirs[:2], answer([("c",)], 1.0)], "recursive_dfs", None)


def test_peer_that_raises_gets_no_ratio(benchmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any) -> Any:
        raise KeyError("truck")

    monkeypatch.setattr(benchmark.gtpyhop, "find_plan", broken)
    answer = benchmark.gtpyhop_answer(SimpleNamespace(), "recursive_dfs")
    assert answer == "raises KeyError: 'truck'"
    row = benchmark.comparison("task", [benchmark.Answer([], 1.0)], [answer], "recursive_dfs", 10.0)
    assert (row.peer_version, row.ratio) == (answer, None)


def test_exponent_is_that_of_the_times(benchmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def timed(plan: Any, repetitions: int = 1) -> Any:
        result = plan()
        return result, 1e-6 * len(result.plan.actions) ** 1.5

    monkeypatch.setattr(benchmark, "least", timed)
    monkeypatch.setattr(benchmark, "GROWTH", (5, 10, 20))
    exponent, longest, depth = benchmark.growth_rows("blocks")
    assert exponent.ours == pytest.approx(1.5)
    assert longest.ours > 20
    assert depth.ours == longest.ours / 2 + 2  # the multigoal, and a task for each move and at the end


def test_least_time_of_all_runs(benchmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 5.0, 10.0, 12.0, 20.0, 23.0])
    monkeypatch.setattr(benchmark, "time", SimpleNamespace(process_time=lambda: next(clock)))
    assert benchmark.least(lambda: "result", 3) == ("result", 2.0)


def test_deep_stack_is_given_for_one_call_only(benchmark: Any) -> None:
    def depth(levels: int) -> int:
        return 0 if levels == 0 else 1 + depth(levels - 1)

    before = sys.getrecursionlimit()
    assert benchmark.gtpyhop.with_deep_stack(lambda: depth(20_000)) == 20_000
    with pytest.raises(ZeroDivisionError):
        benchmark.gtpyhop.with_deep_stack(lambda: 1 // 0)
    assert sys.getrecursionlimit() == before
    with pytest.raises(RecursionError):
        depth(20_000)


def test_rows_of_every_strategy(benchmark: Any) -> None:
    pytest.importorskip("gtpyhop")
    for kind, missing in (("blocks", 0), ("logistics", 2)):  # one strategy raises in its logistics
        rows = benchmark.against_gtpyhop(kind, 6, 1.0)
        assert len(rows) == 2 * len(benchmark.gtpyhop.STRATEGIES)
        assert sum(row.ratio is None for row in rows) == missing
    assert all(math.isfinite(row.ours) for row in benchmark.node_rows())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it leaves its process alone
def test_aries_solves_the_same_problem(benchmark: Any) -> None:
    pytest.importorskip("up_aries")
    problem = logistics.random_problem(1, 1)
    domain = logistics.make_domain()
    plan = HierarchicalPlanner(domain).solve(problem).plan
    assert plan is not None
    assert validate(domain, *problem, plan) is None
    actions, seconds = benchmark.up_aries.find_plan(problem, 30.0)
    assert actions >= len(plan.actions) > 0
    assert seconds < 30.0


def test_every_task_is_named_once(benchmark: ModuleType) -> None:
    names = list(benchmark.tasks())
    assert len(names) == len(set(names)) >= 9
