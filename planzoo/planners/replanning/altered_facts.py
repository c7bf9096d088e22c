"""Facts that differ in little from those of a state, without a copy of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planzoo.planners.htn.state import ABSENT, State, Variable


class AlteredFacts(Mapping[Variable, Any]):
    """The facts of a state, but for some variables.

    Args:
        state: most of the facts; must stay as it is.
        values: the values of the variables that differ; ``ABSENT`` for no value.
    """

    def __init__(self, state: State, values: Mapping[Variable, Any]) -> None:
        self._state = state
        self._values = values

    def __getitem__(self, variable: Variable) -> Any:
        value = self._values.get(variable, self)
        if value is self:
            return self._state[variable]
        if value is ABSENT:
            raise KeyError(variable)
        return value

    def __iter__(self) -> Iterator[Variable]:
        yield from (each for each in self._state if self._values.get(each) is not ABSENT)
        for variable, value in self._values.items():
            if value is not ABSENT and variable not in self._state:
                yield variable

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"AlteredFacts({dict(self)!r})"
