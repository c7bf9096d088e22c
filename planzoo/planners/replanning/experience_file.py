"""Experience in a file: JSON of a known version, read with suspicion and written as a whole or not at all."""

from __future__ import annotations

import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.replanning.estimates import Sample
from planzoo.planners.replanning.experience import Experience, Key, Tally

VERSION = 1
"""Of the format."""
NAMES = {"operator", "arguments", "successes", "failures", "cost", "duration"}
"""What is told of each action."""


def save_experience(experience: Experience, path: str | Path) -> None:
    """Writes experience to a file; whatever happens meanwhile, the file holds the old one or the new one.

    Raises:
        InputError: the file cannot be written.
    """
    target = Path(path)
    rows = [_row(key, tally) for key, tally in experience.tallies.items()]
    text = json.dumps({"version": VERSION, "actions": rows}, indent=1, allow_nan=False)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".new")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(f"Experience cannot be written to {target}: {error}.") from error


def load_experience(path: str | Path) -> Experience:
    """Reads experience; without a file there is none yet.

    Raises:
        InputError: the file cannot be read, or is not what :func:`save_experience` has written.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Experience()
    except (OSError, ValueError) as error:
        raise InputError(f"Experience cannot be read from {path}: {error}.") from error
    try:
        return Experience(_tallies(json.loads(text)))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} holds no experience of version {VERSION}: {error}.") from error


def _row(key: Key, tally: Tally) -> dict[str, Any]:
    samples = {"cost": tally.cost, "duration": tally.duration}
    return {
        **key._asdict(),
        "successes": tally.successes,
        "failures": tally.failures,
        **{name: [sample.count, sample.mean, sample.squares] for name, sample in samples.items()},
    }


def _tallies(data: Any) -> dict[Key, Tally]:
    """Reads the file's data.

    Raises:
        ValueError: they are something else.
    """
    if not isinstance(data, dict) or data.keys() != {"version", "actions"} or data["version"] != VERSION:
        raise ValueError("it must have a version and actions")
    if not isinstance(data["actions"], list):
        raise ValueError("its actions must be a list")
    found: dict[Key, Tally] = {}
    for number, row in enumerate(data["actions"]):
        if not isinstance(row, dict) or row.keys() != NAMES:
            raise ValueError(f"action {number} must have {', '.join(sorted(NAMES))}")
        if not isinstance(row["arguments"], list):
            raise ValueError(f"action {number} has the arguments {row['arguments']!r}")
        arguments = tuple(_text(argument, number) for argument in row["arguments"])
        key = Key(_text(row["operator"], number), arguments)
        if key in found:
            raise ValueError(f"action {number}, {key}, is there twice")
        found[key] = Tally(
            _count(row["successes"], number),
            _count(row["failures"], number),
            _sample(row["cost"], number),
            _sample(row["duration"], number),
        )
        if max(found[key].cost.count, found[key].duration.count) > found[key].successes:
            raise ValueError(f"action {number} has more amounts than successes")
    return found


def _text(value: Any, number: int) -> str:
    if not isinstance(value, str):
        raise ValueError(f"action {number} is called {value!r}")
    return value


def _count(value: Any, number: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise ValueError(f"action {number} has a count of {value!r}")
    return value


def _sample(value: Any, number: int) -> Sample:
    if not isinstance(value, list) or len(value) != 3:
        raise ValueError(f"action {number} has the amounts {value!r}")
    for amount in value[1:]:
        known = isinstance(amount, int | float) and not isinstance(amount, bool)
        if not known or not 0 <= amount < math.inf:
            raise ValueError(f"action {number} has an amount of {amount!r}")
    return Sample(_count(value[0], number), float(value[1]), float(value[2]))
