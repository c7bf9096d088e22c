"""Traces in files: written as things happen, readable whatever becomes of the writer."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import Distribution, HierarchicalPlanner, State
from planzoo.planners.htn.plan import Action, Decomposition, Plan
from planzoo.planners.replanning.engine import ReplanningEngine
from planzoo.planners.replanning.execution import ExecutionResult, ExecutionStatus, TraceStatus
from planzoo.planners.replanning.trace_file import INTERRUPTED, SavedTrace, TraceFile, read_trace
from tests.house import ROOT
from tests.planners.htn.corridor import nothing_happens
from tests.planners.replanning.worlds import DOMAIN, World, brought, monitor_of

EMPTY = Plan((), Decomposition((), (), ()))


def written(path: Path, **world: Any) -> SavedTrace:
    """Executes the plan to bring the box, and reads what was written."""
    state, _ = brought()
    monitor = monitor_of(World(state, **world))
    ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor, record=path).execute_with_monitoring()
    return read_trace(path)


def test_what_happens_is_written_and_read(tmp_path: Path) -> None:
    trace = written(tmp_path / "deep" / "trace.jsonl", instead={1: nothing_happens})
    assert (trace.status, trace.reason) == (TraceStatus.ACHIEVED.value, "")
    assert trace.plan == ["move(1)", "move(2)", "pick(box)", "move(3)", "move(4)", "drop(box)"]
    assert trace.state == {"at": 0, "place(box)": 2, "place(ball)": 0}
    assert (trace.total_cost, trace.total_time) == (7, 7)
    assert [each["status"] for each in trace.results].count("failure") == 1
    assert [each["changed"] for each in trace.results][:2] == [{"at": 1}, {}]
    assert trace.results[2]["operator"] == "move"
    (change,) = trace.replans
    assert (change["trigger"], change["strategy"], change["step"]) == ("failure", "repair", 2)
    assert change["solved"] and change["stability"] == 1


def test_a_trace_is_never_written_over(tmp_path: Path) -> None:
    first = written(tmp_path / "trace.jsonl")
    with pytest.raises(InputError, match="already"):
        written(tmp_path / "trace.jsonl")
    assert read_trace(tmp_path / "trace.jsonl") == first


PROGRAM = """
import sys, time
from planzoo.planners.htn import HierarchicalPlanner
from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.replanning.engine import ReplanningEngine
from tests.planners.replanning.worlds import DOMAIN, World, brought, monitor_of

class Sleeper(World):
    def __call__(self, action):
        if len(self.asked) == 4:
            time.sleep(600)
        return super().__call__(action)

state, plan = brought()
engine = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor_of(Sleeper(state)), record=sys.argv[1])
engine.execute_with_monitoring()
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process the hard way")
def test_a_trace_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(path)], cwd=ROOT)
    try:
        end = time.monotonic() + 60
        while not (path.exists() and path.read_text().count("\n") == 5):
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.02)
    finally:
        os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    trace = read_trace(path)
    assert trace.status == INTERRUPTED
    assert [each["action"] for each in trace.results] == trace.plan[:4]
    assert trace.total_cost == 4


@pytest.mark.parametrize("lost", range(1, 60, 7))
def test_lines_that_are_cut_off_are_left_out(tmp_path: Path, lost: int) -> None:
    whole = written(tmp_path / "trace.jsonl")
    text = (tmp_path / "trace.jsonl").read_bytes()
    (tmp_path / "cut.jsonl").write_bytes(text[:-lost])
    cut = read_trace(tmp_path / "cut.jsonl")
    assert (cut.status, cut.results) == (INTERRUPTED, whole.results[: len(cut.results)])
    assert len(cut.results) >= len(whole.results) - 1


class Nameless:
    """Has no text."""

    def __str__(self) -> str:
        raise RuntimeError("none of your business")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Distribution({(0, 1): 0.25, (1, 1): 0.75}), "Distribution({(0, 1): 0.25, (1, 1): 0.75})"),
        (float("nan"), "nan"),
        (np.int64(3), 3),
        (np.float32(0.5), "0.5"),
        (10**400, 10**400),
        ((1, frozenset({2})), [1, "frozenset({2})"]),
        ("\ud800", "\ud800"),
        (Nameless(), "<Nameless, which has no text: none of your business>"),
    ],
)
def test_whatever_a_state_holds_is_told(tmp_path: Path, value: Any, told: Any) -> None:
    path = tmp_path / "trace.jsonl"
    file = TraceFile(path, EMPTY, State(thing=0))
    after = State(thing=value)
    file.result(ExecutionResult(Action("see"), ExecutionStatus.SUCCESS, after, after, 1.0, 1.0))
    assert read_trace(path).results[0]["changed"] == {"thing": told}


def test_values_are_told_to_some_depth(tmp_path: Path) -> None:
    value: Any = ()
    for _ in range(500):
        value = (value,)
    TraceFile(tmp_path / "trace.jsonl", EMPTY, State(thing=value))
    assert "[[[" in json.dumps(read_trace(tmp_path / "trace.jsonl").state)


GOOD = '{"event": "begin", "version": 1, "plan": [], "state": {}}\n'
RESULT = (
    '{"event": "result", "action": "a", "operator": "a", "status": "success", "cost": 1, "duration": 1, '
    '"reason": "", "changed": {}}\n'
)
END = '{"event": "end", "status": "achieved", "reason": ""}\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no trace"),
        ("no trace at all\n", "Line 1"),
        (RESULT, "first line"),
        (GOOD.replace("1", "2"), "version 1"),
        (GOOD.replace('"plan": [], ', ""), "plan"),
        (GOOD + "[]\n", "Line 2"),
        (GOOD + "\n" + END, "Line 2"),
        (GOOD + '{"event": "rumour"}\n', "no event"),
        (GOOD + '{"event": ["end"]}\n', "no event"),
        (GOOD + RESULT.replace('"cost": 1', '"cost": "much"'), "'much' as its cost"),
        (GOOD + GOOD, "out of place"),
        (GOOD + END + RESULT, "out of place"),
        ("[" * 100_000 + "\n", "Line 1"),
    ],
)
def test_files_that_are_no_traces_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "trace.jsonl"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_trace(path)


@given(st.binary(max_size=200), st.integers(0, 150))
def test_damaged_files_are_read_or_refused(tmp_path_factory: Any, junk: bytes, place: int) -> None:
    path = tmp_path_factory.mktemp("traces") / "trace.jsonl"
    text = (GOOD + RESULT + END).encode()
    path.write_bytes(text[:place] + junk + text[place + len(junk) :])
    with contextlib.suppress(InputError):
        read_trace(path)


def test_files_that_cannot_be_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_trace(tmp_path / "none.jsonl")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        TraceFile(tmp_path / "file" / "trace.jsonl", EMPTY, State())


def test_a_file_that_cannot_be_written_any_more_is_told_of(tmp_path: Path) -> None:
    file = TraceFile(tmp_path / "trace.jsonl", EMPTY, State())
    file.path.unlink()
    file.path.mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        file.end(TraceStatus.ACHIEVED, "")
