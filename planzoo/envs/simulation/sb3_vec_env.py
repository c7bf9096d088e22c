"""B worlds of N agents as a Stable-Baselines3 vector environment of B·N rows: one policy, shared."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from planzoo.envs.simulation.display import Display, check_render_mode
from planzoo.envs.simulation.simulator import Simulator
from planzoo.envs.simulation.spaces import agent_observation_space


class ScenarioVecEnv(VecEnv):
    """Row ``world * N + agent`` is one agent of one world.

    Episodes begin anew in the step that ends them, with ``terminal_observation`` and ``TimeLimit.truncated``
    in the rows' infos; ``env_method("action_masks")`` gives each row's mask, for sb3-contrib's MaskablePPO.

    A row is done when its world is, so that the next observation after ``done`` is always the first of a new
    episode, every row counts one episode for each of its world's, and recurrent policies forget at the right
    moment. An agent that the rules end earlier waits until then: it still observes, but its actions do
    nothing and its reward is 0.

    Args:
        simulator: a simulator of B worlds.
        display: draws the worlds.
        render_mode: ``rgb_array`` or None.

    Raises:
        InputError: another render mode.
    """

    def __init__(
        self, simulator: Simulator, display: Display | None = None, render_mode: str | None = None
    ) -> None:
        check_render_mode(render_mode, ("rgb_array",))
        self.simulator = simulator
        self.display = display
        self.row_render_mode = render_mode
        rows = simulator.num_worlds * simulator.num_agents
        self._rows = rows
        self._pending = np.zeros(rows, dtype=np.int64)
        self._seeded = False
        super().__init__(rows, agent_observation_space(simulator), spaces.Discrete(simulator.num_actions))

    def reset(self) -> NDArray[np.float32]:
        """Begins episodes in all worlds; the seed that ``seed()`` gave seeds world i with seed + i."""
        first = self._seeds[0]
        if first is None and not self._seeded:
            first = int(np.random.default_rng().integers(2**31))
        self._seeded = True
        self.simulator.reset(first)
        self._reset_seeds()
        self._reset_options()
        self.reset_infos = [{} for _ in range(self._rows)]
        return self._observations()

    def step_async(self, actions: NDArray[Any]) -> None:
        """Keeps the actions, integers (B·N,), for :meth:`step_wait`."""
        self._pending = np.asarray(actions, dtype=np.int64)

    def step_wait(
        self,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Steps all worlds."""
        self.advance()
        return self.outcome()

    def advance(self) -> None:
        """Does the first half of a step: all worlds play it, and nothing is told or begun anew yet.

        Between the halves a wrapper may end episodes, by setting ``simulator.state.ended``.
        """
        self.simulator.step(self._pending)

    def outcome(
        self,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Does the second half of a step: tells what happened, and begins anew where an episode ended."""
        buffers = self.simulator.buffers
        rewards = buffers.rewards.reshape(-1).copy()
        ended = self.simulator.state.ended
        dones = np.repeat(ended, self.simulator.num_agents)
        infos: list[dict[str, Any]] = [{} for _ in range(self._rows)]
        if ended.any():
            self._finish(infos, np.flatnonzero(ended))
        return self._observations(), rewards, dones, infos

    def _finish(self, infos: list[dict[str, Any]], worlds: NDArray[np.int64]) -> None:
        """Writes the last observations into the infos and begins new episodes."""
        buffers, agents = self.simulator.buffers, self.simulator.num_agents
        shape = self.simulator.observation_shape
        for world in worlds:
            facts = self.simulator.episode_info(int(world))
            for agent in range(agents):
                infos[world * agents + agent] = {
                    **facts,
                    "terminal_observation": buffers.observations[world, agent].copy().reshape(shape),
                    "TimeLimit.truncated": bool(
                        buffers.truncated[world] and not buffers.terminated[world, agent]
                    ),
                }
        self.simulator.reset(None, [int(world) for world in worlds])

    def _observations(self) -> NDArray[np.float32]:
        shape = (self._rows, *self.simulator.observation_shape)
        return self.simulator.buffers.observations.copy().reshape(shape)

    def action_masks(self) -> NDArray[np.bool_]:
        """Gives the masks of all rows, bool (B·N, A)."""
        return self.simulator.buffers.action_masks.reshape(self._rows, -1).copy()

    def close(self) -> None:
        """Closes the window, if there is one."""
        if self.display is not None:
            self.display.close()

    def get_images(self) -> Sequence[NDArray[np.uint8] | None]:
        """Draws every world."""
        if self.display is None:
            return []
        return [
            self.display.render(self.simulator, world, "rgb_array")
            for world in range(self.simulator.num_worlds)
        ]

    def has_attr(self, attr_name: str) -> bool:
        """Tells whether the rows have an attribute or method."""
        return attr_name in ("render_mode", "action_masks") or hasattr(self.simulator, attr_name)

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Gives an attribute of the simulator, the render mode, or the method ``action_masks``, for each row.

        Raises:
            AttributeError: there is none of that name.
        """
        if attr_name == "action_masks":
            return [partial(self._row_mask, int(row)) for row in self._get_indices(indices)]
        value = self.row_render_mode if attr_name == "render_mode" else getattr(self.simulator, attr_name)
        return [value for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Refuses: the rows are not objects of their own.

        Raises:
            AttributeError: always.
        """
        raise AttributeError(
            f"Cannot set {attr_name!r}: the rows share one simulator; make it with other params."
        )

    def env_method(
        self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any
    ) -> list[Any]:
        """Calls a method of the rows: ``action_masks`` or ``render``.

        Raises:
            AttributeError: there is none of that name.
        """
        rows = [int(row) for row in self._get_indices(indices)]
        if method_name == "action_masks":
            masks = self.action_masks()
            return [masks[row] for row in rows]
        if method_name == "render":
            return [self._row_image(row) for row in rows]
        raise AttributeError(f"The rows have no method {method_name!r}; they have action_masks and render.")

    def _row_mask(self, row: int) -> NDArray[np.bool_]:
        mask: NDArray[np.bool_] = self.action_masks()[row]
        return mask

    def _row_image(self, row: int) -> Any:
        if self.display is None or self.row_render_mode is None:
            return None
        return self.display.render(self.simulator, row // self.simulator.num_agents, self.row_render_mode)

    def env_is_wrapped(self, wrapper_class: type[Any], indices: Any = None) -> list[bool]:
        """Says that no row is wrapped."""
        return [False for _ in self._get_indices(indices)]
