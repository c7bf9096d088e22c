from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
import pytest

from planzoo.baselines.config import ResourcesConfig, ScenarioConfig
from planzoo.baselines.scenarios import (
    action_counts,
    agent_names,
    check_arguments,
    find_scenario,
    make_environment,
    make_params,
    make_place,
    make_training_environment,
    observation_name,
    observation_size,
    preset_names,
)
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.errors import InputError


def config(preset: str | None = "rware", scenario: str = "warehouse_v0", **arguments: Any) -> ScenarioConfig:
    return ScenarioConfig(scenario=scenario, preset=preset, arguments=arguments)


def test_params_come_from_preset_and_arguments() -> None:
    params = make_params(config(size="small", robots=4, max_steps=9))
    assert params == WarehouseParams.rware("small", 4, max_steps=9)


def test_without_preset_the_default_params_take_the_arguments() -> None:
    assert make_params(config(None, robots=3)) == WarehouseParams.rware(robots=3)


def test_observation_is_replaced() -> None:
    assert observation_name(make_params(config(observation="local"), {"observation": "fleet"})) == "fleet"
    assert observation_name(object()) == "standard"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (config(scenario="warehouse_v1"), "there is no scenario 'warehouse_v1'; did you mean 'warehouse_v0'"),
        (config("rwear"), "scenario 'warehouse_v0' has no preset 'rwear'; did you mean 'rware'"),
        (
            config(sise="tiny"),
            "preset 'rware' of 'warehouse_v0' takes no argument 'sise'; did you mean 'size'",
        ),
        (config(max_step=3), "takes no argument 'max_step'; did you mean 'max_steps'"),
        (config("from_file"), "needs the argument 'path'; add it"),
        (config(size="huge"), "size 'huge' is unknown"),
        (config(robots=9999), "9999, but the layout has 110 free cells"),
        (config(robots="two"), "robots must be a positive integer, got 'two'"),
        (config("from_file", path=5), "preset .from_file. of .warehouse_v0. refuses these arguments: "),
    ],
)
def test_bad_scenarios(bad: ScenarioConfig, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make_params(bad)


def test_observation_that_is_not_known() -> None:
    with pytest.raises(InputError, match="'global' is unknown"):
        make_params(config(), {"observation": "global"})


def test_check_arguments_without_keyword_catcher() -> None:
    def function(needed: int, optional: int = 0) -> None:
        """Takes two."""

    check_arguments(function, {"needed": 1}, "f")
    with pytest.raises(InputError, match="f takes no argument 'optionl'; did you mean 'optional'"):
        check_arguments(function, {"needed": 1, "optionl": 2}, "f", ["optionl"])


@pytest.mark.parametrize("robots", [1, 3])
def test_sizes_of_an_environment(robots: int) -> None:
    environment = make_environment("warehouse_v0", WarehouseParams.rware(robots=robots))
    assert len(agent_names(environment)) == robots
    assert action_counts(environment) == (5,) * robots
    assert observation_size(environment) == 71 * robots


def test_training_environment_has_agents_as_rows() -> None:
    rows = make_training_environment("warehouse_v0", WarehouseParams.rware(robots=3), 4)
    assert rows.num_envs == 12 and rows.reset().shape == (12, 71)


def test_continuous_actions_are_refused() -> None:
    environment = gymnasium.Env[Any, Any]()
    environment.action_space = gymnasium.spaces.Box(0.0, 1.0, (2,), np.float32)
    with pytest.raises(InputError, match="is not discrete"):
        action_counts(environment)


def test_preset_names_include_inherited_class_methods_only() -> None:
    @dataclass(frozen=True)
    class Base:
        @classmethod
        def easy(cls) -> "Base":
            return cls()

        @classmethod
        def _hidden(cls) -> "Base":
            return cls()

        @staticmethod
        def helper() -> None:
            """Is no preset."""

    class Derived(Base):
        @classmethod
        def hard(cls) -> "Derived":
            return cls()

    assert preset_names(Derived) == ("easy", "hard")


def test_find_scenario() -> None:
    assert find_scenario("warehouse_v0").params_class is WarehouseParams


def test_training_environments_have_the_resources_of_their_config() -> None:
    config = ScenarioConfig.model_validate(
        {"scenario": "warehouse_v0", "resources": {"preset": "fuel", "arguments": {"amount": 3}}}
    )
    place = make_place(config)
    assert place.resources is not None
    rows = make_training_environment(place.scenario, place.params, 2, place.resources)
    plain = make_training_environment(place.scenario, place.params, 2)
    assert rows.observation_space.shape is not None and plain.observation_space.shape is not None
    assert rows.observation_space.shape[0] == plain.observation_space.shape[0] + 1
    assert rows.reset()[:, -1].tolist() == [1.0] * rows.num_envs
    hidden = place.observed(False)
    assert (
        hidden.environment().observation_space
        == make_environment("warehouse_v0", place.params).observation_space
    )
    assert make_place(ScenarioConfig(scenario="warehouse_v0")).observed(True).resources is None


def test_a_config_has_a_preset_or_rules() -> None:
    for wrong in ({}, {"preset": "fuel", "rules": {}}, {"rules": {}, "arguments": {"amount": 3}}):
        with pytest.raises(ValueError, match=r"either a preset or rules|arguments belong to a preset"):
            ResourcesConfig.model_validate(wrong)


def test_places_have_the_disturbances_of_their_config() -> None:
    config = ScenarioConfig.model_validate(
        {
            "scenario": "warehouse_v0",
            "resources": {"preset": "fuel", "arguments": {"amount": 3}},
            "disturbances": {"action_failure": 1.0},
        }
    )
    place = make_place(config)
    assert place.disturbances is not None and place.disturbances.action_failure == 1.0
    environment = place.environment()
    environment.reset(seed=0)
    for _ in range(5):
        info = environment.step(environment.action_space.sample())[4]
    assert info["resources_left"] == {"fuel": 3.0}  # what fails outside of a resource wrapper costs nothing
    rows = make_training_environment(place.scenario, place.params, 2, place.resources, place.disturbances)
    rows.reset()
    rows.step(np.ones(rows.num_envs, dtype=np.int64))
    assert rows.mishaps.struck.all()  # type: ignore[attr-defined]
    assert make_place(ScenarioConfig(scenario="maze_v0")).disturbances is None
    with pytest.raises(InputError, match="unknown key 'failure'"):
        make_place(ScenarioConfig(scenario="maze_v0", disturbances={"failure": 0.1}))
