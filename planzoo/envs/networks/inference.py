"""Exact inference that is laid out once for a network and then asked again and again, also by kernels.

The layout is bucket elimination (Dechter, "Bucket elimination: a unifying framework for reasoning",
Artificial Intelligence 113, 1999) with the target variables kept to the end: one pass over the buckets gives
the exact joint posterior of all targets, whatever was observed. Messages of buckets without evidence below
them are known beforehand, so that a query costs the more, the more was observed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.networks.elimination import barren_first, check_size, elimination_order
from planzoo.envs.networks.network import BayesianNetwork, Probabilities
from planzoo.envs.networks.propagation import (
    NOT_OBSERVED,
    BucketTree,
    Scratch,
    propagate_rows,
    scan_states,
)
from planzoo.errors import InputError

MAX_LAYOUT_ENTRIES = 2**22
"""The largest sum of all buckets' tables: 32 MiB of float64 and about as much of indices."""


@dataclass
class _Bucket:
    """A variable to sum out (None at the root), with the tables and messages that mention it.

    Attributes:
        scope: the axes of the table, the bucket's own variable last.
        table: product of the conditional tables.
        children: buckets that send their messages here.
        is_barren: whether here and below just those variables are summed out whose tables are here and below:
            the message without evidence is then 1, however the rows are rounded.
    """

    variable: int | None
    scope: tuple[int, ...]
    table: Probabilities
    children: list[int] = field(default_factory=list)
    is_barren: bool = False

    @property
    def message_scope(self) -> tuple[int, ...]:
        return self.scope if self.variable is None else self.scope[:-1]


class Inference:
    """Exact posteriors of some variables of a network, for evidence on others.

    Rows are taken as they are written, also those of published networks that miss 1 by a rounding error. As
    in variable elimination, variables with no evidence at or below them then count as if theirs summed to 1.

    Args:
        network: the network.
        targets: the variables whose joint posterior is asked for, the last one's state changing fastest.
        observable: the variables that evidence can tell of; targets may be among them.

    Attributes:
        tree: the layout, for kernels.
        observable_buckets: int64 (X,), the observable variables' buckets.
        observable_starts: int64 (X + 1,), where each one's states begin in a likelihood; the last is S.

    Raises:
        InputError: a name is unknown or repeated, or the network is too densely connected.
    """

    def __init__(self, network: BayesianNetwork, targets: Sequence[str], observable: Sequence[str]) -> None:
        self.network = network
        self.targets = tuple(targets)
        self.observable = tuple(observable)
        for names, what in ((self.targets, "targets"), (self.observable, "observable variables")):
            if len(set(names)) != len(names):
                raise InputError(f"The {what} of an inference must be different: {', '.join(names)}.")
        if not self.targets:
            raise InputError("An inference needs one target or more.")
        layout = _Layout(network, self.targets, self.observable)
        sizes = [len(network.states_of(name)) for name in self.observable]
        self.observable_starts = np.cumsum([0, *sizes]).astype(np.int64)
        self.observable_buckets = np.array(layout.observable_buckets, dtype=np.int64)
        self.tree = layout.tree(self.observable_starts)

    @property
    def num_conditions(self) -> int:
        """K, the joint states of the targets."""
        return int(self.tree.out_sizes[-1])

    @property
    def num_states(self) -> int:
        """S, the states of all observable variables together."""
        return int(self.observable_starts[-1])

    def scratch(self) -> Scratch:
        """Allocates room for propagations; each thread needs its own."""
        tree = self.tree
        largest = int((tree.out_sizes * tree.variable_sizes).max())
        return Scratch(
            messages=np.zeros_like(tree.prior_messages),
            products=np.zeros(largest),
            exponents=np.zeros(largest, dtype=np.int64),
            dirty=np.zeros(len(tree.parents), dtype=np.uint8),
            saved=np.zeros_like(tree.prior_messages),
            shifts=np.zeros(len(tree.parents), dtype=np.int64),
            scales=np.ones(len(tree.parents)),
        )

    def likelihood(self, evidence: Mapping[str, str]) -> Probabilities:
        """Gives the likelihood of observed states, float64 (S,): 1 for them, 0 for the others.

        Raises:
            InputError: a variable is unknown or not observable, or has no such state.
        """
        likelihood = np.ones(self.num_states)
        for name, state in evidence.items():
            number = self.network.state_index(name, state)
            if name not in self.observable:
                raise InputError(
                    f"The variable {name!r} was not laid out for evidence; "
                    f"observable are {', '.join(self.observable)}."
                )
            start, end = self._states(name)
            likelihood[start:end] *= np.arange(end - start) == number
        return likelihood

    def posterior(self, likelihood: Probabilities) -> Probabilities | None:
        """Computes P(targets | evidence), float64 (K,); None when the evidence is impossible.

        Args:
            likelihood: float64 (S,), P(what was seen | state) of each state of each observable variable, up
                to a factor.

        Raises:
            InputError: as :meth:`posteriors`.
        """
        return self.posteriors(np.asarray(likelihood)[np.newaxis])[0]

    def posteriors(self, likelihoods: Probabilities) -> list[Probabilities | None]:
        """Does the same for several likelihoods, float64 (B, S).

        Raises:
            InputError: a likelihood is negative, not finite, or not of length S.
        """
        likelihoods = self._checked(likelihoods)
        rows = np.zeros((len(likelihoods), self.num_conditions))
        totals = np.zeros(len(likelihoods))
        propagate_rows(self.tree, likelihoods, self.scratch(), rows, totals)
        return [row if total > 0 else None for row, total in zip(rows, totals, strict=True)]

    def scan(self, likelihood: Probabilities) -> Probabilities | None:
        """Computes P(targets, state of X | evidence) for all states of all observable variables X.

        Args:
            likelihood: float64 (S,).

        Returns:
            float64 (S, K), which sums to 1 over the states of each X and K; None when the evidence is
            impossible.

        Raises:
            InputError: as :meth:`posteriors`.
        """
        joint = np.zeros((self.num_states, self.num_conditions))
        likelihood = self._checked(np.asarray(likelihood)[np.newaxis])[0]
        if not self.observable:
            return joint
        scan_states(self.tree, self.observable_buckets, likelihood, self.scratch(), joint)
        return joint if joint.any() else None

    def _checked(self, likelihoods: Probabilities) -> Probabilities:
        """Keeps compiled code from reading outside of the array."""
        checked = np.ascontiguousarray(likelihoods, dtype=np.float64)
        if checked.ndim != 2 or checked.shape[1] != self.num_states:
            raise InputError(
                f"Likelihoods need {self.num_states} numbers, one for each state of what can be observed, "
                f"and these have the shape {checked.shape[1:]}."
            )
        if not (np.isfinite(checked).all() and (checked >= 0).all()):
            raise InputError("Likelihoods must be finite and not negative; make them P(seen | state).")
        return checked

    def _states(self, name: str) -> tuple[int, int]:
        position = self.observable.index(name)
        return int(self.observable_starts[position]), int(self.observable_starts[position + 1])


