"""What there is to draw of a clinic: each patient as the doctor knows them, and what all doctors share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel, Probabilities
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.diagnosis.state import NO_ACTION, NO_TREATMENT, NOT_PENDING
from planzoo.envs.diagnosis.tables import HEALTHY, DiagnosisTables

MOST_CONDITIONS = 12
"""Of more conditions, beliefs are shown of each disease by itself."""

_MODELS: WeakKeyDictionary[DiagnosisSimulator, DiagnosisModel] = WeakKeyDictionary()
"""Frames of one simulator share their tables."""


class Believed(NamedTuple):
    """One thing that a patient may have.

    Attributes:
        name: of the condition, or of a disease by itself.
        probability: what the doctor believes of it.
        true: whether it is so; False for everything as long as the patient is there.
        treated: whether a treatment has cured it, if it was there.
    """

    name: str
    probability: float
    true: bool
    treated: bool = False


@dataclass(frozen=True, eq=False)
class Patient:
    """What the doctor knows of a patient, and what comes out when the patient has left.

    Attributes:
        number: of patient and doctor.
        belief: the exact posterior, float64 (K,); of a patient who was cured, as it was before that.
        tallies: of each finding, how often each of its outcomes was seen.
        pending: of each test in work, the steps until its result is there.
        spent: money for all tests asked for.
        given: the treatments given, in the order of the tables.
        earlier: those of them that left something untreated.
        last_action: the last action carried out, None if there was none.
        turned_away: whether the last action came too late for money or laboratory.
        reward: of the last step.
        left: whether the patient has been let go.
        condition: the hidden one, None as long as it must not be shown.
        untreated: whether a disease is left untreated; False as long as it must not be shown.
    """

    number: int
    belief: Probabilities
    tallies: tuple[tuple[int, ...], ...]
    pending: dict[int, int]
    spent: float
    given: tuple[int, ...]
    earlier: tuple[int, ...]
    last_action: int | None
    turned_away: bool
    reward: float
    left: bool
    condition: int | None
    untreated: bool


@dataclass(frozen=True, eq=False)
class View:
    """One world.

    Attributes:
        model: names, numbers and beliefs.
        steps: since the beginning.
        remaining: what is left of the budget; infinite without one.
        places_taken: tests that the laboratory has in work.
        patients: all of them.
    """

    model: DiagnosisModel
    steps: int
    remaining: float
    places_taken: int
    patients: tuple[Patient, ...]

    @property
    def tables(self) -> DiagnosisTables:
        """Names and numbers."""
        return self.model.tables


def view_of(simulator: DiagnosisSimulator, world: int) -> View:
    """Reads one world off the state; the beliefs are computed anew from what the doctors saw."""
    state = simulator.state
    model = _MODELS.setdefault(simulator, DiagnosisModel(simulator.params))
    earlier = state.given[world].copy()
    for number in range(simulator.num_agents):
        treatment = int(state.treatment[world, number])
        if treatment != NO_TREATMENT and _ended_it(simulator, world, number):
            earlier[number, treatment] = False
    beliefs = model.beliefs(state.counts[world], earlier)
    in_work = state.arrival[world][:, simulator.constants.needs_laboratory] != NOT_PENDING
    patients = tuple(
        _patient(simulator, world, number, beliefs[number], np.flatnonzero(earlier[number]))
        for number in range(len(beliefs))
    )
    return View(model, int(state.steps[world]), float(state.remaining[world]), int(in_work.sum()), patients)


def _ended_it(simulator: DiagnosisSimulator, world: int, number: int) -> bool:
    """Tells whether a patient left with the last treatment, which then shows nothing of the condition."""
    if not simulator.state.finished[world, number]:
        return False
    return simulator.params.roles.treatment_ends or not _is_untreated(simulator, world, number)


def _is_untreated(simulator: DiagnosisSimulator, world: int, number: int) -> bool:
    state, tables = simulator.state, simulator.params.tables
    condition = int(state.condition[world, number])
    cured = np.bitwise_or.reduce(tables.cured[condition][state.given[world, number]], initial=0)
    return bool(tables.present[condition] & ~cured)


def _patient(
    simulator: DiagnosisSimulator, world: int, number: int, belief: Probabilities, earlier: NDArray[np.intp]
) -> Patient:
    state, starts = simulator.state, simulator.constants.outcome_starts
    arrival = state.arrival[world, number]
    action = int(state.last_action[world, number])
    left = bool(state.finished[world, number])
    gone = left or bool(state.ended[world])
    return Patient(
        number=number,
        belief=belief,
        tallies=tuple(tuple(part.tolist()) for part in np.split(state.counts[world, number], starts[1:-1])),
        pending={
            int(test): int(arrival[test] - state.steps[world])
            for test in np.flatnonzero(arrival != NOT_PENDING)
        },
        spent=float(state.ordered[world, number] @ simulator.params.tables.costs),
        given=tuple(np.flatnonzero(state.given[world, number]).tolist()),
        earlier=tuple(earlier.tolist()),
        last_action=None if action == NO_ACTION else action,
        turned_away=bool(state.turned_away[world, number]),
        reward=float(state.utility[world, number]),
        left=left,
        condition=int(state.condition[world, number]) if gone else None,
        untreated=gone and _is_untreated(simulator, world, number),
    )


def believed(view: View, patient: Patient) -> list[Believed]:
    """Lists what a patient may have: the conditions or, of many, each disease by itself and being healthy."""
    tables = view.tables
    if len(tables.conditions) <= MOST_CONDITIONS or len(tables.diseases) == 1:
        return [
            Believed(name, float(patient.belief[condition]), condition == patient.condition)
            for condition, name in enumerate(tables.conditions)
        ]
    cured = np.bitwise_or.reduce(tables.cured[:, list(patient.earlier)], axis=1, initial=0)
    return [
        Believed(
            alone.name,
            float(patient.belief[alone.conditions].sum()),
            patient.condition in alone.conditions,
            bool(alone.bit) and bool((cured[alone.conditions] & alone.bit).all()),
        )
        for alone in _diseases_alone(view)
    ]


class _Alone(NamedTuple):
    """A state that is a disease, its bit (0 for being healthy), and the conditions in which it is there."""

    name: str
    bit: int
    conditions: NDArray[np.intp]


def _diseases_alone(view: View) -> list[_Alone]:
    tables, roles = view.tables, view.model.params.roles
    states = np.unravel_index(
        np.arange(len(tables.conditions)), [len(each) for each in tables.disease_states]
    )
    found = [_Alone(HEALTHY, 0, np.flatnonzero(tables.present == 0))]
    for disease, node in enumerate(tables.diseases):
        role, names = roles.diseases[node], tables.disease_states[disease]
        ill = [name for name in names if name != role.absent]
        for name in ill:
            words = role.label or node if len(ill) == 1 else f"{name} {role.label or node}"
            where = np.flatnonzero(states[disease] == names.index(name))
            found.append(_Alone(words, 1 << disease, where))
    return found


def expected_utilities(view: View, patient: Patient) -> Probabilities:
    """Gives what each treatment, and last of all stopping, is expected to earn as the last action.

    Returns:
        float64 (M + 1,).
    """
    return np.asarray(patient.belief @ view.tables.choice_utilities(patient.earlier))
