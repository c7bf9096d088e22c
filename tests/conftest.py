"""What every test needs: no screen, one thread a library, no deadline while kernels compile."""

from __future__ import annotations

import importlib.metadata
import os

import pytest
from hypothesis import settings

# Before pygame, matplotlib or torch are imported anywhere.
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The quick tests draw the same examples on every machine; `make test-long` draws new ones each time.
settings.register_profile("quick", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("long", deadline=None, print_blob=True)
settings.load_profile("quick")

SHOWN = ("gymnasium", "pettingzoo", "numba", "numpy")


def pytest_report_header() -> str:
    """Show the versions that decide what an adapter must do."""
    return "with " + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in SHOWN)


def pytest_configure() -> None:
    """Refuse to test another Gymnasium than the one that the run is meant for."""
    expected = os.environ.get("EXPECTED_GYMNASIUM")
    found = importlib.metadata.version("gymnasium")
    if expected and expected != found:
        message = f"this run is meant for Gymnasium {expected}, but {found} is installed: use the make target"
        raise pytest.UsageError(message)
