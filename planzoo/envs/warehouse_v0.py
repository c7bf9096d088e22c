"""The multi-robot warehouse: robots fetch requested shelves, bring them to a workstation and put them back.

See :class:`~planzoo.envs.simulation.scenario.Scenario` for the functions.
"""

from planzoo.envs.simulation.scenario import Scenario
from planzoo.envs.warehouse.model import WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.resources import fuel
from planzoo.envs.warehouse.simulator import WarehouseSimulator

SCENARIO = Scenario(
    name="warehouse_v0",
    summary="N robots fetch requested shelves, deliver them at a workstation and put them back.",
    gymnasium_id="planzoo/Warehouse-v0",
    pettingzoo_id="planzoo/warehouse-v0",
    params_class=WarehouseParams,
    default_params=WarehouseParams.rware,
    simulator_class=WarehouseSimulator,
    scene_module="planzoo.envs.warehouse.scene",
    make_model=WarehouseModel,
    resource_rules={"fuel": fuel},
)

simulator = SCENARIO.simulator
model = SCENARIO.model
gymnasium_env = SCENARIO.gymnasium_env
vector_env = SCENARIO.vector_env
parallel_env = SCENARIO.parallel_env
env = SCENARIO.env
sb3_vec_env = SCENARIO.sb3_vec_env

__all__ = [
    "SCENARIO",
    "WarehouseParams",
    "env",
    "gymnasium_env",
    "model",
    "parallel_env",
    "sb3_vec_env",
    "simulator",
    "vector_env",
]
