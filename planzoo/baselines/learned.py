"""A trained network as a policy: one network, shared by all agents of a team."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sb3_contrib.common.recurrent.policies import RecurrentActorCriticPolicy

from planzoo.baselines.network import Network, load_network
from planzoo.planners.policy import Access, Explanation, Mask, Observation, TeamPolicy

Memory = NDArray[np.float32]


class LearnedPolicy(TeamPolicy):
    """Asks an actor-critic network once for all agents, each with its own observation as a row.

    A recurrent network's memory of the episode travels with the caller, as every policy's does: float32
    (2, L, N, H), the hidden and the cell state of L layers of H numbers for each agent.

    Args:
        network: an actor-critic network for one agent: observations (D,), A discrete actions.
        agents: the agents' names in the environment's order.
        masked: whether the network was trained with action masks and is to be used with them.
        seed: seeds the sampling of stochastic actions.
    """

    access = Access.OBSERVATION

    def __init__(
        self,
        network: Network,
        agents: tuple[str, ...] = ("agent_0",),
        masked: bool = False,
        seed: int | None = None,
    ) -> None:
        super().__init__(agents, int(np.prod(network.observation_space.shape or ())), seed)
        self.masked = masked
        self._network = network
        self._probabilities: NDArray[np.float64] | None = None
        self._actions: NDArray[np.int64] | None = None

    @classmethod
    def load(
        cls, folder: str | Path, agents: tuple[str, ...] = ("agent_0",), seed: int | None = None
    ) -> LearnedPolicy:
        """Loads a checkpoint.

        Raises:
            InputError: the checkpoint is missing, damaged, or inconsistent.
        """
        # More threads make networks of this size slower, and several times slower on a busy machine.
        torch.set_num_threads(1)
        network, metadata = load_network(Path(folder))
        policy = cls(network, agents, metadata.algorithm == "maskable_ppo", seed)
        policy.training_steps = metadata.steps
        return policy

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._probabilities = self._actions = None

    def begin(self) -> Memory | None:
        """Gives a recurrent network zeros; a feed-forward network remembers nothing."""
        if not isinstance(self._network, RecurrentActorCriticPolicy):
            return None
        lstm = self._network.lstm_actor
        return np.zeros((2, lstm.num_layers, len(self.agents), lstm.hidden_size), dtype=np.float32)

    def decide(self, observation: Observation, memory: Any, mask: Mask | None, deterministic: bool) -> Any:
        """Chooses the team's actions (N,), or one number when the team is a single agent."""
        actions = super().decide(observation, memory, mask, deterministic)
        return actions if len(self.agents) > 1 else actions[0]

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Takes the most likely action of each agent, or samples one.

        Args:
            observations: float32 (N, D).
            memory: float32 (2, L, N, H), advanced in place by recurrent networks; others do not use it.
            masks: bool (N, A), True = allowed; only networks trained with masks heed them.
            deterministic: whether to take the most likely actions.

        Returns:
            int64 (N,).
        """
        logits = self._logits(torch.tensor(observations), memory)
        if self.masked and masks is not None:
            logits = np.where(masks, logits, -np.inf)
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        self._probabilities = weights / weights.sum(axis=1, keepdims=True)
        if deterministic:
            self._actions = np.argmax(logits, axis=1)
        else:
            # The Gumbel trick samples from the softmax with this policy's own generator: seeds decide alone.
            self._actions = np.argmax(logits + self.random.gumbel(size=logits.shape), axis=1)
        return self._actions

    def explain(self) -> Explanation:
        """Gives the probabilities that the network gave to each agent's actions."""
        if self._probabilities is None or self._actions is None:
            return Explanation("No action was taken yet.", {})
        chosen = {agent: int(action) for agent, action in zip(self.agents, self._actions, strict=True)}
        shares = {agent: row.tolist() for agent, row in zip(self.agents, self._probabilities, strict=True)}
        words = ", ".join(
            f"{agent}: action {chosen[agent]} with {shares[agent][chosen[agent]]:.0%}" for agent in chosen
        )
        return Explanation(
            f"The network's probabilities decided: {words}.", {"actions": chosen, "probabilities": shares}
        )

    @torch.no_grad()
    def _logits(self, features: torch.Tensor, memory: Memory | None) -> NDArray[np.float64]:
        if isinstance(self._network, RecurrentActorCriticPolicy):
            features = _remember(self._network.lstm_actor, features, memory)
        features = self._network.mlp_extractor.forward_actor(features)
        return self._network.action_net(features).numpy().astype(np.float64)


def _remember(lstm: torch.nn.LSTM, features: torch.Tensor, memory: Memory | None) -> torch.Tensor:
    """Passes features (N, D) through one step of the memory, which it advances, and gives (N, H)."""
    assert memory is not None
    hidden, cell = torch.tensor(memory)
    output, (hidden, cell) = lstm(features.unsqueeze(0), (hidden, cell))
    memory[0], memory[1] = hidden.numpy(), cell.numpy()
    return output.squeeze(0)
