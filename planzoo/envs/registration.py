"""The table of scenarios: the only file that knows every one of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from planzoo.errors import InputError

if TYPE_CHECKING:
    from planzoo.envs.simulation.scenario import Scenario

REGISTRY = {
    "warehouse_v0": ("planzoo/Warehouse-v0", "planzoo/warehouse-v0"),
    "diagnosis_v0": ("planzoo/Diagnosis-v0", "planzoo/diagnosis-v0"),
    "medical_testing_v0": ("planzoo/MedicalTesting-v0", "planzoo/medical-testing-v0"),
    "maze_v0": ("planzoo/Maze-v0", "planzoo/maze-v0"),
}
"""Scenario name → its id in Gymnasium's registry, its id in PettingZoo's registries.

The ids stand here and not only in the scenarios, so that registering them imports no kernel.
"""


def load_scenario(name: str) -> Scenario:
    """Imports a scenario.

    Raises:
        InputError: there is none of that name.
    """
    if name not in REGISTRY:
        raise InputError(f"There is no scenario {name!r}; choose one of {', '.join(REGISTRY)}.")
    scenario: Scenario = import_module(f"planzoo.envs.{name}").SCENARIO
    return scenario


def register_all() -> None:
    """Registers every scenario with Gymnasium and PettingZoo; done by ``import planzoo``."""
    import gymnasium
    import pettingzoo

    for name, (gymnasium_id, pettingzoo_id) in REGISTRY.items():
        module = f"planzoo.envs.{name}"
        if gymnasium_id not in gymnasium.registry:
            gymnasium.register(
                gymnasium_id,
                entry_point=f"{module}:gymnasium_env",
                vector_entry_point=f"{module}:vector_env",
            )
        if pettingzoo_id not in pettingzoo.parallel_registry:
            pettingzoo.register("parallel", pettingzoo_id, f"{module}:parallel_env")
            pettingzoo.register("aec", pettingzoo_id, f"{module}:env")
