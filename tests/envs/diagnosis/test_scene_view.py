"""What pictures are drawn from: the doctors' beliefs, and of the truth nothing before a patient has left."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.scene_view import believed, expected_utilities
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from tests.envs.diagnosis.scene_samples import PRESETS, act, act_at_random, begun, see, set_condition, view


@pytest.mark.parametrize("preset", PRESETS)
def test_beliefs_are_the_environments_own(preset: str) -> None:
    simulator = begun(PRESETS[preset].changed(observation="belief"), seed=3)
    random = np.random.default_rng(3)
    while not simulator.state.ended[0]:
        there = ~simulator.state.finished[0]
        beliefs = np.array([patient.belief for patient in view(simulator).patients])
        np.testing.assert_allclose(beliefs[there], simulator.state.belief[0][there], atol=1e-12)
        act_at_random(simulator, random)


def test_after_a_last_treatment_the_belief_is_what_led_to_it() -> None:
    simulator = begun(PRESETS["asia"])
    see(simulator, "dysp", "yes")
    before = view(simulator).patients[0]
    act(simulator, "bronchodilator")
    after = view(simulator).patients[0]
    assert (after.given, after.earlier, after.left) == ((0,), (), True)
    assert after.belief.tolist() == before.belief.tolist()
    shown = expected_utilities(view(simulator), after)
    np.testing.assert_allclose(shown[:-1], before.belief @ simulator.params.tables.utilities)
    assert shown[-1] == pytest.approx(before.belief @ simulator.params.tables.untreated())


def test_a_repair_that_was_not_enough_rules_out_what_it_would_have_mended() -> None:
    simulator = begun(PRESETS["troubleshooting"])
    set_condition(simulator, "leaking hose + worn cup")
    act(simulator, "replace the fuse")
    act(simulator, "replace the hose")
    patient = view(simulator).patients[0]
    assert patient.given == patient.earlier == (0, 1)
    conditions = simulator.params.tables.conditions
    alone = [conditions.index(name) for name in ("healthy", "blown fuse", "leaking hose")]
    assert patient.belief[alone].tolist() == [0.0, 0.0, 0.0]
    assert patient.belief.sum() == pytest.approx(1)
    act(simulator, "replace the cup")
    mended = view(simulator).patients[0]
    assert (mended.given, mended.earlier, mended.untreated) == ((0, 1, 2), (0, 1), False)
    np.testing.assert_allclose(mended.belief, patient.belief)


def test_whoever_stops_after_a_repair_still_believes_that_it_was_not_enough() -> None:
    simulator = begun(PRESETS["troubleshooting"])
    set_condition(simulator, "leaking hose + worn cup")
    act(simulator, "replace the hose")
    act(simulator, "stop")
    patient = view(simulator).patients[0]
    assert (patient.earlier, patient.left, patient.untreated) == ((1,), True, True)


def test_the_truth_is_there_when_its_patient_has_left() -> None:
    simulator = begun(PRESETS["clinic"])
    act(simulator, "stop", "asia", "oncology")
    patients = view(simulator).patients
    assert [patient.left for patient in patients] == [True, False, True]
    hidden = simulator.state.condition[0].tolist()
    assert [patient.condition for patient in patients] == [hidden[0], None, hidden[2]]
    assert not patients[1].untreated


def test_the_truth_is_there_at_the_time_limit() -> None:
    simulator = begun(PRESETS["asia"].changed(max_steps=1))
    set_condition(simulator, "lung")
    act(simulator, "smoke")
    patient = view(simulator).patients[0]
    assert (patient.left, patient.untreated) == (False, True)
    assert patient.condition == simulator.params.tables.conditions.index("lung")


def test_tests_in_work_wait_for_their_results() -> None:
    simulator = begun(PRESETS["clinic"])
    act(simulator, "xray", "quick x-ray", "spirometry")
    shown = view(simulator)
    tests = simulator.params.tables.tests
    waits = [{tests[test]: steps for test, steps in patient.pending.items()} for patient in shown.patients]
    # Doctor 1 comes first and doctor 0 last, who finds both places taken.
    assert waits == [{}, {}, {"spirometry": 1}]
    assert [patient.turned_away for patient in shown.patients] == [True, False, False]
    assert shown.places_taken == 1
    act(simulator, "wait", "wait", "wait")
    assert not view(simulator).patients[2].pending


def test_only_laboratory_tests_take_places() -> None:
    params = PRESETS["asia"]
    roles = params.roles.model_dump()
    roles["tests"]["smoke"]["delay"] = roles["tests"]["xray"]["delay"] = 3
    params = DiagnosisParams.from_network(params.network, type(params.roles).model_validate(roles))
    simulator = begun(params)
    act(simulator, "smoke")
    act(simulator, "xray")
    shown = view(simulator)
    assert shown.patients[0].pending == {1: 2, 2: 3}
    assert shown.places_taken == 1


def test_of_few_conditions_all_are_named() -> None:
    simulator = begun(PRESETS["asia"])
    listed = believed(view(simulator), view(simulator).patients[0])
    assert [each.name for each in listed] == list(simulator.params.tables.conditions)
    assert sum(each.probability for each in listed) == pytest.approx(1)
    assert not any(each.true or each.treated for each in listed)


def test_of_many_conditions_each_disease_stands_alone() -> None:
    simulator = begun(PRESETS["random"], seed=2)
    see(simulator, "test 1", "yes")
    tables, patient = simulator.params.tables, view(simulator).patients[0]
    listed = {each.name: each.probability for each in believed(view(simulator), patient)}
    assert list(listed) == ["healthy", *tables.diseases]
    for disease in tables.diseases:
        has = [disease in name.split(" + ") for name in tables.conditions]
        assert listed[disease] == pytest.approx(patient.belief[has].sum())
    assert listed["healthy"] == pytest.approx(patient.belief[tables.conditions.index("healthy")])


def test_faults_of_one_node_are_its_states() -> None:
    simulator = begun(PRESETS["many faults"])
    listed = believed(view(simulator), view(simulator).patients[0])
    assert [each.name for each in listed] == [f"fault {number}" for number in range(1, 21)]


def test_what_was_treated_is_marked_and_at_the_end_what_is_true() -> None:
    simulator = begun(PRESETS["troubleshooting"])
    set_condition(simulator, "leaking hose + crooked sensor")
    act(simulator, "overhaul the gripper")
    listed = believed(view(simulator), view(simulator).patients[0])
    assert [each.name for each in listed if each.treated] == ["leaking hose", "worn cup"]
    assert not any(each.true for each in listed)
    act(simulator, "stop")
    listed = believed(view(simulator), view(simulator).patients[0])
    assert [each.name for each in listed if each.true] == ["leaking hose", "crooked sensor"]


def reward_of(simulator: DiagnosisSimulator, *names: str) -> float:
    """What a patient earns by some actions, steps for free."""
    total = 0.0
    for name in names:
        if not simulator.state.ended[0]:
            act(simulator, name)
            total += float(simulator.buffers.rewards[0, 0]) + simulator.params.step_cost
    return total


@pytest.mark.parametrize(
    ("preset", "before"),
    [("asia", None), ("one patient of the clinic", None), ("troubleshooting", "replace the hose")],
)
def test_expected_utilities_are_the_rules_rewards(preset: str, before: str | None) -> None:
    """Each treatment is tried under each condition that is possible, and its rewards are averaged."""
    params = PRESETS[preset]
    simulator = begun(params)
    if before is not None:
        set_condition(simulator, "worn cup")
        act(simulator, before)
    snapshot = simulator.snapshot()
    patient = view(simulator).patients[0]
    expected = expected_utilities(view(simulator), patient)
    for number, treatment in enumerate((*params.tables.treatments, "stop")):
        if treatment == before:
            continue
        total = 0.0
        for condition, chance in enumerate(patient.belief):
            if chance > 0:
                simulator.restore(snapshot)
                set_condition(simulator, params.tables.conditions[condition])
                total += chance * reward_of(simulator, treatment, "stop")
        assert expected[number] == pytest.approx(total, rel=1e-5)
