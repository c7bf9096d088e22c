from pathlib import Path

import pytest
import torch
from sb3_contrib.common.recurrent.policies import RecurrentActorCriticPolicy

from planzoo.baselines.checkpoints import CheckpointMetadata, save_checkpoint
from planzoo.baselines.config import LSTMConfig, NetworkConfig
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


@pytest.mark.parametrize(
    "lstm",
    [
        LSTMConfig(hidden=6),
        LSTMConfig(hidden=6, layers=2, critic=False),
        LSTMConfig(shared=True, critic=False),
    ],
)
def test_loaded_recurrent_network_computes_what_the_saved_one_did(
    tmp_path: Path, recurrent_metadata: CheckpointMetadata, lstm: LSTMConfig
) -> None:
    shape = recurrent_metadata.network.model_copy(update={"lstm": lstm})
    metadata = recurrent_metadata.model_copy(update={"network": shape})
    network = build_network(metadata)
    save_checkpoint(tmp_path, metadata, network.state_dict())
    loaded, _ = load_network(tmp_path)
    assert isinstance(loaded, RecurrentActorCriticPolicy) and isinstance(network, RecurrentActorCriticPolicy)
    assert (loaded.lstm_critic is not None, loaded.critic is not None) == (
        lstm.critic,
        not (lstm.critic or lstm.shared),
    )
    memory = tuple(torch.randn(2, lstm.layers, 4, lstm.hidden))
    asked = (torch.randn(4, 71), memory, torch.tensor([0.0, 1.0, 0.0, 0.0]))
    assert torch.equal(loaded.predict_values(*asked), network.predict_values(*asked))
    for ours, theirs in zip(
        loaded.get_distribution(*asked)[1], network.get_distribution(*asked)[1], strict=True
    ):
        assert torch.equal(ours, theirs) and ours.shape == (lstm.layers, 4, lstm.hidden)


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
    lstm = LSTMConfig(hidden=7, layers=2, shared=True, critic=False)
    assert network_arguments(NetworkConfig(lstm=lstm)) == {
        **network_arguments(NetworkConfig()),
        "lstm_hidden_size": 7,
        "n_lstm_layers": 2,
        "shared_lstm": True,
        "enable_critic_lstm": False,
    }
