"""Panels about several patients: a card for each doctor, and what they share."""

from __future__ import annotations

from planzoo.envs.diagnosis.scene_panels import (
    BELIEVED,
    NOT_DONE,
    TALLEST,
    TRUTH,
    belief_bar,
    best_treatment,
    shared_rows,
)
from planzoo.envs.diagnosis.scene_view import Patient, View, believed
from planzoo.envs.diagnosis.scene_words import (
    GOOD,
    arrival,
    last_action,
    number,
    outcome,
    percent,
    price,
    readable,
    shortened,
    tally,
    treatments_given,
)
from planzoo.envs.simulation.scene import Bar, Field, Palette, Panel, Row, Text
from planzoo.envs.simulation.scene_parts import cut

MOST_CARDS = 12
"""Of more patients each has one row only."""
LIKELIEST = 3
"""Beliefs on a card."""
CARD_COLUMNS = 40
"""Width of a card in characters."""
MOST_ROWS = 60
"""Patients who are listed when there are too many for cards."""


def clinic_panel(view: View) -> Panel:
    """Shows what the doctors share, and how many patients are still there."""
    count = len(view.patients)
    gone = [patient for patient in view.patients if patient.condition is not None]
    right = sum(outcome(view, patient)[1] == GOOD for patient in gone)
    return Panel(
        "Clinic",
        (
            *shared_rows(view),
            Field("Patients still there", f"{count - len(gone)} of {count}"),
            Field("Right, of those who left", f"{right} of {len(gone)}", strong=bool(gone)),
            Field("Last reward, all together", number(sum(patient.reward for patient in view.patients))),
        ),
        CARD_COLUMNS,
    )


def prices_panel(view: View) -> Panel:
    """Shows what tests cost, and which cannot be had now."""
    tables = view.tables
    rows: list[Row] = [
        Field(readable(tables.labels[test]), price(view, test), NOT_DONE, Palette.MUTED)
        for test in range(len(tables.tests))
    ]
    return Panel("Tests", tuple(cut(rows, TALLEST)), CARD_COLUMNS)


def doctor_panels(view: View) -> tuple[Panel, ...]:
    """Shows every doctor: on a card, in a terminal in two rows or, if there are many, in one."""
    if len(view.patients) <= MOST_CARDS:
        rows = [row for patient in view.patients for row in _pair(view, patient)]
        cards = tuple(_card(view, patient) for patient in view.patients)
        return (*cards, Panel("Doctors", tuple(rows), CARD_COLUMNS, medium="text"))
    lines = cut([_line(view, patient) for patient in view.patients], MOST_ROWS)
    return tuple(
        Panel(f"Doctors from {start}", tuple(lines[start : start + TALLEST]), CARD_COLUMNS)
        for start in range(0, len(lines), TALLEST)
    )


def _card(view: View, patient: Patient) -> Panel:
    status, colour = outcome(view, patient)
    gone = patient.condition is not None
    treatment = treatments_given(view, patient) if patient.given else ""
    rows: list[Row] = [
        Field(status if gone else "being examined", treatment, colour, strong=gone),
        *_likeliest(view, patient),
        _best_or_truth(view, patient),
        Field("Last action", _last_action(view, patient)),
    ]
    if view.tables.delays.any():
        rows.append(Field("In work", _in_work(view, patient), colour=Palette.INK))
    rows.append(Text(_known(view, patient), lines=2))
    return Panel(f"Doctor {patient.number}", tuple(rows), CARD_COLUMNS, medium="picture")


def _likeliest(view: View, patient: Patient) -> list[Row]:
    listed = sorted(believed(view, patient), key=lambda each: (each.treated, -each.probability))
    return [belief_bar(each, highlighted=place == 0) for place, each in enumerate(listed[:LIKELIEST])]


def _best_or_truth(view: View, patient: Patient) -> Row:
    if patient.condition is not None:
        return Field("True condition", readable(view.tables.conditions[patient.condition]), TRUTH)
    name, utility = best_treatment(view, patient)
    return Field("Best now", f"{shortened(name, CARD_COLUMNS - 18)} {utility:+.2f}")


def _last_action(view: View, patient: Patient) -> str:
    done, result = last_action(view, patient)
    if not result:
        return done
    return f"{shortened(done, max(8, CARD_COLUMNS - 16 - len(result)))}: {result}"


def _in_work(view: View, patient: Patient) -> str:
    if not patient.pending:
        return "nothing"
    first = min(patient.pending, key=lambda test: patient.pending[test])
    name = shortened(readable(view.tables.labels[first]), CARD_COLUMNS // 2)
    more = len(patient.pending) - 1
    return f"{name} {arrival(patient, first)}" if not more else f"{name} and {more} more"


def _known(view: View, patient: Patient) -> str:
    tables = view.tables
    seen = [finding for finding, counts in enumerate(patient.tallies) if any(counts)]
    words = [f"{readable(tables.labels[finding])} {tally(view, patient, finding)}" for finding in seen]
    return "; ".join(words) or "nothing known yet"


def _pair(view: View, patient: Patient) -> tuple[Row, Row]:
    done, result = last_action(view, patient)
    return _line(view, patient), Field(f"   {done}", result, colour=Palette.MUTED)


def _line(view: View, patient: Patient) -> Row:
    likeliest = max(believed(view, patient), key=lambda each: each.probability)
    label = f"{patient.number}: {readable(likeliest.name)}"
    value, colour = percent(likeliest.probability), BELIEVED
    if patient.condition is not None:
        colour = outcome(view, patient)[1]
        value = "right" if colour == GOOD else "wrong"
    return Bar(label, likeliest.probability, value, colour)
