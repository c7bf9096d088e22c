"""Words for what happened to a patient: results, actions, how it ended."""

from __future__ import annotations

import re

from planzoo.envs.diagnosis.scene_view import Patient, View
from planzoo.envs.diagnosis.state import BUDGET_TOLERANCE
from planzoo.envs.diagnosis.tables import HEALTHY
from planzoo.envs.simulation.scene import Colour, Palette

GOOD, BAD, OPEN = Palette.GREEN, Palette.VERMILLION, Palette.MUTED
LONGEST_NAME = 24
"""Characters of an outcome's name beside other words."""
_UNDERSCORES = re.compile(r"(?<=[^\W\d_])_+(?=[^\W\d_])")
"""Those between letters; between digits they may stand for a dash or a point."""


def tally(view: View, patient: Patient, finding: int) -> str:
    """Says what a finding showed: "yes", or "yes ×2, no ×1" of one that can be repeated."""
    counts = patient.tallies[finding]
    names = [shortened(readable(name), LONGEST_NAME) for name in view.tables.outcomes[finding]]
    seen = [(name, count) for name, count in zip(names, counts, strict=True) if count]
    return seen[0][0] if sum(counts) == 1 else ", ".join(f"{name} ×{count}" for name, count in seen)


def arrival(patient: Patient, test: int) -> str:
    """Says when the result of a test in work arrives."""
    return f"in {_steps(patient.pending[test])}"


def price(view: View, test: int) -> str:
    """Says what a test costs, how long it takes, and what stands in its way."""
    tables, params = view.tables, view.model.params
    words = [f"cost {tables.costs[test]:g}"]
    if tables.harms[test]:
        words.append(f"harm {tables.harms[test]:g}")
    if tables.delays[test]:
        words.append(_steps(int(tables.delays[test])))
    if tables.costs[test] > view.remaining + BUDGET_TOLERANCE:
        words.append("too dear")
    elif (
        params.capacity is not None and tables.kinds[test] == "test" and view.places_taken >= params.capacity
    ):
        words.append("no place")
    return ", ".join(words)


def action_name(view: View, action: int) -> str:
    """Says what people call an action."""
    tables = view.tables
    names = (
        *tables.labels[: len(tables.tests)],
        *tables.treatment_labels,
        view.model.params.roles.stop,
        "wait",
    )
    return names[action]


def last_action(view: View, patient: Patient) -> tuple[str, str]:
    """Says what was done last, and what came of it."""
    action, tests = patient.last_action, len(view.tables.tests)
    if patient.turned_away:
        return "too late", "no money or place"
    if action is None:
        return "has left" if patient.left else "none", ""
    name = action_name(view, action)
    if action < tests:
        return name, _result(view, patient, action)
    if action < tests + len(view.tables.treatments):
        return name, _effect(view, patient)
    return name, ""


def _result(view: View, patient: Patient, test: int) -> str:
    if test in patient.pending:
        return arrival(patient, test)
    return tally(view, patient, test) or "too late to see"


def _effect(view: View, patient: Patient) -> str:
    if view.model.params.roles.treatment_ends:
        return ""
    return "all cured" if patient.left and not patient.untreated else "not all cured"


def outcome(view: View, patient: Patient) -> tuple[str, Colour]:
    """Says how it stands with a patient, with the colour for it."""
    if patient.condition is None:
        return "open", OPEN
    words, good = _verdict(view, patient, patient.condition)
    words = words if patient.left else f"out of time, {words}"
    return words, GOOD if good and patient.left else BAD


def _verdict(view: View, patient: Patient, condition: int) -> tuple[str, bool]:
    """Judges as the environment's ``info["success"]`` does."""
    tables = view.tables
    if not view.model.params.roles.treatment_ends:
        words = ("not all cured" if patient.untreated else "all cured") if patient.given else ""
        return words or ("untreated" if patient.untreated else HEALTHY), not patient.untreated
    choice = patient.given[-1] if patient.given else -1
    right = bool(tables.right_choices[condition, choice])
    if patient.given:
        return "treated right" if right else "treated wrong", right
    return "rightly left untreated" if right else "left untreated", right


def treatments_given(view: View, patient: Patient) -> str:
    """Names the treatment given, or says how many there were."""
    if len(patient.given) > 1:
        return f"{len(patient.given)} treatments"
    return readable(view.tables.treatment_labels[patient.given[0]]) if patient.given else "none"


def number(value: float) -> str:
    """Writes an amount of money or utility without trailing zeros, with a plain minus."""
    return f"{round(value, 2) + 0.0:g}"


def percent(probability: float) -> str:
    """Writes a probability."""
    return f"{100 * probability:.1f} %"


def readable(name: str) -> str:
    """Writes a name from a network's file with blanks instead of the underscores between its words."""
    return _UNDERSCORES.sub(" ", name).strip("_")


def shortened(text: str, characters: int) -> str:
    """Cuts text with an ellipsis."""
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


def _steps(count: int) -> str:
    return f"{count} step{'' if count == 1 else 's'}"