class _Layout:
    """Puts tables and messages into buckets, then lays the buckets out as arrays.

    A target that can be observed gets a copy of itself as a child, so that each likelihood has a bucket.
    """

    def __init__(self, network: BayesianNetwork, targets: Sequence[str], observable: Sequence[str]) -> None:
        self.sizes = {index: len(states) for index, states in enumerate(network.states)}
        self.targets = tuple(network.index(name) for name in targets)
        observed = [network.index(name) for name in observable]
        relevant = network.ancestors([*self.targets, *observed])
        self.factors = [
            ((*network.parent_indices[index], index), network.tables[index]) for index in relevant
        ]
        self.observed = [self._observed_copy(index) if index in self.targets else index for index in observed]
        self.entries = 0
        self.buckets = self._filled_buckets()
        self.position = {bucket.variable: number for number, bucket in enumerate(self.buckets)}

    @property
    def observable_buckets(self) -> list[int]:
        return [self.position[variable] for variable in self.observed]

    def _observed_copy(self, index: int) -> int:
        copy = len(self.sizes)
        self.sizes[copy] = self.sizes[index]
        self.factors.append(((index, copy), np.eye(self.sizes[index])))
        return copy

    def _filled_buckets(self) -> list[_Bucket]:
        first, left = barren_first([scope for scope, _ in self.factors], self.targets)
        order = [*first, *elimination_order(left, self.targets, self.sizes)]
        buckets: list[_Bucket] = []
        tables, messages = list(self.factors), dict[int, tuple[int, ...]]()
        for variable in (*order, None):
            own = [each for each in tables if variable is None or variable in each[0]]
            tables = [each for each in tables if not (variable is None or variable in each[0])]
            children = [child for child, scope in messages.items() if variable is None or variable in scope]
            bucket = self._bucket(variable, own, [messages.pop(child) for child in children])
            bucket.children = children
            below = all(buckets[child].is_barren for child in children)
            bucket.is_barren = below and [scope[-1] for scope, _ in own] == [variable]
            messages[len(buckets)] = bucket.message_scope
            buckets.append(bucket)
        return buckets

    def _bucket(
        self,
        variable: int | None,
        tables: Sequence[tuple[tuple[int, ...], Probabilities]],
        messages: Sequence[tuple[int, ...]],
    ) -> _Bucket:
        axes = {axis for scope in (*messages, *(scope for scope, _ in tables)) for axis in scope}
        scope = self.targets if variable is None else (*sorted(axes - {variable}), variable)
        check_size(scope, self.sizes)
        self.entries += math.prod(self.sizes[axis] for axis in scope) * (1 + len(messages))
        self._check_total()
        table = np.ones([self.sizes[axis] for axis in scope])
        for own_scope, own in tables:
            table *= _spread(own_scope, own, scope)
        return _Bucket(variable, scope, table)

    def tree(self, observable_starts: NDArray[np.int64]) -> BucketTree:
        """Lays the buckets out for the kernels."""
        buckets = self.buckets
        messages = self._prior_messages()
        edges = [(number, child) for number, bucket in enumerate(buckets) for child in bucket.children]
        indices: list[NDArray[Any]] = [
            self._child_entries(buckets[number], buckets[child]) for number, child in edges
        ]
        parents = np.full(len(buckets), len(buckets), dtype=np.int64)
        for number, child in edges:
            parents[child] = number
        observed = np.full(len(buckets), NOT_OBSERVED, dtype=np.int64)
        observed[self.observable_buckets] = observable_starts[:-1]
        return BucketTree(
            out_sizes=np.array([message.size for message in messages], dtype=np.int64),
            variable_sizes=np.array([self._variable_size(bucket) for bucket in buckets], dtype=np.int64),
            base_starts=_starts([bucket.table.size for bucket in buckets])[:-1],
            base=np.concatenate([bucket.table.reshape(-1) for bucket in buckets]),
            message_starts=_starts([message.size for message in messages])[:-1],
            prior_messages=np.concatenate([message.reshape(-1) for message in messages]),
            observed_starts=observed,
            parents=parents,
            child_starts=_starts([len(bucket.children) for bucket in buckets]),
            children=np.array([child for _, child in edges], dtype=np.int64),
            child_is_idle=np.array(
                [bool((messages[child] == 1).all()) for _, child in edges], dtype=np.bool_
            ),
            index_starts=_starts([len(entries) for entries in indices])[:-1],
            indices=np.concatenate(indices or [np.zeros(0)]).astype(np.int32),
        )

    def _prior_messages(self) -> list[Probabilities]:
        """Computes every bucket's message when nothing is observed."""
        messages: list[Probabilities] = []
        for bucket in self.buckets:
            product = bucket.table.copy()
            for child in bucket.children:
                product *= _spread(self.buckets[child].message_scope, messages[child], bucket.scope)
            message = product if bucket.variable is None else product.sum(axis=-1)
            messages.append(np.ones_like(message) if bucket.is_barren else message)
        return messages

    def _child_entries(self, bucket: _Bucket, child: _Bucket) -> NDArray[np.int64]:
        shape = [self.sizes[axis] for axis in child.message_scope]
        numbers = np.arange(math.prod(shape)).reshape(shape)
        spread = _spread(child.message_scope, numbers, bucket.scope)
        return np.broadcast_to(spread, bucket.table.shape).reshape(-1)

    def _variable_size(self, bucket: _Bucket) -> int:
        return 1 if bucket.variable is None else self.sizes[bucket.variable]

    def _check_total(self) -> None:
        """Refuses before the tables are built."""
        if self.entries > MAX_LAYOUT_ENTRIES:
            raise InputError(
                f"Exact inference would need tables of over {MAX_LAYOUT_ENTRIES} entries together; "
                "name fewer targets, or simplify the network."
            )


def _spread(scope: Sequence[int], table: NDArray[Any], onto: Sequence[int]) -> NDArray[Any]:
    """Turns a table so that its axes line up with those of a larger one."""
    order = sorted(range(len(scope)), key=lambda axis: onto.index(scope[axis]))
    present = set(scope)
    sizes = iter(table.shape[axis] for axis in order)
    return table.transpose(order).reshape([next(sizes) if axis in present else 1 for axis in onto])


def _starts(sizes: Sequence[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *sizes]).astype(np.int64)
