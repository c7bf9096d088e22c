import io
import itertools
import json
from pathlib import Path
from typing import Any

import gymnasium
import pytest
import torch
from rich.console import Console
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor

from planzoo.baselines.checkpoints import find_checkpoint, load_metadata, load_weights, shipped_checkpoints
from planzoo.baselines.config import TrainConfig, find_document, shipped_configs
from planzoo.baselines.evaluate import evaluate
from planzoo.baselines.learned import LearnedPolicy
from planzoo.baselines.metrics import mean_return
from planzoo.baselines.scenarios import (
    make_environment,
    make_params,
    make_place,
    make_training_environment,
)
from planzoo.baselines.training import (
    EVALUATIONS_FILE,
    Evaluation,
    Keeper,
    described,
    load_training,
    make_model,
    train,
)
from planzoo.errors import InputError
from tests.baselines.conftest import PaidByAction

SETTINGS: dict[str, Any] = {
    "name": "tiny",
    "scenario": {"scenario": "warehouse_v0", "preset": "toy", "arguments": {"robots": 2, "max_steps": 20}},
    "steps": 192,
    "worlds": 4,
    "network": {"policy": [8], "value": [8]},
    "hyperparameters": {"n_steps": 16, "batch_size": 32, "n_epochs": 1},
    "evaluation": {"every": 64, "episodes": 2, "deterministic": False},
}

ONE_ROBOT = {"scenario": "warehouse_v0", "preset": "toy", "arguments": {"robots": 1, "max_steps": 200}}


def config(**changes: Any) -> TrainConfig:
    return TrainConfig.model_validate({**SETTINGS, **changes})


def silent() -> Console:
    return Console(file=io.StringIO(), width=200)


@pytest.mark.parametrize("algorithm", ["ppo", "maskable_ppo", "recurrent_ppo"])
def test_training_leaves_a_checkpoint_that_plays_as_it_was_measured(tmp_path: Path, algorithm: str) -> None:
    settings = config(algorithm=algorithm)
    console = silent()
    metadata = train(settings, tmp_path, console)
    assert metadata == load_metadata(tmp_path)
    assert (metadata.steps, metadata.agents, metadata.observation_size, metadata.action_count) == (
        192,
        2,
        71,
        5,
    )
    environment = make_environment("warehouse_v0", make_params(settings.scenario))
    policy = LearnedPolicy.load(tmp_path, ("robot_0", "robot_1"))
    episodes = evaluate(environment, policy, range(1_000_000, 1_000_002), deterministic=False)
    assert mean_return([episode.episode_return for episode in episodes]) == metadata.evaluation_return
    assert policy.training_steps == 192
    assert f"Checkpoint: {tmp_path}" in console.file.getvalue()  # type: ignore[attr-defined]
    assert list((tmp_path / "tensorboard").rglob("events.out.tfevents.*"))


def test_evaluations_are_written_in_environment_steps_and_the_best_is_kept(tmp_path: Path) -> None:
    metadata = train(config(), tmp_path, silent())
    lines = [json.loads(line) for line in (tmp_path / EVALUATIONS_FILE).read_text().splitlines()]
    assert [line["steps"] for line in lines] == [64, 128, 192]
    best = max(line["mean_return"] for line in lines)
    assert metadata.evaluation_return == best
    assert metadata.kept_at_step == max(line["steps"] for line in lines if line["mean_return"] == best)


@pytest.mark.parametrize("algorithm", ["ppo", "recurrent_ppo"])
def test_same_config_same_weights_and_other_seed_other_weights(tmp_path: Path, algorithm: str) -> None:
    settings = config(algorithm=algorithm)
    once, again = (train(settings, tmp_path / name, silent()) for name in ("once", "again"))
    assert once.weights_sha256 == again.weights_sha256
    other = train(config(algorithm=algorithm, seed=1), tmp_path / "other", silent())
    assert other.weights_sha256 != once.weights_sha256


def test_recurrent_network_is_what_the_config_says(tmp_path: Path) -> None:
    network = {"policy": [8], "value": [4], "lstm": {"hidden": 6, "layers": 2, "critic": False}}
    settings = config(algorithm="recurrent_ppo", network=network)
    metadata = train(settings, tmp_path, silent())
    assert metadata.network == settings.network
    shapes = {name: tuple(weights.shape) for name, weights in load_weights(tmp_path, metadata).items()}
    assert shapes["lstm_actor.weight_ih_l0"] == (4 * 6, 71) and "lstm_actor.weight_ih_l1" in shapes
    assert shapes["critic.weight"] == (6, 71) and not any("lstm_critic" in name for name in shapes)


