"""What every benchmark prints: a table for people, or JSON rows for programs."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version

Work = Callable[[], int]
"""Does some work and gives how much."""
Measure = Callable[[], "list[Row]"]

SECONDS = 0.1
"""How long a measurement lasts at least."""


@dataclass(frozen=True)
class Row:
    """One comparison with a peer.

    Attributes:
        task: what was done.
        ours: our figure.
        peer: the peer's name.
        peer_version: its version, or why there is no figure of it.
        peer_value: its figure in this run; None if it could not be measured.
        ratio: how many times better ours is; > 1 = we are better.
        unit: of both figures.
        target: the ratio that is asked for.
        elsewhere: the peer's figure from a busier machine in November 2026, for want of one from this run;
            never in the ratio.
    """

    task: str
    ours: float
    peer: str
    peer_version: str
    peer_value: float | None
    ratio: float | None
    unit: str
    target: float | None = None
    elsewhere: float | None = None


def rates(
    runs: Sequence[Work],
    repetitions: int = 5,
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.process_time,
) -> list[list[float]]:
    """Measures work per second of several functions in turn, so that a drifting machine hits all alike.

    Args:
        runs: functions that do some work and give how much; each is called once before, to warm up.
        repetitions: how often each is measured.
        seconds: each measurement calls the function again until so much time is over.
        clock: CPU seconds of the process; ``time.perf_counter`` where threads are compared.

    Returns:
        For each function its rates, in the order of the repetitions.
    """
    for run in runs:
        run()
    measured: list[list[float]] = [[] for _ in runs]
    for _ in range(repetitions):
        for run, found in zip(runs, measured, strict=True):
            found.append(_rate(run, seconds, clock))
    return measured


def _rate(run: Work, seconds: float, clock: Callable[[], float]) -> float:
    started, work, spent = clock(), 0, 0.0
    while spent < seconds:
        work += run()
        spent = clock() - started
    return work / spent


def compare_rates(
    task: str,
    ours: Sequence[float],
    peers: Sequence[float],
    peer: str,
    unit: str,
    target: float | None = None,
) -> Row:
    """Makes a row of medians; the ratio is the median of the ratios of neighbouring runs."""
    ratios = [mine / theirs for mine, theirs in zip(ours, peers, strict=True)]
    return Row(
        task=task,
        ours=statistics.median(ours),
        peer=peer,
        peer_version=version_of(peer),
        peer_value=statistics.median(peers),
        ratio=statistics.median(ratios),
        unit=unit,
        target=target,
    )


def as_costs(row: Row, unit: str = "ns") -> Row:
    """Turns a row of pieces a second into nanoseconds a piece; the ratio stays what it is."""
    theirs = None if row.peer_value is None else 1e9 / row.peer_value
    return replace(row, ours=1e9 / row.ours, peer_value=theirs, unit=unit)


def version_of(package: str) -> str:
    """Gives the version of an installed package; empty where the peer is no package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def machine() -> str:
    """Describes the machine and the libraries that matter."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("planzoo", "numpy", "numba", "gymnasium"))
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {libraries}"
    )


def main(description: str, measure: Measure | Mapping[str, Measure]) -> None:
    """Runs a benchmark from the command line.

    Args:
        description: title of the table.
        measure: measures all rows, or the rows of each named task.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print a list of rows as JSON instead of a table")
    parser.add_argument(
        "--only", metavar="TEXT", default="", help="run only the tasks with this text in them"
    )
    arguments = parser.parse_args()
    tasks = measure if isinstance(measure, Mapping) else {description: measure}
    chosen = [name for name in tasks if arguments.only.lower() in name.lower()]
    if not chosen:
        parser.error(f"no task has {arguments.only!r} in it; there are: {'; '.join(tasks)}")
    rows = [row for name in chosen for row in tasks[name]()]
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    print_table(description, rows)


def print_table(title: str, rows: Sequence[Row]) -> None:
    """Prints the rows for people."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, caption=machine())
    for heading in ("task", "ours", "peer", "peer's", "ratio", "asked", "unit"):
        table.add_column(heading, justify="left" if heading in ("task", "peer", "unit") else "right")
    for row in rows:
        table.add_row(*_cells(row))
    Console().print(table)


def _cells(row: Row) -> list[str]:
    theirs, ratio = number(row.peer_value), "–"
    if row.elsewhere is not None:
        theirs = f"elsewhere, 2026-11: {number(row.elsewhere)}"
    if row.ratio is not None:
        met = row.target is None or row.ratio >= row.target
        ratio = f"{number(row.ratio)} ×" if met else f"[red]{number(row.ratio)} ×[/red]"
    asked = "" if row.target is None else f"≥ {number(row.target)} ×"
    return [row.task, number(row.ours), f"{row.peer} {row.peer_version}", theirs, ratio, asked, row.unit]


def number(value: float | None) -> str:
    """Writes a figure with as many digits as help: three for small ones."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
