"""The decomposition tree of a plan that was repaired while it was being executed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planzoo.planners.htn.plan import Decomposition


@dataclass(frozen=True)
class RepairedDecomposition(Decomposition):
    """A decomposition tree in which tasks were given up and taken up again.

    Actions that were executed stay where they are. A task that was begun and had to be decomposed anew stays
    with what was executed of it, as an *interrupted* node, and stands again further on, below the same
    parent: with the decomposition that takes its place.

    Attributes:
        executed: how many of the leaves were executed before the latest repair.
        interrupted: the nodes that were given up before their end.
        renewed: the nodes that the latest repair has decomposed anew.
    """

    executed: int = 0
    interrupted: tuple[int, ...] = ()
    renewed: tuple[int, ...] = ()

    def to_text(self) -> str:
        """Draws the tree as :class:`Decomposition` does, with what was executed, given up or renewed."""
        done = frozenset(self.leaves[: self.executed])
        lines = super().to_text().split("\n") if self.tasks else []
        for node, line in enumerate(lines):
            marks = [
                word
                for word, marked in (
                    ("executed", done),
                    ("interrupted", self.interrupted),
                    ("decomposed anew", self.renewed),
                )
                if node in marked
            ]
            lines[node] = f"{line} ({', '.join(marks)})" if marks else line
        return "\n".join(lines)

    def to_data(self) -> dict[str, Any]:
        """Gives the columns, and the marked nodes as lists."""
        marked = {"interrupted": list(self.interrupted), "renewed": list(self.renewed)}
        return super().to_data() | {"executed": self.executed} | marked
