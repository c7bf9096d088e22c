"""The examples run, and so does the Python code of the README and the guides."""

from __future__ import annotations

import importlib.util
import re
import runpy
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.house import ROOT

PAGES = [
    ROOT / "README.md",
    ROOT / "docs" / "benchmark.md",
    ROOT / "docs" / "disturbances.md",
    ROOT / "docs" / "pomdp.md",
    ROOT / "docs" / "htn.md",
    ROOT / "docs" / "register.md",
    ROOT / "docs" / "replanning.md",
    ROOT / "docs" / "resources.md",
    ROOT / "docs" / "resource_wrappers.md",
    ROOT / "docs" / "train.md",
]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look for their own
    spec.loader.exec_module(module)
    return module


def test_the_team_delivers_and_tells_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert load("warehouse_team").main(steps=120) >= 8
    printed = capsys.readouterr().out
    assert "robot_0: drive(0, " in printed and "shelves delivered in 120 steps" in printed


def test_from_a_network_to_a_plan_that_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    program = (ROOT / "examples" / "diagnosis.py").read_text(encoding="utf-8")
    assert len(program.splitlines()) < 60
    total = load("diagnosis").main(milliseconds=100)
    printed = capsys.readouterr().out
    assert "blown fuse: no 90.5%, yes 9.5%" in printed
    assert "read the gauge?" in printed and "├─ never → " in printed
    assert "Belief: " in printed.partition("One case:")[2]
    assert printed.endswith(f"In the end {total:.2f}.\n")
    path = Path(printed.partition("All of it as a drawing: ")[2].partition("\n")[0])
    assert path.read_text(encoding="utf-8").lstrip().startswith("<svg")


def test_the_diagnosis_example_takes_files_of_ones_own(capsys: pytest.CaptureFixture[str]) -> None:
    folder = ROOT / "planzoo" / "envs" / "diagnosis" / "networks"
    load("diagnosis").main(str(folder / "asia.bif"), str(folder / "asia.yaml"))
    printed = capsys.readouterr().out
    assert "The plan, of expected utility 4.05:" in printed and "smoker?" in printed


def test_a_team_in_a_maze_talks_and_gets_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = (ROOT / "examples" / "maze_team.py").read_text(encoding="utf-8")
    assert len(program.splitlines()) < 60
    steps = load("maze_team").main(str(tmp_path / "team.png"))
    printed = capsys.readouterr().out
    assert re.search(r"agent_1 proposes RESCUE_MISSION: agent_0 has thirst \d+ and I carry water", printed)
    assert re.search(r"agent_0 accepts agent_1's GROUP_EXIT: ", printed)
    assert re.search(r"agent_2 rejects agent_1's GROUP_EXIT: I am \d+ steps from the exit", printed)
    assert f"After {steps} steps 100% are out" in printed
    assert (tmp_path / "team.png").read_bytes().startswith(b"\x89PNG")


def test_a_project_keeps_to_its_budget(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chart = tmp_path / "project.png"
    found = load("resource_planning").main(str(chart))
    assert (found.makespan, found.cost) == (11, 1099)
    printed = capsys.readouterr().out
    assert "roof() (overtime)" in printed
    assert "one way: 11 days for 1099\none way: 13 days for 1029\n" in printed
    assert "infeasible; not together: budget 900" in printed
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_three_robots_work_at_the_same_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chart = tmp_path / "team.svg"
    joint = load("htn_team").main(str(chart))
    printed = capsys.readouterr().out
    assert list(joint.timelines) == ["robot_1", "robot_2", "robot_3"]
    assert joint.makespan < 0.5 * sum(action.duration for action in joint.actions)
    assert "makespan 35" in printed and "The last to end is fasten" in printed
    assert "hoist part_4" in chart.read_text(encoding="utf-8")


def test_the_newcomers_domain_is_short_and_is_the_one_of_the_guide(
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = (ROOT / "examples" / "htn_own_domain.py").read_text(encoding="utf-8")
    assert len([line for line in program.splitlines() if line.strip()]) <= 40
    page = (ROOT / "docs" / "htn.md").read_text(encoding="utf-8")
    assert page.partition("```python\n")[2].partition("```")[0] == program
    assert load("htn_own_domain").result.plan.cost == 12
    assert capsys.readouterr().out.startswith(
        page.partition("```\n\n")[2].partition("```\n")[2].split("…")[0]
    )


def test_the_courier_delivers_although_jumps_fail(capsys: pytest.CaptureFixture[str]) -> None:
    # Each parcel costs a jump or a walk, or both, and handing it over: between 2 and 7.
    assert 10 <= load("htn_acting").main(seed=3) <= 35
    printed = capsys.readouterr().out
    assert "failed jump(depot, street_0), for deliver(parcel_0) by bring; the best of 2 ways" in printed
    assert "done: 5 parcels delivered" in printed


def test_a_robot_recovers_by_each_strategy(capsys: pytest.CaptureFixture[str]) -> None:
    traces = load("robot_recovery").main("repair")
    printed = capsys.readouterr().out
    for trace in traces.values():
        assert trace.status.value == "achieved" and len(trace.replans) == 4
        assert [each.trigger.value for each in trace.replans] == [*["divergence"] * 3, "opportunity"]
    kept = {name: sum(each.stability for each in trace.replans) / 4 for name, trace in traces.items()}
    assert kept["repair"] > kept["full"]
    assert traces["opportunistic"].total_cost < traces["repair"].total_cost
    assert "place(sample) = lab instead of place(sample) = robot" in printed
    assert re.search(r"opportunistic +4 +\d+% +[\d.]+ +17 +19\n", printed)


def test_learning_from_failures_pays(capsys: pytest.CaptureFixture[str]) -> None:
    found = load("learning_from_failures").main(episodes=30, seeds=4)
    assert set(found) == {"deliveries", "workshop"}
    assert all(shares[True] > shares[False] for shares in found.values())
    assert re.search(
        r"deliveries, with learning: \d+% ± \d+% succeed; of the last ten", capsys.readouterr().out
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_run_in_order(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from planzoo.envs.warehouse.generator import rware_instance

    monkeypatch.chdir(tmp_path)
    (tmp_path / "hall.txt").write_text(rware_instance("tiny"))
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert blocks
    script = tmp_path / "page.py"
    # A million steps is right for a reader, not for a test.
    script.write_text("\n".join(blocks).replace("1_000_000", "64"), encoding="utf-8")
    runpy.run_path(str(script))
