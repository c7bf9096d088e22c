"""Shows an episode: in a window, in the terminal, or as a film."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, SupportsFloat, TextIO

import gymnasium

from planzoo.baselines.rollout import Episode, rollout
from planzoo.envs.rendering import RENDER_MODES
from planzoo.envs.rendering.film import Frame, check_output, write_film, write_picture
from planzoo.envs.rendering.text import render_text
from planzoo.envs.rendering.window import Window
from planzoo.envs.simulation.scene import Field, Palette, Panel, Scene, Text
from planzoo.errors import InputError
from planzoo.planners.policy import Policy

OUTPUT_SUFFIXES = (".gif", ".mp4", ".png")
"""Films, and a picture of the last moment."""
REASON_LINES = 5
"""Lines under each picture for the policy's reasons."""
_CLEAR_SCREEN = "\x1b[H\x1b[2J"

Show = Callable[[Scene], bool]
"""Shows a moment and says whether to go on."""


@dataclass(frozen=True)
class View:
    """How an episode is shown.

    Attributes:
        mode: ``human`` (a window), ``ansi`` (text) or ``rgb_array`` (nothing but the output file).
        output: a file for the episode, .gif, .mp4 or .png (its last moment); None for no file.
        frames_per_second: pace of the window, the terminal and the film.
        steps: the episode is cut after so many steps; None plays it to its end.
        policy_name: title of the panel that tells the return and the policy's reasons.

    Raises:
        InputError: a value is out of range, or nothing would be shown.
    """

    mode: Literal["human", "ansi", "rgb_array"] = "ansi"
    output: Path | None = None
    frames_per_second: float = 8.0
    steps: int | None = None
    policy_name: str = "Policy"

    def __post_init__(self) -> None:
        """Checks the values before an episode is played."""
        if self.mode not in RENDER_MODES:
            raise InputError(f"There is no mode {self.mode!r} to watch in; choose {', '.join(RENDER_MODES)}.")
        if self.mode == "rgb_array" and self.output is None:
            raise InputError(
                f"The mode rgb_array needs an output file that ends in {', '.join(OUTPUT_SUFFIXES)}; "
                "name one, or choose the mode human or ansi."
            )
        if not 0 < self.frames_per_second <= 1000:
            raise InputError(f"The pace must be above 0 and at most 1000, not {self.frames_per_second}.")
        if self.steps is not None and self.steps < 1:
            raise InputError(f"The steps must be 1 or more, not {self.steps}; leave them out for all.")


def watch(
    environment: gymnasium.Env[Any, Any], policy: Policy, seed: int, view: View, terminal: TextIO
) -> Episode:
    """Plays an episode and shows every moment of it, with the policy's reasons.

    Args:
        environment: a centralized environment of a scenario, wrapped or not; its own render mode is not used.
        policy: what decides.
        seed: the environment's seed; the episode is the one that ``compare`` plays with it.
        view: where and how fast.
        terminal: where the mode ``ansi`` writes. On a screen each moment replaces the one before, in colours;
            elsewhere plain text follows plain text.

    Returns:
        The episode, cut short when the window was closed.

    Raises:
        InputError: the output cannot be written, there is no screen, or a library is missing.
    """
    _check_means(view)
    scenes: list[Scene] = []
    window = Window(f"PlanZoo · {view.policy_name}", view.frames_per_second) if view.mode == "human" else None

    def show(scene: Scene) -> bool:
        if view.output is not None:
            scenes.append(scene)
        if view.mode == "ansi":
            _print(scene, view, terminal)
        return window is None or window.show(_picture(scene))

    try:
        episode = rollout(Onlooker(environment, policy, show, view), policy, seed)
    finally:
        if window is not None:
            window.close()
    if view.output is not None:
        _write(scenes, view.output, view.frames_per_second)
    return episode


class Onlooker(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Shows the scene of an environment after every reset and step, with a panel about the policy.

    Args:
        environment: what is watched.
        policy: whose reasons are shown.
        show: shows a moment; when it says no, the episode is truncated.
        view: names the policy and says when to stop.
    """

    def __init__(self, environment: gymnasium.Env[Any, Any], policy: Policy, show: Show, view: View) -> None:
        super().__init__(environment)
        self.policy = policy
        self.view = view
        self._show = show
        self._steps = 0
        self._return = 0.0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode and shows where it begins."""
        result = self.env.reset(seed=seed, options=options)
        self._steps, self._return = 0, 0.0
        self._show(self._scene("has not acted yet."))
        return result

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Steps and shows where that led."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._steps += 1
        self._return += float(reward)
        goes_on = self._show(self._scene(self.policy.explain().words))
        cut = not goes_on or self._steps == self.view.steps
        return observation, reward, terminated, truncated or (cut and not terminated), info

    def _scene(self, reasons: str) -> Scene:
        inner: Any = self.env.unwrapped
        scene: Scene = inner.display.make_scene(inner.simulator, 0)
        rows = (
            Field("Return", f"{self._return:g}", strong=True),
            Text(reasons, REASON_LINES, Palette.MUTED),
        )
        width = max((panel.columns for panel in scene.panels), default=36)
        return replace(scene, panels=(*scene.panels, Panel(self.view.policy_name, rows, width)))


def _check_means(view: View) -> None:
    """Makes sure, before the episode is played, that it can be shown."""
    if view.output is not None:
        check_output(view.output, OUTPUT_SUFFIXES)
    if view.output is not None or view.mode == "human":
        _picture(Scene(""))


def _picture(scene: Scene) -> Frame:
    # Pillow is an extra, and not needed in the terminal.
    from planzoo.envs.rendering.image import render_image

    return render_image(scene)


def _print(scene: Scene, view: View, terminal: TextIO) -> None:
    on_screen = terminal.isatty()
    terminal.write((_CLEAR_SCREEN if on_screen else "") + render_text(scene, colour=on_screen) + "\n\n")
    terminal.flush()
    if on_screen:
        time.sleep(1 / view.frames_per_second)


def _write(scenes: list[Scene], output: Path, frames_per_second: float) -> None:
    if output.suffix.lower() == ".png":
        write_picture(_picture(scenes[-1]), output)
    else:
        # Scenes were kept and not pictures, which would fill the memory in a long episode.
        write_film((_picture(scene) for scene in scenes), output, frames_per_second)
