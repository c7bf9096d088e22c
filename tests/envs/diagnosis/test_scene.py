"""Pictures of a diagnosis keep their size, tell what is known, and never more than that."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.diagnosis.scene import scene
from planzoo.envs.rendering.image import render_image
from planzoo.envs.rendering.text import render_text
from tests.envs.diagnosis.scene_samples import PRESETS, act, act_at_random, begun, panel, see, set_condition

LARGE_SCREEN = (1080, 1920)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_picture_keeps_its_size_and_fits_a_screen(preset: str) -> None:
    simulator = begun(PRESETS[preset], seed=1)
    random, shapes = np.random.default_rng(1), set()
    for _ in range(4):
        shapes.add(render_image(scene(simulator)).shape)
        act_at_random(simulator, random)
    (shape,) = shapes
    assert shape[0] <= LARGE_SCREEN[0] and shape[1] <= LARGE_SCREEN[1]


@pytest.mark.parametrize("patients", range(1, 9))
def test_up_to_eight_patients_fit_a_screen(patients: int) -> None:
    shape = render_image(scene(begun(PRESETS["clinic"].changed(patients=patients)))).shape
    assert shape[0] <= LARGE_SCREEN[0] and shape[1] <= LARGE_SCREEN[1]
    assert len(render_text(scene(begun(PRESETS["clinic"].changed(patients=patients)))).splitlines()) <= 40


@pytest.mark.parametrize("preset", ["asia", "troubleshooting", "clinic", "large clinic"])
def test_the_truth_changes_nothing_before_the_end(preset: str) -> None:
    simulator = begun(PRESETS[preset], seed=4)
    conditions = simulator.params.tables.conditions
    act(simulator, *[simulator.params.tables.tests[0]] * simulator.num_agents)
    drawn = []
    for condition in (conditions[0], conditions[-1]):
        for patient in range(simulator.num_agents):
            set_condition(simulator, condition, patient)
        drawn.append(scene(simulator))
    assert drawn[0] == drawn[1]
    act(simulator, *["stop"] * simulator.num_agents)
    assert scene(simulator) != drawn[1]


@pytest.mark.parametrize("observation", ["belief", "marginals"])
def test_the_observation_does_not_change_the_picture(observation: str) -> None:
    simulators = [begun(PRESETS["clinic"].changed(observation=kind), 2) for kind in ("results", observation)]
    for simulator in simulators:
        act(simulator, "smoke", "bronchodilator", "quick x-ray")
    assert scene(simulators[0]) == scene(simulators[1])


def test_each_world_has_its_own_picture() -> None:
    simulator = type(begun(PRESETS["asia"]))(PRESETS["asia"], num_worlds=2)
    simulator.reset(0)
    simulator.step(np.array([[1], [2]]))
    asked, tested = (panel(scene(simulator, world), "Episode") for world in range(2))
    assert [getattr(shown.rows[2], "value", "") for shown in (asked, tested)] == ["smoker?", "chest X-ray"]


def test_the_text_tells_it_all() -> None:
    simulator = begun(PRESETS["asia"])
    see(simulator, "xray", "yes")
    act(simulator, "smoke")
    text = render_text(scene(simulator))
    for words in ("chest X-ray", "yes", "short of breath?", "cost 0.2", "bronchodilator", "hidden", "2.75"):
        assert words in text
    assert text.startswith("Diagnosis · 8 conditions, 4 tests\n")


def test_the_text_of_several_patients_has_them_all() -> None:
    simulator = begun(PRESETS["clinic"])
    act(simulator, "smoke", "stop", "xray")
    text = render_text(scene(simulator))
    assert text.startswith("Diagnosis · 3 patients, 8 conditions, 5 tests\n")
    assert all(words in text for words in ("0: ", "1: ", "2: ", "send home", "in 2 steps", "2 of 3"))
    assert "Doctor 0" not in text
