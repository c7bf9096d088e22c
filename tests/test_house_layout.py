"""Where things stand: few entries at the root, the same files in every scenario, a test for every file."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.house import PACKAGE, ROOT, sources, tracked_files

SCENARIO_FILES = {
    "params.py",
    "state.py",
    "generator.py",
    "dynamics.py",
    "simulator.py",
    "scene.py",
    "page.md",
}
LINKS = {"envs", "planners", "baselines", "configs"}
SMALL = 60

# Files whose tests stand under another name, with that name.
TESTED_ELSEWHERE: dict[str, str] = {}

# Written in pieces, so that this file does not mention what it looks for.
FORBIDDEN = re.compile(
    "|".join(
        [
            "-{2}(?:extra-)?index[-]url",
            "-{2}find[-]links",
            "https?://[^ )>\"']*/sim" + "ple",
            "py" + r"pi\.org",
            "files\\.python" + "hosted",
            r"registry\.npm" + r"js\.",
            r"/opt/(?:wheels|py" + "pi)",
        ]
    )
)


def scenario_folders() -> list[Path]:
    """The folders of planzoo/envs that hold a scenario."""
    return sorted(path.parent for path in (PACKAGE / "envs").glob("*/dynamics.py"))


def visible_root_entries() -> list[str]:
    """What a visitor sees at the root: everything that belongs to the project and is not hidden."""
    names = {path.relative_to(ROOT).parts[0] for path in tracked_files()} | LINKS
    return sorted(name for name in names if not name.startswith("."))


def test_root_is_small() -> None:
    assert len(visible_root_entries()) <= 16, visible_root_entries()


@pytest.mark.parametrize("name", sorted(LINKS))
def test_front_door_leads_into_the_package(name: str) -> None:
    assert (ROOT / name).is_symlink()
    assert os.readlink(ROOT / name) == f"planzoo/{name}"


@pytest.mark.parametrize("folder", scenario_folders(), ids=lambda folder: folder.name)
def test_scenario_has_the_same_files_as_every_other(folder: Path) -> None:
    assert SCENARIO_FILES - {path.name for path in folder.iterdir()} == set()


def test_there_are_scenarios() -> None:
    assert {"warehouse", "diagnosis"} <= {folder.name for folder in scenario_folders()}


def test_every_source_file_has_its_test() -> None:
    missing = []
    for source in sources():
        inside = source.path.relative_to(PACKAGE)
        mirror = ROOT / "tests" / inside.parent / f"test_{inside.stem.strip('_')}.py"
        expected = ROOT / TESTED_ELSEWHERE.get(source.place, mirror.relative_to(ROOT).as_posix())
        if source.lines > SMALL and not source.is_package and not expected.is_file():
            missing.append(f"{source.place}: no {expected.relative_to(ROOT).as_posix()}")
    assert missing == []


def test_no_registry_is_named() -> None:
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in FORBIDDEN.finditer(text)]
    assert found == []


def test_versions_are_all_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[0-9][0-9A-Za-z.]*", line)] == []
    assert "torch==2.13.0" in pins
