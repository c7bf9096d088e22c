"""The display: any mode, one window."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from planzoo.envs.rendering.window import Window
from planzoo.envs.simulation.display import BATCH_RENDER_MODES, Display, check_render_mode
from planzoo.errors import InputError
from tests.envs.simulation.mortals import display, mortals


def test_modes_are_checked() -> None:
    for mode in (None, "human", "rgb_array", "ansi"):
        check_render_mode(mode)
    with pytest.raises(InputError, match="no render mode '3d' here; choose one of human, rgb_array, ansi"):
        check_render_mode("3d")
    with pytest.raises(InputError, match="no render mode 'human' here; choose one of rgb_array, ansi"):
        check_render_mode("human", BATCH_RENDER_MODES)


def test_pictures_and_text_are_of_the_world_that_was_asked_for() -> None:
    simulator = mortals(2)
    simulator.reset(0)
    simulator.state.steps[1] = 3
    view = display()
    assert "world 0 at step 0" in view.render(simulator, 0, "ansi")
    assert "world 1 at step 3" in view.render(simulator, 1, "ansi")
    pictures = [view.render(simulator, world, "rgb_array") for world in range(2)]
    assert all(picture.dtype == np.uint8 and picture.shape[2] == 3 for picture in pictures)
    assert pictures[0].shape != pictures[1].shape
    with pytest.raises(InputError, match="no render mode 'paper'"):
        view.render(simulator, 0, "paper")


def test_one_window_shows_every_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Window] = []
    monkeypatch.setattr(Window, "show", lambda window, frame: shown.append(window))
    view, simulator = Display(display().make_scene, frames_per_second=50), mortals()
    assert view.render(simulator, 0, "human") is None and view.render(simulator, 0, "human") is None
    assert shown[0] is shown[1] and shown[0].frames_per_second == 50
    view.close()
    assert shown[0].closed
    view.render(simulator, 0, "human")
    assert shown[2] is not shown[0] and not shown[2].closed
    view.close()
    view.close()


def test_a_real_window_opens_and_stays_behind_when_pickled() -> None:
    view, simulator = display(), mortals()
    view.render(simulator, 0, "human")
    twin = pickle.loads(pickle.dumps(view))
    assert twin.render(simulator, 0, "ansi") == view.render(simulator, 0, "ansi")
    assert twin._window is None and view._window is not None
    view.close()
    assert view._window is None
