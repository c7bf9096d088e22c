"""Bayesian networks over discrete variables, with exact inference by variable elimination.

The algorithm is bucket elimination (Zhang and Poole, "A simple approach to Bayesian network computations",
1994; Koller and Friedman, "Probabilistic Graphical Models", 2009, chapter 9): irrelevant variables are
dropped, evidence slices the tables, and the variable whose elimination leaves the smallest table goes next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from string import ascii_letters
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.networks.elimination import check_size, elimination_order
from planzoo.errors import InputError

ROW_TOLERANCE = 1e-6
"""How far a row of a table may be from summing to 1."""

Probabilities = NDArray[np.float64]
Factor = tuple[tuple[int, ...], Probabilities]
"""The variables of a table's axes, and the table."""


@dataclass(frozen=True, eq=False)
class BayesianNetwork:
    """A directed acyclic graph of discrete variables with a conditional probability table each.

    Attributes:
        name: of the network.
        variables: names of the V variables.
        states: of each variable, its states' names.
        parents: of each variable, its parents' names.
        tables: of each variable, float64 (states of parent 1, …, states of parent n, own states): the
            probability of each state given the parents' states; rows along the last axis sum to 1.

    Raises:
        InputError: lengths or shapes do not fit, a name is repeated or unknown, a row does not sum to 1, or
            the parents form a cycle.
    """

    name: str
    variables: tuple[str, ...]
    states: tuple[tuple[str, ...], ...]
    parents: tuple[tuple[str, ...], ...]
    tables: tuple[Probabilities, ...]

    def __post_init__(self) -> None:
        lengths = {len(self.variables), len(self.states), len(self.parents), len(self.tables)}
        if lengths != {len(self._indices)}:
            raise InputError(
                f"The network {self.name!r} needs different names for its variables, "
                "and states, parents and a table for each of them."
            )
        tables = tuple(np.array(table, dtype=np.float64) for table in self.tables)
        for table in tables:
            table.setflags(write=False)
        object.__setattr__(self, "tables", tables)
        for index in range(len(self.variables)):
            self._check_variable(index)
        cycle = find_cycle(dict(zip(self.variables, self.parents, strict=True)))
        if cycle:
            raise InputError(f"The network {self.name!r} has a cycle: {' → '.join(cycle)}.")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> BayesianNetwork:
        """Makes a network from what :meth:`to_dict` gave.

        Raises:
            InputError: a field is missing or unknown, or the network is not usable.
        """
        names = {item.name for item in fields(cls)}
        if not isinstance(data, Mapping) or set(data) != names:
            raise InputError(f"A saved network needs the fields {', '.join(sorted(names))}, and no other.")
        try:
            return cls(
                name=str(data["name"]),
                variables=tuple(data["variables"]),
                states=tuple(map(tuple, data["states"])),
                parents=tuple(map(tuple, data["parents"])),
                tables=tuple(np.array(table, dtype=np.float64) for table in data["tables"]),
            )
        except (TypeError, ValueError) as error:
            raise InputError(f"A saved network cannot be read: {error}; save it anew.") from None

    def to_dict(self) -> dict[str, Any]:
        """Gives every field as plain data: strings, numbers and lists."""
        return {
            "name": self.name,
            "variables": list(self.variables),
            "states": [list(states) for states in self.states],
            "parents": [list(parents) for parents in self.parents],
            "tables": [table.tolist() for table in self.tables],
        }

    def _check_variable(self, index: int) -> None:
        name, states = self.variables[index], self.states[index]
        parents, table = self.parents[index], self.tables[index]
        where = f"variable {name!r} of the network {self.name!r}"
        if not states or len(set(states)) != len(states):
            raise InputError(f"The {where} needs one or more states with different names.")
        unknown = [parent for parent in parents if parent not in self._indices]
        if unknown or len(set(parents)) != len(parents):
            raise InputError(f"The {where} has unknown or repeated parents: {', '.join(unknown or parents)}.")
        shape = (*(len(self.states[self._indices[parent]]) for parent in parents), len(states))
        if table.shape != shape:
            raise InputError(f"The table of the {where} has shape {table.shape}, not {shape}.")
        if not (table >= 0).all() or not np.allclose(table.sum(axis=-1), 1.0, rtol=0, atol=ROW_TOLERANCE):
            raise InputError(f"The table of the {where} has a row that is not a probability distribution.")

    @cached_property
    def _indices(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.variables)}

    @cached_property
    def parent_indices(self) -> tuple[tuple[int, ...], ...]:
        """Of each variable, its parents' positions."""
        return tuple(tuple(self._indices[parent] for parent in parents) for parents in self.parents)

    def index(self, variable: str) -> int:
        """Gives a variable's position.

        Raises:
            InputError: the network has no such variable.
        """
        if variable not in self._indices:
            raise InputError(
                f"The network {self.name!r} has no variable {variable!r}; it has {', '.join(self.variables)}."
            )
        return self._indices[variable]

    def states_of(self, variable: str) -> tuple[str, ...]:
        """Gives the names of a variable's states.

        Raises:
            InputError: the network has no such variable.
        """
        return self.states[self.index(variable)]

    def state_index(self, variable: str, state: str) -> int:
        """Gives the position of a state among those of its variable.

        Raises:
            InputError: the network has no such variable, or the variable no such state.
        """
        states = self.states_of(variable)
        if state not in states:
            raise InputError(f"The variable {variable!r} has no state {state!r}; it has {', '.join(states)}.")
        return states.index(state)

    def topological_order(self) -> tuple[str, ...]:
        """Gives the variables so that parents come before their children, else in the network's order."""
        order: dict[str, None] = {}
        while len(order) < len(self.variables):
            for name, parents in zip(self.variables, self.parents, strict=True):
                if name not in order and all(parent in order for parent in parents):
                    order[name] = None
        return tuple(order)

    def joint(self, variables: Sequence[str], evidence: Mapping[str, str] | None = None) -> Probabilities:
        """Computes P(variables, evidence) exactly.

        Args:
            variables: whose states span the answer's axes, in this order.
            evidence: observed state of each observed variable.

        Returns:
            float64, one axis for each of ``variables``; sums to the probability of the evidence.

        Raises:
            InputError: a name is unknown, repeated, or both asked for and observed, or the network is too
                densely connected for exact inference.
        """
        observed = {
            self.index(name): self.state_index(name, state) for name, state in (evidence or {}).items()
        }
        wanted = [self.index(name) for name in variables]
        if len({*wanted, *observed}) != len(wanted) + len(observed):
            raise InputError("A variable may be asked for or observed only once, and not both.")
        sizes = {index: len(states) for index, states in enumerate(self.states)}
        check_size(wanted, sizes)
        factors = [self._sliced(index, observed) for index in self.ancestors([*wanted, *observed])]
        for variable in elimination_order([scope for scope, _ in factors], wanted, sizes):
            touched = [factor for factor in factors if variable in factor[0]]
            factors = [factor for factor in factors if variable not in factor[0]]
            scope = {axis for factor in touched for axis in factor[0]} - {variable}
            factors.append(_product(touched, sorted(scope), sizes))
        return _product(factors, wanted, sizes)[1]

    def posterior(
        self, target: str | Sequence[str], evidence: Mapping[str, str] | None = None
    ) -> Probabilities:
        """Computes P(target | evidence) exactly.

        Args:
            target: one variable or several.
            evidence: observed state of each observed variable.

        Returns:
            float64, one axis for each target variable; sums to 1.

        Raises:
            InputError: as :meth:`joint`, or the evidence has probability zero.
        """
        table = self.joint([target] if isinstance(target, str) else target, evidence)
        probability = table.sum()
        if not probability > 0:
            listed = ", ".join(f"{name}={state}" for name, state in (evidence or {}).items())
            raise InputError(f"The evidence {listed} has probability zero in the network {self.name!r}.")
        return np.asarray(table / probability)

    def ancestors(self, indices: Iterable[int]) -> list[int]:
        """Gives the positions of some variables, themselves given by position, and of all above them."""
        found: set[int] = set()
        open_indices = list(indices)
        while open_indices:
            index = open_indices.pop()
            if index not in found:
                found.add(index)
                open_indices.extend(self.parent_indices[index])
        return sorted(found)

    def _sliced(self, index: int, observed: Mapping[int, int]) -> Factor:
        axes = (*self.parent_indices[index], index)
        table = self.tables[index][tuple(observed.get(axis, slice(None)) for axis in axes)]
        return tuple(axis for axis in axes if axis not in observed), table


