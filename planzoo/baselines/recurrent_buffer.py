"""Experience of recurrent policies, handed out in whole rows."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import torch
from numpy.typing import NDArray
from sb3_contrib.common.recurrent.buffers import RecurrentRolloutBuffer
from sb3_contrib.common.recurrent.type_aliases import RecurrentRolloutBufferSamples, RNNStates


class RowRolloutBuffer(RecurrentRolloutBuffer):
    """Hands out minibatches of whole rows: all steps that one agent of one world was watched for.

    sb3-contrib's buffer cuts rows into episodes and pads these to the length of the longest. Where episodes
    are short, most of the time then goes into padding. Here an episode's start within a row clears the
    memory, as it did when the experience was collected, and nothing is padded. The gradient of all rows
    together is the same.
    """

    @classmethod
    def like(cls, buffer: RecurrentRolloutBuffer) -> RowRolloutBuffer:
        """Makes an empty one of the same shape."""
        return cls(
            buffer.buffer_size,
            buffer.observation_space,
            buffer.action_space,
            buffer.hidden_state_shape,
            buffer.device,
            gae_lambda=buffer.gae_lambda,
            gamma=buffer.gamma,
            n_envs=buffer.n_envs,
        )

    def get(  # type: ignore[override]  # sb3-contrib's own samples are no subclass of SB3's either
        self, batch_size: int | None = None
    ) -> Generator[RecurrentRolloutBufferSamples, None, None]:
        """Gives all rows once, in random order.

        Args:
            batch_size: steps of a minibatch; as many whole rows as fit, at least one. None gives all at once.
        """
        assert self.full, "the buffer is handed out when it is full"
        count = self.n_envs if batch_size is None else max(1, batch_size // self.buffer_size)
        # SB3 seeds this generator, so that the same seed trains the same weights.
        order = np.random.permutation(self.n_envs)
        for first in range(0, self.n_envs, count):
            yield self._rows(order[first : first + count])

    def _rows(self, rows: NDArray[np.int64]) -> RecurrentRolloutBufferSamples:
        def flat(array: NDArray[np.float32]) -> torch.Tensor:
            """Gives (T, B, …) as one row after the other, (rows · T, …)."""
            taken = array[:, rows].swapaxes(0, 1)
            return self.to_torch(taken.reshape(-1, *array.shape[2:]))

        def first(array: NDArray[np.float32]) -> torch.Tensor:
            """Gives the memory (layers, rows, H) before the first step."""
            return self.to_torch(array[0][:, rows])

        return RecurrentRolloutBufferSamples(
            observations=flat(self.observations),
            actions=flat(self.actions),
            old_values=flat(self.values),
            old_log_prob=flat(self.log_probs),
            advantages=flat(self.advantages),
            returns=flat(self.returns),
            lstm_states=RNNStates(
                (first(self.hidden_states_pi), first(self.cell_states_pi)),
                (first(self.hidden_states_vf), first(self.cell_states_vf)),
            ),
            episode_starts=flat(self.episode_starts),
            mask=torch.ones(len(rows) * self.buffer_size, device=self.device),
        )
