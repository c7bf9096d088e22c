"""One call draws a scene in each mode; a missing library is named."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from planzoo.envs.rendering import RENDER_MODES, render
from planzoo.envs.rendering.image import render_image
from planzoo.envs.rendering.text import render_text
from planzoo.errors import InputError
from tests.envs.rendering.samples import grid_scene


def test_ansi_is_coloured_text() -> None:
    assert render(grid_scene(), "ansi") == render_text(grid_scene(), colour=True)


def test_rgb_array_is_a_picture() -> None:
    assert np.array_equal(render(grid_scene(), "rgb_array"), render_image(grid_scene()))


@pytest.mark.parametrize("mode", ["human", "rgb", ""])
def test_other_modes_are_refused(mode: str) -> None:
    with pytest.raises(InputError, match='choose "ansi" or "rgb_array"'):
        render(grid_scene(), mode)


def test_the_modes_are_gymnasiums() -> None:
    assert set(RENDER_MODES) == {"human", "rgb_array", "ansi"}


def test_a_missing_pillow_is_named_and_text_works_without(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("planzoo.envs.rendering.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(InputError, match=r"Pillow.*pip install 'planzoo\[render\]'"):
        render(grid_scene(), "rgb_array")
    assert "Sample" in render(grid_scene(), "ansi")
