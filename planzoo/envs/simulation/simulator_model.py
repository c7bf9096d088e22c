"""The generative model of any scenario, from its simulator."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.simulator import Simulator, Snapshot


class SimulatorModel:
    """Samples transitions by stepping a private simulator of one world with fresh randomness.

    It implements :class:`~planzoo.envs.simulation.model.GenerativeModel` for centralized control. States are
    snapshots; their random streams are drawn anew from the caller's generator at each transition, so that a
    state never foretells what the real environment will do.

    Args:
        simulator: a simulator of one world that nobody else uses.
        discount: discount factor in [0, 1].
    """

    def __init__(self, simulator: Simulator, discount: float = 1.0) -> None:
        self.simulator = simulator
        self.discount = discount

    def initial_belief(self, random: np.random.Generator) -> Snapshot:
        """Samples an initial state."""
        self.simulator.reset([int(random.integers(2**63))])
        return self.simulator.snapshot()

    def actions(self, state: Snapshot) -> list[int]:
        """Gives the actions allowed to the only agent.

        Raises:
            ValueError: the scenario has several agents, whose joint actions are too many to list.
        """
        if self.simulator.num_agents > 1:
            raise ValueError("The joint actions of several agents are not listed: use the action masks.")
        self.simulator.restore(state)
        return [int(action) for action in np.flatnonzero(self.simulator.buffers.action_masks[0, 0])]

    def sample_transition(
        self, state: Snapshot, action: Any, random: np.random.Generator
    ) -> tuple[Snapshot, NDArray[np.float32], float, bool]:
        """Samples next state, observations in a row, summed reward, and whether the episode ended."""
        self.simulator.restore(state)
        self.simulator.state.random_streams[0, 0] = random.integers(2**63)
        buffers = self.simulator.step(np.asarray(action, dtype=np.int64).reshape(1, -1))
        return (
            self.simulator.snapshot(),
            buffers.observations[0].reshape(-1).copy(),
            float(buffers.rewards[0].sum(dtype=np.float64)),
            bool(self.simulator.state.ended[0]),
        )
