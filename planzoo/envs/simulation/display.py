"""Draws a world of a simulator in any render mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from planzoo.envs.simulation.simulator import Simulator
from planzoo.errors import InputError

if TYPE_CHECKING:
    from planzoo.envs.simulation.scene import Scene

RENDER_MODES = ("human", "rgb_array", "ansi")
"""Of an environment of one world."""
BATCH_RENDER_MODES = ("rgb_array", "ansi")
"""Of an environment of many worlds, for which one window is too small."""


def check_render_mode(mode: str | None, modes: tuple[str, ...] = RENDER_MODES) -> None:
    """Makes sure that an environment can be drawn in a mode; None means that it is not drawn.

    Raises:
        InputError: it cannot.
    """
    if mode is not None and mode not in modes:
        raise InputError(f"There is no render mode {mode!r} here; choose one of {', '.join(modes)}.")


class Display:
    """Turns worlds into pictures, and keeps the window that shows them.

    Args:
        make_scene: describes one world of a simulator as a scene.
        frames_per_second: speed of the window.
    """

    def __init__(self, make_scene: Callable[[Simulator, int], Scene], frames_per_second: int = 8) -> None:
        self.make_scene = make_scene
        self.frames_per_second = frames_per_second
        self._window: Any = None

    def render(self, simulator: Simulator, world: int, mode: str) -> Any:
        """Draws a world: an image for ``rgb_array``, text for ``ansi``, nothing but the window for ``human``.

        Raises:
            InputError: unknown mode, or the library that it needs is not installed.
        """
        check_render_mode(mode)
        from planzoo.envs.rendering import render

        frame = render(self.make_scene(simulator, world), "rgb_array" if mode == "human" else mode)
        if mode != "human":
            return frame
        self._open_window().show(frame)
        return None

    def close(self) -> None:
        """Closes the window, if there is one."""
        if self._window is not None:
            self._window.close()
            self._window = None

    def _open_window(self) -> Any:
        if self._window is None:
            from planzoo.envs.rendering.window import Window

            self._window = Window(title="PlanZoo", frames_per_second=self.frames_per_second)
        return self._window

    def __getstate__(self) -> dict[str, Any]:
        """Leaves the window behind: it can't be pickled."""
        return {**self.__dict__, "_window": None}
