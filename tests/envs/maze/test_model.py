"""What planners know of the maze."""

from __future__ import annotations

import numpy as np

from planzoo.envs import maze_v0
from planzoo.envs.maze.model import MazeModel
from planzoo.envs.simulation.model import GenerativeModel


def test_the_model_tells_the_rules() -> None:
    model = maze_v0.model(height=9, food=2, water=2)
    assert isinstance(model, MazeModel)
    assert model.constants.height == 9 and model.params.food == 2
    assert model.layout.size == maze_v0.simulator(height=9, food=2, water=2).observation_size


def test_transitions_are_sampled() -> None:
    generative = maze_v0.model(agents=1, coordination="none").generative()
    assert isinstance(generative, GenerativeModel)
    random = np.random.default_rng(0)
    state = generative.initial_belief(random)
    actions = generative.actions(state)
    assert actions and set(actions) <= set(range(17))
    after, observation, reward, ended = generative.sample_transition(state, actions[0], random)
    assert observation.shape == (maze_v0.model(agents=1, coordination="none").layout.size,)
    assert abs(reward) < 1 and not ended
    steps = [moment.state[generative.simulator.state._fields.index("steps")][0] for moment in (state, after)]
    assert steps == [0, 1]