def test_training_measures_a_recurrent_policy_as_stable_baselines_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "planzoo.baselines.scenarios.make_environment", lambda *place: PaidByAction(make_environment(*place))
    )
    settings = config(algorithm="recurrent_ppo", scenario=ONE_ROBOT, evaluation={"episodes": 4})
    params = make_params(settings.scenario)
    model = make_model(settings, make_training_environment("warehouse_v0", params, 4), tmp_path)
    torch.manual_seed(1)
    for weights in model.policy.parameters():
        torch.nn.init.normal_(weights)
    ours = Keeper(settings, make_place(settings.scenario), model, tmp_path).evaluate()
    environment = Monitor(Seeded(PaidByAction(make_environment("warehouse_v0", params)), 1_000_000))
    theirs, _ = evaluate_policy(model, environment, n_eval_episodes=4)
    assert ours.mean_return == pytest.approx(theirs, rel=1e-6) and theirs > 0


class Seeded(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Begins its episodes with consecutive seeds."""

    def __init__(self, environment: gymnasium.Env[Any, Any], first: int) -> None:
        super().__init__(environment)
        self.seeds = itertools.count(first)

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        return self.env.reset(seed=next(self.seeds), options=options)


def test_training_changes_the_weights(tmp_path: Path) -> None:
    settings = config()
    metadata = train(settings, tmp_path, silent())
    rows = make_training_environment("warehouse_v0", make_params(settings.scenario), 4)
    fresh = make_model(settings, rows, tmp_path).policy.state_dict()
    trained = load_weights(tmp_path, metadata)
    assert set(fresh) == set(trained)
    assert not all(torch.equal(fresh[name], trained[name]) for name in fresh)


def test_learning_rate_can_be_annealed(tmp_path: Path) -> None:
    settings = config(hyperparameters={"learning_rate": 0.5, "anneal": True})
    rows = make_training_environment("warehouse_v0", make_params(settings.scenario), 1)
    schedule = make_model(settings, rows, tmp_path).lr_schedule
    assert [schedule(remaining) for remaining in (1.0, 0.5, 0.0)] == [0.5, 0.25, 0.0]


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        train(config(), tmp_path / "file", silent())


def test_load_training(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    text = json.dumps(SETTINGS)
    path.write_text(text)
    loaded = load_training(str(path), steps=7, seed=9)
    assert (loaded.steps, loaded.seed, loaded.worlds) == (7, 9, 4)
    assert load_training(str(path)).steps == 192
    with pytest.raises(InputError, match="--steps 0"):
        load_training(str(path), steps=0)
    path.write_text(text.replace('"toy"', '"tyo"'))
    with pytest.raises(InputError, match=r"t\.yaml:1: scenario: .* did you mean 'toy'"):
        load_training(str(path))


def test_stopped_training_keeps_its_best_weights_so_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate_whole, count = Keeper.evaluate, []

    def stop_at_the_second(keeper: Keeper) -> Evaluation:
        count.append(1)
        if len(count) == 2:
            raise KeyboardInterrupt
        return evaluate_whole(keeper)

    monkeypatch.setattr(Keeper, "evaluate", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        train(config(), tmp_path, silent())
    metadata = load_metadata(tmp_path)
    assert (metadata.steps, metadata.kept_at_step) == (64, 64)
    assert LearnedPolicy.load(tmp_path).training_steps == 64


def test_batch_is_never_larger_than_what_was_collected(tmp_path: Path) -> None:
    settings = config(hyperparameters={"n_steps": 16, "batch_size": 100_000})
    rows = make_training_environment("warehouse_v0", make_params(settings.scenario), 4)
    assert make_model(settings, rows, tmp_path).batch_size == 4 * 2 * 16


def test_agents_of_all_worlds_share_the_network(tmp_path: Path) -> None:
    settings = config()
    rows = make_training_environment("warehouse_v0", make_params(settings.scenario), settings.worlds)
    model = make_model(settings, rows, tmp_path)
    assert model.n_envs == 8 and model.observation_space.shape == (71,)
    keeper = Keeper(settings, make_place(settings.scenario), model, tmp_path)
    assert keeper.agents == 2
    model.num_timesteps = 20
    assert keeper.steps == 10


@pytest.mark.parametrize("name", shipped_configs("train"))
def test_shipped_configs_describe_the_checkpoints_of_their_name(name: str) -> None:
    settings = load_training(name)
    assert settings.name == name
    evaluation, comparison = settings.evaluation, find_document("compare", "demo").data
    seeds = [
        comparison["seeds"],
        *(entry["seeds"] for entry in comparison["comparisons"] if "seeds" in entry),
    ]
    assert all(evaluation.first_seed >= each["first"] + each["episodes"] for each in seeds)
    if name in shipped_checkpoints():
        metadata = load_metadata(find_checkpoint(name))
        assert metadata.scenario == settings.scenario and metadata.network == settings.network
        assert metadata.hyperparameters == settings.hyperparameters and metadata.seed == settings.seed


def test_checkpoints_keep_long_params_as_their_hash() -> None:
    params = {"budget": 3.0, "network": list(range(10_000))}
    kept = described(params)
    assert kept["budget"] == 3.0
    assert set(kept["network"]) == {"sha256", "characters"}
    assert kept["network"] != described({"network": list(range(1, 10_001))})["network"]
