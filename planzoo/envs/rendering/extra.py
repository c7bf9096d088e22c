"""Turns a missing drawing library into one clear sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from planzoo.errors import InputError


@contextmanager
def needs(library: str) -> Iterator[None]:
    """Guards the import of an optional library.

    Args:
        library: its name as a person knows it.

    Raises:
        InputError: an import under the guard failed.
    """
    try:
        yield
    except ImportError as error:
        raise InputError(
            f"Rendering needs {library}, which is not installed here ({error}); "
            "install it with: pip install 'planzoo[render]'."
        ) from error
