"""Panels about a single patient: belief, episode, tests and treatments."""

from __future__ import annotations

import numpy as np

from planzoo.envs.diagnosis.scene_view import (
    MOST_CONDITIONS,
    Believed,
    Patient,
    View,
    believed,
    expected_utilities,
)
from planzoo.envs.diagnosis.scene_words import (
    action_name,
    arrival,
    last_action,
    number,
    outcome,
    percent,
    price,
    readable,
    tally,
    treatments_given,
)
from planzoo.envs.simulation.scene import Bar, Field, Palette, Panel, Row, Text
from planzoo.envs.simulation.scene_parts import cut

SEEN, WAITING, SYMPTOM, NOT_DONE = Palette.BLUE, Palette.ORANGE, Palette.SKY, Palette.RULE
BELIEVED, TREATED, TRUTH = Palette.BLUE, Palette.SHELF, Palette.VERMILLION
LISTED = 12
"""Most rows of a list of beliefs or treatments."""
TALLEST, MOST_PANELS = 16, 3
"""Findings that do not fit one panel of this many rows go on in others, up to so many."""
COLUMNS = 46
"""Width of a panel in characters."""


def belief_panel(view: View, patient: Patient) -> Panel:
    """Shows what the patient may have; of a long list the most probable."""
    listed = believed(view, patient)
    order = list(range(len(listed)))
    if len(listed) > LISTED:
        order = sorted(order, key=lambda each: -listed[each].probability)[: LISTED - 1]
    likeliest = max(order, key=lambda each: (not listed[each].treated, listed[each].probability))
    rows: list[Row] = [belief_bar(listed[each], highlighted=each == likeliest) for each in order]
    if len(rows) < len(listed):
        least = listed[order[-1]].probability
        words = f"and {len(listed) - len(rows)} more, none above {percent(least)}"
        rows.append(Text(words, colour=Palette.MUTED))
    count = sum(map(sum, patient.tallies))
    alone = len(view.tables.conditions) > MOST_CONDITIONS and len(view.tables.diseases) > 1
    title = f"Belief{' in each disease' if alone else ''} after {count} result{'' if count == 1 else 's'}"
    return Panel(title, tuple(rows), COLUMNS)


def belief_bar(belief: Believed, highlighted: bool) -> Bar:
    """Shows what is believed of one thing; what was treated is pale, as it is there no more."""
    colour = TREATED if belief.treated else BELIEVED
    value = "treated" if belief.treated else percent(belief.probability)
    return Bar(
        readable(belief.name), belief.probability, value, TRUTH if belief.true else colour, highlighted
    )


def episode_panel(view: View, patient: Patient) -> Panel:
    """Shows money, time and laboratory, what was done last, and at the end the truth."""
    done, result = last_action(view, patient)
    verdict, colour = outcome(view, patient)
    gone = patient.condition is not None
    truth = "hidden" if patient.condition is None else readable(view.tables.conditions[patient.condition])
    rows: list[Row] = [
        *shared_rows(view),
        Field("Last action", done),
        Field("Result", result or "none"),
        Field("Last reward", number(patient.reward)),
        Field("Given", treatments_given(view, patient), strong=bool(patient.given)),
        Field("Outcome", verdict, colour=colour, strong=gone),
    ]
    truth_colour = Palette.INK if gone else Palette.MUTED
    if len(view.tables.diseases) > 3:
        rows.append(Text(f"True condition: {truth}", 2, truth_colour, strong=gone))
    else:
        rows.append(Field("True condition", truth, TRUTH, truth_colour, strong=gone))
    return Panel("Episode", tuple(rows), COLUMNS)


def shared_rows(view: View) -> list[Row]:
    """Shows what is left of money, time and laboratory."""
    params = view.model.params
    rows: list[Row] = [_money_row(view), _time_row(view)]
    if params.capacity is not None:
        taken = f"{view.places_taken} taken"
        label = f"Laboratory, of {params.capacity}"
        rows.append(Bar(label, view.places_taken / params.capacity, taken, WAITING))
    return rows


def _money_row(view: View) -> Row:
    budget = view.model.params.budget
    if budget is not None:
        left = max(0.0, view.remaining)
        return Bar(f"Money, of {number(budget)}", left / budget, number(left), Palette.GREEN)
    return Field("Money spent", number(sum(patient.spent for patient in view.patients)))


def _time_row(view: View) -> Row:
    deadline, limit = view.model.params.deadline, view.model.params.time_limit
    if deadline is None:
        return Field("Steps", f"{view.steps} of at most {limit}")
    left = max(0, deadline - view.steps)
    return Bar(f"Time, of {deadline}", left / deadline, f"{left} left", Palette.PURPLE)


def finding_panels(view: View, patient: Patient) -> tuple[Panel, ...]:
    """Shows symptoms, tests with their results, tests in work, and what the others cost.

    Where one panel is not enough, what is known comes first.
    """
    tests, findings = len(view.tables.tests), len(view.tables.findings)
    order = [*range(tests, findings), *range(tests)]
    if findings > TALLEST:
        order.sort(key=lambda each: _rank(patient, each))
    rows = cut([_finding_row(view, patient, finding) for finding in order], TALLEST * MOST_PANELS)
    title = "Symptoms and tests" if findings > tests else "Tests"
    count = -(-len(rows) // TALLEST)
    height = -(-len(rows) // count)
    return tuple(
        Panel(
            title if place == 0 else "More tests", tuple(rows[place * height : (place + 1) * height]), COLUMNS
        )
        for place in range(count)
    )


def _rank(patient: Patient, finding: int) -> int:
    if sum(patient.tallies[finding]):
        return 0
    return 1 if finding in patient.pending else 2


def _finding_row(view: View, patient: Patient, finding: int) -> Row:
    label, seen = readable(view.tables.labels[finding]), tally(view, patient, finding)
    if finding in patient.pending:
        waiting = arrival(patient, finding)
        return Field(label, f"{seen}, next {waiting}" if seen else waiting, WAITING)
    if seen:
        mark = SEEN if finding < len(view.tables.tests) else SYMPTOM
        return Field(label, seen, mark, strong=True)
    return Field(label, price(view, finding), NOT_DONE, Palette.MUTED)


def treatments_panel(view: View, patient: Patient) -> Panel:
    """Shows what each treatment, and stopping, is expected to earn; the best stands out."""
    expected = expected_utilities(view, patient)
    count, tests = len(view.tables.treatments), len(view.tables.tests)
    open_ = [each for each in range(count + 1) if each not in patient.earlier]
    best = max(open_, key=lambda each: expected[each])

    def row(treatment: int) -> Row:
        value = f"{expected[treatment]:+.2f}"
        if treatment in patient.earlier:
            value = "not all cured"
        mark = SEEN if treatment in patient.given else NOT_DONE
        return Field(action_name(view, tests + treatment), value, mark, strong=treatment == best)

    order = list(range(count + 1))
    if len(order) > LISTED:
        order.sort(key=lambda each: (each not in patient.given, -expected[each]))
    rows = cut([row(treatment) for treatment in order], LISTED)
    return Panel("Treatments: expected utility if it ends here", tuple(rows), COLUMNS)


def best_treatment(view: View, patient: Patient) -> tuple[str, float]:
    """Names the treatment, or stopping, of the highest expected utility, and gives that."""
    expected = expected_utilities(view, patient)
    expected[list(patient.earlier)] = -np.inf
    best = int(expected.argmax())
    return action_name(view, len(view.tables.tests) + best), float(expected[best])
