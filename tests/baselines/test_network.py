from pathlib import Path

import pytest
import torch

from planzoo.baselines.checkpoints import CheckpointMetadata, save_checkpoint
from planzoo.baselines.config import NetworkConfig
from planzoo.baselines.network import build_network, load_network, network_arguments
from planzoo.errors import InputError


@pytest.mark.parametrize("algorithm", ["ppo", "maskable_ppo"])
def test_loaded_network_computes_what_the_saved_one_did(
    tmp_path: Path, toy_metadata: CheckpointMetadata, algorithm: str
) -> None:
    metadata = toy_metadata.model_copy(update={"algorithm": algorithm})
    network = build_network(metadata)
    save_checkpoint(tmp_path, metadata, network.state_dict())
    loaded, found = load_network(tmp_path)
    assert found.algorithm == algorithm and type(loaded) is type(network) and not loaded.training
    observations = torch.randn(4, 71)
    assert torch.equal(loaded.predict_values(observations), network.predict_values(observations))
    assert torch.equal(
        loaded.get_distribution(observations).mode(), network.get_distribution(observations).mode()
    )


def test_weights_of_another_shape(tmp_path: Path, toy_metadata: CheckpointMetadata) -> None:
    save_checkpoint(
        tmp_path,
        toy_metadata.model_copy(update={"action_count": 6}),
        build_network(toy_metadata).state_dict(),
    )
    with pytest.raises(InputError, match="the weights do not fit the network in the metadata"):
        load_network(tmp_path)


def test_network_arguments() -> None:
    arguments = network_arguments(NetworkConfig(policy=(3, 4), value=(5,), activation="relu"))
    assert arguments == {"net_arch": {"pi": [3, 4], "vf": [5]}, "activation_fn": torch.nn.ReLU}
