"""Where a doctor's observation holds what."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.envs.diagnosis.params import DiagnosisParams


@dataclass(frozen=True)
class ObservationLayout:
    """Slices of an observation vector, in the order in which they follow each other; empty where not shown.

    Attributes:
        results: how often each outcome of each finding was seen, as a share of how often the finding can be
            had: one-hot where that is once (observation "results").
        belief: the posterior over the conditions ("belief"), or of each disease's states ("marginals").
        done: how often each test was done, as a share ("belief" and "marginals").
        pending: of each test the share of its delay that is still to wait, if any test has a delay.
        given: 1 for each treatment that was given, if treatments do not end the episode.
        budget: the share of the budget that is left; 1 without a budget.
        time: the share of the time that is left, if there is a deadline.
        laboratory: the share of the laboratory's places that are free, if there is a capacity.
        doctors: the share of the patients who are still there, if there are several.
        size: D.
    """

    results: slice
    belief: slice
    done: slice
    pending: slice
    given: slice
    budget: slice
    time: slice
    laboratory: slice
    doctors: slice
    size: int


def observation_layout(params: DiagnosisParams) -> ObservationLayout:
    """Lays the observation out for some params."""
    tables, plain = params.tables, params.observation == "results"
    tests = len(tables.tests)
    posterior = {
        "results": 0,
        "belief": len(tables.conditions),
        "marginals": sum(map(len, tables.disease_states)),
    }
    sizes = {
        "results": sum(tables.outcome_counts) if plain else 0,
        "belief": posterior[params.observation],
        "done": 0 if plain else tests,
        **further_sizes(params),
    }
    slices, start = {}, 0
    for name, size in sizes.items():
        slices[name] = slice(start, start + size)
        start += size
    return ObservationLayout(**slices, size=start)


def further_sizes(params: DiagnosisParams) -> dict[str, int]:
    """Gives the sizes of the blocks that every kind of observation may have."""
    tables = params.tables
    return {
        "pending": len(tables.tests) if tables.delays.any() else 0,
        "given": 0 if params.roles.treatment_ends else len(tables.treatments),
        "budget": 1,
        "time": int(params.deadline is not None),
        "laboratory": int(params.capacity is not None),
        "doctors": int(params.patients > 1),
    }
