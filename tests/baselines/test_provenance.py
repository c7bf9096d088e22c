import subprocess
from pathlib import Path

import numpy as np
import pytest

import planzoo
from planzoo.baselines.provenance import git_commit, machine, provenance, versions


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("a = 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--no-verify", "-m", "first")
    return tmp_path


def test_commit_of_tracked_code(repository: Path) -> None:
    commit = git_commit(repository / "code")
    assert (
        commit is not None and git(repository, "rev-parse", "HEAD").startswith(commit) and len(commit) == 12
    )
    (repository / "code" / "a.py").write_text("a = 2\n")
    assert git_commit(repository / "code") == f"{commit}+changes"


def test_package_that_merely_lies_in_a_repository_has_no_commit(repository: Path) -> None:
    (repository / "site-packages").mkdir()
    (repository / "site-packages" / "b.py").write_text("b = 1\n")
    assert git_commit(repository / "site-packages") is None


def test_no_repository_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_commit(tmp_path) is None
    monkeypatch.setenv("PATH", "")
    assert git_commit() is None


def test_versions_and_machine() -> None:
    found = versions()
    assert found["planzoo"] == planzoo.__version__ and found["numpy"] == np.__version__
    here = machine()
    assert here["cores"] >= 1 and here["system"]
    assert set(provenance()) == {"versions", "commit", "machine"}
