"""From records to the rows of tables and plots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from planzoo.baselines.cells import Cell
from planzoo.baselines.config import CurveConfig, ReferenceConfig
from planzoo.baselines.metrics import (
    FloatArray,
    Interval,
    bootstrap_interval,
    interquartile_mean,
    mean_decision_seconds,
    mean_return,
    rate_per_decision,
    regret,
    success_rate,
)
from planzoo.baselines.resource_trace import ResourceTrace
from planzoo.baselines.results import Record
from planzoo.baselines.rollout import Episode
from planzoo.planners.policy import Access


@dataclass(frozen=True)
class Estimate:
    """A mean over the episodes, and its 95 % bootstrap interval."""

    mean: float
    interval: Interval


@dataclass(frozen=True)
class PolicySummary:
    """One policy on one scenario.

    Attributes:
        title: the policy's label.
        access: what it declares that it may know.
        rules: arguments of the scenario that differ for it, in words; empty where none do.
        observation: the observation that it reads.
        returns: float64 (E,), in the order of the seeds.
        mean: mean return.
        mean_interval: its 95 % bootstrap interval.
        iqm: interquartile mean of the returns.
        iqm_interval: its 95 % bootstrap interval.
        success: share of successful episodes, None where the scenario knows no success.
        decision_seconds: mean wall-clock seconds of one decision.
        decision_seconds_p95: 95th percentile of one decision, averaged over the episodes.
        preparation_seconds: wall-clock seconds before the first episode: planning ahead, loading.
        training_steps: environment steps of training.
        expansions: search nodes a decision.
        simulations: model calls a decision.
        replans: replans an episode.
        messages: messages an episode.
        invalid_actions: masked actions that were tried, an episode.
        regret: the reference return minus the mean return, None without a reference.
        measures: the facts that the config wants to see, by name; without those that no episode told.
        traces: how the episodes used the resources of a wrapper, in the order of the seeds; none without one.
        success_interval: 95 % bootstrap interval of the share of successful episodes.
        panel: where curves are drawn in panels, the policy's; None for all of them.
    """

    title: str
    access: str
    rules: str
    observation: str
    returns: FloatArray
    mean: float
    mean_interval: Interval
    iqm: float
    iqm_interval: Interval
    success: float | None
    decision_seconds: float
    decision_seconds_p95: float
    preparation_seconds: float
    training_steps: int
    expansions: float
    simulations: float
    replans: float
    messages: float
    invalid_actions: float
    regret: Estimate | None
    measures: dict[str, Estimate] = field(default_factory=dict)
    traces: tuple[ResourceTrace, ...] = ()
    success_interval: Interval | None = None
    panel: str | None = None

    @property
    def episodes(self) -> int:
        """E, the number of episodes."""
        return len(self.returns)


@dataclass(frozen=True)
class ScenarioSummary:
    """All policies on one scenario, in the order of the config.

    Attributes:
        title: what tables call the scenario.
        scenario: its module name.
        reference: a return to compare with.
        policies: the policies.
        measures: the facts to show, name → what tables call it.
        curve: the curve that the scenario is a point of.
    """

    title: str
    scenario: str
    reference: ReferenceConfig | None
    policies: tuple[PolicySummary, ...]
    measures: dict[str, str] = field(default_factory=dict)
    curve: CurveConfig | None = None

    @property
    def competitors(self) -> tuple[PolicySummary, ...]:
        """The policies without the oracles, or all of them where there is nobody else."""
        honest = tuple(policy for policy in self.policies if policy.access != Access.STATE.value)
        return honest or self.policies

    @property
    def best_mean(self) -> float:
        """The highest mean return of a competitor."""
        return max(policy.mean for policy in self.competitors)


def summarize(
    cells: Iterable[Cell], records: Mapping[tuple[str, int], Record]
) -> tuple[ScenarioSummary, ...]:
    """Summarizes those records that belong to the cells; cells without any are left out.

    Args:
        cells: the cells of the comparison, in the order of the config.
        records: by cell key and seed; records of other cells or seeds are passed over.
    """
    groups: dict[str, list[tuple[Cell, list[Record]]]] = {}
    for cell in cells:
        found = [records[cell.key, seed] for seed in cell.seeds.values if (cell.key, seed) in records]
        if found:
            groups.setdefault(cell.scenario.title, []).append((cell, found))
    return tuple(
        ScenarioSummary(
            title=title,
            scenario=group[0][0].scenario.scenario,
            reference=group[0][0].scenario.reference,
            policies=tuple(summarize_policy(cell, found) for cell, found in group),
            measures=group[0][0].scenario.measures,
            curve=group[0][0].scenario.curve,
        )
        for title, group in groups.items()
    )


def summarize_policy(cell: Cell, records: list[Record]) -> PolicySummary:
    """Computes all scores of one cell from its records (at least one)."""
    episodes = [record.episode for record in records]
    returns = np.array([episode.episode_return for episode in episodes])
    lengths = np.array([episode.length for episode in episodes])

    def total(name: str) -> FloatArray:
        return np.array([getattr(episode, name) for episode in episodes], dtype=np.float64)

    return PolicySummary(
        title=cell.policy.title,
        access=cell.access,
        rules=", ".join(f"{name} {value}" for name, value in cell.policy.rules.items()),
        observation=cell.observation,
        returns=returns,
        mean=float(mean_return(returns)),
        mean_interval=bootstrap_interval(returns, mean_return),
        iqm=float(interquartile_mean(returns)),
        iqm_interval=bootstrap_interval(returns, interquartile_mean),
        success=success_rate([episode.success for episode in episodes]),
        decision_seconds=mean_decision_seconds(total("decision_seconds"), lengths),
        decision_seconds_p95=float(np.mean(total("decision_seconds_p95"))),
        preparation_seconds=max(record.preparation_seconds for record in records),
        training_steps=records[0].training_steps,
        expansions=rate_per_decision(total("expansions"), lengths),
        simulations=rate_per_decision(total("simulations"), lengths),
        replans=float(np.mean(total("replans"))),
        messages=float(np.mean(total("messages"))),
        invalid_actions=float(np.mean(total("invalid_actions"))),
        regret=_regret(returns, cell.scenario.reference),
        measures=_measures(cell.scenario.measures, episodes),
        traces=tuple(episode.resources for episode in episodes if episode.resources is not None),
        success_interval=_success_interval(episodes),
        panel=cell.policy.panel,
    )


def _success_interval(episodes: list[Episode]) -> Interval | None:
    told = np.array(
        [episode.success for episode in episodes if episode.success is not None], dtype=np.float64
    )
    return bootstrap_interval(told) if told.size else None


def _regret(returns: FloatArray, reference: ReferenceConfig | None) -> Estimate | None:
    if reference is None:
        return None
    measure = partial(regret, reference=reference.value)
    return Estimate(float(measure(returns)), bootstrap_interval(returns, measure))


def _measures(names: Iterable[str], episodes: list[Episode]) -> dict[str, Estimate]:
    told = {
        name: np.array([episode.facts[name] for episode in episodes if name in episode.facts])
        for name in names
    }
    return {
        name: Estimate(float(np.mean(values)), bootstrap_interval(values))
        for name, values in told.items()
        if values.size
    }
