"""What planners may know of the maze: its rules, never where anything is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from planzoo.envs.maze.constants import build_constants
from planzoo.envs.maze.layout import ObservationLayout, observation_layout
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import Constants
from planzoo.envs.simulation.simulator_model import SimulatorModel


@dataclass(frozen=True)
class MazeModel:
    """The rules of a maze.

    Attributes:
        params: the scenario's numbers.
    """

    params: MazeParams

    @cached_property
    def constants(self) -> Constants:
        """The numbers as the kernels read them."""
        return build_constants(self.params)

    @cached_property
    def layout(self) -> ObservationLayout:
        """Where an observation holds what."""
        return observation_layout(self.params)

    def generative(self) -> SimulatorModel:
        """Gives a generative model of all agents under centralized control, for planners that sample."""
        return SimulatorModel(MazeSimulator(self.params))
