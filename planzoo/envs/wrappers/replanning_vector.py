"""Monitoring of plans in any Gymnasium vector environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv, VectorWrapper
from numpy.typing import NDArray

from planzoo.envs.wrappers.replanning_ledger import (
    LIMIT,
    Expectation,
    Monitored,
    MonitorLedger,
    observed_distance,
)
from planzoo.envs.wrappers.replanning_monitor import check_source

if TYPE_CHECKING:
    Wrapper = VectorWrapper[Any, Any, Any, Any, NDArray[Any]]
else:
    # Gymnasium 1.2 takes no types here.
    Wrapper = VectorWrapper


class VectorReplanningMonitor(Wrapper):
    """:class:`~planzoo.envs.wrappers.replanning_monitor.ReplanningMonitor` for B worlds at once.

    ``infos`` gets ``divergence`` float32 (B, N) and ``triggers`` int64 (B, N), numbers of
    :data:`~planzoo.envs.wrappers.replanning_ledger.TRIGGERS` counted from 1, with Gymnasium's masks; where an
    episode ended, its statistics. An expectation gets batches and is judged for a world as a whole (N = 1).

    Args:
        env: any vector environment.
        policy: the policy that is watched, or None; it decides for all worlds.
        expectation: what is expected, or None.
        limit: the divergence above which an expectation that was wrong counts as a trigger.

    Raises:
        InputError: neither or both are given, or the policy tells nothing.
    """

    def __init__(
        self,
        env: VectorEnv[Any, Any, NDArray[Any]],
        policy: Monitored | None = None,
        expectation: Expectation | None = None,
        limit: float = LIMIT,
    ) -> None:
        super().__init__(env)
        check_source(policy, expectation)
        self.policy, self.expectation, self.limit = policy, expectation, limit
        simulator = getattr(env.unwrapped, "simulator", None)
        agents = 1 if simulator is None or expectation is not None else simulator.num_agents
        self.ledger = MonitorLedger(env.num_envs, agents)
        self._mode = AutoresetMode(env.metadata.get("autoreset_mode", AutoresetMode.NEXT_STEP))
        self._always = np.ones(env.num_envs, dtype=np.bool_)
        self._over = np.zeros(env.num_envs, dtype=np.bool_)
        self._last: Any = None

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins episodes in all worlds, or in those of ``options["reset_mask"]``."""
        self._last, infos = self.env.reset(seed=seed, options=options)  # type: ignore[arg-type]
        worlds = (options or {}).get("reset_mask", slice(None))
        self.ledger.open(worlds)
        self._over[worlds] = False
        return self._last, infos

    def step(self, actions: Any) -> tuple[Any, NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Steps all worlds, and notes what the policy told of its decisions, or how wrong they were."""
        before, resting = self._last, self._over
        if self._mode is AutoresetMode.NEXT_STEP:
            self.ledger.open(resting)
        self._last, rewards, terminated, truncated, infos = self.env.step(actions)
        if self.policy is not None:
            self.ledger.note(self.policy.last_monitorings, resting)
        else:
            self._note_distances(self.expectation(before, actions), infos, resting)  # type: ignore[misc]
        ended = (terminated | truncated) & ~resting
        self._tell(infos, ended)
        if self._mode is AutoresetMode.SAME_STEP:
            self.ledger.open(ended)
        else:
            self._over = terminated | truncated
        return self._last, rewards, terminated, truncated, infos

    def _note_distances(self, expected: Any, infos: dict[str, Any], resting: NDArray[np.bool_]) -> None:
        """Compares what came; where an episode began anew at once, what came at the end of the old one."""
        divergence = np.zeros((len(resting), 1), dtype=np.float32)
        finals, space = infos.get("_final_obs", np.zeros_like(resting)), self.env.single_observation_space
        for world in np.flatnonzero(~resting):
            actual = infos["final_obs"][world] if finals[world] else self._last[world]
            divergence[world] = observed_distance(space, expected[world], actual)
        self.ledger.note_divergence(divergence, self.limit, resting)

    def _tell(self, infos: dict[str, Any], ended: NDArray[np.bool_]) -> None:
        infos["divergence"], infos["_divergence"] = self.ledger.divergence.copy(), self._always
        infos["triggers"], infos["_triggers"] = self.ledger.triggers.copy(), self._always
        if not ended.any():
            return
        facts = self.ledger.facts()
        for place in (infos, infos.get("final_info")):
            if isinstance(place, dict):
                place.update(facts)
                place.update({f"_{name}": ended for name in facts})