def find_cycle(parents: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Finds a cycle among variables, each given with its parents.

    Returns:
        The names along the cycle, parent before child and the first repeated at the end; empty for none.
    """
    settled: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}
        stack = [(start, 0)]
        while stack:
            name, next_parent = stack.pop()
            path.setdefault(name, len(path))
            if name in settled or next_parent == len(parents[name]):
                settled.add(name)
                del path[name]
                continue
            stack.append((name, next_parent + 1))
            parent = parents[name][next_parent]
            if parent in path:
                return (parent, *reversed(list(path)[path[parent] :]))
            stack.append((parent, 0))
    return ()


def _product(factors: Sequence[Factor], keep: Sequence[int], sizes: Mapping[int, int]) -> Factor:
    """Multiplies tables and sums out every variable but those to keep, which become the axes in order."""
    scope: tuple[int, ...] = ()
    table: Probabilities = np.ones(())
    for number, (axes, other) in enumerate(factors, start=1):
        merged = tuple(dict.fromkeys((*scope, *axes)))
        check_size(merged, sizes)
        result = tuple(keep) if number == len(factors) else merged
        letters = dict(zip(merged, ascii_letters, strict=False))
        left, right, out = ("".join(letters[axis] for axis in named) for named in (scope, axes, result))
        table = np.asarray(np.einsum(f"{left},{right}->{out}", table, other))
        scope = result
    return tuple(keep), table
