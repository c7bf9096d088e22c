"""What planners see of the diagnosis scenario: its tables and exact beliefs, never the patient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.constants import build_constants
from planzoo.envs.diagnosis.layout import ObservationLayout, observation_layout
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.posterior import likelihood_of, posterior_rows
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.diagnosis.state import Constants
from planzoo.envs.diagnosis.tables import DiagnosisTables
from planzoo.envs.simulation.kernel import call
from planzoo.envs.simulation.simulator_model import SimulatorModel
from planzoo.errors import InputError

Evidence = tuple[tuple[int, int], ...]
"""(finding, outcome) of each result, sorted; a finding that was had several times stands there as often."""
Probabilities = NDArray[np.float64]


class Information(NamedTuple):
    """All that a doctor knows of one patient.

    Attributes:
        evidence: the results so far.
        pending: (test, steps until its result arrives) of each test in work, sorted.
        given: the treatments that were given, sorted.
        budget: what is left of the budget; infinite without one.
        time: steps that are left before the deadline; None without one.
        places: free places in the laboratory; None when there is no bound.
        doctors: the share of patients who are still there.
    """

    evidence: Evidence = ()
    pending: tuple[tuple[int, int], ...] = ()
    given: tuple[int, ...] = ()
    budget: float = np.inf
    time: int | None = None
    places: int | None = None
    doctors: float = 1.0


@dataclass(frozen=True)
class DiagnosisModel:
    """The scenario as a testing problem (see ``planzoo.planners.pomdp.problem.TestingProblem``).

    Stopping is the last treatment here: the environment's actions are T tests, then M treatments, then
    stopping. As a testing problem it leaves out what only
    :class:`~planzoo.planners.domains.diagnosis_problem.DiagnosisProblem` knows: repeated tests, delays,
    treatments that do not end the episode, and the difference between money and harm.

    Attributes:
        params: the scenario's numbers.
    """

    params: DiagnosisParams

    @property
    def tables(self) -> DiagnosisTables:
        """Names and numbers."""
        return self.params.tables

    @cached_property
    def constants(self) -> Constants:
        """The tables as the kernels read them."""
        return build_constants(self.params)

    @cached_property
    def layout(self) -> ObservationLayout:
        """Where an observation holds what."""
        return observation_layout(self.params)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the K conditions."""
        return self.tables.conditions

    @property
    def tests(self) -> tuple[str, ...]:
        """Names of the F findings: to a planner, symptoms are tests that cost nothing."""
        return self.tables.findings

    @property
    def num_tests(self) -> int:
        """T: the findings before this one are actions, the others symptoms."""
        return len(self.tables.costs)

    @property
    def outcomes(self) -> tuple[tuple[str, ...], ...]:
        """Of each finding, its outcomes' names."""
        return self.tables.outcomes

    @cached_property
    def treatments(self) -> tuple[str, ...]:
        """Names of the M treatments and, last, of stopping."""
        return (*self.tables.treatments, self.params.roles.stop)

    @cached_property
    def test_costs(self) -> Probabilities:
        """What each finding costs in money and harm together, float64 (F,)."""
        return self.prices + np.append(self.tables.harms, np.zeros(len(self.tests) - self.num_tests))

    @cached_property
    def prices(self) -> Probabilities:
        """What each finding costs of the budget, float64 (F,)."""
        return np.append(self.tables.costs, np.zeros(len(self.tests) - self.num_tests))

    @cached_property
    def utilities(self) -> Probabilities:
        """Of each treatment alone, and of stopping, under each condition, float64 (K, M + 1)."""
        return self.tables.choice_utilities()

    @cached_property
    def untreated(self) -> Probabilities:
        """Utility of an episode that ends without treatment, float64 (K,)."""
        return self.tables.untreated()

    @property
    def budget(self) -> float:
        """Money for tests in one episode."""
        return np.inf if self.params.budget is None else self.params.budget

    @property
    def max_tests(self) -> int:
        """Results after which there is still time to treat."""
        time = min(self.params.time_limit, self.params.deadline or self.params.time_limit)
        return min(int(self.tables.repeats.sum()), time - 1) + len(self.tests) - self.num_tests

    def generative(self) -> SimulatorModel:
        """Gives a generative model, for planners that sample."""
        return SimulatorModel(DiagnosisSimulator(self.params))

    def belief(self, evidence: Evidence = (), given: Iterable[int] = ()) -> Probabilities:
        """Computes P(condition | evidence) exactly, float64 (K,).

        Impossible evidence tells nothing: the answer is then the prior.

        Args:
            evidence: the results so far.
            given: treatments that were given and left something untreated.
        """
        rows = self.beliefs(self.counts(evidence)[np.newaxis], self._given(given)[np.newaxis])
        return rows[0]

    def beliefs(self, counts: NDArray[np.int16], given: NDArray[np.bool_]) -> Probabilities:
        """Computes posteriors, float64 (B, K); of impossible evidence the prior.

        Args:
            counts: int16 (B, O), how often each outcome was seen.
            given: bool (B, M), treatments that left something untreated.
        """
        rows = np.zeros((len(counts), len(self.conditions)))
        inference = self.tables.inference
        room = inference.scratch(), np.ones(inference.num_states)
        counts = np.ascontiguousarray(counts, dtype=np.int16)
        given = np.ascontiguousarray(given, dtype=np.bool_)
        call(posterior_rows, self.constants, counts, given, *room, rows)
        impossible = ~rows.any(axis=1)
        if impossible.any():
            rows[impossible] = self._prior
        return rows

    def outcome_beliefs(self, test: int, evidence: Evidence = ()) -> Probabilities:
        """Computes P(outcome of a finding, condition | evidence) exactly.

        Args:
            test: the finding.
            evidence: the results so far; impossible evidence tells nothing.

        Returns:
            float64 (outcomes of the finding, K); sums to 1.
        """
        return self._outcomes(test, self._scan(evidence))

    def all_outcome_beliefs(self, evidence: Evidence = ()) -> Sequence[Probabilities | None]:
        """Does the same for all findings at once; None for those that cannot be had any more."""
        joint = self._scan(evidence)
        done = [finding for finding, _ in evidence]
        left = [done.count(finding) < self.repeats[finding] for finding in range(len(self.tests))]
        return [self._outcomes(finding, joint) if open_ else None for finding, open_ in enumerate(left)]

    @cached_property
    def repeats(self) -> tuple[int, ...]:
        """Of each finding, how often it can be had."""
        return tuple(self.tables.all_repeats.tolist())

    def counts(self, evidence: Evidence) -> NDArray[np.int16]:
        """Counts how often each outcome was seen, int16 (O,)."""
        counts = np.zeros(int(self.constants.outcome_starts[-1]), dtype=np.int16)
        for finding, outcome in evidence:
            counts[self.constants.outcome_starts[finding] + outcome] += 1
        return counts

    def evidence(self, counts: NDArray[np.int16]) -> Evidence:
        """Turns the counts back into results."""
        starts = self.constants.outcome_starts
        seen = np.flatnonzero(counts)
        findings = np.searchsorted(starts, seen, side="right") - 1
        return tuple(
            (int(finding), int(place - starts[finding]))
            for place, finding in zip(seen, findings, strict=True)
            for _ in range(int(counts[place]))
        )

    @cached_property
    def _prior(self) -> Probabilities:
        likelihood = np.ones((1, self.tables.inference.num_states))
        prior = self.tables.inference.posteriors(likelihood)[0]
        assert prior is not None  # without evidence nothing is impossible
        return prior

    def _given(self, treatments: Iterable[int]) -> NDArray[np.bool_]:
        given = np.zeros(len(self.tables.treatments), dtype=np.bool_)
        given[list(treatments)] = True
        return given

    def _scan(self, evidence: Evidence) -> Probabilities:
        inference = self.tables.inference
        likelihood = np.ones(inference.num_states)
        call(likelihood_of, self.constants, self.counts(evidence), likelihood)
        joint = inference.scan(likelihood)
        return joint if joint is not None else self._scan(())

    def _outcomes(self, finding: int, joint: Probabilities) -> Probabilities:
        start = int(self.constants.state_starts[finding])
        channel = self.tables.channels[finding]
        return channel.T @ joint[start : start + len(channel)]


