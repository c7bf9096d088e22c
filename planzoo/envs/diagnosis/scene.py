"""What to draw of a diagnosis: beliefs, tests with their results, treatments, and how it ended."""

from __future__ import annotations

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.scene_cards import clinic_panel, doctor_panels, prices_panel
from planzoo.envs.diagnosis.scene_panels import (
    belief_panel,
    episode_panel,
    finding_panels,
    treatments_panel,
)
from planzoo.envs.diagnosis.scene_view import view_of
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.simulation.scene import Panel, Scene


def scene(simulator: DiagnosisSimulator, world: int = 0) -> Scene:
    """Says what to draw of one world.

    Beliefs are the exact posteriors of what each doctor has seen, whatever the observation shows of it; the
    most probable condition stands out, and so does the treatment of the highest expected utility. A hidden
    condition is shown only when its patient has left. Several patients have a card each.

    Args:
        simulator: of B worlds.
        world: the one to draw.
    """
    view = view_of(simulator, world)
    panels: tuple[Panel, ...]
    if len(view.patients) == 1:
        patient = view.patients[0]
        panels = (
            belief_panel(view, patient),
            episode_panel(view, patient),
            *finding_panels(view, patient),
            treatments_panel(view, patient),
        )
    else:
        panels = (clinic_panel(view), prices_panel(view), *doctor_panels(view))
    return Scene(_title(simulator.params), panels=panels)


def _title(params: DiagnosisParams) -> str:
    tables = params.tables
    conditions, tests = len(tables.conditions), len(tables.tests)
    patients = f"{params.patients} patients, " if params.patients > 1 else ""
    return f"Diagnosis · {patients}{conditions} conditions, {tests} test{'' if tests == 1 else 's'}"
