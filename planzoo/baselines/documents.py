"""Strict YAML files that remember where everything stands, so that an error can name file, line and key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import yaml

from planzoo.errors import InputError

Location = tuple[str | int, ...]
"""The way from the root to a value: mapping keys and list positions."""


class TextSource(Protocol):
    """A file on disk or inside the package: ``pathlib.Path`` and ``importlib.resources`` both fit."""

    def read_bytes(self) -> bytes:
        """Gives the file's bytes."""


class Document:
    """One YAML file: its data, and the line on which each value begins.

    Args:
        label: the name under which errors speak of the file.
        text: the file's text.

    Raises:
        InputError: the text is not YAML, repeats a key, or is not a mapping.
    """

    def __init__(self, label: str, text: str) -> None:
        self.label = label
        try:
            self._root = yaml.compose(text, Loader=yaml.SafeLoader)
            data = yaml.safe_load(text)
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            raise InputError(f"{label}{_mark(error)}: this is not valid YAML: {_reason(error)}") from None
        if not isinstance(data, dict):
            raise InputError(f"{label}: expected a mapping of keys to values at the top of the file")
        self._refuse_repeated_keys()
        self.data: dict[Any, Any] = data

    @classmethod
    def read(cls, source: TextSource, label: str) -> Document:
        """Reads a file.

        Raises:
            InputError: the file cannot be read, is not UTF-8, or is not a YAML mapping.
        """
        try:
            return cls(label, source.read_bytes().decode("utf-8"))
        except OSError as error:
            raise InputError(f"{label}: the file cannot be read: {error.strerror or error}") from None
        except UnicodeDecodeError as error:
            raise InputError(
                f"{label}: byte {error.start} is not UTF-8 text; save the file as UTF-8"
            ) from None

    def line(self, location: Location) -> int:
        """Gives the 1-based line of the value at ``location``, or of the nearest value around it."""
        node, line = self._root, 1
        for step in location:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def error(self, location: Location, problem: str) -> InputError:
        """Makes the error that says what is wrong with the value at ``location``."""
        return InputError(f"{self.label}:{self.line(location)}: {dotted(location)}{problem}")

    @contextmanager
    def at(self, *location: str | int) -> Iterator[None]:
        """Adds file, line and key to every :class:`InputError` that is raised inside the block."""
        try:
            yield
        except InputError as error:
            raise self.error(location, str(error)) from None

    def _refuse_repeated_keys(self) -> None:
        waiting, seen = [self._root], set()
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, yaml.SequenceNode):
                waiting.extend(node.value)
            elif isinstance(node, yaml.MappingNode):
                self._refuse_repeats_in(node)
                waiting.extend(value for _, value in node.value)

    def _refuse_repeats_in(self, node: yaml.MappingNode) -> None:
        keys: set[Any] = set()
        for key, _ in node.value:
            if key.value in keys:
                raise InputError(
                    f"{self.label}:{key.start_mark.line + 1}: the key '{key.value}' stands twice in one "
                    "mapping; keep one of them"
                )
            keys.add(key.value)


def dotted(location: Location) -> str:
    """Writes a location as ``comparisons[0].policies[2].name: ``, or nothing for the root."""
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.removeprefix(".") + ": " if path else ""


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    if isinstance(node, yaml.MappingNode):
        found = (pair for pair in node.value if pair[0].value == str(step))
        return next(((key.start_mark.line + 1, value) for key, value in found), None)
    return None


def _mark(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return "" if mark is None else f":{mark.line + 1}"


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(getattr(error, "problem", None) or error).splitlines()[0]
