"""Other people's environments and planners: one module a package, imported only when it is measured.

A module's ``peer(...)`` describes one task of its package; packages that are not installed are told so in
their rows. These run beside ours in one environment, although two of them ask for other versions of what we
need and so come without what they ask for::

    pip install rware==2.0.0 lbforaging==2.0.0 envpool==1.2.5 jumanji==1.1.2 jax==0.10.2
    pip install --no-deps pogema==1.4.0
    NO_TRAIN=1 pip install --no-deps --no-build-isolation pufferlib==3.0.0 gym==0.23.0 gym-notices

PufferLib compiles its environments in C when it is installed, and downloads Raylib for that.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from sys import stderr

Steps = Callable[[], int]
"""Makes some steps of all robots and gives how many, counted in steps of one world."""


class Missing(Exception):
    """A peer that cannot be measured here; the message says why."""


@dataclass(frozen=True)
class Peer:
    """One task of another package.

    Attributes:
        package: its name.
        requirement: what pip installs.
        make: prepares the task; imports the package.
        task: what it does, where that differs from what we do.
        elsewhere: its figure from a busier machine of the same kind in November 2026, in steps a CPU second:
            shown where it can't be measured, never compared.
    """

    package: str
    requirement: str
    make: Callable[[], Steps]
    task: str = ""
    elsewhere: float | None = None

    @property
    def name(self) -> str:
        """The package, and what it does where that differs."""
        return f"{self.package} ({self.task})" if self.task else self.package

    def prepare(self) -> Steps:
        """Prepares the task; what the package prints meanwhile goes to standard error.

        Raises:
            Missing: the package is not installed, or not wholly.
        """
        try:
            version(self.package)
        except PackageNotFoundError:
            raise Missing(f"not installed: pip install {self.requirement}") from None
        try:
            with redirect_stdout(stderr):
                return self.make()
        except ImportError as error:
            raise Missing(f"installed, but cannot be imported: {error}") from error
