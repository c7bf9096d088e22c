"""One world as a Gymnasium environment: a single agent, or a team under centralized control."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from planzoo.envs.simulation.actions import checked_actions
from planzoo.envs.simulation.display import RENDER_MODES, Display, check_render_mode
from planzoo.envs.simulation.simulator import Simulator
from planzoo.envs.simulation.spaces import team_action_space, team_observation_space, team_shape


class CentralizedEnv(gym.Env[NDArray[np.float32], Any]):
    """All agents of one world under one controller.

    The observation is every agent's vector in a row, float32 (N·D,), or their images, float32 (N, layers,
    height, width); the action an integer for one agent, or int64 (N,); the reward the sum over agents.
    ``info`` has ``action_mask`` (int8 (A,), or a tuple of N of them, as ``action_space.sample`` takes it),
    ``invalid_action`` (bool, whether any action was outside its mask and so did nothing), where a scenario
    reports events ``events`` (dicts of ``event`` and ``agent``, the latter None for what concerns all) and,
    at the end of an episode, the scenario's ``success`` and counts.

    Args:
        simulator: a simulator of one world.
        display: draws the world; None leaves the environment without pictures.
        render_mode: ``human``, ``rgb_array``, ``ansi`` or None.
        checked: whether ``step`` refuses actions outside the space.

    Raises:
        InputError: unknown render mode.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012, Gymnasium declares it so
        "render_modes": list(RENDER_MODES),
        "render_fps": 8,
    }

    def __init__(
        self,
        simulator: Simulator,
        display: Display | None = None,
        render_mode: str | None = None,
        checked: bool = True,
    ) -> None:
        check_render_mode(render_mode)
        self.simulator = simulator
        self.display = display
        self.render_mode = render_mode
        self.checked = checked
        self.observation_space: spaces.Space[Any] = team_observation_space(simulator)
        self.action_space = team_action_space(simulator)
        self._shape = team_shape(simulator)
        self._seeded = False

    @property
    def agents(self) -> tuple[str, ...]:
        """The agents' names, in the order of observations and actions."""
        return self.simulator.agents

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Begins an episode; without a seed the random stream goes on."""
        super().reset(seed=seed)
        if seed is None and not self._seeded:
            seed = int(self.np_random.integers(2**63))
        self._seeded = True
        self.simulator.reset(seed)
        self._show()
        return self._observation(), self._info()

    def step(self, action: Any) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Steps the world; see :class:`gymnasium.Env`.

        Raises:
            ValueError: in checked mode, the action is outside the space.
        """
        if self.checked:
            action = checked_actions(action, self.simulator.num_agents, self.simulator.num_actions)
        buffers = self.simulator.step(np.asarray(action, dtype=np.int64).reshape(1, -1))
        self._show()
        return (
            self._observation(),
            float(buffers.rewards[0].sum(dtype=np.float64)),
            bool(buffers.terminated[0].all()),
            bool(buffers.truncated[0]),
            self._info(),
        )

    def action_masks(self) -> NDArray[np.bool_]:
        """Gives the masks of all agents in a row, bool (N·A,), as sb3-contrib's MaskablePPO asks for them."""
        masks: NDArray[np.bool_] = self.simulator.buffers.action_masks[0].reshape(-1).copy()
        return masks

    def render(self) -> Any:
        """Draws the world: uint8 (height, width, 3) for ``rgb_array``, text for ``ansi``."""
        if self.display is None or self.render_mode is None:
            gym.logger.warn(
                "render() needs a render_mode: make the environment with render_mode='rgb_array'."
            )
            return None
        return self.display.render(self.simulator, 0, self.render_mode)

    def close(self) -> None:
        """Closes the window, if there is one."""
        if self.display is not None:
            self.display.close()

    def _observation(self) -> NDArray[np.float32]:
        observation: NDArray[np.float32] = self.simulator.buffers.observations[0].copy().reshape(self._shape)
        return observation

    def _info(self) -> dict[str, Any]:
        buffers = self.simulator.buffers
        masks = buffers.action_masks[0].astype(np.int8)
        info: dict[str, Any] = {
            "action_mask": masks[0] if len(masks) == 1 else tuple(masks),
            "invalid_action": bool(buffers.invalid_actions[0].any()),
        }
        if self.simulator.event_names:
            info["events"] = self.simulator.listed_events(0)
        if self.simulator.state.ended[0]:
            info.update(self.simulator.episode_info(0))
        return info

    def _show(self) -> None:
        if self.render_mode == "human":
            self.render()
