from pathlib import Path

import numpy as np
import pytest
import torch
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.buffers import RecurrentRolloutBuffer
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import configure

from planzoo.baselines.config import TrainConfig
from planzoo.baselines.recurrent_buffer import RowRolloutBuffer
from planzoo.baselines.scenarios import make_params, make_training_environment
from planzoo.baselines.training import make_model

STEPS, WORLDS = 24, 5


class Nothing(BaseCallback):
    def _on_step(self) -> bool:
        return True


@pytest.fixture
def model(tmp_path: Path) -> RecurrentPPO:
    """A learner that has collected rows of several episodes each, in sb3-contrib's own buffer."""
    arguments = {"robots": 1, "max_steps": 7}
    config = TrainConfig.model_validate(
        {
            "name": "n",
            "scenario": {"scenario": "warehouse_v0", "preset": "toy", "arguments": arguments},
            "algorithm": "recurrent_ppo",
            "steps": 1,
            "network": {"policy": [8], "value": [8], "lstm": {"hidden": 6, "layers": 2}},
            "hyperparameters": {"n_steps": STEPS},
        }
    )
    rows = make_training_environment("warehouse_v0", make_params(config.scenario), WORLDS)
    made = make_model(config, rows, tmp_path)
    assert isinstance(made, RecurrentPPO) and isinstance(made.rollout_buffer, RowRolloutBuffer)
    for weights in made.policy.parameters():
        torch.nn.init.normal_(weights, std=0.4)
    ours = made.rollout_buffer
    theirs = RecurrentRolloutBuffer(
        STEPS, ours.observation_space, ours.action_space, ours.hidden_state_shape, n_envs=WORLDS
    )
    made.set_logger(configure(None, []))
    _, callback = made._setup_learn(STEPS * WORLDS, Nothing())
    # Twice, so that rows also begin in the middle of an episode.
    for _ in range(2):
        made.collect_rollouts(made.env, callback, theirs, STEPS)
    theirs.advantages = np.random.default_rng(0).normal(size=(STEPS, WORLDS)).astype(np.float32)
    made.rollout_buffer = theirs
    return made


def ours_of(theirs: RecurrentRolloutBuffer) -> RowRolloutBuffer:
    """Gives the same experience in a buffer of ours."""
    ours = RowRolloutBuffer.like(theirs)
    ours.__dict__.update({name: np.copy(value) if isinstance(value, np.ndarray) else value
                          for name, value in theirs.__dict__.items()})  # fmt: skip
    return ours


def gradient(model: RecurrentPPO, buffer: RecurrentRolloutBuffer) -> list[torch.Tensor]:
    """The gradient of a loss that reads all that a minibatch holds, over all experience at once."""
    (data,) = buffer.get(None)
    values, log_probability, entropy = model.policy.evaluate_actions(
        data.observations, data.actions.long().flatten(), data.lstm_states, data.episode_starts
    )
    mask = data.mask > 0.5
    ratio = torch.exp(log_probability - data.old_log_prob)
    assert torch.allclose(ratio[mask], torch.ones(()), atol=1e-4)
    assert torch.allclose(values.flatten()[mask], data.old_values[mask], atol=1e-4)
    losses = ratio * data.advantages + (values.flatten() - data.returns - 1.0) ** 2 + entropy
    model.policy.zero_grad()
    losses[mask].mean().backward()
    return [weights.grad.clone() for weights in model.policy.parameters() if weights.grad is not None]


def test_gradient_is_that_of_padded_episodes(model: RecurrentPPO, monkeypatch: pytest.MonkeyPatch) -> None:
    # sb3-contrib's buffer begins anywhere, and so cuts the episode in which it begins.
    monkeypatch.setattr(np.random, "randint", lambda high: 0)
    theirs = model.rollout_buffer
    assert isinstance(theirs, RecurrentRolloutBuffer)
    assert theirs.episode_starts[0].sum() < WORLDS and theirs.episode_starts[1:].any()
    rows, padded = gradient(model, ours_of(theirs)), gradient(model, theirs)
    assert len(rows) == len(padded) > 0
    for ours, expected in zip(rows, padded, strict=True):
        assert torch.allclose(ours, expected, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize(("batch_size", "sizes"), [(None, [5]), (60, [2, 2, 1]), (1, [1] * 5), (10**6, [5])])
def test_every_row_is_handed_out_once_and_whole(
    model: RecurrentPPO, batch_size: int | None, sizes: list[int]
) -> None:
    buffer = ours_of(model.rollout_buffer)
    buffer.values[:] = np.arange(WORLDS) * 100 + np.arange(STEPS)[:, None]
    batches = list(buffer.get(batch_size))
    rows = [batch.old_values.reshape(-1, STEPS) for batch in batches]
    assert [len(each) for each in rows] == sizes
    together = torch.cat(rows)
    assert sorted((together[:, 0] / 100).tolist()) == list(range(WORLDS))
    assert torch.equal(together - together[:, :1], torch.arange(STEPS).expand(WORLDS, STEPS).float())
    assert all(
        batch.lstm_states.pi[0].shape == (2, size, 6) for batch, size in zip(batches, sizes, strict=True)
    )
    assert all(bool((batch.mask == 1).all()) for batch in batches)


def test_order_of_rows_changes_and_is_seeded(model: RecurrentPPO) -> None:
    buffer = ours_of(model.rollout_buffer)
    buffer.values[:] = np.arange(WORLDS)

    def orders() -> list[list[float]]:
        np.random.seed(3)
        return [torch.cat([batch.old_values for batch in buffer.get(STEPS)]).tolist() for _ in range(4)]

    assert orders() == orders() and len({tuple(order) for order in orders()}) > 1
