"""Runs a comparison: only what is missing, with a live progress bar, and always resumable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from planzoo.baselines.cells import Cell, Outcome, play
from planzoo.baselines.config import CompareConfig
from planzoo.baselines.detail_table import detail_tables
from planzoo.baselines.executors import make_executor
from planzoo.baselines.provenance import provenance
from planzoo.baselines.report.page import PAGE_FILE, write_page
from planzoo.baselines.results import PARQUET_FILE, Record, ResultsFile, export_parquet, read_results
from planzoo.baselines.run_file import Run
from planzoo.baselines.summary import ScenarioSummary, summarize
from planzoo.baselines.table import scenario_table


@dataclass(frozen=True)
class CompareOptions:
    """How a comparison runs.

    Attributes:
        output: folder of the results.
        jobs: processes that play episodes; 1 plays them in this process.
        overwrite: whether to begin anew instead of going on with what the folder holds.
        command: the command line, for the report.
    """

    output: Path
    jobs: int = 1
    overwrite: bool = False
    command: str = ""


def compare(
    config: CompareConfig, cells: tuple[Cell, ...], options: CompareOptions, console: Console
) -> tuple[ScenarioSummary, ...]:
    """Plays all episodes that the folder does not hold yet, then writes tables and the page.

    Args:
        config: the comparison, for its title and description.
        cells: its cells, from :func:`planzoo.baselines.cells.make_cells`.
        options: how to run.
        console: shows progress, tables and where the page lies.

    Raises:
        InputError: the folder cannot be written, or holds damaged results.
    """
    executor = make_executor(options.jobs)
    with ResultsFile(options.output, options.overwrite) as results:
        run = Run(
            title=config.title,
            description=config.description,
            command=options.command,
            provenance=provenance(),
            cells=cells,
        )
        run.save(options.output)
        if results.dropped is not None:
            console.print(
                "The last line of the results was cut off when the run was stopped; its episode comes again."
            )
        tasks = missing_tasks(cells, results)
        with _progress(console) as progress:
            _play_all(executor.run(play, tasks), run, results, (progress, len(tasks)))
    return write_report(options.output, console)


def missing_tasks(cells: tuple[Cell, ...], results: ResultsFile) -> list[tuple[Cell, int]]:
    """Lists the cells and seeds that have no record yet, each once."""
    tasks = {(cell.key, seed): (cell, seed) for cell in cells for seed in cell.seeds.values}
    return [task for identity, task in tasks.items() if identity not in results.records]


def write_report(folder: Path, console: Console) -> tuple[ScenarioSummary, ...]:
    """Makes tables, Parquet and page of the folder's last run anew from its results.

    Raises:
        InputError: the folder holds no results, or cannot be written.
    """
    run = Run.load(folder)
    records = {(record.key, record.episode.seed): record for record in reversed(read_results(folder))}
    summaries = summarize(run.cells, records)
    for summary in summaries:
        for table in (scenario_table(summary, console.width), *detail_tables(summary, console.width)):
            console.print(table)
    wanted = [(cell.key, seed) for cell in run.cells for seed in cell.seeds.values]
    export_parquet(
        [records[identity] for identity in dict.fromkeys(wanted) if identity in records],
        folder / PARQUET_FILE,
    )
    write_page(run, summaries, folder / PAGE_FILE)
    console.print(f"Report: {escape(str(folder / PAGE_FILE))}", soft_wrap=True)
    return summaries


def _play_all(
    outcomes: Iterator[Outcome], run: Run, results: ResultsFile, shown: tuple[Progress, int]
) -> None:
    progress, total = shown
    cells = {cell.key: cell for cell in run.cells}
    held = sum(len(cell.seeds.values) for cell in cells.values()) - total
    bar = progress.add_task("resuming" if held else "starting", completed=held, total=held + total)
    for outcome in outcomes:
        cell = cells[outcome.key]
        results.append(_record(cell, outcome, run))
        progress.update(bar, advance=1, description=escape(f"{cell.scenario.title} · {cell.policy.title}"))


def _record(cell: Cell, outcome: Outcome, run: Run) -> Record:
    return Record(
        key=cell.key,
        scenario=cell.scenario.scenario,
        scenario_title=cell.scenario.title,
        policy=cell.policy.name,
        policy_title=cell.policy.title,
        observation=cell.observation,
        access=cell.access,
        training_steps=outcome.training_steps,
        preparation_seconds=outcome.preparation_seconds,
        episode=outcome.episode,
        provenance=run.provenance,
    )


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
