"""From the lines of a BIF text's probability blocks to conditional probability tables."""

from __future__ import annotations

import math

import numpy as np

from planzoo.envs.networks.bif_blocks import Blocks, Entry, ProbabilityBlock
from planzoo.envs.networks.bif_tokens import TokenReader, listed, shown
from planzoo.envs.networks.network import ROW_TOLERANCE, Probabilities

SUM_TOLERANCE = 1e-4
"""A row whose sum is this near to 1 is taken as rounded; any other is an error."""
KEPT_TOLERANCE = ROW_TOLERANCE * (1 - 1e-6)
"""A row whose sum is this near to 1 stays as written, as in other programs; others are scaled."""
MAX_ENTRIES = 2**22
"""The most entries that all tables of a file may have together: 32 MiB of float64."""
MAX_PARENTS = 31
"""The most parents of one variable; a table has an axis for each."""


class TableBuilder:
    """Builds the table of each probability block.

    Args:
        blocks: all blocks; names of variables are known to be right.
        tokens: for messages.
    """

    def __init__(self, blocks: Blocks, tokens: TokenReader) -> None:
        self._fail = tokens.fail
        self._states = {name: variable.states for name, variable in blocks.variables.items()}
        self._positions = {
            name: {state: number for number, state in enumerate(states)}
            for name, states in self._states.items()
        }
        self._entries_left = MAX_ENTRIES

    def table(self, block: ProbabilityBlock) -> Probabilities:
        """Gives a block's table with the parents' axes first and the child's last.

        Raises:
            InputError: the table is too large or has gaps, a state is unknown, or a row does not sum to 1.
        """
        shape = self._shape(block)
        whole = [entry for entry in block.entries if entry.kind == "table"]
        return self._whole_table(block, whole[0], shape) if whole else self._table_of_rows(block, shape)

    def _shape(self, block: ProbabilityBlock) -> list[int]:
        child = shown(block.child.text)
        if len(block.parents) > MAX_PARENTS:
            self._fail(block.child, f"{child} has {len(block.parents)} parents, over {MAX_PARENTS}")
        shape = [len(self._states[token.text]) for token in (*block.parents, block.child)]
        self._entries_left -= math.prod(shape)
        if self._entries_left < 0:
            self._fail(
                block.child,
                f"with the {math.prod(shape)} entries of {child} the tables have more than {MAX_ENTRIES} "
                "entries, over what can be held; use a smaller network",
            )
        return shape

    def _whole_table(self, block: ProbabilityBlock, entry: Entry, shape: list[int]) -> Probabilities:
        if len(block.entries) > 1:
            self._fail(
                block.entries[1].start,
                f"{shown(block.child.text)} has a table and further entries; keep one",
            )
        self._check_count(block, entry, math.prod(shape))
        table = np.moveaxis(np.array(entry.numbers).reshape(shape[-1], *shape[:-1]), 0, -1)
        return self._checked(block, entry, table)

    def _table_of_rows(self, block: ProbabilityBlock, shape: list[int]) -> Probabilities:
        table = np.full(shape, np.nan)
        defaults = [entry for entry in block.entries if entry.kind == "default"]
        if len(defaults) > 1:
            self._fail(defaults[1].start, f"{shown(block.child.text)} has two default rows; remove one")
        for entry in defaults:
            table[:] = self._row(block, entry)
        seen: set[tuple[int, ...]] = set()
        for entry in block.entries:
            if entry.kind == "row":
                choice = self._choice(block, entry)
                if choice in seen:
                    self._fail(
                        entry.start, f"{shown(block.child.text)} has two rows for the same parent states"
                    )
                seen.add(choice)
                table[choice] = self._row(block, entry)
        missing = np.isnan(table[..., 0])
        if missing.any():
            given = self._given(block, np.unravel_index(int(missing.argmax()), missing.shape))
            self._fail(block.child, f"{shown(block.child.text)} has no probabilities{given}; add a row")
        return table

    def _choice(self, block: ProbabilityBlock, entry: Entry) -> tuple[int, ...]:
        if len(entry.states) != len(block.parents):
            self._fail(
                entry.start,
                f"this row names {len(entry.states)} states for {len(block.parents)} parents of "
                f"{shown(block.child.text)}",
            )
        choice = []
        for token, parent in zip(entry.states, block.parents, strict=True):
            position = self._positions[parent.text].get(token.text)
            if position is None:
                states = listed(self._states[parent.text])
                self._fail(token, f"{shown(parent.text)} has no state {shown(token.text)}; it has {states}")
            choice.append(position)
        return tuple(choice)

    def _row(self, block: ProbabilityBlock, entry: Entry) -> Probabilities:
        self._check_count(block, entry, len(self._states[block.child.text]))
        return self._checked(block, entry, np.array(entry.numbers))

    def _check_count(self, block: ProbabilityBlock, entry: Entry, expected: int) -> None:
        if len(entry.numbers) != expected:
            self._fail(
                entry.start,
                f"{shown(block.child.text)} needs {expected} probabilities here, not {len(entry.numbers)}",
            )

    def _checked(self, block: ProbabilityBlock, entry: Entry, table: Probabilities) -> Probabilities:
        """Gives rows along the last axis that sum to 1, rounded ones scaled."""
        sums = table.sum(axis=-1, keepdims=True)
        deviations = np.abs(sums - 1)
        if (deviations > SUM_TOLERANCE * (1 + 1e-9)).any():
            worst = np.unravel_index(int(deviations.argmax()), deviations.shape)
            given = self._given(block, worst[:-1]) if entry.kind == "table" else _given_row(entry)
            self._fail(
                entry.start,
                f"the probabilities of {shown(block.child.text)}{given} sum to {sums[worst]:.6g}, not to 1 "
                f"within {SUM_TOLERANCE:g}",
            )
        return kept_or_scaled(table)

    def _given(self, block: ProbabilityBlock, choice: tuple[np.intp, ...]) -> str:
        states = [self._states[parent.text][k] for parent, k in zip(block.parents, choice, strict=True)]
        return f" given ({listed(states)})" if states else ""


def kept_or_scaled(table: Probabilities) -> Probabilities:
    """Scales the rows along the last axis to sum to 1, but those that do so within a millionth."""
    sums = table.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(abs(sums - 1) <= KEPT_TOLERANCE, table, table / sums))


def _given_row(entry: Entry) -> str:
    return f" given ({listed([token.text for token in entry.states])})" if entry.states else ""
