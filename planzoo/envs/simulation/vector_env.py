"""B worlds as a Gymnasium vector environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from planzoo.envs.simulation.actions import checked_batch
from planzoo.envs.simulation.display import BATCH_RENDER_MODES, Display, check_render_mode
from planzoo.envs.simulation.episode_reports import EpisodeReports
from planzoo.envs.simulation.kernel import call, driver
from planzoo.envs.simulation.simulator import Buffers, Simulator
from planzoo.envs.simulation.spaces import team_action_space, team_observation_space, widened_box


@driver
def summarize(
    buffers: Buffers,
    rewards: NDArray[np.float64],
    terminated: NDArray[np.bool_],
    invalid: NDArray[np.bool_],
) -> None:
    """Writes for each world, (B,) each: summed rewards, all agents terminated, any action invalid."""
    for world in range(rewards.shape[0]):
        rewards[world] = 0.0
        terminated[world] = True
        invalid[world] = False
        for agent in range(buffers.rewards.shape[1]):
            rewards[world] += buffers.rewards[world, agent]
            terminated[world] &= buffers.terminated[world, agent]
            invalid[world] |= buffers.invalid_actions[world, agent]


class ScenarioVectorEnv(VectorEnv[NDArray[np.float32], NDArray[np.int64], NDArray[Any]]):
    """B worlds, each under centralized control.

    A world is what :class:`~planzoo.envs.simulation.gymnasium_env.CentralizedEnv` shows. World i of
    ``reset(seed=s)`` plays what that environment plays after ``reset(seed=s + i)``, and then what it plays
    after each further ``reset()``. ``infos`` has ``action_mask`` int8 (B, N, A), ``invalid_action`` bool (B,)
    and, where a scenario reports events, ``events`` int32 (B, N), whose bits are those of ``event_names``;
    where an episode ended, the scenario's counts with their masks (``_success`` and so on), in same-step mode
    also ``final_obs`` and ``final_info``.

    Args:
        simulator: a simulator of B worlds.
        autoreset_mode: next step, same step, or disabled: then reset by
            ``reset(options={"reset_mask": bool (B,)})``.
        copy: whether returned arrays are fresh; without, the next step overwrites them and allocates nothing.
        display: draws the worlds.
        render_mode: ``rgb_array``, ``ansi`` or None.
        checked: whether ``step`` refuses actions outside the space.

    Raises:
        InputError: another render mode.
        ValueError: unknown autoreset mode.
    """

    def __init__(
        self,
        simulator: Simulator,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        copy: bool = True,
        display: Display | None = None,
        render_mode: str | None = None,
        checked: bool = False,
    ) -> None:
        # Gymnasium 1.2 closes even what could not be made.
        self.display = display
        check_render_mode(render_mode, BATCH_RENDER_MODES)
        self.simulator = simulator
        self.num_envs = simulator.num_worlds
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {
            "render_modes": list(BATCH_RENDER_MODES),
            "render_fps": 8,
            "autoreset_mode": self.autoreset_mode,
        }
        self.copy = copy
        self.checked = checked
        self.render_mode = render_mode
        self.single_observation_space = team_observation_space(simulator)
        self.single_action_space = team_action_space(simulator)
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self._shown_masks: NDArray[np.bool_] | None = None
        self._bind_views()
        self._rewards = np.zeros(self.num_envs, dtype=np.float64)
        self._terminated = np.zeros(self.num_envs, dtype=np.bool_)
        self._invalid = np.zeros(self.num_envs, dtype=np.bool_)
        self._always = np.ones(self.num_envs, dtype=np.bool_)
        self._seeded = False

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Begins episodes in all worlds, or in those of ``options["reset_mask"]``.

        Args:
            seed: an integer s gives world i the seed s + i; a list gives each world its own (None goes on).
            options: ``reset_mask`` bool (B,): the worlds to reset.

        Raises:
            ValueError: the list of seeds or the mask has not B entries.
        """
        seed = int(seed) if isinstance(seed, np.integer) else seed
        super().reset(seed=seed if isinstance(seed, int) else None)
        if not self._seeded:
            self.simulator.state.random_streams[:, 0] = self.np_random.integers(2**63, size=self.num_envs)
        self._seeded = True
        worlds = self._worlds_to_reset(options)
        seeds = dict(enumerate(self._seed_list(seed)))
        fresh = {world: own for world in worlds if (own := seeds[world]) is not None}
        self.simulator.reset(list(fresh.values()), list(fresh))
        self.simulator.reset(None, [world for world in worlds if world not in fresh])
        call(summarize, self.simulator.buffers, self._rewards, self._terminated, self._invalid)
        return self._out(self._observations), self._infos()

    def step(
        self, actions: NDArray[Any]
    ) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Steps all worlds; see :class:`gymnasium.vector.VectorEnv`.

        Raises:
            ValueError: in checked mode, an action is outside the space.
        """
        if self.checked:
            actions = checked_batch(
                actions, self.num_envs, self.simulator.num_agents, self.simulator.num_actions
            )
        self.advance(actions)
        return self.outcome()

    def advance(self, actions: NDArray[Any]) -> None:
        """Does the first half of a step: all worlds play it, and nothing is told or begun anew yet.

        Between the halves a wrapper may end episodes, by setting ``simulator.state.ended``, and write the
        columns that it has appended to the observations.

        Args:
            actions: integers (B, N), unchecked.
        """
        buffers = self.simulator.step(actions, autoreset=self.autoreset_mode is AutoresetMode.NEXT_STEP)
        call(summarize, buffers, self._rewards, self._terminated, self._invalid)

    def outcome(
        self, begun: Callable[[NDArray[np.int64]], None] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Does the second half of a step: tells what happened and, in same-step mode, begins anew.

        Args:
            begun: is told which worlds have begun anew, int64 (n,), before their observations are given.
        """
        truncated = self.simulator.buffers.truncated
        infos = self._infos()
        worlds = np.flatnonzero(self.simulator.state.ended)
        if worlds.size:
            infos.update(self._reports.write(self.simulator.episode_facts(worlds), worlds, self.copy))
            if self.autoreset_mode is AutoresetMode.SAME_STEP:
                truncated = truncated.copy()
                self._restart(infos, worlds, begun)
        return (
            self._out(self._observations),
            self._out(self._rewards),
            self._out(self._terminated),
            self._out(truncated),
            infos,
        )

    def render(self) -> tuple[Any, ...] | None:
        """Draws every world."""
        if self.display is None or self.render_mode is None:
            return None
        mode = self.render_mode
        return tuple(self.display.render(self.simulator, world, mode) for world in range(self.num_envs))

    def close_extras(self, **kwargs: Any) -> None:
        """Closes the window, if there is one."""
        if self.display is not None:
            self.display.close()

    def append_columns(self, space: spaces.Box) -> int:
        """Makes every agent's vector longer, in the spaces and in what is observed.

        Whoever asks for the columns writes them into ``simulator.buffers.observations``, float32
        (B, N, D + K), after each half step and reset.

        Args:
            space: of the K columns of one agent.

        Returns:
            The first of the columns.
        """
        assert isinstance(self.single_observation_space, spaces.Box)
        column = self.simulator.append_columns(space.shape[0])
        self.single_observation_space = widened_box(
            self.single_observation_space, space, self.simulator.num_agents
        )
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self._bind_views()
        return column

    def show_masks(self, masks: NDArray[np.bool_]) -> None:
        """Shows other masks than the simulator's, bool (B, N, A), which whoever asks for it rewrites."""
        self._shown_masks = masks
        self._bind_views()

    def current_masks(self) -> NDArray[np.int8]:
        """Gives what is allowed now, int8 (B, N, A), as infos do."""
        return self._out(self._masks)

    def worlds_to_reset(self, options: dict[str, Any] | None) -> NDArray[np.int64]:
        """Gives the worlds that :meth:`reset` begins anew with these options, int64 (n,).

        Raises:
            ValueError: the mask has not B entries.
        """
        return np.array(self._worlds_to_reset(options), dtype=np.int64)

    def current_observations(self) -> NDArray[np.float32]:
        """Gives what is observed now, as :meth:`step` does."""
        return self._out(self._observations)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Looks at the buffers of the copied simulator, not at copies of them."""
        self.__dict__.update(state)
        self._bind_views()

    def _bind_views(self) -> None:
        shape = self.observation_space.shape
        self._observations = self.simulator.buffers.observations.reshape(shape)
        masks = self.simulator.buffers.action_masks if self._shown_masks is None else self._shown_masks
        self._masks = masks.view(np.int8)
        self._reports = EpisodeReports(self.num_envs)

    def _seed_list(self, seed: int | list[int | None] | None) -> list[int | None]:
        if isinstance(seed, int):
            return [seed + index for index in range(self.num_envs)]
        seeds: list[int | None] = [None] * self.num_envs if seed is None else list(seed)
        if len(seeds) != self.num_envs:
            raise ValueError(f"Expected {self.num_envs} seeds, one a world, but got {len(seeds)}.")
        return seeds

    def _worlds_to_reset(self, options: dict[str, Any] | None) -> list[int]:
        mask = (options or {}).get("reset_mask")
        if mask is None:
            return list(range(self.num_envs))
        mask = np.asarray(mask, dtype=bool)
        if mask.shape != (self.num_envs,):
            raise ValueError(f"reset_mask must have shape ({self.num_envs},), but has {mask.shape}.")
        return [int(world) for world in np.flatnonzero(mask)]

    def _out(self, array: NDArray[Any]) -> NDArray[Any]:
        return array.copy() if self.copy else array

    def _infos(self) -> dict[str, Any]:
        infos = {
            "action_mask": self._out(self._masks),
            "_action_mask": self._out(self._always),
            "invalid_action": self._out(self._invalid),
            "_invalid_action": self._out(self._always),
        }
        if self.simulator.event_names:
            infos["events"] = self._out(self.simulator.event_bits)
            infos["_events"] = self._out(self._always)
        return infos

    def _restart(
        self,
        infos: dict[str, Any],
        worlds: NDArray[np.int64],
        begun: Callable[[NDArray[np.int64]], None] | None,
    ) -> None:
        """Keeps the last observations, then begins new episodes in the same step."""
        final: dict[str, Any] = {}
        for world in worlds:
            last = {
                "final_obs": self._observations[world].copy(),
                "final_info": self.simulator.episode_info(int(world)),
            }
            self._add_info(final, last, int(world))
        if "events" in infos:
            infos["events"] = infos["events"].copy()  # of the step that ended the episodes
        self.simulator.reset(None, [int(world) for world in worlds])
        if begun is not None:
            begun(worlds)
        infos["action_mask"] = self._out(self._masks)
        infos.update(final)
