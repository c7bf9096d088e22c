"""One call for Gymnasium's render modes that give something back."""

from __future__ import annotations

from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.rendering.text import render_text
from planzoo.envs.simulation.scene import Scene
from planzoo.errors import InputError

RENDER_MODES = ("human", "rgb_array", "ansi")
"""What scenarios offer; "human" is "rgb_array" shown in a :class:`planzoo.envs.rendering.window.Window`."""


@overload
def render(scene: Scene, mode: Literal["ansi"]) -> str: ...
@overload
def render(scene: Scene, mode: Literal["rgb_array"]) -> NDArray[np.uint8]: ...
@overload
def render(scene: Scene, mode: str) -> str | NDArray[np.uint8]: ...


def render(scene: Scene, mode: str) -> str | NDArray[np.uint8]:
    """Draws a scene in one of Gymnasium's modes.

    Args:
        scene: what to draw.
        mode: "ansi" for text with ANSI colours, "rgb_array" for a picture, uint8 (height, width, 3).

    Returns:
        The text or the picture.

    Raises:
        InputError: another mode, or Pillow is not installed.
    """
    if mode == "ansi":
        return render_text(scene, colour=True)
    if mode == "rgb_array":
        # Pillow is an extra and takes a while to import.
        from planzoo.envs.rendering.image import render_image

        return render_image(scene)
    raise InputError(f'No scene can be drawn in mode {mode!r}; choose "ansi" or "rgb_array".')
