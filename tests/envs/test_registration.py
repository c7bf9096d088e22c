"""The table of scenarios, and what importing the package does to the registries."""

from __future__ import annotations

import subprocess
import sys

import gymnasium
import pettingzoo
import pytest

from planzoo.envs.registration import REGISTRY, load_scenario, register_all
from planzoo.errors import InputError


@pytest.mark.parametrize("name", REGISTRY)
def test_the_table_and_the_scenario_agree(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert (scenario.gymnasium_id, scenario.pettingzoo_id) == REGISTRY[name]
    assert scenario.summary.endswith(".") and len(scenario.summary) < 110
    assert load_scenario(name) is scenario


def test_medical_testing_is_the_diagnosis_of_several_patients() -> None:
    several, one = load_scenario("medical_testing_v0"), load_scenario("diagnosis_v0")
    assert several.simulator_class is one.simulator_class and several.params_class is one.params_class
    assert several.simulator().num_agents == 4 and one.simulator().num_agents == 1
    simulator = one.simulator(several.params())
    assert simulator.agents == ("doctor_0", "doctor_1", "doctor_2", "doctor_3")


def test_an_unknown_scenario_is_named() -> None:
    with pytest.raises(InputError, match="no scenario 'maze'; choose one of warehouse_v0, diagnosis_v0"):
        load_scenario("maze")


@pytest.mark.parametrize(("gymnasium_id", "pettingzoo_id"), REGISTRY.values())
def test_every_registry_makes_them(gymnasium_id: str, pettingzoo_id: str) -> None:
    agents = gymnasium.make(gymnasium_id).unwrapped.agents  # type: ignore[attr-defined]
    assert tuple(pettingzoo.make("parallel", pettingzoo_id).possible_agents) == agents
    assert tuple(pettingzoo.make("aec", pettingzoo_id).possible_agents) == agents
    assert gymnasium.make_vec(gymnasium_id, num_envs=2).num_envs == 2
    assert gymnasium.spec(gymnasium_id).max_episode_steps is None, "the scenario keeps the time itself"


def test_registering_twice_changes_nothing() -> None:
    def registered() -> tuple[object, ...]:
        specs = [gymnasium.registry[names[0]] for names in REGISTRY.values()]
        return *map(id, specs), *pettingzoo.parallel_registry, *pettingzoo.aec_registry

    before = registered()
    register_all()
    assert registered() == before


def test_importing_registers_without_loading_any_scenario() -> None:
    code = (
        "import sys, planzoo, gymnasium; "
        "assert 'planzoo/Warehouse-v0' in gymnasium.registry; "
        "loaded = {'numba', 'torch', 'pygame', 'planzoo.envs.warehouse_v0'} & set(sys.modules); "
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_gymnasium_imports_the_package_by_itself() -> None:
    code = "import gymnasium; gymnasium.make('planzoo:planzoo/Diagnosis-v0').reset(seed=0)"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
