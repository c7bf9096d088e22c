"""Trains a policy that all agents share, measures it on the way, and keeps its best weights."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from sb3_contrib import MaskablePPO, RecurrentPPO
from sb3_contrib.common.recurrent.buffers import RecurrentRolloutBuffer
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecEnv, VecMonitor

from planzoo.baselines.checkpoints import CheckpointMetadata, load_weights, save_checkpoint
from planzoo.baselines.config import Algorithm, TrainConfig, find_document, parse
from planzoo.baselines.evaluate import evaluate
from planzoo.baselines.formats import count, number
from planzoo.baselines.learned import LearnedPolicy
from planzoo.baselines.metrics import mean_return, success_rate
from planzoo.baselines.network import network_arguments
from planzoo.baselines.provenance import versions
from planzoo.baselines.recurrent_buffer import RowRolloutBuffer
from planzoo.baselines.scenarios import (
    Place,
    action_counts,
    agent_names,
    make_place,
    make_training_environment,
)
from planzoo.errors import InputError

EVALUATIONS_FILE = "evaluations.jsonl"
LONGEST_PARAM = 20_000
"""Characters of JSON up to which a checkpoint keeps a param in full."""

Learner = PPO | MaskablePPO | RecurrentPPO
_LEARNERS: dict[Algorithm, tuple[type[Learner], str]] = {
    "ppo": (PPO, "MlpPolicy"),
    "maskable_ppo": (MaskablePPO, "MlpPolicy"),
    "recurrent_ppo": (RecurrentPPO, "MlpLstmPolicy"),
}
"""Algorithm → learner and the name under which it knows its network."""


@dataclass(frozen=True)
class Evaluation:
    """One evaluation during training.

    Attributes:
        steps: environment steps so far.
        mean_return: mean return of the episodes.
        success_rate: share of successful episodes, None where the scenario knows no success.
    """

    steps: int
    mean_return: float
    success_rate: float | None


def load_training(name: str, steps: int | None = None, seed: int | None = None) -> TrainConfig:
    """Reads a training config by path or shipped name and checks its scenario.

    Args:
        name: a path, or the name of a shipped config.
        steps: replaces the config's environment steps.
        seed: replaces the config's seed.

    Raises:
        InputError: naming file, line and key.
    """
    document = find_document("train", name)
    config = parse(TrainConfig, document)
    with document.at("scenario"):
        make_place(config.scenario)
    if steps is not None and steps < 1:
        raise InputError(f"--steps {steps}: at least one step is needed")
    changes = {"steps": steps, "seed": seed}
    return config.model_copy(update={key: value for key, value in changes.items() if value is not None})


def train(config: TrainConfig, output: Path, console: Console) -> CheckpointMetadata:
    """Trains and leaves the checkpoint with the best evaluation in ``output``.

    The folder also gets ``evaluations.jsonl`` (a line an evaluation) and a TensorBoard log. The same config
    gives the same weights on the same machine and versions.

    Raises:
        InputError: the folder cannot be written, or the scenario refuses its arguments.
    """
    torch.set_num_threads(1)
    _make_folder(output)
    place = make_place(config.scenario)
    rows = VecMonitor(
        make_training_environment(
            place.scenario, place.params, config.worlds, place.resources, place.disturbances
        )
    )
    model = make_model(config, rows, output)
    keeper = Keeper(config, place, model, output)
    with _progress(console) as progress:
        callback = TrainingCallback(config, keeper, progress)
        model.learn(config.steps * keeper.agents, callback, tb_log_name=config.name, reset_num_timesteps=True)
        callback.evaluate()
    rows.close()
    kept = keeper.finish()
    console.print(
        f"Kept the weights of step {count(kept.kept_at_step)}: mean return {number(kept.evaluation_return)}."
    )
    console.print(f"Checkpoint: {escape(str(output))}", soft_wrap=True)
    return kept


def make_model(config: TrainConfig, rows: VecEnv, output: Path) -> Learner:
    """Makes the learner; rows are agents, so that one network learns from all of them."""
    numbers = config.hyperparameters.model_dump()
    rate, anneal = numbers.pop("learning_rate"), numbers.pop("anneal")
    learner, policy = _LEARNERS[config.algorithm]
    numbers["batch_size"] = min(numbers["batch_size"], rows.num_envs * numbers["n_steps"])
    model = learner(
        policy,
        rows,
        learning_rate=(lambda remaining: rate * remaining) if anneal else rate,
        policy_kwargs=network_arguments(config.network),
        tensorboard_log=str(output / "tensorboard"),
        seed=config.seed,
        device="cpu",
        **numbers,
    )
    if isinstance(model.rollout_buffer, RecurrentRolloutBuffer):
        model.rollout_buffer = RowRolloutBuffer.like(model.rollout_buffer)
    return model


class Keeper:
    """Evaluates the learner with the loop that comparisons use, and keeps its best weights on disk.

    Args:
        config: the training run.
        place: where it learns.
        model: the learner.
        output: folder of the checkpoint.
    """

    def __init__(self, config: TrainConfig, place: Place, model: Learner, output: Path) -> None:
        self.config = config
        self.output = output
        self.model = model
        self.best: CheckpointMetadata | None = None
        self._params = place.params
        self._environment = place.environment()
        names = agent_names(self._environment)
        self.agents = len(names)
        self._policy = LearnedPolicy(model.policy, names, config.algorithm == "maskable_ppo")

    @property
    def steps(self) -> int:
        """Environment steps so far: the learner counts each agent's."""
        return int(self.model.num_timesteps) // self.agents

    def evaluate(self) -> Evaluation:
        """Plays the evaluation episodes, notes the result, and saves the weights that are the best so far."""
        settings = self.config.evaluation
        self.model.policy.set_training_mode(False)
        seeds = range(settings.first_seed, settings.first_seed + settings.episodes)
        episodes = list(evaluate(self._environment, self._policy, seeds, settings.deterministic))
        result = Evaluation(
            steps=self.steps,
            mean_return=float(mean_return(np.array([episode.episode_return for episode in episodes]))),
            success_rate=success_rate([episode.success for episode in episodes]),
        )
        with open(self.output / EVALUATIONS_FILE, "a", encoding="utf-8") as file:
            file.write(json.dumps(vars(result)) + "\n")
        # Equal is better: later weights have seen more.
        if self.best is None or result.mean_return >= self.best.evaluation_return:
            self.best = save_checkpoint(self.output, self._metadata(result), self.model.policy.state_dict())
        return result

    def finish(self) -> CheckpointMetadata:
        """Writes into the checkpoint what the whole training cost, not only the part to its best weights."""
        assert self.best is not None
        weights = load_weights(self.output, self.best)
        self.best = save_checkpoint(self.output, self.best.model_copy(update={"steps": self.steps}), weights)
        return self.best

    def _metadata(self, result: Evaluation) -> CheckpointMetadata:
        return CheckpointMetadata(
            name=self.config.name,
            scenario=self.config.scenario,
            params=described(self._params.to_dict()),
            agents=self.agents,
            observation_size=self._policy.agent_observation_size,
            action_count=action_counts(self._environment)[0],
            algorithm=self.config.algorithm,
            network=self.config.network,
            hyperparameters=self.config.hyperparameters,
            steps=result.steps,
            kept_at_step=result.steps,
            evaluation_return=result.mean_return,
            seed=self.config.seed,
            versions=versions(),
        )


