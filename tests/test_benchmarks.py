"""The benchmarks' own arithmetic, and that a peer that is missing or broken stops nothing."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
NAMES = ("report", "peers", "environments")


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as Python would load it, forgotten afterwards."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import environments

    yield environments
    for name in [name for name in sys.modules if name.split(".")[0] in NAMES]:
        del sys.modules[name]


def test_rates_count_work_by_the_given_clock(benchmarks: ModuleType) -> None:
    clock = itertools.count()
    slow, fast = sys.modules["report"].rates(
        [lambda: 3, lambda: 6], 2, seconds=2.0, clock=lambda: next(clock)
    )
    assert slow == [3.0, 3.0]
    assert fast == [6.0, 6.0]


def test_ratio_is_of_neighbouring_runs(benchmarks: ModuleType) -> None:
    row = benchmarks.compare_rates("task", [10.0, 40.0, 90.0], [5.0, 10.0, 30.0], "nobody", "steps/s", 2.0)
    assert (row.ours, row.peer_value, row.ratio, row.peer_version) == (40.0, 10.0, 3.0, "")
    cost = benchmarks.as_costs(row)
    assert (cost.ours, cost.peer_value, cost.ratio, cost.unit) == (2.5e7, 1e8, 3.0, "ns")


def test_missing_and_broken_peers_get_rows(benchmarks: ModuleType) -> None:
    def broken() -> Any:
        raise ImportError("no compiled part")

    peer = benchmarks.Peer
    peers = [
        peer("no-such-package", "no-such-package==1.0", lambda: lambda: 1, elsewhere=7.0),
        peer("numpy", "numpy", broken),
        peer("rich", "rich", lambda: lambda: sum(range(1000)) * 0 + 1, "half a game"),
    ]
    rows = {row.peer: row for row in benchmarks.compare("task", lambda: sum(range(1000)) * 0 + 2, peers)}
    absent = rows["no-such-package"]
    assert absent.peer_version == "not installed: pip install no-such-package==1.0"
    assert (absent.peer_value, absent.ratio, absent.elsewhere) == (None, None, 7.0)
    assert "no compiled part" in rows["numpy"].peer_version
    assert rows["rich (half a game)"].ratio == pytest.approx(2.0, rel=0.8)


def test_only_runs_the_tasks_that_were_asked_for(
    benchmarks: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def row(name: str) -> list[object]:
        return [benchmarks.compare_rates(name, [2.0], [1.0], "numpy", "steps/s")]

    tasks = {"Fork": lambda: row("fork"), "Step": lambda: row("step")}
    monkeypatch.setattr(sys, "argv", ["script", "--json", "--only", "fork"])
    benchmarks.main("title", tasks)
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["task"], found["ratio"]) == ("fork", 2.0)
    monkeypatch.setattr(sys, "argv", ["script", "--only", "no such task"])
    with pytest.raises(SystemExit):
        benchmarks.main("title", tasks)
    assert "Fork; Step" in capsys.readouterr().err


def test_table_marks_what_is_missed(benchmarks: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    row = benchmarks.compare_rates("a task", [1.0], [4.0], "nobody", "steps/s", 1.5)
    assert "[red]" in sys.modules["report"]._cells(row)[4]
    assert "[red]" not in sys.modules["report"]._cells(benchmarks.replace(row, target=0.1))[4]
    sys.modules["report"].print_table("title", [row])
    assert "0.25" in capsys.readouterr().out


def test_every_task_is_named_once(benchmarks: ModuleType) -> None:
    names = list(benchmarks.tasks())
    assert len(names) == len(set(names)) >= 20
