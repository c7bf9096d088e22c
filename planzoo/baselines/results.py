"""Results on disk: one JSON line an episode, on the disk as soon as the episode ends.

A run that is killed at any moment has lost at most the line that it was writing; the next run drops what is
left of that line and goes on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, get_type_hints

from planzoo.baselines.resource_trace import ResourceTrace
from planzoo.baselines.rollout import Episode
from planzoo.errors import InputError

RESULTS_FILE = "results.jsonl"
PARQUET_FILE = "results.parquet"
_FACT = "fact_"


@dataclass(frozen=True)
class Record:
    """One episode with all that is needed to read it alone.

    Attributes:
        key: content hash of the cell.
        scenario: module name of the scenario.
        scenario_title: what tables call the scenario.
        policy: name of the policy.
        policy_title: what tables call the policy.
        observation: the observation that it read.
        access: what it declares that it may know.
        training_steps: environment steps that it was trained on.
        preparation_seconds: wall-clock seconds that it took to make it.
        episode: the episode.
        provenance: versions, commit and machine.
    """

    key: str
    scenario: str
    scenario_title: str
    policy: str
    policy_title: str
    observation: str
    access: str
    training_steps: int
    preparation_seconds: float
    episode: Episode
    provenance: dict[str, Any]

    def to_json(self) -> str:
        """Gives the record as one line of JSON."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Record:
        """Reads a line.

        Raises:
            ValueError: the line is no record.
        """
        data = json.loads(line)
        if not isinstance(data, dict) or set(data) != {field.name for field in fields(cls)}:
            raise ValueError("it has other fields than a record")
        return cls(**{**data, "episode": _episode(data["episode"])})


class ResultsFile:
    """The results of one folder, open for appending; a context manager.

    Args:
        folder: made where it does not exist.
        overwrite: whether to begin anew instead of going on.

    Attributes:
        records: what the folder holds, by cell key and seed.
        dropped: what was left of a line whose writing was cut off, or None.

    Raises:
        InputError: the folder cannot be written, another run writes to it, or a line is damaged.
    """

    def __init__(self, folder: Path, overwrite: bool = False) -> None:
        self.path = folder / RESULTS_FILE
        self.records: dict[tuple[str, int], Record] = {}
        self.dropped: str | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = open(self.path, "ab")  # noqa: SIM115  (closed by __exit__)
        except OSError as error:
            raise _unwritable(self.path, error) from None
        try:
            self._lock()
            self._load(overwrite)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> ResultsFile:
        """Gives the file itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Closes the file."""
        self._file.close()

    def append(self, record: Record) -> None:
        """Writes a record through to the disk.

        Raises:
            InputError: the disk is full or has gone.
        """
        try:
            self._file.write(record.to_json().encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self.path, error) from None
        self.records[record.key, record.episode.seed] = record

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # Windows: two runs in one folder are then the user's own affair
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(
                f"{self.path}: another run is writing to this file; choose another folder"
            ) from None

    def _load(self, overwrite: bool) -> None:
        if overwrite:
            self._file.truncate(0)
            return
        records, kept, self.dropped = _parse(self.path)
        self.records = {(record.key, record.episode.seed): record for record in reversed(records)}
        if self.dropped is not None:
            self._file.truncate(kept)
        elif kept and not self.path.read_bytes().endswith(b"\n"):
            self._file.write(b"\n")


def read_results(folder: Path) -> list[Record]:
    """Reads the records of a folder; what is left of a cut last line is passed over.

    Raises:
        InputError: there are no results, or a line is damaged.
    """
    path = folder / RESULTS_FILE
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; give a folder that 'planzoo compare' has written")
    return _parse(path)[0]


def export_parquet(records: Iterable[Record], path: Path) -> None:
    """Writes records as a flat Parquet table, one row an episode; provenance is a column of JSON.

    Every fact that an episode tells is a column of its own, ``fact_`` and its name.

    Raises:
        InputError: the file cannot be written.
    """
    import pyarrow
    from pyarrow import parquet

    rows = [_flat(record) for record in records]
    columns = _columns() | {name: float for row in rows for name in row if name.startswith(_FACT)}
    schema = pyarrow.schema([(name, _parquet_type(kind)) for name, kind in columns.items()])
    try:
        parquet.write_table(pyarrow.Table.from_pylist(rows, schema=schema), path)
    except OSError as error:
        raise _unwritable(path, error) from None


def _episode(data: Any) -> Episode:
    # Lines that were written before episodes told facts, or used resources, have none.
    data = {"facts": {}, "resources": None, **data} if isinstance(data, dict) else None
    if data is None or set(data) != {field.name for field in fields(Episode)}:
        raise ValueError("its episode has other fields than an episode")
    facts = data["facts"]
    if not isinstance(facts, dict) or not all(isinstance(value, int | float) for value in facts.values()):
        raise ValueError("its facts are not numbers with names")
    trace = None if data["resources"] is None else ResourceTrace.from_data(data["resources"])
    return Episode(**{**data, "resources": trace})


def _columns() -> dict[str, Any]:
    columns = get_type_hints(Record)
    episode = get_type_hints(Episode)
    del columns["episode"], episode["facts"], episode["resources"]
    return {**columns, **episode, "provenance": str}


def _flat(record: Record) -> dict[str, Any]:
    row = asdict(record)
    episode = row.pop("episode")
    facts = {_FACT + name: value for name, value in episode.pop("facts").items()}
    del episode["resources"]  # a course, which has no place in a flat row
    return {**row, **episode, **facts, "provenance": json.dumps(record.provenance, sort_keys=True)}


def _parquet_type(kind: Any) -> str:
    return {str: "string", int: "int64", float: "float64"}.get(kind, "bool")


def _parse(path: Path) -> tuple[list[Record], int, str | None]:
    """Gives the records, the number of good bytes, and what is left of a cut last line."""
    records: list[Record] = []
    kept = 0
    lines = path.read_bytes().splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        try:
            records.append(Record.from_json(line.decode()))
        except (ValueError, TypeError) as error:
            if number == len(lines) and not line.endswith(b"}\n"):
                return records, kept, line.decode(errors="replace")
            raise InputError(f"{path}:{number}: this line is damaged ({error}); delete it to go on") from None
        kept += len(line)
    return records, kept, None


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"{path}: cannot be written: {error.strerror or error}; choose another folder with --output"
    )
