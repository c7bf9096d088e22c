"""Small comparisons on the toy warehouse, and a checkpoint whose network was never trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planzoo.baselines.checkpoints import CheckpointMetadata, save_checkpoint
from planzoo.baselines.config import CompareConfig, HyperparametersConfig, NetworkConfig, ScenarioConfig
from planzoo.baselines.results import Record
from planzoo.baselines.rollout import Episode

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


def as_yaml(config: Any) -> str:
    """Writes a config model as YAML."""
    import yaml

    return yaml.safe_dump(config.model_dump(mode="json", exclude_none=True))
