"""What is noted of an episode under a budget adds up."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from planzoo.baselines.policies import POLICIES
from planzoo.baselines.resource_trace import MOST_SPANS, ResourceRecorder, ResourceTrace
from planzoo.baselines.results import Record, export_parquet
from planzoo.baselines.rollout import rollout
from planzoo.baselines.scenarios import Place
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.resources import fuel
from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper

PARAMS = WarehouseParams.toy(robots=2, max_steps=150)
CHARGED = ResourceRules(
    (Resource("charge", "producible", 4, capacity=8),),
    {1: (ResourceRequirement("charge", 1),)},
    private=("charge",),
)


def episode_trace(place: Place, seed: int = 0) -> tuple[ResourceTrace | None, dict[str, float]]:
    episode = rollout(place.environment(), POLICIES["random"].make(place, {}, seed), seed)
    return episode.resources, episode.facts


def test_spans_tell_the_whole_episode() -> None:
    trace, facts = episode_trace(Place("warehouse_v0", PARAMS, fuel(PARAMS, 70)))
    assert trace is not None
    assert trace.steps == 150 and trace.stride == 3 and len(trace.left["fuel"]) == 51
    assert trace.left["fuel"][0] == 70 and trace.left["fuel"][-1] == facts["left_fuel"]
    spent = -np.diff(trace.left["fuel"])
    busy = np.sum([np.array(shares) * trace.stride for shares in trace.busy.values()], axis=0)
    np.testing.assert_allclose(busy, spent, err_msg="each move takes one")
    assert len(trace.busy["robot_0"]) == 50 <= MOST_SPANS and trace.limits == {"fuel": 70.0}


def test_what_each_has_is_added_up() -> None:
    recorded = ResourceWrapper(Place("warehouse_v0", PARAMS).environment(), CHARGED)
    recorded.reset(seed=0)
    recorder = ResourceRecorder(recorded)
    agents = len(recorded.agent_names)
    recorded.step(np.array([1] + [0] * (agents - 1)))
    recorder.count_step()
    trace = recorder.trace()
    assert trace is not None
    assert trace.limits == {"charge": 8.0 * agents}
    assert trace.left == {"charge": [4.0 * agents, 4.0 * agents - 1]}
    assert [shares[0] for shares in trace.busy.values()] == [1.0] + [0.0] * (agents - 1)


def test_without_a_wrapper_there_is_none() -> None:
    assert episode_trace(Place("warehouse_v0", PARAMS))[0] is None


def test_it_is_kept_in_results(record: Record, tmp_path: Path) -> None:
    trace, _ = episode_trace(Place("warehouse_v0", PARAMS, fuel(PARAMS, 70)))
    told = replace(record, episode=replace(record.episode, resources=trace))
    assert Record.from_json(told.to_json()) == told
    export_parquet([told], tmp_path / "flat.parquet")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stride", 0),
        ("stride", "two"),
        ("steps", -1),
        ("steps", 3),
        ("left", {"fuel": [1.0]}),
        ("left", {"fuel": [1.0, None, 0.0]}),
        ("left", 3),
        ("busy", {"ann": [0.5, True]}),
        ("limits", {"fuel": "much"}),
    ],
)
def test_what_is_no_trace_is_damage(record: Record, field: str, value: object) -> None:
    trace = ResourceTrace(1, 2, {"fuel": 2.0}, {"fuel": [2.0, 1.0, 0.0]}, {"ann": [1.0, 1.0]})
    assert ResourceTrace.from_data(asdict(trace)) == trace
    data = json.loads(record.to_json())
    data["episode"]["resources"] = {**asdict(trace), field: value}
    with pytest.raises(ValueError, match="resource trace"):
        Record.from_json(json.dumps(data))
    with pytest.raises(ValueError, match="other fields than a trace"):
        ResourceTrace.from_data({"stride": 1})
