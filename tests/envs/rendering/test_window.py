"""The window shows frames at its pace and closes when a person asks for it. No screen is needed."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from planzoo.envs.rendering.image import render_image
from planzoo.envs.rendering.window import SCREEN_SHARE, Window, fitting
from planzoo.errors import InputError
from tests.envs.rendering.samples import grid_scene

pygame = pytest.importorskip("pygame")
FRAME = render_image(grid_scene(), 20)


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    window = Window("Test", frames_per_second=200)
    yield window
    window.close()


def test_a_frame_appears_pixel_by_pixel(window: Window) -> None:
    assert window.show(FRAME)
    shown = pygame.surfarray.array3d(pygame.display.get_surface()).swapaxes(0, 1)
    assert np.array_equal(shown, FRAME)
    assert pygame.display.get_caption()[0] == "Test"


def test_the_window_follows_the_frames_size(window: Window) -> None:
    window.show(FRAME)
    window.show(FRAME[:-10, :-20])
    height, width = FRAME.shape[:2]
    assert pygame.display.get_surface().get_size() == (width - 20, height - 10)


@pytest.mark.parametrize(
    ("size", "screen", "shown"),
    [
        ((300, 200), (1000, 1000), (300, 200)),
        ((1000, 100), (500, 500), (465, 46)),
        ((100, 2000), (1000, 1000), (46, 930)),
        ((90000, 2), (100, 100), (93, 1)),
    ],
)
def test_pictures_are_shrunk_to_the_screen(
    size: tuple[int, int], screen: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert fitting(size, screen) == shown


def test_a_large_frame_is_shown_whole(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    height, width = FRAME.shape[:2]
    screen = (round(0.5 * width / SCREEN_SHARE), 2 * height)
    monkeypatch.setattr(pygame.display, "get_desktop_sizes", lambda: [screen])
    window.show(FRAME)
    window.show(FRAME)
    shown = pygame.surfarray.array3d(pygame.display.get_surface()).swapaxes(0, 1)
    assert shown.shape[1] == pytest.approx(0.5 * width, abs=1)
    assert shown.mean(axis=(0, 1)) == pytest.approx(FRAME.mean(axis=(0, 1)), abs=3)


@pytest.mark.parametrize(
    "event",
    [(pygame.QUIT, {}), (pygame.KEYDOWN, {"key": pygame.K_ESCAPE}), (pygame.KEYDOWN, {"key": pygame.K_q})],
)
def test_a_person_closes_the_window(window: Window, event: tuple[int, dict[str, int]]) -> None:
    window.show(FRAME)
    pygame.event.post(pygame.event.Event(*event))
    assert not window.show(FRAME)
    assert window.closed
    assert not pygame.display.get_init()
    assert not window.show(FRAME)


def test_other_keys_do_nothing(window: Window) -> None:
    window.show(FRAME)
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, {"key": pygame.K_SPACE}))
    assert window.show(FRAME)


def test_closing_twice_does_no_harm(window: Window) -> None:
    window.show(FRAME)
    window.close()
    window.close()
    assert window.closed


def test_frames_come_at_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    window = Window(frames_per_second=20)
    window.show(FRAME)
    started = time.perf_counter()
    for _ in range(4):
        window.show(FRAME)
    seconds = time.perf_counter() - started
    window.close()
    assert seconds >= 0.18


@pytest.mark.parametrize("pace", [0.0, -5.0, float("nan")])
def test_the_pace_is_positive(pace: float) -> None:
    with pytest.raises(InputError, match="positive number of frames a second"):
        Window(frames_per_second=pace)


def test_without_a_screen_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "no-such-driver")
    with pytest.raises(InputError, match="render mode rgb_array or ansi"):
        Window().show(FRAME)


def test_a_missing_pygame_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygame", None)
    with pytest.raises(InputError, match=r"pygame.*pip install 'planzoo\[render\]'"):
        Window()
