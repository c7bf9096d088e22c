"""A GIF's colours: flat ones exact, all others near, one table for as long as it serves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.rendering.film import write_film
from planzoo.envs.rendering.gif import COLOURS, TOLERANCE, ColourTable, gif_pages
from planzoo.envs.rendering.image import render_image
from planzoo.envs.simulation.scene import Palette
from tests.envs.rendering.samples import grid_scene, panel_scene

Frame = NDArray[np.uint8]


def reduced(frames: list[Frame]) -> list[Frame]:
    return [np.array(page.convert("RGB")) for page in gif_pages(frames)]


def worst(original: Frame, copy: Frame) -> int:
    return int(np.abs(original.astype(int) - copy).max())


def test_flat_colours_stay_exact_and_others_near() -> None:
    frames = [render_image(panel_scene(fraction)) for fraction in (0.1, 0.5, 0.9)]
    for original, copy in zip(frames, reduced(frames), strict=True):
        for colour in (Palette.PAPER, Palette.CARD, Palette.BLUE, Palette.RULE):
            places = (original == colour).all(axis=2)
            assert places.any()
            assert (copy[places] == colour).all()
        assert worst(original, copy) <= TOLERANCE


def test_frames_of_one_scene_share_their_table() -> None:
    pages = list(gif_pages([render_image(grid_scene(column), 30) for column in (0, 1)]))
    assert pages[0].tobytes() != pages[1].tobytes()
    assert pages[0].getpalette() == pages[1].getpalette()


def ramp(channel: int) -> Frame:
    """All 256 shades of one colour."""
    frame = np.zeros((20, 256, 3), dtype=np.uint8)
    frame[:, :, channel] = np.arange(256)
    return frame


def test_a_table_takes_new_colours_in_while_it_has_room() -> None:
    """And what it had stays as it was."""
    frames = [ramp(0), ramp(1), ramp(2)]
    table = ColourTable(frames[0])
    few = len(table.colours)
    assert table.serves(frames[0]) and len(table.colours) == few < COLOURS
    before = np.array(table.page(frames[0]))
    assert table.serves(frames[1]) and few < len(table.colours) < COLOURS
    np.testing.assert_array_equal(np.array(table.page(frames[0])), before)
    for original, copy in zip(frames, reduced(frames), strict=True):
        assert worst(original, copy) <= TOLERANCE


def test_colours_for_which_there_is_no_room_get_a_new_table() -> None:
    noise = [np.random.default_rng(seed).integers(0, 256, (60, 80, 3), dtype=np.uint8) for seed in (0, 1)]
    table = ColourTable(noise[0])
    assert len(table.colours) == COLOURS and table.serves(noise[0])
    assert not table.serves(noise[1])
    pages = list(gif_pages([ramp(0), *noise]))
    assert pages[0].getpalette() != pages[1].getpalette() != pages[2].getpalette()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=128))
def test_up_to_128_colours_are_kept_exactly(colours: list[tuple[int, int, int]]) -> None:
    frame = np.array([colours] * 3, dtype=np.uint8)
    assert np.array_equal(reduced([frame])[0], frame)


def test_a_photograph_keeps_its_look() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    assert np.abs(noise.astype(int) - reduced([noise])[0]).mean() < 25


def test_only_what_moves_is_stored(tmp_path: Path) -> None:
    frames = [np.full((200, 300, 3), 240, dtype=np.uint8) for _ in range(20)]
    for index, frame in enumerate(frames):
        frame[50:60, 10 * index : 10 * index + 10] = Palette.BLUE
    one, all_ = (write_film(part, tmp_path / "film.gif").stat().st_size for part in (frames[:1], frames))
    assert all_ < 6 * one
