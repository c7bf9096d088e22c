"""Shows frames on the screen."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.rendering.extra import needs
from planzoo.errors import InputError

SCREEN_SHARE = 0.93
"""Share of the screen's width and height that a picture may take up; a task bar needs some of the rest."""


def fitting(size: tuple[int, int], screen: tuple[int, int]) -> tuple[int, int]:
    """Gives the largest size of the same proportions that fits the screen, but none larger than ``size``."""
    scale = min(1.0, *(SCREEN_SHARE * most / wanted for most, wanted in zip(screen, size, strict=True)))
    return max(1, round(scale * size[0])), max(1, round(scale * size[1]))


class Window:
    """A window that shows one frame after another at a steady pace.

    It opens with the first frame. A person closes it with its button, Escape or Q; from then on frames are
    ignored, so that the program that plays the episode may finish it unseen or ask :attr:`closed` and stop.

    Args:
        title: of the window.
        frames_per_second: pace at which :meth:`show` returns.

    Raises:
        InputError: the pace is not positive, or pygame is not installed.
    """

    def __init__(self, title: str = "PlanZoo", frames_per_second: float = 10.0) -> None:
        if not frames_per_second > 0:
            raise InputError(f"A window needs a positive number of frames a second, not {frames_per_second}.")
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        with needs("pygame"):
            import pygame
        self.title = title
        self.frames_per_second = frames_per_second
        self.closed = False
        self._pygame = pygame
        self._clock = pygame.time.Clock()
        self._surface: Any = None
        self._frame_size = (0, 0)

    def show(self, frame: NDArray[np.uint8]) -> bool:
        """Shows a frame and waits for its time to pass.

        Args:
            frame: uint8 (height, width, 3); the window takes its size, or is as much smaller as the screen.

        Returns:
            Whether the window is still open.

        Raises:
            InputError: there is no screen to open a window on.
        """
        if self.closed:
            return False
        size = (frame.shape[1], frame.shape[0])
        if self._surface is None or self._frame_size != size:
            self._surface, self._frame_size = self._open(size), size
        self._draw(frame)
        self._pygame.display.flip()
        self._clock.tick(self.frames_per_second)
        if any(self._asks_to_close(event) for event in self._pygame.event.get()):
            self.close()
        return not self.closed

    def close(self) -> None:
        """Closes the window; closing twice does no harm."""
        self.closed = True
        if self._surface is not None:
            self._surface = None
            self._pygame.display.quit()

    def _draw(self, frame: NDArray[np.uint8]) -> None:
        columns_first = frame.swapaxes(0, 1)
        if self._surface.get_size() == self._frame_size:
            self._pygame.surfarray.blit_array(self._surface, columns_first)
            return
        picture = self._pygame.surfarray.make_surface(columns_first)
        shrunk = self._pygame.transform.smoothscale(picture, self._surface.get_size())
        self._surface.blit(shrunk, (0, 0))

    def _open(self, size: tuple[int, int]) -> Any:
        try:
            self._pygame.display.init()
            screen = self._pygame.display.get_desktop_sizes()[0]
            surface = self._pygame.display.set_mode(fitting(size, screen))
        except self._pygame.error as error:
            raise InputError(
                f"No window can be opened here ({error}); use render mode rgb_array or ansi, "
                "or set SDL_VIDEODRIVER=dummy to run without a screen."
            ) from error
        self._pygame.display.set_caption(self.title)
        return surface

    def _asks_to_close(self, event: Any) -> bool:
        pygame = self._pygame
        keys = (pygame.K_ESCAPE, pygame.K_q)
        return event.type == pygame.QUIT or (event.type == pygame.KEYDOWN and event.key in keys)