def described(params: dict[str, Any]) -> dict[str, Any]:
    """Gives params as a checkpoint keeps them: what is long, such as a network's tables, as a hash."""
    return {name: _short(value) for name, value in params.items()}


def _short(value: Any) -> Any:
    text = json.dumps(value, sort_keys=True)
    if len(text) <= LONGEST_PARAM:
        return value
    return {"sha256": hashlib.sha256(text.encode()).hexdigest(), "characters": len(text)}


class TrainingCallback(BaseCallback):
    """Moves the progress bar, and evaluates between two collections of experience.

    Args:
        config: the training run.
        keeper: evaluates and keeps the weights.
        progress: shows how far the training is.
    """

    def __init__(self, config: TrainConfig, keeper: Keeper, progress: Progress) -> None:
        super().__init__()
        self._keeper = keeper
        self._every = config.evaluation.every
        self._evaluated_at = -1
        self._progress = progress
        self._bar = progress.add_task(config.name, total=config.steps, score="not evaluated yet")

    def evaluate(self) -> None:
        """Evaluates, unless these weights were evaluated already."""
        if self._evaluated_at == self._keeper.steps:
            return
        result = self._keeper.evaluate()
        self._evaluated_at = result.steps
        self._progress.update(self._bar, completed=result.steps)
        self.logger.record("evaluation/mean_return", result.mean_return)
        if result.success_rate is not None:
            self.logger.record("evaluation/success_rate", result.success_rate)
        self._progress.update(self._bar, score=f"mean return {number(result.mean_return)}")

    def _on_rollout_start(self) -> None:
        self._progress.update(self._bar, completed=self._keeper.steps)
        if self._keeper.steps - max(0, self._evaluated_at) >= self._every:
            self.evaluate()

    def _on_step(self) -> bool:
        return True


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
        (output / EVALUATIONS_FILE).write_bytes(b"")
    except OSError as error:
        raise InputError(
            f"{output}: cannot be written: {error.strerror}; choose another folder with --output"
        ) from None


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[score]}"),
        console=console,
    )