def remaining_budget(model: DiagnosisModel, evidence: Evidence) -> float:
    """Gives what is left of the budget after the tests in the evidence."""
    return model.budget - sum(float(model.prices[finding]) for finding, _ in evidence)


def decode_observation(model: DiagnosisModel, observation: NDArray[np.float32]) -> Information:
    """Reads what a doctor knows off one observation of results, float32 (D,).

    Raises:
        InputError: the environment shows beliefs, of which results cannot be told for certain.
    """
    params, layout = model.params, model.layout
    if params.observation != "results":
        raise InputError(
            f"A planner reads the results of tests, not the {params.observation}: make the environment with "
            "observation='results'."
        )
    repeats = np.repeat(model.constants.repeats, model.constants.outcome_counts)
    counts = np.rint(observation[layout.results] * repeats).astype(np.int16)
    delays = np.maximum(model.tables.delays, 1)[: layout.pending.stop - layout.pending.start]
    waits = np.rint(observation[layout.pending] * delays)
    share, free = float(observation[layout.budget][0]), observation[layout.laboratory]
    time, doctors = observation[layout.time], observation[layout.doctors]
    return Information(
        evidence=model.evidence(counts),
        pending=tuple((int(test), int(waits[test])) for test in np.flatnonzero(waits)),
        given=tuple(np.flatnonzero(observation[layout.given] > 0.5).tolist()),
        budget=model.budget if params.budget is None else share * params.budget,
        time=round(float(time[0]) * params.deadline) if params.deadline is not None else None,
        places=round(float(free[0]) * params.capacity) if params.capacity is not None else None,
        doctors=float(doctors[0]) if params.patients > 1 else 1.0,
    )
