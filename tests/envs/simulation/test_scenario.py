"""The doors into a scenario: parameters, keywords, time limits, errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from planzoo.envs import diagnosis_v0, medical_testing_v0, warehouse_v0
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.errors import InputError

SCENARIO = warehouse_v0.SCENARIO
DOORS: dict[str, Callable[..., Any]] = {
    "simulator": SCENARIO.simulator,
    "gymnasium_env": SCENARIO.gymnasium_env,
    "vector_env": lambda *params, **changes: SCENARIO.vector_env(1, *params, **changes),
    "parallel_env": SCENARIO.parallel_env,
    "sb3_vec_env": SCENARIO.sb3_vec_env,
    "env": SCENARIO.env,
    "model": SCENARIO.model,
}


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> Callable[..., Any]:
    return DOORS[request.param]


def params_of(made: Any) -> Any:
    """Finds the parameters of whatever a door gave."""
    inner = getattr(made, "unwrapped", made)
    inner = getattr(inner, "env", inner)
    return getattr(inner, "simulator", inner).params


def test_defaults_params_and_keywords(door: Callable[..., Any]) -> None:
    toy = WarehouseParams.toy()
    assert params_of(door()) == WarehouseParams.rware()
    assert params_of(door(toy)) == toy
    assert params_of(door(robots=5)) == WarehouseParams.rware(robots=5, request_queue_size=2)
    assert params_of(door(toy, robots=3)) == WarehouseParams.toy(robots=3)


def test_an_unknown_keyword_is_named(door: Callable[..., Any]) -> None:
    known = ", ".join(field.name for field in fields(WarehouseParams))
    with pytest.raises(InputError, match=f"WarehouseParams has no field 'robot'; it has {known}"):
        door(robot=3)


def test_params_of_another_scenario_are_refused(door: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="warehouse_v0 needs WarehouseParams, got DiagnosisParams"):
        door(DiagnosisParams.toy())
    with pytest.raises(InputError, match="needs WarehouseParams, got dict"):
        door({"robots": 3})


def test_bad_values_are_refused(door: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="robots must be a positive integer and at most 32767, got -1"):
        door(robots=-1)


def test_params_are_not_copied_without_need() -> None:
    toy = WarehouseParams.toy()
    assert SCENARIO.params(toy) is toy and SCENARIO.params(toy, robots=2) is not toy


@pytest.mark.parametrize(
    ("door", "keyword"),
    [
        (SCENARIO.vector_env, "max_episode_steps"),
        (SCENARIO.parallel_env, "max_cycles"),
        (SCENARIO.env, "max_cycles"),
        (SCENARIO.vector_env, "max_steps"),
        (SCENARIO.parallel_env, "max_steps"),
    ],
)
def test_time_limits_in_each_interface_s_own_word(door: Callable[..., Any], keyword: str) -> None:
    assert params_of(door(**{keyword: 7})).max_steps == 7
    if keyword != "max_steps":
        assert params_of(door(**{keyword: None})).max_steps == 500
        with pytest.raises(InputError, match="max_steps must be a positive integer, got 0"):
            door(**{keyword: 0})


@pytest.mark.parametrize("name", ["simulator", "gymnasium_env", "sb3_vec_env", "model"])
def test_no_interface_knows_another_s_word(name: str) -> None:
    for keyword in ("max_cycles", "max_episode_steps"):
        with pytest.raises(InputError, match=f"no field '{keyword}'"):
            DOORS[name](**{keyword: 7})


def test_options_reach_the_adapters() -> None:
    vector = SCENARIO.vector_env(3, None, "SameStep", False, "ansi", threads=2, robots=1)
    assert (vector.num_envs, vector.copy, vector.render_mode, vector.simulator.threads) == (
        3,
        False,
        "ansi",
        2,
    )
    assert vector.metadata["autoreset_mode"].value == "SameStep" and vector.simulator.num_agents == 1
    doors = (SCENARIO.gymnasium_env, SCENARIO.vector_env, SCENARIO.parallel_env)
    assert [door().checked for door in doors] == [True, False, True]
    assert [door(checked=False).checked for door in doors] == [False] * 3
    parallel = SCENARIO.parallel_env(render_mode="ansi", flat=True)
    assert parallel.flat and parallel.render_mode == "ansi" and parallel.metadata["name"] == "warehouse_v0"
    assert SCENARIO.env(flat=True).observation_space("robot_0").shape == (71,)
    rows = SCENARIO.sb3_vec_env(num_worlds=3, render_mode="rgb_array", threads=2)
    assert (rows.num_envs, rows.render_mode, rows.simulator.threads) == (6, "rgb_array", 2)
    assert SCENARIO.gymnasium_env(render_mode="ansi").render_mode == "ansi"


def test_scenes_and_models() -> None:
    simulator = diagnosis_v0.simulator(num_worlds=2)
    simulator.reset(0)
    assert diagnosis_v0.SCENARIO.scene(simulator, 1).title
    assert diagnosis_v0.model(budget=3.0).params.budget == 3.0


def test_modules_offer_the_scenario_s_own_doors() -> None:
    for module in (warehouse_v0, diagnosis_v0, medical_testing_v0):
        for name in module.__all__:
            value = getattr(module, name)
            assert value is module.SCENARIO.params_class or value in (
                module.SCENARIO,
                getattr(module.SCENARIO, name, None),
            )
