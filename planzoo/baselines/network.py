"""Builds the networks that checkpoints hold, from their metadata and never from pickled objects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from sb3_contrib.common.recurrent.policies import RecurrentActorCriticPolicy
from stable_baselines3.common.policies import ActorCriticPolicy

from planzoo.baselines.checkpoints import CheckpointMetadata, load_metadata, load_weights
from planzoo.baselines.config import Algorithm, NetworkConfig
from planzoo.errors import InputError

Network = ActorCriticPolicy | MaskableActorCriticPolicy | RecurrentActorCriticPolicy
"""An actor-critic network of any of the algorithms."""

_ACTIVATIONS = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}
_CLASSES: dict[Algorithm, type[Network]] = {
    "ppo": ActorCriticPolicy,
    "maskable_ppo": MaskableActorCriticPolicy,
    "recurrent_ppo": RecurrentActorCriticPolicy,
}


def network_arguments(network: NetworkConfig) -> dict[str, Any]:
    """Gives Stable-Baselines3's ``policy_kwargs`` for a network."""
    arguments: dict[str, Any] = {
        "net_arch": {"pi": list(network.policy), "vf": list(network.value)},
        "activation_fn": _ACTIVATIONS[network.activation],
    }
    if network.lstm is not None:
        arguments |= {
            "lstm_hidden_size": network.lstm.hidden,
            "n_lstm_layers": network.lstm.layers,
            "shared_lstm": network.lstm.shared,
            "enable_critic_lstm": network.lstm.critic,
        }
    return arguments


def build_network(metadata: CheckpointMetadata) -> Network:
    """Builds an untrained network with the shapes that the metadata describe."""
    observations = gymnasium.spaces.Box(-np.inf, np.inf, (metadata.observation_size,), np.float32)
    actions = gymnasium.spaces.Discrete(metadata.action_count)
    arguments = network_arguments(metadata.network)
    return _CLASSES[metadata.algorithm](observations, actions, lambda _: 0.0, **arguments)


def load_network(folder: Path) -> tuple[Network, CheckpointMetadata]:
    """Builds the network of a checkpoint and fills in its weights.

    Raises:
        InputError: a file is missing or damaged, or the weights have other shapes than the metadata say.
    """
    metadata = load_metadata(folder)
    weights = load_weights(folder, metadata)
    network = build_network(metadata)
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise InputError(f"{folder}: the weights do not fit the network in the metadata: {reason}") from None
    network.set_training_mode(False)
    return network, metadata
