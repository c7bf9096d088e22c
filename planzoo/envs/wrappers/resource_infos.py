"""What vector environments tell of resources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.wrappers.resource_ledger import Facts, ResourceLedger


class LedgerInfos:
    """Writes one ledger's part of a vector environment's infos.

    Args:
        ledger: of B worlds.
        copy: whether arrays are fresh; without, the next step overwrites them.
    """

    def __init__(self, ledger: ResourceLedger, copy: bool) -> None:
        self.ledger, self.copy = ledger, copy
        self._always = np.ones(ledger.num_worlds, dtype=np.bool_)
        self._never = np.zeros(ledger.num_worlds, dtype=np.bool_)
        self._nothing = np.zeros_like(ledger.accounts.missing)
        for array in (self._always, self._never, self._nothing):
            array.flags.writeable = False
        self._left: dict[str, Any] | None = None
        self._missing: dict[str, Any] | None = None
        self._quiet: dict[str, Any] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leaves views behind: those of a copy look at its own arrays."""
        return {**self.__dict__, "_left": None, "_missing": None, "_quiet": None}

    def write(self, infos: dict[str, Any]) -> None:
        """Adds what is left and what was missing to infos, beside what other wrappers have written there."""
        left, missing = self._left_infos(), self._missing_infos()
        if "resources_left" in infos:
            left = {**infos["resources_left"], **left}
            missing = {**infos["resource_violations"], **missing}
        infos["resources_left"], infos["_resources_left"] = left, self._always
        infos["resource_violations"], infos["_resource_violations"] = missing, self._always

    def _left_infos(self) -> dict[str, Any]:
        if self._left is not None and not self.copy:
            return self._left
        left = self.ledger.accounts.left
        left = left.copy() if self.copy else left
        self._left = self._by_name(left, [self._always] * len(left), False)
        return self._left

    def _missing_infos(self) -> dict[str, Any]:
        if not self.ledger.violated:
            if self._quiet is None:
                self._quiet = self._by_name(self._nothing, [self._never] * len(self._nothing), True)
            return self._quiet
        if self._missing is not None and not self.copy:
            return self._missing
        missing, short = self.ledger.accounts.missing, self.ledger.accounts.short
        if self.copy:
            missing, short = missing.copy(), short.copy()
        self._missing = self._by_name(missing, short, True)
        return self._missing

    def _by_name(
        self, values: NDArray[Any], where: Sequence[Any] | NDArray[Any], own: bool
    ) -> dict[str, Any]:
        """Gives views by name: float64 (B, N) where every agent has its own, else (B,)."""
        found: dict[str, Any] = {}
        rules, several = self.ledger.rules, self.ledger.num_agents > 1
        for row, name in enumerate(rules.names):
            found[name] = values[row].T if own or (several and name in rules.private) else values[row, 0]
            found[f"_{name}"] = where[row]
        return found


def add_facts(infos: dict[str, Any], facts: Facts, ended: NDArray[np.bool_]) -> None:
    """Adds what wrappers tell of episodes that ended, also to the infos of those that began anew at once.

    Args:
        infos: changed.
        facts: float64 or int64 (B,) for each.
        ended: bool (B,), where.
    """
    for place in (infos, infos.get("final_info")):
        if not isinstance(place, dict):
            continue
        before = place.get("violations")
        for name, values in facts.items():
            place[name], place[f"_{name}"] = values, ended
        if before is not None:
            place["violations"] = facts["violations"] + before
