import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from rich.console import Console

from planzoo.baselines.cells import make_cells, play
from planzoo.baselines.compare import CompareOptions, compare, missing_tasks, write_report
from planzoo.baselines.config import CompareConfig
from planzoo.baselines.report.page import PAGE_FILE
from planzoo.baselines.results import PARQUET_FILE, RESULTS_FILE, ResultsFile, read_results
from planzoo.errors import InputError


class Interrupted:
    """Plays some tasks, then is stopped as by Ctrl-C."""

    def __init__(self, after: int) -> None:
        self.after = after

    def run(self, function: Any, tasks: Any) -> Iterator[Any]:
        for task in tasks[: self.after]:
            yield function(task)
        raise KeyboardInterrupt


def console() -> Console:
    return Console(file=io.StringIO(), width=160)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def episodes(folder: Path) -> list[tuple[str, int, float, int]]:
    return sorted(
        (record.key, record.episode.seed, record.episode.episode_return, record.episode.length)
        for record in read_results(folder)
    )


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_leaves_results_table_and_page(tmp_path: Path, toy_config: CompareConfig, jobs: int) -> None:
    screen = console()
    options = CompareOptions(tmp_path, jobs, command="planzoo compare toys")
    (summary,) = compare(toy_config, make_cells(toy_config), options, screen)
    assert [policy.episodes for policy in summary.policies] == [3, 3]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        PAGE_FILE,
        RESULTS_FILE,
        PARQUET_FILE,
        "run.json",
    ]
    assert len(read_results(tmp_path)) == 6
    assert "Toy warehouse · 3 episodes each" in shown(screen) and f"Report: {tmp_path / PAGE_FILE}" in shown(
        screen
    )
    assert "planzoo compare toys" in (tmp_path / PAGE_FILE).read_text()
    assert {"versions", "commit", "machine"} == set(read_results(tmp_path)[0].provenance)


