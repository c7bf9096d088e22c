"""Where results come from: versions, commit and machine."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import planzoo

_PACKAGES = (
    "numpy",
    "numba",
    "gymnasium",
    "pettingzoo",
    "scipy",
    "torch",
    "stable-baselines3",
    "sb3-contrib",
)


def provenance() -> dict[str, Any]:
    """Gives versions, the git commit (None outside a checkout) and the machine, as plain data."""
    return {"versions": versions(), "commit": git_commit(), "machine": machine()}


def versions() -> dict[str, str]:
    """Gives the versions of Python, PlanZoo and the installed packages that results depend on."""
    found = {"python": platform.python_version(), "planzoo": planzoo.__version__}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def git_commit(folder: Path = Path(__file__).parent) -> str | None:
    """Gives the commit of the checkout that this code runs from, with ``+changes`` where files differ.

    Args:
        folder: a folder of the code; it has to be tracked by the checkout, so that an installed package never
            reports the commit of some repository around it.
    """
    if not _git(folder, "ls-files", "--", "."):
        return None
    commit = _git(folder, "rev-parse", "--short=12", "HEAD")
    if not commit:
        return None
    return f"{commit}+changes" if _git(folder, "status", "--porcelain", "--untracked-files=no") else commit


def machine() -> dict[str, Any]:
    """Gives the operating system, the processor and the number of cores that this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"system": f"{platform.system()} {platform.machine()}", "processor": _processor(), "cores": usable}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _git(folder: Path, *arguments: str) -> str:
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()
