"""What a results folder says of its last run: the cells it compared, how, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planzoo.baselines.cells import Cell
from planzoo.baselines.config import StrictModel
from planzoo.errors import InputError

RUN_FILE = "run.json"


class Run(StrictModel):
    """The last comparison that was run in a folder.

    Attributes:
        title: heading of the report.
        description: a few sentences under it.
        command: the command line that began it.
        provenance: versions, commit and machine.
        cells: what was compared, in the order of the config.
    """

    title: str
    description: str
    command: str
    provenance: dict[str, Any]
    cells: tuple[Cell, ...]

    def save(self, folder: Path) -> None:
        """Writes ``run.json``.

        Raises:
            InputError: the folder cannot be written.
        """
        try:
            (folder / RUN_FILE).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"{folder / RUN_FILE}: cannot be written: {error.strerror}; choose another folder"
            ) from None

    @classmethod
    def load(cls, folder: Path) -> Run:
        """Reads ``run.json``.

        Raises:
            InputError: the file is missing or damaged.
        """
        path = folder / RUN_FILE
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InputError(
                f"{path}: cannot be read: {error.strerror}; run 'planzoo compare' again"
            ) from None
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise InputError(f"{path}: the file is damaged: {reason}; run 'planzoo compare' again") from None
