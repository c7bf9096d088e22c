"""The panels about several patients."""

from __future__ import annotations

from planzoo.envs.diagnosis.scene_cards import (
    CARD_COLUMNS,
    LIKELIEST,
    MOST_CARDS,
    clinic_panel,
    doctor_panels,
    prices_panel,
)
from planzoo.envs.diagnosis.scene_panels import TALLEST, TRUTH
from planzoo.envs.diagnosis.scene_words import BAD, GOOD
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.simulation.scene import Bar, Field, Panel, Text
from tests.envs.diagnosis.scene_samples import PRESETS, act, bars, begun, field, see, set_condition, view


def card(simulator: DiagnosisSimulator, doctor: int = 0) -> Panel:
    return doctor_panels(view(simulator))[doctor]


def known(drawn: Panel) -> str:
    row = drawn.rows[-1]
    assert isinstance(row, Text)
    return row.text


def test_every_doctor_has_a_card_and_two_rows_of_text() -> None:
    drawn = doctor_panels(view(begun(PRESETS["clinic"])))
    assert [(shown.title, shown.medium) for shown in drawn] == [
        ("Doctor 0", "picture"),
        ("Doctor 1", "picture"),
        ("Doctor 2", "picture"),
        ("Doctors", "text"),
    ]
    assert len(drawn[-1].rows) == 6


def test_a_card_tells_what_its_doctor_believes_did_and_knows() -> None:
    simulator = begun(PRESETS["clinic"], seed=5)
    see(simulator, "smoke", "yes", patient=1)
    act(simulator, "wait", "spirometry", "stop")
    drawn, patient = card(simulator, 1), view(simulator).patients[1]
    assert [bar.fraction for bar in bars(drawn)] == sorted(patient.belief.tolist(), reverse=True)[:LIKELIEST]
    assert field(drawn, "being examined").value == ""
    assert field(drawn, "Last action").value == "spirometry: in 1 step"
    assert field(drawn, "In work").value == "spirometry in 1 step"
    assert known(drawn).startswith("smoker? yes; short of breath ")
    name, utility = field(drawn, "Best now").value.rsplit(" ", 1)
    assert name in (*simulator.params.tables.treatments, "send home")
    assert float(utility) != 0


def test_the_card_of_a_patient_who_left_tells_the_truth() -> None:
    simulator = begun(PRESETS["clinic"])
    set_condition(simulator, "bronc", patient=0)
    set_condition(simulator, "bronc", patient=1)
    act(simulator, "bronchodilator", "oncology", "wait")
    right, wrong, waiting = (card(simulator, doctor) for doctor in range(3))
    assert (field(right, "treated right").value, field(right, "treated right").mark) == (
        "bronchodilator",
        GOOD,
    )
    assert (field(wrong, "treated wrong").value, field(wrong, "treated wrong").mark) == ("oncology", BAD)
    assert field(right, "True condition").value == "bronc"
    assert "True condition" not in [getattr(row, "label", "") for row in waiting.rows]
    assert {bar.label for bar in bars(right) if bar.colour == TRUTH} == {"bronc"}


def test_a_long_last_action_leaves_room_for_its_result() -> None:
    simulator = begun(PRESETS["two machines"])
    act(simulator, "log", "wait")
    shown, log = field(card(simulator), "Last action").value, simulator.params.tables.tests.index("log")
    assert shown.endswith(f"…: in {simulator.params.tables.delays[log]} steps")
    assert len("Last action ") + len(shown) <= CARD_COLUMNS


def test_of_several_tests_in_work_the_first_to_come_is_named() -> None:
    simulator = begun(PRESETS["two machines"].changed(capacity=None))
    act(simulator, "log", "arm")
    assert field(card(simulator), "In work").value.startswith("have the maker read…")
    act(simulator, "encoder check", "gauge")
    assert field(card(simulator), "In work").value == "have the maker read… and 1 more"


def test_cards_without_delays_have_no_row_for_them() -> None:
    drawn = card(begun(PRESETS["asia"].changed(patients=2)))
    assert "In work" not in [getattr(row, "label", "") for row in drawn.rows]
    assert known(drawn) == "nothing known yet"


def test_the_clinic_counts_who_is_there_and_who_was_treated_right() -> None:
    simulator = begun(PRESETS["clinic"])
    for patient in range(3):
        set_condition(simulator, "bronc", patient)
    drawn = clinic_panel(view(simulator))
    assert field(drawn, "Patients still there").value == "3 of 3"
    assert field(drawn, "Right, of those who left").value == "0 of 0"
    act(simulator, "bronchodilator", "oncology", "smoke")
    drawn = clinic_panel(view(simulator))
    assert field(drawn, "Patients still there").value == "1 of 3"
    assert field(drawn, "Right, of those who left").value == "1 of 2"
    rewards = float(simulator.buffers.rewards.sum())
    assert float(field(drawn, "Last reward, all together").value) == round(rewards, 2)


def test_prices_stand_once_for_all() -> None:
    simulator = begun(PRESETS["clinic"])
    act(simulator, "xray", "xray", "wait")
    drawn = prices_panel(view(simulator))
    assert field(drawn, "spirometry").value == "cost 0.75, 1 step, no place"
    assert field(drawn, "smoker?").value == "cost 0.25"
    many = prices_panel(view(begun(PRESETS["many faults"].changed(patients=2))))
    assert len(many.rows) == TALLEST and many.rows[-1] == Text("and 45 more", colour=many.rows[-1].colour)


def test_of_too_many_doctors_each_has_a_row() -> None:
    simulator = begun(PRESETS["large clinic"])
    set_condition(simulator, "bronc", 0)
    set_condition(simulator, "bronc", 19)
    count = simulator.params.patients
    assert count > MOST_CARDS
    act(simulator, "bronchodilator", *["wait"] * (count - 2), "oncology")
    drawn = doctor_panels(view(simulator))
    assert [shown.title for shown in drawn] == ["Doctors from 0", f"Doctors from {TALLEST}"]
    rows = [row for shown in drawn for row in bars(shown)]
    assert len(rows) == count
    assert (rows[0].value, rows[0].colour) == ("right", GOOD)
    assert (rows[-1].value, rows[-1].colour) == ("wrong", BAD)
    assert rows[1].value.endswith(" %") and rows[1].label.startswith("1: ")


def test_a_crowd_is_cut() -> None:
    drawn = doctor_panels(view(begun(PRESETS["clinic"].changed(patients=100, budget=None))))
    rows = [row for shown in drawn for row in shown.rows]
    assert all(isinstance(row, Bar) for row in rows[:-1])
    assert isinstance(rows[-1], Text) and rows[-1].text == f"and {100 - len(rows) + 1} more"


def test_rows_in_a_terminal_name_the_last_action() -> None:
    simulator = begun(PRESETS["clinic"])
    act(simulator, "smoke", "stop", "asia")
    rows = doctor_panels(view(simulator))[-1].rows
    second = [row for row in rows if isinstance(row, Field)]
    assert [row.label.strip() for row in second] == ["smoker?", "send home", "visited Asia?"]
    assert second[0].value in ("yes", "no")
