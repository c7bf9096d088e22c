"""Experience in files: read as it was written, or refused, never lost and never believed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.replanning import experience_file
from planzoo.planners.replanning.estimates import Sample
from planzoo.planners.replanning.experience import Experience, Key, Tally
from planzoo.planners.replanning.experience_file import load_experience, save_experience

SOME = Experience(
    {
        Key("drive", ("ridge", "Ada")): Tally(3, 2, Sample(3, 1.25, 0.5), Sample(2, 0.1, 0.0)),
        Key("look"): Tally(0, 1),
    }
)
SAMPLES = st.builds(Sample, st.integers(0, 9), st.floats(0, 1e9), st.floats(0, 1e9))
TALLIES = st.builds(Tally, st.integers(9, 10**6), st.integers(0, 10**6), SAMPLES, SAMPLES)
KEYS = st.builds(Key, st.text(), st.lists(st.text(), max_size=3).map(tuple))


@given(st.dictionaries(KEYS, TALLIES, max_size=5))
def test_what_is_written_is_read(tmp_path_factory: Any, tallies: dict[Key, Tally]) -> None:
    path = tmp_path_factory.mktemp("memory") / "deep" / "experience.json"
    for _ in range(2):
        save_experience(Experience(tallies), path)
        assert load_experience(path) == Experience(tallies)
    assert os.listdir(path.parent) == ["experience.json"]


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    assert load_experience(tmp_path / "none.json") == Experience()


def changed(**changes: Any) -> dict[str, Any]:
    row = {
        "operator": "drive",
        "arguments": ["ridge"],
        "successes": 1,
        "failures": 0,
        "cost": [1, 1.0, 0.0],
        "duration": [1, 1.0, 0.0],
    }
    return {"version": 1, "actions": [{**row, **changes}]}


def test_the_format_of_the_tests_is_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text(json.dumps(changed()))
    assert load_experience(tmp_path / "file.json").tallies[Key("drive", ("ridge",))].successes == 1


BAD: list[Any] = [
    "",
    "no JSON",
    "[" * 100_000,
    [],
    {},
    {"version": 2, "actions": []},
    {"version": 1, "actions": {}},
    {"version": 1, "actions": [], "code": "print()"},
    {"version": 1, "actions": [7]},
    {"version": 1, "actions": [{"operator": "drive"}]},
    {"version": 1, "actions": changed()["actions"] * 2},
    changed(operator=None),
    changed(arguments="ridge"),
    changed(arguments=[1]),
    changed(successes=-1),
    changed(successes=1.5),
    changed(successes=True),
    changed(successes=0),
    changed(failures=2**60),
    changed(cost=[1, 1.0]),
    changed(cost=[1, "much", 0.0]),
    changed(cost=[1, -1.0, 0.0]),
    changed(duration=[-1, 1.0, 0.0]),
    changed(duration=[1, 1.0, float("nan")]),
    changed(duration=[1, float("inf"), 0.0]),
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_files_that_are_something_else_are_refused_and_left_alone(tmp_path: Path, bad: Any) -> None:
    path = tmp_path / "experience.json"
    text = bad if isinstance(bad, str) else json.dumps(bad)
    path.write_text(text)
    with pytest.raises(InputError, match=r"experience\.json holds no experience of version 1"):
        load_experience(path)
    assert path.read_text() == text


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x80")
    with pytest.raises(InputError, match="cannot be read"):
        load_experience(tmp_path / "binary")
    with pytest.raises(InputError, match="cannot be read"):
        load_experience(tmp_path)
    with pytest.raises(InputError, match="cannot be written"):
        save_experience(SOME, tmp_path / "binary" / "experience.json")


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "experience.json"
    save_experience(SOME, path)

    def broken(handle: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(experience_file.os, "fsync", broken)
    with pytest.raises(InputError, match="the disk is full"):
        save_experience(Experience(), path)
    assert load_experience(path) == SOME
    assert os.listdir(tmp_path) == ["experience.json"]
