"""Beliefs as observations: what a planner would compute, given to any learner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import VectorEnv, VectorObservationWrapper
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from planzoo.envs.diagnosis.layout import observation_layout
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.errors import InputError

SET = 0.5
"""A shown number above this is a 1."""

Observation = NDArray[np.float32]

if TYPE_CHECKING:
    BatchWrapper = VectorObservationWrapper[Observation, Any, Observation, Any]
else:
    # Gymnasium 1.2 does not take types here.
    BatchWrapper = VectorObservationWrapper


class BeliefEncoder:
    """Turns the results that doctors have seen into the exact posterior.

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
        self.target = observation_layout(params.changed(observation="belief"))
        self.patients = params.patients
        counts = self.source.constants.outcome_counts
        self._repeats = np.repeat(self.source.constants.repeats, counts)

    @property
    def space(self) -> spaces.Space[Any]:
        """Of all N doctors: posterior, tests done, then as with results: float32 (N · D,) in [0, 1]."""
        return spaces.Box(0.0, 1.0, shape=(self.patients * self.target.size,), dtype=np.float32)

    def __call__(self, observations: Observation) -> Observation:
        """Gives the beliefs, float32 (…, N · D'), for observations of results, float32 (…, N · D)."""
        source, target, model = self.source.layout, self.target, self.source
        rows = np.asarray(observations, dtype=np.float32).reshape(-1, source.size)
        shown = np.zeros((len(rows), target.size), dtype=np.float32)
        counts = np.rint(rows[:, source.results] * self._repeats).astype(np.int16)
        given = np.zeros((len(rows), len(model.tables.treatments)), dtype=np.bool_)
        given[:, : source.given.stop - source.given.start] = rows[:, source.given] > SET
        shown[:, target.belief] = model.beliefs(counts, given)
        times = np.add.reduceat(counts, model.constants.outcome_starts[:-1], axis=1)
        shown[:, target.done] = (times / model.constants.repeats)[:, : model.num_tests]
        shown[:, target.done.stop :] = rows[:, source.results.stop :]
        return shown.reshape(*np.shape(observations)[:-1], -1)


class BeliefObservation(gym.ObservationWrapper[Observation, Any, Observation], RecordConstructorArgs):
    """Shows the exact posterior over the conditions instead of the tests' results.

    What it shows equals the observation of the same scenario with ``observation="belief"``, except the belief
    about a patient who has left after treatments that go on: there the environment shows what was believed
    before the last treatment, and this wrapper, which cannot tell that it cured all, rules out that it did.

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
        """Gives the belief, float32 (N · D,)."""
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
        """Gives the beliefs, float32 (B, N · D)."""
        return self.encoder(observations)


def _params_of(env: Any) -> DiagnosisParams:
    params = getattr(getattr(env, "simulator", None), "params", None)
    if not isinstance(params, DiagnosisParams):
        raise InputError(
            f"A belief can be computed for diagnosis_v0 and medical_testing_v0 only, not for {env}."
        )
    return params
