"""Beliefs as observations: what a planner would compute, given to any learner."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import VectorEnv, VectorObservationWrapper
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel, decode_observation, encode_observation
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.errors import InputError

CACHED_BELIEFS = 2**16
"""Beliefs that are kept for results that come again."""

Observation = NDArray[np.float32]

if TYPE_CHECKING:
    BatchWrapper = VectorObservationWrapper[Observation, Any, Observation, Any]
else:
    # Gymnasium 1.2 does not take types here.
    BatchWrapper = VectorObservationWrapper


class BeliefEncoder:
    """Turns the results that a doctor has seen into the exact posterior.

    Args:
        params: of the scenario, with ``observation="results"``.

    Raises:
        InputError: the environment does not show results.
    """

    def __init__(self, params: DiagnosisParams) -> None:
        if params.observation != "results":
            raise InputError(
                "The belief is computed from the tests' results: make the environment with "
                f"observation='results', not {params.observation!r}."
            )
        self.source = DiagnosisModel(params)
        self.target = DiagnosisModel(params.changed(observation="belief"))
        self._encode_bytes = lru_cache(maxsize=CACHED_BELIEFS)(self._encode)

    @property
    def space(self) -> spaces.Space[Any]:
        """Posterior (K,), tests done (T,), share of the budget left: float32 (K + T + 1,) in [0, 1]."""
        return spaces.Box(0.0, 1.0, shape=(self.target.params.observation_size,), dtype=np.float32)

    def __call__(self, observation: Observation) -> Observation:
        """Gives the belief, float32 (K + T + 1,), for an observation of results, float32 (D,)."""
        return self._encode_bytes(np.asarray(observation, dtype=np.float32).tobytes()).copy()

    def _encode(self, observation: bytes) -> Observation:
        results = np.frombuffer(observation, dtype=np.float32)
        return encode_observation(self.target, decode_observation(self.source, results))


class BeliefObservation(gym.ObservationWrapper[Observation, Any, Observation], RecordConstructorArgs):
    """Shows the exact posterior over the conditions instead of the tests' results.

    What it shows equals the observation of the same scenario with ``observation="belief"``.

    Args:
        env: a diagnosis environment that shows results.

    Raises:
        InputError: the environment is another one.
    """

    def __init__(self, env: gym.Env[Observation, Any]) -> None:
        RecordConstructorArgs.__init__(self)
        gym.ObservationWrapper.__init__(self, env)
        self.encoder = BeliefEncoder(_params_of(env.unwrapped))
        self.observation_space = self.encoder.space

    def observation(self, observation: Observation) -> Observation:
        """Gives the belief, float32 (K + T + 1,)."""
        return self.encoder(observation)


class BeliefVectorObservation(BatchWrapper):
    """:class:`BeliefObservation` for a vector environment of B worlds.

    Args:
        env: a diagnosis vector environment that shows results, with autoreset on the next step or none.

    Raises:
        InputError: the environment is another one.
        ValueError: the autoreset mode is ``SAME_STEP``, whose final observations Gymnasium does not wrap.
    """

    def __init__(self, env: VectorEnv[Observation, Any, Any]) -> None:
        super().__init__(env)
        self.encoder = BeliefEncoder(_params_of(env.unwrapped))
        self.single_observation_space = self.encoder.space
        self.observation_space = batch_space(self.encoder.space, self.num_envs)

    def observations(self, observations: Observation) -> Observation:
        """Gives the beliefs, float32 (B, K + T + 1)."""
        return np.stack([self.encoder(row) for row in observations])


def _params_of(env: Any) -> DiagnosisParams:
    params = getattr(getattr(env, "simulator", None), "params", None)
    if not isinstance(params, DiagnosisParams):
        raise InputError(f"A belief can be computed for diagnosis_v0 only, not for {env}.")
    return params
