"""The adaptive planner plans, executes and learns; what it learns makes it succeed more often."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Goal, HierarchicalPlanner, State
from planzoo.planners.htn.faults import DomainError
from planzoo.planners.replanning import AdaptivePlanner, Outcome, TraceStatus, read_trace
from planzoo.planners.replanning.experience import Key
from tests.house import ROOT
from tests.planners.htn.corridor import BROUGHT, start
from tests.planners.replanning.worlds import DOMAIN, World


def example() -> ModuleType:
    path = ROOT / "examples" / "learning_from_failures.py"
    spec = importlib.util.spec_from_file_location("learning_from_failures", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "gain"), [("deliveries", 0.35), ("workshop", 0.15)])
def test_learning_raises_success_over_episodes(name: str, gain: float) -> None:
    """By more than chance: the interval of the gain over seeds, each with and without learning."""
    module = example()
    world, gains, last = module.WORLDS[name], [], []
    for seed in range(8):
        without, learning = (
            np.array(module.successes(world, learns, seed, episodes=30)) for learns in (False, True)
        )
        gains.append(float(learning.mean() - without.mean()))
        last.append(float(learning[-10:].mean()))
    mean, half = module.interval(gains)
    assert mean - half > gain
    assert np.mean(last) > 0.85


def test_without_failures_nothing_is_given_away_by_learning() -> None:
    planner = AdaptivePlanner(HierarchicalPlanner(DOMAIN))
    for _ in range(5):
        trace = planner.plan_and_execute(BROUGHT, start(box=2))
        assert (trace.status, trace.total_cost, trace.replans) == (TraceStatus.ACHIEVED, 6, [])
        planner.learn_from_failures()
    assert len(planner.execution_history) == 5


def test_a_goal_or_a_list_of_tasks_is_accomplished() -> None:
    planner, state = AdaptivePlanner(HierarchicalPlanner(DOMAIN)), start(box=2)
    trace = planner.plan_and_execute([("go", 3), BROUGHT], state)
    assert trace.status is TraceStatus.ACHIEVED and trace.current_state["place", "box"] == 4
    assert state.at == 0, "a rehearsal leaves the world alone"


def test_what_cannot_be_planned_ends_at_once(tmp_path: Path) -> None:
    planner = AdaptivePlanner(HierarchicalPlanner(DOMAIN))
    state = start(box=2)
    state.closed[4] = state.locked[4] = True
    trace = planner.plan_and_execute(BROUGHT, state, record=tmp_path / "trace.jsonl")
    assert (trace.status, trace.results) == (TraceStatus.IMPOSSIBLE, [])
    assert planner.execution_history == [trace]
    assert read_trace(tmp_path / "trace.jsonl").status == "impossible"
    for wrong in (Goal("weather", "sun"), ("dance",)):
        with pytest.raises(DomainError):
            planner.plan_and_execute(wrong, state)
    with pytest.raises(InputError):
        planner.plan_and_execute(BROUGHT, 7)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="whole number"):
        planner.plan_and_execute(BROUGHT, state, max_replans=-1)
    assert planner.execution_history == [trace]


def stuck(action: Action) -> Any:
    raise RuntimeError("no battery")


def test_replans_are_limited_and_failures_remembered() -> None:
    planner = AdaptivePlanner(HierarchicalPlanner(DOMAIN), stuck)
    trace = planner.plan_and_execute(BROUGHT, start(box=2), max_replans=3)
    assert (trace.status, len(trace.replans)) == (TraceStatus.GIVEN_UP, 3)
    assert planner.learn_from_failures() == 4
    assert planner.experience.tallies[Key("move", ("1",))].failures == 4


def test_an_execution_is_learnt_from_once() -> None:
    planner = AdaptivePlanner(HierarchicalPlanner(DOMAIN))
    first = planner.plan_and_execute(BROUGHT, start(box=2))
    assert planner.learn_from_failures(first) == 6
    assert planner.learn_from_failures(first) == 0
    planner.plan_and_execute(BROUGHT, start(box=3))
    assert planner.learn_from_failures() == 6
    assert planner.learn_from_failures() == 0
    other = AdaptivePlanner(HierarchicalPlanner(DOMAIN))
    assert other.learn_from_failures(first) == 6, "traces of others teach, too"


def test_what_is_learnt_is_kept_in_a_file(tmp_path: Path) -> None:
    memory = tmp_path / "memory" / "experience.json"
    planner = AdaptivePlanner(HierarchicalPlanner(DOMAIN), stuck, memory)
    planner.plan_and_execute(BROUGHT, start(box=2))
    assert not memory.exists()
    planner.learn_from_failures()
    again = AdaptivePlanner(HierarchicalPlanner(DOMAIN), memory=memory)
    assert again.experience == planner.experience and again.experience.tallies
    memory.write_text("{}")
    with pytest.raises(InputError, match="no experience"):
        AdaptivePlanner(HierarchicalPlanner(DOMAIN), memory=memory)
    assert memory.read_text() == "{}"


def test_disturbances_are_met_and_recorded(tmp_path: Path) -> None:
    state = start(box=2, ball=0)

    def shut(facts: State) -> None:
        facts.closed[4] = True

    planner = AdaptivePlanner(HierarchicalPlanner(DOMAIN), replan_strategy="repair")
    world = World(state, events={1: shut})
    trace = planner.plan_and_execute(BROUGHT, state, executor=world, record=tmp_path / "trace.jsonl")
    assert (trace.status, len(trace.replans)) == (TraceStatus.ACHIEVED, 1)
    assert trace.replans[0].strategy == "repair"
    assert read_trace(tmp_path / "trace.jsonl").total_cost == trace.total_cost == 8


def test_costs_and_durations_are_learnt_from_what_executors_tell() -> None:
    state = start(box=2, ball=0)
    dear = {number: lambda facts: Outcome(facts, cost=3, duration=2) for number in range(99)}
    planner = AdaptivePlanner(HierarchicalPlanner(DOMAIN), World(state, answers=dear))
    planner.plan_and_execute(BROUGHT, state)
    planner.learn_from_failures()
    move = Action("move", (1,))
    assert 1.4 < planner.experience.cost(move).value < 3
    assert 1.2 < planner.experience.duration(move).value < 2
