"""The maze: agents look for the way out, for food and for each other, and make plans together.

See :class:`~planzoo.envs.simulation.scenario.Scenario` for the functions.
"""

from planzoo.envs.maze.model import MazeModel
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.resources import oil
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.simulation.scenario import Scenario

SCENARIO = Scenario(
    name="maze_v0",
    summary="Agents survive in a maze, make plans together and look for the way out.",
    gymnasium_id="planzoo/Maze-v0",
    pettingzoo_id="planzoo/maze-v0",
    params_class=MazeParams,
    default_params=MazeParams,
    simulator_class=MazeSimulator,
    scene_module="planzoo.envs.maze.scene",
    make_model=MazeModel,
    resource_rules={"oil": oil},
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
    "MazeParams",
    "env",
    "gymnasium_env",
    "model",
    "parallel_env",
    "sb3_vec_env",
    "simulator",
    "vector_env",
]
