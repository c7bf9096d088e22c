"""Clinics in a certain state, and what is found in their pictures."""

from __future__ import annotations

import numpy as np

from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.scene_view import View, view_of
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.simulation.scene import Bar, Field, Panel, Row, Scene

PRESETS = {
    "asia": DiagnosisParams.asia(),
    "toy": DiagnosisParams.toy(),
    "troubleshooting": DiagnosisParams.troubleshooting(),
    "clinic": DiagnosisParams.clinic(3, deadline=9),
    "one patient of the clinic": DiagnosisParams.clinic(1),
    "large clinic": DiagnosisParams.clinic(20),
    "random": DiagnosisParams.random(1, diseases=5, tests=20, budget=None),
    "many faults": random_instance(0, faults=20, tests=60),
    "two machines": DiagnosisParams.troubleshooting(patients=2),
}
"""One of every sort that pictures differ by."""


def begun(params: DiagnosisParams, seed: int = 0) -> DiagnosisSimulator:
    """A clinic at the beginning."""
    simulator = DiagnosisSimulator(params)
    simulator.reset(seed)
    return simulator


def set_condition(simulator: DiagnosisSimulator, condition: str, patient: int = 0) -> None:
    """Gives a patient another hidden condition; what was seen stays."""
    tables, state = simulator.params.tables, simulator.state
    number = tables.conditions.index(condition)
    sizes = [len(states) for states in tables.disease_states]
    state.condition[0, patient] = number
    state.nodes[0, patient, simulator.constants.disease_nodes] = np.unravel_index(number, sizes)


def see(simulator: DiagnosisSimulator, finding: str, outcome: str, patient: int = 0, times: int = 1) -> None:
    """Notes a result that was not paid for."""
    tables = simulator.params.tables
    number = tables.findings.index(finding)
    place = int(simulator.constants.outcome_starts[number]) + tables.outcomes[number].index(outcome)
    simulator.state.counts[0, patient, place] += times
    simulator.refresh()


def act(simulator: DiagnosisSimulator, *names: str) -> None:
    """Lets every doctor do a test or treatment by its name, "stop" or "wait"."""
    tables = simulator.params.tables
    actions = [*tables.tests, *tables.treatments, "stop", "wait"]
    simulator.step(np.array([[actions.index(name) for name in names]]))


def act_at_random(simulator: DiagnosisSimulator, random: np.random.Generator) -> None:
    """Lets every doctor do something that is allowed."""
    masks = simulator.buffers.action_masks[0]
    simulator.step(np.array([[random.choice(np.flatnonzero(mask)) for mask in masks]]))


def view(simulator: DiagnosisSimulator) -> View:
    """What there is to draw."""
    return view_of(simulator, 0)


def panel(drawn: Scene, title: str) -> Panel:
    """The first panel whose title begins so."""
    return next(panel for panel in drawn.panels if panel.title.startswith(title))


def bars(drawn: Panel) -> list[Bar]:
    """The panel's bars."""
    return [row for row in drawn.rows if isinstance(row, Bar)]


def field(drawn: Panel, label: str) -> Field:
    """The field with a label."""
    rows: dict[str, Row] = {getattr(row, "label", ""): row for row in drawn.rows}
    row = rows[label]
    assert isinstance(row, Field)
    return row
