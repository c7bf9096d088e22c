"""The panels about one patient."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.scene_panels import (
    LISTED,
    MOST_PANELS,
    NOT_DONE,
    SEEN,
    SYMPTOM,
    TALLEST,
    TREATED,
    TRUTH,
    WAITING,
    belief_panel,
    best_treatment,
    episode_panel,
    finding_panels,
    shared_rows,
    treatments_panel,
)
from planzoo.envs.diagnosis.scene_view import expected_utilities
from planzoo.envs.diagnosis.scene_words import number
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.simulation.scene import Bar, Field, Panel, Text
from tests.envs.diagnosis.scene_samples import PRESETS, act, bars, begun, field, see, set_condition, view


def belief(simulator: DiagnosisSimulator) -> Panel:
    return belief_panel(view(simulator), view(simulator).patients[0])


def episode(simulator: DiagnosisSimulator) -> Panel:
    return episode_panel(view(simulator), view(simulator).patients[0])


def findings(simulator: DiagnosisSimulator) -> tuple[Panel, ...]:
    return finding_panels(view(simulator), view(simulator).patients[0])


def treatments(simulator: DiagnosisSimulator) -> Panel:
    return treatments_panel(view(simulator), view(simulator).patients[0])


def test_bars_show_the_exact_posterior() -> None:
    simulator = begun(PRESETS["asia"])
    see(simulator, "smoke", "yes")
    see(simulator, "dysp", "yes")
    drawn, expected = belief(simulator), DiagnosisModel(PRESETS["asia"]).belief(((1, 0), (3, 0)))
    assert [bar.fraction for bar in bars(drawn)] == expected.tolist()
    assert [bar.label for bar in bars(drawn)] == list(simulator.params.tables.conditions)
    assert [bar.highlighted for bar in bars(drawn)] == (expected == expected.max()).tolist()
    assert drawn.title == "Belief after 2 results"


def test_of_many_faults_the_likeliest_are_listed() -> None:
    simulator = begun(PRESETS["many faults"])
    see(simulator, "test 60", "positive")
    drawn, expected = belief(simulator), DiagnosisModel(PRESETS["many faults"]).belief(((59, 0),))
    most = np.sort(expected)[::-1][: LISTED - 1]
    assert [bar.fraction for bar in bars(drawn)] == most.tolist()
    assert drawn.rows[-1] == Text(
        f"and 9 more, none above {100 * most[-1]:.1f} %", colour=drawn.rows[-1].colour
    )
    assert len(drawn.rows) == LISTED


def test_treated_faults_are_pale_and_the_likeliest_other_stands_out() -> None:
    simulator = begun(PRESETS["troubleshooting"])
    set_condition(simulator, "blown fuse + leaking hose")
    see(simulator, "hiss", "yes", times=3)
    assert [bar.label for bar in bars(belief(simulator)) if bar.highlighted] == ["leaking hose"]
    act(simulator, "replace the hose")
    drawn = belief(simulator)
    assert drawn.title.startswith("Belief in each disease")
    treated = [bar.label for bar in bars(drawn) if bar.colour == TREATED]
    assert treated == [bar.label for bar in bars(drawn) if bar.value == "treated"] == ["leaking hose"]
    assert [bar.label for bar in bars(drawn) if bar.highlighted] != ["leaking hose"]


def test_the_truth_has_its_colour_at_the_end() -> None:
    simulator = begun(PRESETS["toy"])
    set_condition(simulator, "motor")
    assert field(episode(simulator), "True condition").value == "hidden"
    assert TRUTH not in [bar.colour for bar in bars(belief(simulator))]
    act(simulator, "seal")
    shown = field(episode(simulator), "True condition")
    assert (shown.value, shown.strong) == ("motor", True)
    assert [bar.label for bar in bars(belief(simulator)) if bar.colour == TRUTH] == ["motor"]


def test_the_episode_tells_money_last_action_and_outcome() -> None:
    simulator = begun(PRESETS["toy"])
    set_condition(simulator, "leak")
    act(simulator, "calibration")
    drawn = episode(simulator)
    money = drawn.rows[0]
    assert isinstance(money, Bar)
    assert (money.label, money.fraction, money.value) == ("Money, of 3", 0.5, "1.5")
    assert field(drawn, "Steps").value == "1 of at most 8"
    assert field(drawn, "Last action").value == "compare with a second sensor"
    assert field(drawn, "Result").value in ("differs", "agrees")
    assert field(drawn, "Last reward").value == "-1.5"
    assert field(drawn, "Outcome").value == "open"
    act(simulator, "seal")
    drawn = episode(simulator)
    assert field(drawn, "Last reward").value == "8"
    assert field(drawn, "Given").value == "seal"
    assert field(drawn, "Outcome").value == "treated right"


def test_long_conditions_have_two_lines() -> None:
    simulator = begun(PRESETS["troubleshooting"])
    set_condition(simulator, "blown fuse + leaking hose + worn cup + crooked sensor")
    before = episode(simulator).rows[-1]
    act(simulator, "stop")
    after = episode(simulator).rows[-1]
    assert isinstance(before, Text) and isinstance(after, Text)
    assert before.text == "True condition: hidden"
    assert after.text == "True condition: blown fuse + leaking hose + worn cup + crooked sensor"
    assert before.lines == after.lines == 2


def test_time_and_laboratory_are_bars_where_there_is_a_bound() -> None:
    simulator = begun(PRESETS["clinic"])
    act(simulator, "xray", "wait", "wait")
    shown = {row.label: row for row in shared_rows(view(simulator)) if not isinstance(row, Text)}
    assert list(shown) == ["Money, of 6", "Time, of 9", "Laboratory, of 2"]
    assert [row.value for row in shown.values()] == ["4", "8 left", "1 taken"]
    fractions = [row.fraction for row in shown.values() if isinstance(row, Bar)]
    assert fractions == pytest.approx([4 / 6, 8 / 9, 1 / 2])


def test_without_a_budget_the_spending_is_told() -> None:
    simulator = begun(PRESETS["random"])
    assert shared_rows(view(simulator))[0] == Field("Money spent", "0")
    costs = simulator.params.tables.costs
    for test in ("test 1", "test 3", "test 2", "test 2"):
        act(simulator, test)
    spent = costs[0] + costs[2] + 2 * costs[1]
    assert shared_rows(view(simulator))[0] == Field("Money spent", number(spent))
    act(simulator, "stop")
    assert shared_rows(view(simulator))[0] == Field("Money spent", number(spent))


def test_tests_whose_results_nobody_waited_for_were_paid_for() -> None:
    simulator = begun(PRESETS["one patient of the clinic"].changed(budget=None))
    act(simulator, "xray")
    act(simulator, "stop")
    assert shared_rows(view(simulator))[0] == Field("Money spent", "2")


def test_findings_have_marks_for_what_is_known_and_what_is_in_work() -> None:
    simulator = begun(PRESETS["one patient of the clinic"])
    act(simulator, "xray")
    see(simulator, "smoke", "no")
    (drawn,) = findings(simulator)
    assert drawn.title == "Symptoms and tests"
    labels = [row.label for row in drawn.rows if isinstance(row, Field)]
    assert labels[0] == "short of breath" and len(labels) == 6
    assert field(drawn, "short of breath").mark == SYMPTOM
    assert (field(drawn, "smoker?").value, field(drawn, "smoker?").mark) == ("no", SEEN)
    assert (field(drawn, "chest X-ray").value, field(drawn, "chest X-ray").mark) == ("in 2 steps", WAITING)
    assert (field(drawn, "quick x-ray").value, field(drawn, "quick x-ray").mark) == (
        "cost 1, too dear",
        NOT_DONE,
    )


def test_a_repeat_in_work_stands_beside_the_results() -> None:
    simulator = begun(PRESETS["one patient of the clinic"])
    see(simulator, "spirometry", "yes")
    act(simulator, "spirometry")
    assert field(findings(simulator)[0], "spirometry").value == "yes, next in 1 step"


def test_many_tests_go_on_in_more_panels_with_what_is_known_first() -> None:
    simulator = begun(PRESETS["many faults"])
    see(simulator, "test 60", "negative")
    see(simulator, "test 59", "positive")
    drawn = findings(simulator)
    assert [shown.title for shown in drawn] == ["Tests", "More tests", "More tests"]
    rows = [row for shown in drawn for row in shown.rows]
    assert [row.label for row in rows[:3] if isinstance(row, Field)] == ["test 59", "test 60", "test 1"]
    room = TALLEST * MOST_PANELS
    assert len(rows) == room
    assert isinstance(rows[-1], Text) and rows[-1].text == f"and {60 - room + 1} more"


def test_the_best_treatment_stands_out() -> None:
    simulator = begun(PRESETS["toy"])
    see(simulator, "noise", "rattle")
    expected = expected_utilities(view(simulator), view(simulator).patients[0])
    rows = [row for row in treatments(simulator).rows if isinstance(row, Field)]
    assert [row.label for row in rows] == ["seal", "rewind", "replace sensor", "stop"]
    assert [row.value for row in rows] == [f"{value:+.2f}" for value in expected]
    assert [row.label for row in rows if row.strong] == ["rewind"]
    name, utility = best_treatment(view(simulator), view(simulator).patients[0])
    assert name == "rewind"
    assert utility == pytest.approx(expected.max())


def test_what_was_not_enough_is_not_the_best_again() -> None:
    simulator = begun(PRESETS["troubleshooting"])
    set_condition(simulator, "blown fuse + leaking hose")
    see(simulator, "hiss", "yes", times=3)
    act(simulator, "replace the hose")
    drawn = treatments(simulator)
    given = field(drawn, "replace the hose")
    assert (given.value, given.mark, given.strong) == ("not all cured", SEEN, False)
    assert sum(row.strong for row in drawn.rows if isinstance(row, Field)) == 1
    assert best_treatment(view(simulator), view(simulator).patients[0])[0] != "replace the hose"


def test_of_many_treatments_the_given_and_the_best_are_listed() -> None:
    simulator = begun(PRESETS["many faults"])
    expected = expected_utilities(view(simulator), view(simulator).patients[0])
    worst = int(expected[:-1].argmin())
    act(simulator, f"repair {worst + 1}")
    drawn = treatments(simulator)
    first, second = drawn.rows[:2]
    assert isinstance(first, Field) and isinstance(second, Field)
    assert (first.label, first.mark) == (f"repair {worst + 1}", SEEN)
    assert second.strong and second.value == f"{expected.max():+.2f}"
    assert len(drawn.rows) == LISTED
