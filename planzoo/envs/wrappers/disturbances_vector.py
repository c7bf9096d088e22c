"""Disturbances of any Gymnasium vector environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv, VectorWrapper
from numpy.typing import NDArray

from planzoo.envs.disturbances.mishaps import Mishaps
from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.simulation.actions import NO_ACTION, checked_batch
from planzoo.envs.simulation.vector_env import ScenarioVectorEnv
from planzoo.envs.wrappers.disturbance_binding import check_actions, check_events, first_action, idle_action
from planzoo.envs.wrappers.resource_binding import unchecked
from planzoo.errors import InputError

if TYPE_CHECKING:
    Wrapper = VectorWrapper[Any, Any, Any, Any, NDArray[Any]]
else:
    # Gymnasium 1.2 takes no types here.
    Wrapper = VectorWrapper

ROWS = (spaces.Box, spaces.Discrete, spaces.MultiBinary, spaces.MultiDiscrete)
"""Spaces whose batches are arrays."""


class VectorDisturbances(Wrapper):
    """:class:`~planzoo.envs.wrappers.disturbances.Disturbances` for B worlds at once.

    ``infos["disturbances"]`` are bits, int64 (B, N), see
    :data:`~planzoo.envs.disturbances.kinds.KINDS`; where an episode ended infos count them, with Gymnasium's
    masks: ``disturbances_total`` and ``disturbances_<kind>``. World i of ``reset(seed=s)`` is disturbed as a
    single one after ``reset(seed=s + i)``. Rules under which nothing ever strikes cost next to nothing.

    Args:
        env: any vector environment; around others than PlanZoo's, with actions in one Discrete or Box, and
            with observations in one array if they can be lost.
        rules: what strikes how often; in all worlds the same.

    Raises:
        InputError: the rules do not fit the environment.
    """

    def __init__(self, env: VectorEnv[Any, Any, NDArray[Any]], rules: DisturbanceRules) -> None:
        super().__init__(env)
        self.rules = rules
        own = env.unwrapped
        self._own = own if isinstance(own, ScenarioVectorEnv) else None
        simulator = None if self._own is None else self._own.simulator
        check_events(rules, simulator)
        agents, count = self._shape()
        self.mishaps = Mishaps(rules, env.num_envs, agents, count)
        self._mode = AutoresetMode(env.metadata.get("autoreset_mode", AutoresetMode.NEXT_STEP))
        self._masks = np.ones((env.num_envs, agents, count), dtype=np.bool_)
        self._over = np.zeros(env.num_envs, dtype=np.bool_)
        self._always = np.ones(env.num_envs, dtype=np.bool_)
        self._forbidden = np.zeros(env.num_envs, dtype=np.bool_)
        self._nothing = _nothing(self.mishaps)

    def _shape(self) -> tuple[int, int]:
        """Gives N and A."""
        if self._own is not None:
            return self._own.simulator.num_agents, self._own.simulator.num_actions
        space = self.env.single_action_space
        check_actions(self.rules, space)
        if self.rules.strikes("event") or self.rules.strikes("goal_change"):
            raise InputError("What happens to a world is known for PlanZoo's vector environments alone.")
        if self.rules.strikes("sensor_dropout") and not isinstance(self.env.single_observation_space, ROWS):
            raise InputError(
                "Some observations of a batch can be lost where all are in one array, but here they are of "
                f"{self.env.single_observation_space}."
            )
        return 1, int(space.n) if isinstance(space, spaces.Discrete) else 1

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins episodes in all worlds, or in those of ``options["reset_mask"]``."""
        observations, infos = self.env.reset(seed=seed, options=options)  # type: ignore[arg-type]
        count = self.env.num_envs
        seeds = [seed + world for world in range(count)] if isinstance(seed, int | np.integer) else seed
        worlds = np.flatnonzero((options or {}).get("reset_mask", self._always))
        self.mishaps.begin(worlds, None if seeds is None else [seeds[world] for world in worlds])
        self._over[worlds] = False
        if self.rules.strikes("sensor_dropout"):
            self.mishaps.show_first(self._by_agent(observations), worlds)
        self._tell(infos)
        return observations, infos

    def step(self, actions: Any) -> tuple[Any, NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Lets disturbances strike, and steps all worlds with what they leave of the actions.

        Raises:
            ValueError: in PlanZoo's checked mode, an action is outside the space.
        """
        if self.rules.calm:
            result = self.env.step(actions)
            self._tell_of_nothing(result[4], result[2] | result[3])
            return result
        carried = self._carried_out(actions)
        self.mishaps.happen(self.env, None if self._own is None else self._own.simulator)
        with unchecked(self.env):
            observations, rewards, terminated, truncated, infos = self.env.step(carried)
        ended = (terminated | truncated) & ~self._over
        self._correct(infos, ended)
        self._tell(infos, ended)
        observations = self._observed(observations, infos, ended)
        return observations, rewards, terminated, truncated, infos

    def _tell_of_nothing(self, infos: dict[str, Any], ended: NDArray[np.bool_]) -> None:
        """Says that nothing has struck, in arrays that are always the same."""
        infos["disturbances"], infos["_disturbances"] = self._nothing["struck"], self._always
        if np.count_nonzero(ended):
            _add(infos, self._nothing["facts"], ended)

    def _carried_out(self, actions: Any) -> Any:
        """Gives the actions that the environment gets."""
        chosen = self._numbers(actions)
        asked = chosen.copy()
        if self._mode is AutoresetMode.NEXT_STEP and self._over.any():
            self.mishaps.begin(np.flatnonzero(self._over))
        self.mishaps.strike(chosen, self._masks, NO_ACTION, self._over)
        if self._mode is AutoresetMode.SAME_STEP:
            allowed = np.take_along_axis(self._masks, np.maximum(chosen, 0)[..., None], axis=2)[..., 0]
            self._forbidden[:] = ((chosen >= 0) & ~allowed).any(axis=1)
        if self._own is not None:
            return chosen.reshape(np.shape(actions))
        struck = np.flatnonzero((asked != chosen).any(axis=1))
        carried = np.array(actions)
        for world in struck.tolist():
            number = int(chosen[world, 0])
            idle = number == NO_ACTION
            space = self.env.single_action_space
            carried[world] = idle_action(self.rules, space) if idle else number + first_action(space)
        return carried

    def _numbers(self, actions: Any) -> NDArray[np.int64]:
        """Gives the actions as they are counted, int64 (B, N); of PlanZoo's agents that left, none."""
        if self._own is None:
            space = self.env.single_action_space
            numbered = isinstance(space, spaces.Discrete)
            rows = np.asarray(actions) - first_action(space) if numbered else np.zeros(self.env.num_envs)
            return rows.reshape(-1, 1).astype(np.int64)
        simulator = self._own.simulator
        if self._own.checked:
            actions = checked_batch(actions, self.env.num_envs, simulator.num_agents, simulator.num_actions)
        chosen = np.array(actions, dtype=np.int64).reshape(self.env.num_envs, simulator.num_agents)
        chosen[simulator.buffers.terminated & ~self._over[:, None]] = NO_ACTION
        return chosen

    def _correct(self, infos: dict[str, Any], ended: NDArray[np.bool_]) -> None:
        """Says only of actions that were tried that they were invalid."""
        if self._own is None:
            return
        tried = self._own.simulator.buffers.invalid_actions & ~self.mishaps.quiet
        wrong: NDArray[np.bool_] = np.logical_or.reduce(tried, axis=1)
        if self._mode is AutoresetMode.SAME_STEP:  # the buffers tell of the next episode there
            wrong[ended] = self._forbidden[ended]
        infos["invalid_action"] = wrong

    def _observed(self, observations: Any, infos: dict[str, Any], ended: NDArray[np.bool_]) -> Any:
        """Gives what comes through; episodes that begin anew begin with what is to be seen."""
        fresh = ended if self._mode is AutoresetMode.SAME_STEP else self._over
        if self.rules.strikes("sensor_dropout"):
            if ended.any() and self._mode is AutoresetMode.SAME_STEP:
                self._lose_last(observations, infos, ended)
            self.mishaps.struck[fresh] = 0
            shown = self.mishaps.observed(self._by_agent(observations))
            self.mishaps.show_first(self._by_agent(observations), fresh)
            observations = shown.reshape(np.shape(observations))
        if self._mode is AutoresetMode.SAME_STEP:
            if ended.any():
                self.mishaps.begin(np.flatnonzero(ended))
        else:
            self._over = ended
        return observations

    def _lose_last(self, observations: Any, infos: dict[str, Any], ended: NDArray[np.bool_]) -> None:
        """Lets the last observations of episodes be lost like any other."""
        finals = np.array(observations)
        for world in np.flatnonzero(ended).tolist():
            finals[world] = infos["final_obs"][world]
        shown = self.mishaps.observed(self._by_agent(finals), keep=False).reshape(finals.shape)
        for world in np.flatnonzero(ended).tolist():
            infos["final_obs"][world] = shown[world]

    def _by_agent(self, observations: Any) -> NDArray[Any]:
        """Gives observations as (B, N, …)."""
        array = np.asarray(observations)
        return array.reshape(self.env.num_envs, self.mishaps.struck.shape[1], -1)

    def _show_bits(self, infos: dict[str, Any]) -> None:
        infos["disturbances"] = self.mishaps.struck.copy()
        infos["_disturbances"] = self._always

    def _tell(self, infos: dict[str, Any], ended: NDArray[np.bool_] | None = None) -> None:
        """Keeps the masks, and tells what has struck; where episodes ended, how often."""
        masks = infos.get("action_mask")
        if masks is not None:
            # They stay so until the next step, whether they are a copy or not.
            self._masks = np.ascontiguousarray(masks, dtype=np.int8).view(np.bool_).reshape(self._masks.shape)
        self._show_bits(infos)
        if ended is None or not ended.any():
            return
        _add(infos, self.mishaps.facts(), ended)


def _add(infos: dict[str, Any], facts: dict[str, Any], ended: NDArray[np.bool_]) -> None:
    """Adds facts of episodes that ended, also to the infos of those that began anew at once."""
    for place in (infos, infos.get("final_info")):
        if isinstance(place, dict):
            for name, column in facts.items():
                place[name], place[f"_{name}"] = column, ended


def _nothing(mishaps: Mishaps) -> dict[str, Any]:
    """Gives what is told where nothing strikes, read-only."""
    facts, struck = mishaps.facts(), mishaps.struck.copy()
    for array in (struck, *facts.values()):
        array.flags.writeable = False
    return {"struck": struck, "facts": facts}
