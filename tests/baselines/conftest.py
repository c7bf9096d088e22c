"""Small comparisons on the toy warehouse, and a checkpoint whose network was never trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

from planzoo.baselines.cells import Cell, make_cells
from planzoo.baselines.checkpoints import CheckpointMetadata, save_checkpoint
from planzoo.baselines.config import (
    CompareConfig,
    HyperparametersConfig,
    LSTMConfig,
    NetworkConfig,
    ReferenceConfig,
    ScenarioConfig,
)
from planzoo.baselines.results import Record
from planzoo.baselines.rollout import Episode
from planzoo.baselines.summary import ScenarioSummary, summarize_policy

TOY = {"scenario": "warehouse_v0", "preset": "toy", "arguments": {"max_steps": 12}}


@pytest.fixture
def toy_config() -> CompareConfig:
    """Two random policies, told apart by their observation, on the toy warehouse for three episodes."""
    return CompareConfig.model_validate(
        {
            "title": "Toys",
            "description": "Nothing to see here.",
            "seeds": {"first": 5, "episodes": 3},
            "comparisons": [
                {
                    "scenario": {**TOY, "name": "Toy warehouse"},
                    "policies": [
                        "random",
                        {"name": "random", "label": "random fleet", "observation": "fleet"},
                    ],
                }
            ],
        }
    )


@pytest.fixture
def toy_metadata() -> CheckpointMetadata:
    """Metadata of an untrained network for one robot with local observations (71 numbers, 5 actions)."""
    return CheckpointMetadata(
        name="untrained",
        scenario=ScenarioConfig.model_validate(TOY),
        params={"robots": 1},
        agents=1,
        observation_size=71,
        action_count=5,
        algorithm="maskable_ppo",
        network=NetworkConfig(policy=(8,), value=(8,)),
        hyperparameters=HyperparametersConfig(),
        steps=1234,
        kept_at_step=1000,
        evaluation_return=0.5,
        seed=3,
        versions={"planzoo": "0.1.0"},
    )


@pytest.fixture
def recurrent_metadata(toy_metadata: CheckpointMetadata) -> CheckpointMetadata:
    """The same for a network with a memory of two layers."""
    network = NetworkConfig(policy=(8,), value=(8,), lstm=LSTMConfig(hidden=6, layers=2))
    return toy_metadata.model_copy(update={"algorithm": "recurrent_ppo", "network": network})


@pytest.fixture
def recurrent_checkpoint(tmp_path: Path, recurrent_metadata: CheckpointMetadata) -> Path:
    """A folder with a checkpoint of :func:`recurrent_metadata`, with weights that make its memory count."""
    import torch

    from planzoo.baselines.network import build_network

    torch.manual_seed(0)
    weights = build_network(recurrent_metadata).state_dict()
    folder = tmp_path / "untrained-recurrent"
    save_checkpoint(
        folder,
        recurrent_metadata,
        {name: torch.randn_like(each) * (each.ndim > 1) for name, each in weights.items()},
    )
    return folder


@pytest.fixture
def checkpoint(tmp_path: Path, toy_metadata: CheckpointMetadata) -> Path:
    """A folder with a checkpoint of :func:`toy_metadata`."""
    import torch

    from planzoo.baselines.network import build_network

    torch.manual_seed(0)
    folder = tmp_path / "untrained"
    save_checkpoint(folder, toy_metadata, build_network(toy_metadata).state_dict())
    return folder


@pytest.fixture
def episode() -> Episode:
    """An episode with a different number in every field."""
    return Episode(
        seed=7,
        episode_return=2.5,
        length=4,
        success=True,
        terminated=True,
        truncated=False,
        decision_seconds=0.4,
        decision_seconds_p95=0.2,
        expansions=30,
        simulations=20,
        replans=2,
        messages=6,
        invalid_actions=1,
        facts={"deliveries": 3.0, "stuck": 9.0},
    )


@pytest.fixture
def record(episode: Episode) -> Record:
    """A record around :func:`episode`."""
    return Record(
        key="0123456789abcdef",
        scenario="warehouse_v0",
        scenario_title="Toy warehouse",
        policy="random",
        policy_title="random",
        observation="local",
        access="observation",
        training_steps=0,
        preparation_seconds=0.01,
        episode=episode,
        provenance={"versions": {"planzoo": "0.1.0"}, "commit": None, "machine": {"cores": 2}},
    )


@pytest.fixture
def toy_summary(toy_config: CompareConfig, record: Record) -> ScenarioSummary:
    """Two policies that earn 1.5 and 20.25 of 30.5, with facts whose measures only some tables show."""
    low, high = (
        [replace(record, training_steps=2_500_000, episode=replace(record.episode, episode_return=value))] * 4
        for value in (1.5, 20.25)
    )
    first, second = make_cells(toy_config)
    reference = ReferenceConfig(value=30.5, source="a proof")
    policies = tuple(
        summarize_policy(measured(cell, reference), found) for cell, found in ((first, low), (second, high))
    )
    return ScenarioSummary("Toy [bold]", "warehouse_v0", reference, policies)


def measured(cell: Cell, reference: ReferenceConfig) -> Cell:
    """Gives a cell a reference and :data:`MEASURES`."""
    scenario = cell.scenario.model_copy(update={"reference": reference, "measures": MEASURES})
    return cell.model_copy(update={"scenario": scenario})


MEASURES = {"deliveries": "shelves delivered [all]", "stuck": "stuck", "cost": "cost"}
"""Two facts that :func:`episode` tells, and one that it does not."""


class PaidByAction(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Rewards every action by its number, so that no two ways to act earn the same."""

    def step(self, action: Any) -> Any:
        self.paid = self.paid * 1.01 + float(np.sum(action))
        observation, _, terminated, truncated, info = self.env.step(action)
        return observation, self.paid, terminated, truncated, info

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        self.paid = 0.0
        return self.env.reset(seed=seed, options=options)


def as_yaml(config: Any) -> str:
    """Writes a config model as YAML."""
    import yaml

    return yaml.safe_dump(config.model_dump(mode="json", exclude_none=True))
