"""What planners see of the diagnosis scenario: its tables and exact beliefs, never the patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.simulation.simulator_model import SimulatorModel

Evidence = tuple[tuple[int, int], ...]
"""(test, outcome) of each test done, in the order of the tests."""
BELIEF_TOLERANCE = 1e-5
"""Posteriors nearer than this cannot be told apart in a float32 observation."""


@dataclass(frozen=True)
class DiagnosisModel:
    """The scenario as a testing problem (see ``planzoo.planners.pomdp.problem.TestingProblem``).

    Attributes:
        params: the scenario's numbers.
    """

    params: DiagnosisParams

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the K conditions."""
        return self.params.conditions

    @property
    def tests(self) -> tuple[str, ...]:
        """Names of the T tests."""
        return self.params.tests

    @property
    def outcomes(self) -> tuple[tuple[str, ...], ...]:
        """Of each test, its outcomes' names."""
        return self.params.outcomes

    @property
    def treatments(self) -> tuple[str, ...]:
        """Names of the M treatments."""
        return self.params.treatments

    @property
    def joint(self) -> NDArray[np.float64]:
        """P(condition, results of all tests), float64 (K, R)."""
        return self.params.joint

    @property
    def test_costs(self) -> NDArray[np.float64]:
        """Float64 (T,)."""
        return self.params.test_costs

    @property
    def utilities(self) -> NDArray[np.float64]:
        """Of each treatment under each condition, float64 (K, M)."""
        return self.params.utilities

    @property
    def untreated(self) -> NDArray[np.float64]:
        """Utility of an episode that ends without treatment, float64 (K,)."""
        return self.params.untreated

    @property
    def budget(self) -> float:
        """Money for tests in one episode."""
        return self.params.budget

    @property
    def max_tests(self) -> int:
        """Tests after which there is still time to treat."""
        return min(len(self.tests), self.params.max_steps - 1)

    def generative(self) -> SimulatorModel:
        """Gives a generative model, for planners that sample."""
        return SimulatorModel(DiagnosisSimulator(self.params))

    def belief(self, evidence: Evidence = ()) -> NDArray[np.float64]:
        """Computes P(condition | evidence) exactly, float64 (K,).

        Impossible evidence tells nothing: the answer is then the prior.
        """
        weights = self._restricted(evidence).reshape(len(self.conditions), -1).sum(axis=1)
        return np.asarray(weights / weights.sum())

    def outcome_beliefs(self, test: int, evidence: Evidence = ()) -> NDArray[np.float64]:
        """Computes P(condition, outcome of a test | evidence) exactly.

        Args:
            test: a test that is not in the evidence.
            evidence: the results so far; impossible evidence tells nothing.

        Returns:
            float64 (outcomes of the test, K); sums to 1.
        """
        table = self._restricted(evidence)
        others = tuple(axis for axis in range(1, table.ndim) if axis != test + 1)
        weights = table.sum(axis=others).T
        return np.asarray(weights / weights.sum())

    def _restricted(self, evidence: Evidence) -> NDArray[np.float64]:
        """Cuts the joint table, (K, outcomes of test 1, …), down to the evidence; its axes keep length 1."""
        table = self.joint.reshape(len(self.conditions), *self.params.outcome_counts)
        window = [slice(None)] * table.ndim
        for test, outcome in evidence:
            window[test + 1] = slice(outcome, outcome + 1)
        restricted = table[tuple(window)]
        return restricted if restricted.sum() > 0 else table


def remaining_budget(params: DiagnosisParams, evidence: Evidence) -> float:
    """Gives what is left of the budget after the tests in the evidence."""
    return params.budget - sum(float(params.test_costs[test]) for test, _ in evidence)


def encode_observation(model: DiagnosisModel, evidence: Evidence) -> NDArray[np.float32]:
    """Gives what the agent observes after some results.

    Returns:
        float32 (D,). For "results": of each test its outcomes one-hot (zeros before it is done). For
        "belief": the posterior (K,), then for each test 1 if it is done. Last, for both, the share of the
        budget that is left.
    """
    params = model.params
    share = max(0.0, remaining_budget(params, evidence) / params.budget)
    if params.observation == "results":
        seen = np.zeros(sum(params.outcome_counts))
        starts = np.cumsum((0, *params.outcome_counts))
        seen[[starts[test] + outcome for test, outcome in evidence]] = 1
        return np.append(seen, share).astype(np.float32)
    done = np.zeros(len(params.tests))
    done[[test for test, _ in evidence]] = 1
    return np.concatenate([model.belief(evidence), done, [share]]).astype(np.float32)


def decode_observation(model: DiagnosisModel, observation: NDArray[np.float32]) -> Evidence:
    """Gives the results that an observation tells of.

    A belief observation names the tests done but not their outcomes; the answer is then the most probable of
    the outcomes that lead to this belief.
    """
    params = model.params
    if params.observation == "results":
        blocks = np.split(observation[:-1], np.cumsum(params.outcome_counts)[:-1])
        return tuple((test, int(block.argmax())) for test, block in enumerate(blocks) if block.max() > 0.5)
    belief, done = np.split(observation[:-1], [len(params.conditions)])
    return _likeliest_evidence(model, belief, tuple(int(test) for test in np.flatnonzero(done > 0.5)))


def _likeliest_evidence(
    model: DiagnosisModel, belief: NDArray[np.float32], done: tuple[int, ...]
) -> Evidence:
    counts = model.params.outcome_counts
    table = model.joint.reshape(len(model.conditions), *counts)
    others = tuple(test + 1 for test in range(len(counts)) if test not in done)
    weights = table.sum(axis=others).reshape(len(model.conditions), -1)
    probabilities = weights.sum(axis=0)
    posteriors = weights / np.maximum(probabilities, np.finfo(np.float64).tiny)
    distances = np.where(probabilities > 0, np.abs(posteriors - belief[:, None]).max(axis=0), np.inf)
    near = distances <= distances.min() + BELIEF_TOLERANCE
    choice = int(np.where(near, probabilities, 0).argmax())
    outcomes = np.unravel_index(choice, [counts[test] for test in done]) if done else ()
    return tuple((test, int(outcome)) for test, outcome in zip(done, outcomes, strict=True))
