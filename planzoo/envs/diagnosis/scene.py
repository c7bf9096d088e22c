"""What to draw of a diagnosis: the belief, the tests with their results, the treatments, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel, Evidence, remaining_budget
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.diagnosis.state import BUDGET_TOLERANCE, NO_ACTION, NO_TREATMENT
from planzoo.envs.simulation.scene import Bar, Colour, Field, Palette, Panel, Row, Scene, Text

SEEN, TRUTH = Palette.BLUE, Palette.VERMILLION
LISTED = 12
"""Most rows of a list; of more conditions the most probable are shown."""
COLUMNS = 46
"""Width of each panel in characters."""


@dataclass(frozen=True)
class Moment:
    """What there is to show of one episode.

    Attributes:
        evidence: the results so far.
        condition: the hidden one, shown when the episode has ended.
        treatment: the one that was given, or None.
        ended: whether the episode is over.
        last_action: a test or, from T on, a treatment; None before the first.
    """

    evidence: Evidence
    condition: int
    treatment: int | None
    ended: bool
    last_action: int | None = None


def scene(simulator: DiagnosisSimulator, world: int = 0) -> Scene:
    """Says what to draw of one world; see :func:`draw`.

    Args:
        simulator: of B worlds.
        world: the one to draw.
    """
    return draw(simulator.params, moment_of(simulator, world))


def moment_of(simulator: DiagnosisSimulator, world: int) -> Moment:
    """Reads one world's moment off the state."""
    state = simulator.state
    done = np.flatnonzero(state.done[world])
    treatment, action = int(state.treatment[world]), int(state.last_action[world])
    return Moment(
        evidence=tuple((int(test), int(state.results[world, test])) for test in done),
        condition=int(state.condition[world]),
        treatment=None if treatment == NO_TREATMENT else treatment,
        ended=bool(state.ended[world]),
        last_action=None if action == NO_ACTION else action,
    )


def draw(params: DiagnosisParams, moment: Moment) -> Scene:
    """Says what to draw of one moment.

    The belief is the exact posterior of the results so far; the most probable condition stands out, and so
    does the treatment of the highest expected utility. The hidden condition is shown only at the end.
    """
    model = DiagnosisModel(params)
    belief = model.belief(moment.evidence)
    return Scene(
        title=f"Diagnosis · {len(params.conditions)} conditions, {len(params.tests)} tests",
        panels=(
            _belief_panel(params, belief, moment),
            _episode_panel(params, moment),
            _tests_panel(params, moment),
            _treatments_panel(params, belief, moment),
        ),
    )


def _belief_panel(params: DiagnosisParams, belief: NDArray[np.float64], moment: Moment) -> Panel:
    likeliest = int(belief.argmax())
    order = range(len(belief))
    if len(belief) > LISTED:
        order = np.argsort(-belief, kind="stable")[: LISTED - 1].tolist()
    rows: list[Row] = [
        Bar(
            params.conditions[condition],
            float(belief[condition]),
            _percent(float(belief[condition])),
            TRUTH if moment.ended and condition == moment.condition else SEEN,
            highlighted=condition == likeliest,
        )
        for condition in order
    ]
    if len(rows) < len(belief):
        rest = 1 - sum(float(belief[condition]) for condition in order)
        rows.append(
            Text(f"and {len(belief) - len(rows)} more, together {_percent(rest)}", colour=Palette.MUTED)
        )
    count = len(moment.evidence)
    return Panel(f"Belief after {count} test{'' if count == 1 else 's'}", tuple(rows), COLUMNS)


def _episode_panel(params: DiagnosisParams, moment: Moment) -> Panel:
    left = max(0.0, remaining_budget(params, moment.evidence))
    treatment = "none yet" if moment.treatment is None else params.treatments[moment.treatment]
    if moment.ended and moment.treatment is None:
        treatment = "none"
    verdict, colour = _verdict(params, moment)
    truth = params.conditions[moment.condition] if moment.ended else "hidden"
    return Panel(
        "Episode",
        (
            Bar("Budget left", left / params.budget, f"{left:g} / {params.budget:g}", Palette.GREEN),
            Field("Last action", _last_action(params, moment)),
            Field("Treatment", treatment, strong=moment.treatment is not None),
            Field(
                "True condition", truth, TRUTH, Palette.INK if moment.ended else Palette.MUTED, moment.ended
            ),
            Field("Outcome", verdict, colour=colour, strong=moment.ended),
        ),
        COLUMNS,
    )


def _last_action(params: DiagnosisParams, moment: Moment) -> str:
    action = moment.last_action
    if action is None:
        return "none"
    if action >= len(params.tests):
        return f"give {params.treatments[action - len(params.tests)]}"
    return f"{params.test_labels[action]} {params.outcomes[action][dict(moment.evidence)[action]]}"


def _verdict(params: DiagnosisParams, moment: Moment) -> tuple[str, Colour]:
    if not moment.ended:
        return "open", Palette.MUTED
    if moment.treatment is None:
        return f"untreated, utility {params.untreated[moment.condition]:g}", Palette.VERMILLION
    utility = params.utilities[moment.condition, moment.treatment]
    if params.right_treatments[moment.condition, moment.treatment]:
        return f"right, utility {utility:g}", Palette.GREEN
    return f"wrong, utility {utility:g}", Palette.VERMILLION


def _tests_panel(params: DiagnosisParams, moment: Moment) -> Panel:
    results = dict(moment.evidence)
    left = remaining_budget(params, moment.evidence)

    def row(test: int) -> Row:
        cost, label = float(params.test_costs[test]), params.test_labels[test]
        if test in results:
            return Field(label, params.outcomes[test][results[test]], SEEN, strong=True)
        price = f"costs {cost:g}" if cost <= left + BUDGET_TOLERANCE else f"costs {cost:g}, too dear"
        return Field(label, price, Palette.RULE, Palette.MUTED)

    return _listed("Tests", [row(test) for test in _tests_in_order(params, results)])


def _tests_in_order(params: DiagnosisParams, results: dict[int, int]) -> list[int]:
    """Gives all tests; where not all fit, the ones that are done first."""
    tests = list(range(len(params.tests)))
    return tests if len(tests) <= LISTED else sorted(tests, key=lambda test: test not in results)


def _treatments_panel(params: DiagnosisParams, belief: NDArray[np.float64], moment: Moment) -> Panel:
    expected = belief @ params.utilities
    best = int(expected.argmax())

    def row(treatment: int) -> Row:
        mark = SEEN if treatment == moment.treatment else Palette.RULE
        value = f"{expected[treatment]:+.2f}"
        return Field(params.treatments[treatment], value, mark, strong=treatment == best)

    return _listed("Treatments and their expected utility", [row(index) for index in range(len(expected))])


def _listed(title: str, rows: list[Row]) -> Panel:
    if len(rows) > LISTED:
        rows = [*rows[: LISTED - 1], Text(f"and {len(rows) - LISTED + 1} more", colour=Palette.MUTED)]
    return Panel(title, tuple(rows), COLUMNS)


def _percent(probability: float) -> str:
    return f"{100 * probability:.1f} %"
