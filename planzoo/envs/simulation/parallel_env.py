"""One world as a PettingZoo environment: every agent acts at every step."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from planzoo.envs.simulation.actions import NO_ACTION
from planzoo.envs.simulation.display import RENDER_MODES, Display, check_render_mode
from planzoo.envs.simulation.simulator import Simulator
from planzoo.envs.simulation.spaces import (
    agent_observation_space,
    global_state_space,
    masked_observation_space,
)

INTEGERS = frozenset({int, *(np.dtype(code).type for code in np.typecodes["AllInteger"])})
"""Types of actions that are surely integers."""


class ScenarioParallelEnv(ParallelEnv[str, Any, int]):
    """The agents of one world, each on its own.

    Observations are ``{"observation": float32 (D,), "action_mask": int8 (A,)}``; with ``flat`` they are the
    vector alone and the mask is in ``info["action_mask"]``. ``info["invalid_action"]`` is True where an
    action was outside its mask and so did nothing; where a scenario reports events, ``info["events"]`` names
    those of the last step that concern the agent; at the end of an episode ``info`` also has the scenario's
    ``success`` and counts. An agent that the rules end leaves ``agents``; the others play on.

    Args:
        simulator: a simulator of one world.
        display: draws the world.
        render_mode: ``human``, ``rgb_array``, ``ansi`` or None.
        flat: see above.
        name: the environment's name in ``metadata``.
        checked: whether ``step`` refuses actions outside the space.

    Raises:
        InputError: unknown render mode.
    """

    def __init__(
        self,
        simulator: Simulator,
        display: Display | None = None,
        render_mode: str | None = None,
        flat: bool = False,
        name: str = "planzoo",
        checked: bool = True,
    ) -> None:
        check_render_mode(render_mode)
        self.metadata = {
            "name": name,
            "render_modes": list(RENDER_MODES),
            "is_parallelizable": True,
            "render_fps": 8,
        }
        self.simulator = simulator
        self.display = display
        self.render_mode = render_mode
        self.flat = flat
        self.checked = checked
        self.possible_agents = list(simulator.agents)
        self._numbers = {agent: number for number, agent in enumerate(self.possible_agents)}
        self._set_live([])
        make_space = agent_observation_space if flat else masked_observation_space
        self.observation_spaces = {agent: make_space(simulator) for agent in self.possible_agents}
        self.action_spaces = {agent: spaces.Discrete(simulator.num_actions) for agent in self.possible_agents}
        self.state_space = global_state_space(simulator)
        self._choices = frozenset(range(simulator.num_actions))
        self._shape = (len(simulator.agents), *simulator.observation_shape)
        self._bind_views()
        self._random = np.random.default_rng()
        self._seeded = False

    def observation_space(self, agent: str) -> Any:
        """Gives an agent's observation space, the same object at each call."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Any:
        """Gives an agent's action space, Discrete(A), the same object at each call."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Begins an episode; without a seed the random stream goes on."""
        if seed is None and not self._seeded:
            seed = int(self._random.integers(2**63))
        self._seeded = True
        self.simulator.reset(seed)
        self._set_live(self.possible_agents[:])
        self._show()
        return self._views()

    def step(
        self, actions: dict[str, int]
    ) -> tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """Steps the world with an action for every live agent; see :class:`pettingzoo.ParallelEnv`.

        Raises:
            ValueError: in checked mode, an action is missing or outside the space.
        """
        if not self.agents:
            return {}, {}, {}, {}, {}
        buffers = self.simulator.step(self._action_row(actions))
        observations, infos = self._views()
        gains, ends = buffers.rewards[0].tolist(), buffers.terminated[0].tolist()
        rewards = {agent: gains[n] for agent, n in self._live}
        terminated = {agent: ends[n] for agent, n in self._live}
        truncated = dict.fromkeys(terminated, buffers.truncated[0].item())
        if self.simulator.state.ended[0]:
            for info in infos.values():
                info.update(self.simulator.episode_info(0))
            self._set_live([])
        elif True in ends:
            self._set_live([agent for agent in self.agents if not terminated[agent]])
        self._show()
        return observations, rewards, terminated, truncated, infos

    def state(self) -> NDArray[np.float32]:
        """Gives what a centralized critic may see, float32 (global_state_size,)."""
        out = np.zeros(self.simulator.global_state_size, dtype=np.float32)
        self.simulator.write_global_state(0, out)
        return out

    def render(self) -> Any:
        """Draws the world: uint8 (height, width, 3) for ``rgb_array``, text for ``ansi``."""
        if self.display is None or self.render_mode is None:
            return None
        return self.display.render(self.simulator, 0, self.render_mode)

    def close(self) -> None:
        """Closes the window, if there is one."""
        if self.display is not None:
            self.display.close()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Looks at the buffers of the copied simulator, not at copies of them."""
        self.__dict__.update(state)
        self._bind_views()

    def _bind_views(self) -> None:
        self._masks = self.simulator.buffers.action_masks[0].view(np.int8)

    def _show(self) -> None:
        if self.render_mode == "human":
            self.render()

    def _set_live(self, agents: list[str]) -> None:
        self.agents = agents
        self._live = [(agent, self._numbers[agent]) for agent in agents]

    def check_actions(self, actions: dict[str, int]) -> None:
        """Makes sure that every live agent has an action in its space.

        Raises:
            ValueError: an action is missing or outside the space.
        """
        missing = [agent for agent in self.agents if agent not in actions]
        if missing:
            raise ValueError(f"No action for the live agent {missing[0]!r}; all of {self.agents} must act.")
        self._refuse(actions)

    def _action_row(self, actions: dict[str, int]) -> NDArray[Any]:
        """Gathers the actions of all agents; the dead do nothing."""
        try:
            values = [actions[agent] for agent in self.agents]
        except KeyError as error:
            raise ValueError(
                f"No action for the live agent {error}; all of {self.agents} must act."
            ) from error
        if self.checked and not self._in_range(values):
            self._refuse(actions)
        if len(values) == len(self.possible_agents):
            return np.array(values)
        row = np.full(len(self.possible_agents), NO_ACTION)
        row[[number for _, number in self._live]] = values
        return row

    def _in_range(self, values: list[int]) -> bool:
        """Tells quickly whether all actions are fine; where it says no, they may be fine all the same."""
        return INTEGERS.issuperset(map(type, values)) and self._choices.issuperset(values)

    def _refuse(self, actions: dict[str, int]) -> None:
        wrong = {
            agent: actions[agent]
            for agent in self.agents
            if not self.action_spaces[agent].contains(actions[agent])
        }
        if wrong:
            bound = self.simulator.num_actions - 1
            raise ValueError(f"Actions must be integers from 0 to {bound}, but got {wrong}.")

    def _views(self) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Copies what the live agents see, and says which actions did nothing."""
        simulator, live = self.simulator, self._live
        vectors = simulator.buffers.observations[0].copy().reshape(self._shape)
        masks, invalid = self._masks.copy(), simulator.buffers.invalid_actions[0].tolist()
        infos: dict[str, dict[str, Any]]
        if simulator.event_names:
            events = simulator.events(0)
            infos = {agent: {"invalid_action": invalid[n], "events": events[n]} for agent, n in live}
        else:
            infos = {agent: {"invalid_action": invalid[n]} for agent, n in live}
        if not self.flat:
            views = {agent: {"observation": vectors[n], "action_mask": masks[n]} for agent, n in live}
            return views, infos
        for agent, n in live:
            infos[agent]["action_mask"] = masks[n]
        return {agent: vectors[n] for agent, n in live}, infos
