"""The facts that the rest of a plan relies on, while its steps are executed one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from planzoo.planners.htn.causal.links import CausalLink, is_whole
from planzoo.planners.htn.state import ABSENT, State, Variable, variable_of


class LiveFacts:
    """The facts of open causal links: made by an executed step, or there at the start, and still to be read.

    Nothing else that changes in the world concerns the plan. A link opens when its producer is executed and
    closes when its last consumer is; each step costs only what opens and closes with it.

    Args:
        links: the causal links of the plan, see
            :class:`~planzoo.planners.htn.causal.chain_finder.CausalChainFinder`.

    Attributes:
        expected: what the plan expects of each variable now; for ``(table, EVERY)`` the keys that there are.
        executed: how many steps are executed.
    """

    def __init__(self, links: Iterable[CausalLink]) -> None:
        self.executed = 0
        self.expected: dict[Variable, Any] = {}
        self._last: dict[Variable, int] = {}
        self._whole: dict[Any, Variable] = {}
        self._opening: dict[int, dict[Variable, tuple[Any, int]]] = {}
        self._closing: dict[int, list[Variable]] = {}
        for link in links:
            opening = self._opening.setdefault(link.producer, {})
            _, last = opening.get(link.variable, (None, link.consumer))
            opening[link.variable] = (link.value, max(last, link.consumer))
        self._open(-1)

    def advance(self) -> tuple[list[Variable], list[Variable]]:
        """Takes note that the next step is executed.

        Returns:
            The variables on which nothing relies any more, and those on whose new values something does.
        """
        closed = [
            each for each in self._closing.pop(self.executed, ()) if self._last.get(each) == self.executed
        ]
        for variable in closed:
            del self.expected[variable], self._last[variable]
            if is_whole(variable):
                del self._whole[variable[0]]
        self.executed += 1
        return closed, self._open(self.executed - 1)

    def _open(self, producer: int) -> list[Variable]:
        opened = self._opening.pop(producer, {})
        for variable, (value, last) in opened.items():
            self.expected[variable], self._last[variable] = value, last
            self._closing.setdefault(last, []).append(variable)
            if is_whole(variable):
                self._whole[variable[0]] = variable
        return list(opened)

    def opens(self, variables: Iterable[Variable]) -> bool:
        """Says whether later steps rely on what the next one makes of one of these variables."""
        opening = self._opening.get(self.executed, {})
        tables = {variable[0] for variable in opening if is_whole(variable)}
        return any(each in opening or (isinstance(each, tuple) and each[0] in tables) for each in variables)

    def concerned(self, changed: Iterable[Variable]) -> set[Variable]:
        """Gives what the plan relies on and a change of these variables may break, whole tables included."""
        found: set[Variable] = set()
        for variable in changed:
            if variable in self.expected:
                found.add(variable)
            whole = self._whole.get(variable[0]) if isinstance(variable, tuple) else None
            if whole is not None:
                found.add(whole)
        return found


def actual_value(state: State, variable: Variable) -> Any:
    """Gives what a state has of a variable; of ``(table, EVERY)`` the keys that there are, as variables."""
    if not is_whole(variable):
        return state.get(variable, ABSENT)
    table: Mapping[Any, Any] = getattr(state, variable[0], {})
    return frozenset(variable_of(variable[0], key) for key in table)
