"""Facts about episodes that ended, as a vector environment gives them: one array over all worlds a fact."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS = (np.bool_, np.int64, np.float64)


class EpisodeReports:
    """Keeps an array (B,) for each fact, and rewrites only the worlds whose episodes ended.

    What Gymnasium's ``VectorEnv._add_info`` would give one fact and world at a time.

    Args:
        num_worlds: B.
    """

    def __init__(self, num_worlds: int) -> None:
        self.num_worlds = num_worlds
        self._names: list[list[str]] = []
        self._tables: list[NDArray[Any]] = []
        self._ended = np.zeros(num_worlds, dtype=np.bool_)
        self._last = np.zeros(0, dtype=np.int64)
        self._infos: dict[str, NDArray[Any]] = {}

    def write(
        self, facts: dict[str, NDArray[Any]], worlds: NDArray[np.int64], copy: bool
    ) -> dict[str, NDArray[Any]]:
        """Writes the facts of ended episodes.

        Args:
            facts: a column (n,) for each, bool, int64 or float64, the same names each time.
            worlds: int64 (n,), where the episodes ended.
            copy: whether to give fresh arrays; without, the next call overwrites them.

        Returns:
            For each fact its array (B,), 0 where no episode ended; under ``_name`` bool (B,), where one did.
        """
        if not self._infos:
            self._allocate(facts)
        for names, table in zip(self._names, self._tables, strict=True):
            table[:, self._last] = 0
            table[:, worlds] = np.concatenate([facts[name] for name in names]).reshape(len(names), -1)
        self._ended[self._last] = False
        self._ended[worlds] = True
        self._last = worlds
        if not copy:
            return self._infos
        return self._view([table.copy() for table in self._tables], self._ended.copy())

    def _allocate(self, facts: dict[str, NDArray[Any]]) -> None:
        names = [[name for name, column in facts.items() if column.dtype == kind] for kind in KINDS]
        kept = [(kind, own) for kind, own in zip(KINDS, names, strict=True) if own]
        self._names = [own for _, own in kept]
        self._tables = [np.zeros((len(own), self.num_worlds), dtype=kind) for kind, own in kept]
        self._infos = self._view(self._tables, self._ended)

    def _view(self, tables: list[NDArray[Any]], ended: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
        infos = {}
        for names, table in zip(self._names, tables, strict=True):
            for name, row in zip(names, table, strict=True):
                infos[name], infos[f"_{name}"] = row, ended
        return infos
