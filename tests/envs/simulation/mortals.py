"""A scenario of a few lines whose agents end one by one: what the real ones do not show yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.actions import accept_actions
from planzoo.envs.simulation.display import Display
from planzoo.envs.simulation.kernel import python_function
from planzoo.envs.simulation.scene import Glyph, Scene
from planzoo.envs.simulation.simulator import Simulator

REST, WORK, REFUSE = 0, 1, 2
WAGE = np.float32(0.1)
"""No float32 sum of wages is the float64 sum."""


@dataclass(frozen=True)
class MortalParams:
    """After how many steps each agent ends, and the world at the latest."""

    lifetimes: tuple[int, ...] = (2, 4, 9)
    max_steps: int = 6


class MortalState(NamedTuple):
    """What every state has, and the shifts that were worked: int32 (B, N)."""

    random_streams: NDArray[np.uint64]
    steps: NDArray[np.int32]
    ended: NDArray[np.bool_]
    shifts: NDArray[np.int32]


class MortalSimulator(Simulator):
    """Working pays; refusing is always masked; an agent observes its age and whether it lives."""

    params: MortalParams
    state: MortalState

    def _bind(self) -> None:
        agents, worlds = len(self.params.lifetimes), self.num_worlds
        self.agents = tuple(f"worker_{number}" for number in range(agents))
        self.num_actions = 3
        self.global_state_size = agents
        self.observation_low = np.zeros(2, dtype=np.float32)
        self.observation_high = np.array([self.params.max_steps, 1], dtype=np.float32)
        self.state = MortalState(
            random_streams=np.zeros((worlds, 2), dtype=np.uint64),
            steps=np.zeros(worlds, dtype=np.int32),
            ended=np.zeros(worlds, dtype=np.bool_),
            shifts=np.zeros((worlds, agents), dtype=np.int32),
        )

    def _step_worlds(self, actions: NDArray[np.int64], autoreset: bool, worlds: tuple[int, int]) -> None:
        for world in range(*worlds):
            if not self.state.ended[world]:
                self._step_world(actions, world)
            elif autoreset:
                self._reset_worlds(np.array([world]))
            else:
                self.buffers.rewards[world] = 0

    def _step_world(self, actions: NDArray[np.int64], world: int) -> None:
        buffers, state = self.buffers, self.state
        python_function(accept_actions)(buffers, actions, world)
        state.steps[world] += 1
        works = buffers.accepted_actions[world] == WORK
        state.shifts[world] += works
        buffers.rewards[world] = np.where(works, WAGE, 0)
        self._write_views(world)
        out_of_time = state.steps[world] >= self.params.max_steps
        everybody_ended = buffers.terminated[world].all()
        state.ended[world] = out_of_time or everybody_ended
        buffers.truncated[world] = out_of_time and not everybody_ended

    def _reset_worlds(self, worlds: NDArray[np.int64]) -> None:
        for array in (*self.state[1:], self.buffers.rewards, self.buffers.truncated):
            array[worlds] = 0
        self.buffers.invalid_actions[worlds] = False
        self.buffers.accepted_actions[worlds] = -1
        self.state.random_streams[worlds, 1] += np.uint64(1)
        for world in worlds:
            self._write_views(int(world))

    def _write_views(self, world: int) -> None:
        buffers, age = self.buffers, self.state.steps[world]
        buffers.terminated[world] = age >= np.array(self.params.lifetimes)
        buffers.observations[world, :, 0] = age
        buffers.observations[world, :, 1] = ~buffers.terminated[world]
        buffers.action_masks[world] = [True, True, False]

    def refresh(self) -> None:
        for world in range(self.num_worlds):
            self._write_views(world)

    def write_global_state(self, world: int, out: NDArray[np.float32]) -> None:
        out[:] = self.state.shifts[world]

    def episode_facts(self, worlds: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        shifts = self.state.shifts[worlds].sum(axis=1, dtype=np.int64)
        return {"success": shifts > 0, "shifts": shifts}


def mortals(worlds: int = 1, **changes: Any) -> MortalSimulator:
    """Makes worlds of mortal agents."""
    return MortalSimulator(MortalParams(**changes), worlds)


def portrait(simulator: Simulator, world: int) -> Scene:
    """Draws as many columns as the world is steps old, and one more."""
    age = int(simulator.state.steps[world])
    return Scene(f"world {world} at step {age}", width=age + 1, height=1, glyphs=(Glyph(0, age, "x"),))


def display() -> Display:
    """Makes a display of portraits whose window does not wait."""
    return Display(portrait, frames_per_second=10_000)
