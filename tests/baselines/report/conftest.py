"""Summaries to draw: three policies, one of them with a reference beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planzoo.baselines.cells import Cell, make_cells
from planzoo.baselines.config import CompareConfig, ReferenceConfig
from planzoo.baselines.results import Record
from planzoo.baselines.rollout import Episode
from planzoo.baselines.run_file import Run
from planzoo.baselines.summary import ScenarioSummary, summarize_policy


@pytest.fixture
def summary(toy_config: CompareConfig, record: Record) -> ScenarioSummary:
    """``random`` earns about 0, ``random fleet`` about 10; episodes tell the fact ``cost``."""
    reference = ReferenceConfig(value=12.5, source="a proof <in> four lines")
    random = np.random.default_rng(0)
    policies = [
        summarize_policy(
            scored(cell, reference),
            [
                replace(record, episode=episode_of(record, seed, float(value)))
                for seed, value in enumerate(random.normal(mean, 1.0, 20))
            ],
        )
        for cell, mean in zip(make_cells(toy_config), (0.0, 10.0), strict=True)
    ]
    return ScenarioSummary("Toy warehouse", "warehouse_v0", reference, tuple(policies))


def scored(cell: Cell, reference: ReferenceConfig) -> Cell:
    scenario = cell.scenario.model_copy(update={"reference": reference, "measures": MEASURES})
    return cell.model_copy(update={"scenario": scenario})


def episode_of(record: Record, seed: int, value: float) -> Episode:
    return replace(record.episode, seed=seed, episode_return=value, facts={"cost": 40.0 - value})


MEASURES = {"cost": "money <spent>", "bribes": "bribes"}


@pytest.fixture
def measured(summary: ScenarioSummary) -> ScenarioSummary:
    """The same where the config wants to see a fact that all episodes tell, and one that none tells."""
    return replace(summary, measures=MEASURES)


@pytest.fixture
def run(toy_config: CompareConfig) -> Run:
    """The run that the summary is of."""
    provenance = {
        "versions": {"python": "3.11.0", "planzoo": "0.1.0", "numpy": "2.0"},
        "commit": "abcdef123456",
        "machine": {"system": "Linux", "processor": "Abacus", "cores": 2},
    }
    return Run(
        title="A <title>",
        description="Some words.",
        command="planzoo compare toys --jobs 2",
        provenance=provenance,
        cells=make_cells(toy_config),
    )
