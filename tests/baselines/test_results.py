import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from planzoo.baselines.results import (
    PARQUET_FILE,
    RESULTS_FILE,
    Record,
    ResultsFile,
    export_parquet,
    read_results,
)
from planzoo.errors import InputError


def with_seed(record: Record, seed: int) -> Record:
    return replace(record, episode=replace(record.episode, seed=seed))


def write(folder: Path, records: list[Record]) -> None:
    with ResultsFile(folder) as results:
        for record in records:
            results.append(record)


def test_what_is_written_is_read(tmp_path: Path, record: Record) -> None:
    records = [with_seed(record, seed) for seed in range(3)]
    write(tmp_path / "new" / "folder", records)
    assert read_results(tmp_path / "new" / "folder") == records
    with ResultsFile(tmp_path / "new" / "folder") as results:
        assert list(results.records.values()) == records[::-1] and results.dropped is None


def test_each_record_is_on_disk_before_the_next(tmp_path: Path, record: Record) -> None:
    with ResultsFile(tmp_path) as results:
        for seed in range(3):
            results.append(with_seed(record, seed))
            assert len(read_results(tmp_path)) == seed + 1


def test_lines_from_before_there_were_facts_are_read() -> None:
    old = Record.from_json(line(3).decode())
    assert old.episode.facts == {}
    told = replace(old, episode=replace(old.episode, facts={"cost": 2.0, "tests": 1.0}))
    assert Record.from_json(told.to_json()) == told != old


@pytest.mark.parametrize("facts", [3, [1.0], {"cost": "much"}, {"cost": None}, None])
def test_facts_that_are_no_numbers_are_damage(facts: object) -> None:
    data = json.loads(line(3))
    data["episode"]["facts"] = facts
    with pytest.raises(ValueError, match="its facts are not numbers with names"):
        Record.from_json(json.dumps(data))


@given(st.data())
def test_a_file_cut_anywhere_loses_only_its_last_line(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = b"".join(line(seed) for seed in range(3))
    length = data.draw(st.integers(0, len(lines)))
    folder = tmp_path_factory.mktemp("cut")
    (folder / RESULTS_FILE).write_bytes(lines[:length])
    # A line that lacks nothing but its end is complete.
    whole = lines[:length].count(b"\n") + (lines[length : length + 1] == b"\n")
    with ResultsFile(folder) as results:
        assert len(results.records) == whole
        assert (results.dropped is None) == (length == 0 or lines[length - 1 : length + 1].count(b"\n") > 0)
        results.append(Record.from_json(line(9).decode()))
    assert [record.episode.seed for record in read_results(folder)] == [*range(whole), 9]


def line(seed: int) -> bytes:
    episode = {"seed": seed, "episode_return": 1.5, "length": 2, "success": None, "terminated": True}
    episode |= {"truncated": False, "decision_seconds": 0.1, "decision_seconds_p95": 0.1, "expansions": 0}
    episode |= {"simulations": 0, "replans": 0, "messages": 0, "invalid_actions": 0}
    names = ("key", "scenario", "scenario_title", "policy", "policy_title", "observation", "access")
    record = dict.fromkeys(names, "é") | {"training_steps": 0, "preparation_seconds": 0.0}
    return json.dumps(record | {"episode": episode, "provenance": {}}).encode() + b"\n"


def test_zeros_that_a_power_cut_left_are_dropped(tmp_path: Path, record: Record) -> None:
    write(tmp_path, [record])
    with open(tmp_path / RESULTS_FILE, "ab") as file:
        file.write(b"\0" * 100)
    with ResultsFile(tmp_path) as results:
        assert len(results.records) == 1 and results.dropped is not None
    assert (tmp_path / RESULTS_FILE).read_bytes().endswith(b"}\n")


@pytest.mark.parametrize("text", ["nonsense\n", "{}\n", '{"key": "a", "episode": 3}\n', "[1]\n"])
def test_damage_in_the_middle_names_the_line(tmp_path: Path, record: Record, text: str) -> None:
    (tmp_path / RESULTS_FILE).write_text(record.to_json() + "\n" + text + record.to_json() + "\n")
    with pytest.raises(InputError, match=r"results\.jsonl:2: this line is damaged"):
        ResultsFile(tmp_path)


def test_overwrite_begins_anew(tmp_path: Path, record: Record) -> None:
    write(tmp_path, [record])
    with ResultsFile(tmp_path, overwrite=True) as results:
        assert results.records == {}
        results.append(with_seed(record, 1))
    assert [each.episode.seed for each in read_results(tmp_path)] == [1]


def test_two_runs_in_one_folder(tmp_path: Path) -> None:
    with ResultsFile(tmp_path), pytest.raises(InputError, match="another run is writing"):
        ResultsFile(tmp_path)
    with ResultsFile(tmp_path):
        pass


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(
        InputError, match="cannot be written: Not a directory; choose another folder with --output"
    ):
        ResultsFile(tmp_path / "file" / "folder")
    (tmp_path / RESULTS_FILE).mkdir()
    with pytest.raises(InputError, match="Is a directory"):
        ResultsFile(tmp_path)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_full_disk(tmp_path: Path, record: Record) -> None:
    script = (
        "import sys; from pathlib import Path; from planzoo.baselines.results import *\n"
        "results = ResultsFile(Path(sys.argv[1])); results._file = open('/dev/full', 'ab', buffering=0)\n"
        "results.append(Record.from_json(sys.argv[2]))"
    )
    arguments = [sys.executable, "-c", script, str(tmp_path), record.to_json()]
    answer = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert "InputError" in answer.stderr and "No space left on device" in answer.stderr


def test_no_results(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match="there is no such file; give a folder that 'planzoo compare' has written"
    ):
        read_results(tmp_path)


def test_parquet_has_a_row_an_episode(tmp_path: Path, record: Record) -> None:
    unknown = replace(record, episode=replace(record.episode, seed=8, success=None))
    export_parquet([record, unknown], tmp_path / PARQUET_FILE)
    table = parquet.read_table(tmp_path / PARQUET_FILE)
    rows = table.to_pylist()
    assert [row["seed"] for row in rows] == [7, 8]
    assert [row["success"] for row in rows] == [True, None]
    assert rows[0]["episode_return"] == 2.5 and rows[0]["policy"] == "random"
    assert json.loads(rows[0]["provenance"]) == record.provenance
    export_parquet([], tmp_path / "empty.parquet")
    plain = [field for field in table.schema if not field.name.startswith("fact_")]
    assert list(parquet.read_table(tmp_path / "empty.parquet").schema) == plain


def test_parquet_has_a_column_a_fact(tmp_path: Path, record: Record) -> None:
    other = replace(record, episode=replace(record.episode, facts={"cost": 2.5}))
    export_parquet([record, other], tmp_path / PARQUET_FILE)
    table = parquet.read_table(tmp_path / PARQUET_FILE)
    assert [name for name in table.column_names if "fact" in name] == [
        "fact_deliveries",
        "fact_stuck",
        "fact_cost",
    ]
    assert table["fact_deliveries"].to_pylist() == [3.0, None]
    assert table["fact_cost"].to_pylist() == [None, 2.5]


def test_parquet_that_cannot_be_written(tmp_path: Path, record: Record) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        export_parquet([record], tmp_path / "missing" / PARQUET_FILE)
