"""What is built and shipped: only `planzoo`, with its data, and nothing of the links at the root."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

import planzoo
from tests.house import PACKAGE, ROOT, tracked_files

LINKS = {"envs", "planners", "baselines", "configs"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that is built from this sdist, without a network."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return folder


@pytest.fixture(scope="module")
def wheel_names(built: Path) -> set[str]:
    """Every file in the wheel."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def sdist_names(built: Path) -> set[str]:
    """Every file in the sdist, without the folder that holds them all."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        return {
            PurePosixPath(name).relative_to(PurePosixPath(name).parts[0]).as_posix()
            for name in archive.getnames()
        }


def shipped_files() -> set[str]:
    """Every file of the package that belongs to the project, as the wheel names it."""
    return {path.relative_to(ROOT).as_posix() for path in tracked_files() if PACKAGE in path.parents}


def test_wheel_holds_the_package_and_nothing_else(wheel_names: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_names}
    assert tops == {"planzoo", f"planzoo-{planzoo.__version__}.dist-info"}


def test_wheel_holds_every_file_of_the_package(wheel_names: set[str]) -> None:
    assert shipped_files() - wheel_names == set()


@pytest.mark.parametrize("name", ["planzoo/__init__.py", "planzoo/__main__.py", "planzoo/py.typed"])
def test_wheel_holds(wheel_names: set[str], name: str) -> None:
    assert name in wheel_names


@pytest.mark.parametrize("suffix", [".yaml", ".bif", ".safetensors", ".j2", "page.md"])
def test_data_of_every_kind_is_shipped(wheel_names: set[str], suffix: str) -> None:
    assert any(name.startswith("planzoo/") and name.endswith(suffix) for name in wheel_names)


def test_wheel_holds_the_licence(wheel_names: set[str]) -> None:
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in wheel_names)


def test_wheel_holds_no_cache(wheel_names: set[str]) -> None:
    assert not any("__pycache__" in name or name.endswith((".nbi", ".nbc", ".pyc")) for name in wheel_names)


def test_sdist_holds_sources_and_tests_but_not_the_links(sdist_names: set[str]) -> None:
    tops = {name.split("/")[0] for name in sdist_names}
    assert tops & LINKS == set()
    assert {"planzoo", "tests", "LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml"} <= tops


def test_version_is_the_same_everywhere() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert importlib.metadata.version("planzoo") == planzoo.__version__
    assert "## [Unreleased]" in changes


def test_command_is_installed() -> None:
    (command,) = importlib.metadata.entry_points(group="console_scripts", name="planzoo")
    assert command.value == "planzoo.__main__:main"
    assert callable(command.load())