def test_stopped_run_goes_on_and_gives_what_a_whole_run_gives(
    tmp_path: Path, toy_config: CompareConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = make_cells(toy_config)
    with monkeypatch.context() as patched:
        patched.setattr("planzoo.baselines.compare.make_executor", lambda jobs: Interrupted(2))
        with pytest.raises(KeyboardInterrupt):
            compare(toy_config, cells, CompareOptions(tmp_path / "stopped"), console())
    held = (tmp_path / "stopped" / RESULTS_FILE).read_bytes()
    assert held.count(b"\n") == 2
    compare(toy_config, cells, CompareOptions(tmp_path / "stopped"), console())
    compare(toy_config, cells, CompareOptions(tmp_path / "whole"), console())
    assert (tmp_path / "stopped" / RESULTS_FILE).read_bytes().startswith(held)
    assert episodes(tmp_path / "stopped") == episodes(tmp_path / "whole")


def test_finished_run_plays_nothing_again(
    tmp_path: Path, toy_config: CompareConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = make_cells(toy_config)
    compare(toy_config, cells, CompareOptions(tmp_path), console())
    before = (tmp_path / RESULTS_FILE).read_bytes()
    monkeypatch.setattr("planzoo.baselines.compare.make_executor", lambda jobs: Interrupted(0))
    with pytest.raises(KeyboardInterrupt):
        compare(toy_config, cells, CompareOptions(tmp_path), console())
    with ResultsFile(tmp_path) as results:
        assert missing_tasks(cells, results) == []
    assert (tmp_path / RESULTS_FILE).read_bytes() == before


def test_overwrite_plays_all_again(tmp_path: Path, toy_config: CompareConfig) -> None:
    cells = make_cells(toy_config)
    compare(toy_config, cells, CompareOptions(tmp_path), console())
    (tmp_path / RESULTS_FILE).write_text("damaged\n" + (tmp_path / RESULTS_FILE).read_text())
    with pytest.raises(InputError, match=r"results\.jsonl:1: this line is damaged"):
        compare(toy_config, cells, CompareOptions(tmp_path), console())
    compare(toy_config, cells, CompareOptions(tmp_path, overwrite=True), console())
    assert len(read_results(tmp_path)) == 6


def test_cut_line_is_told_and_its_episode_played_again(tmp_path: Path, toy_config: CompareConfig) -> None:
    cells = make_cells(toy_config)
    compare(toy_config, cells, CompareOptions(tmp_path), console())
    whole = episodes(tmp_path)
    path = tmp_path / RESULTS_FILE
    path.write_bytes(path.read_bytes()[:-30])
    screen = console()
    compare(toy_config, cells, CompareOptions(tmp_path), screen)
    assert "was cut off" in shown(screen)
    assert episodes(tmp_path) == whole


def test_fewer_episodes_use_what_is_there_and_report_only_those(
    tmp_path: Path, toy_config: CompareConfig
) -> None:
    compare(toy_config, make_cells(toy_config), CompareOptions(tmp_path), console())
    fewer = toy_config.with_episodes(2)
    (summary,) = compare(fewer, make_cells(fewer), CompareOptions(tmp_path), console())
    assert [policy.episodes for policy in summary.policies] == [2, 2]
    assert len(read_results(tmp_path)) == 6


def test_equal_cells_are_played_once(tmp_path: Path) -> None:
    entry = {
        "scenario": {"scenario": "warehouse_v0", "preset": "toy", "arguments": {"max_steps": 5}},
        "policies": ["random", {"name": "random", "label": "the same"}],
    }
    config = CompareConfig.model_validate({"title": "T", "seeds": {"episodes": 2}, "comparisons": [entry]})
    cells = make_cells(config)
    (summary,) = compare(config, cells, CompareOptions(tmp_path), console())
    assert len(read_results(tmp_path)) == 2
    assert [policy.title for policy in summary.policies] == ["random", "the same"]


def test_error_in_an_episode_keeps_those_before(
    tmp_path: Path, toy_config: CompareConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_at_seed_7(task: Any) -> Any:
        if task[1] == 7:
            raise RuntimeError("a planner's own mistake")
        return play(task)

    monkeypatch.setattr("planzoo.baselines.compare.play", fail_at_seed_7)
    with pytest.raises(RuntimeError, match="own mistake"):
        compare(toy_config, make_cells(toy_config), CompareOptions(tmp_path), console())
    assert len(read_results(tmp_path)) == 2


def test_measures_reach_tables_page_and_parquet(tmp_path: Path, toy_config: CompareConfig) -> None:
    data = toy_config.model_dump(mode="json")
    data["comparisons"][0]["scenario"] |= {
        "measures": ["stuck", {"deliveries": "shelves delivered"}],
        "reference": {"value": 2.0, "source": "a guess", "kind": "upper_bound"},
    }
    config, screen = CompareConfig.model_validate(data), console()
    (summary,) = compare(config, make_cells(config), CompareOptions(tmp_path), screen)
    assert all(set(policy.measures) == {"stuck", "deliveries"} for policy in summary.policies)
    assert "shelves delivered" in shown(screen) and "proven upper bound of the return 2.00" in shown(screen)
    assert "<h3>Return against stuck</h3>" in (tmp_path / PAGE_FILE).read_text()
    told = [record.episode.facts["deliveries"] for record in read_results(tmp_path)]
    assert parquet.read_table(tmp_path / PARQUET_FILE)["fact_deliveries"].to_pylist() == told


def test_results_from_before_there_were_facts_are_reported_without(
    tmp_path: Path, toy_config: CompareConfig
) -> None:
    data = toy_config.model_dump(mode="json")
    data["comparisons"][0]["scenario"]["measures"] = ["stuck"]
    config = CompareConfig.model_validate(data)
    compare(config, make_cells(config), CompareOptions(tmp_path), console())
    path = tmp_path / RESULTS_FILE
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        del row["episode"]["facts"]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (summary,) = write_report(tmp_path, console())
    assert [policy.measures for policy in summary.policies] == [{}, {}]
    assert "Return against stuck" not in (tmp_path / PAGE_FILE).read_text()


def test_report_is_made_anew_from_the_folder_alone(tmp_path: Path, toy_config: CompareConfig) -> None:
    compare(toy_config, make_cells(toy_config), CompareOptions(tmp_path), console())
    page = (tmp_path / PAGE_FILE).read_text()
    (tmp_path / PAGE_FILE).unlink()
    (tmp_path / PARQUET_FILE).unlink()
    # Another version has other keys; a report of old results must not depend on them.
    run = json.loads((tmp_path / "run.json").read_text())
    assert len(run["cells"]) == 2
    write_report(tmp_path, console())
    assert (tmp_path / PAGE_FILE).read_text() == page and (tmp_path / PARQUET_FILE).exists()


def test_folder_without_results(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"run\.json: cannot be read"):
        write_report(tmp_path, console())


@settings(max_examples=6)
@given(stops=st.lists(st.integers(0, 3), min_size=1, max_size=3), cut=st.integers(0, 700))
def test_any_stops_and_cuts_end_in_the_same_results(
    tmp_path_factory: pytest.TempPathFactory, stops: list[int], cut: int
) -> None:
    config = CompareConfig.model_validate(SMALL)
    cells = make_cells(config)
    folder = tmp_path_factory.mktemp("run")
    for stop in stops:
        with pytest.MonkeyPatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(
                "planzoo.baselines.compare.make_executor", lambda jobs, stop=stop: Interrupted(stop)
            )
            compare(config, cells, CompareOptions(folder), console())
        path = folder / RESULTS_FILE
        path.write_bytes(path.read_bytes()[: max(0, path.stat().st_size - cut)])
    compare(config, cells, CompareOptions(folder), console())
    expected = sorted(
        (cell.key, seed, outcome.episode.episode_return, outcome.episode.length)
        for cell in cells
        for seed in cell.seeds.values
        for outcome in [play((cell, seed))]
    )
    assert episodes(folder) == expected


SMALL = {
    "title": "S",
    "seeds": {"episodes": 2},
    "comparisons": [
        {
            "scenario": {"scenario": "warehouse_v0", "preset": "toy", "arguments": {"max_steps": 4}},
            "policies": ["random", {"name": "random", "label": "sampled", "deterministic": False}],
        }
    ],
}
