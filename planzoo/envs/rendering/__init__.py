"""Readers of scenes: text for terminals, pictures, a window, and films."""

from planzoo.envs.rendering.modes import RENDER_MODES, render

__all__ = ["RENDER_MODES", "render"]
