"""A reader of Bayesian networks in BIF, the Bayesian Interchange Format (Cozman, version 0.15, 1998).

The format's blocks::

    network NAME { property TEXT; }
    variable NAME { type discrete [ COUNT ] { STATE, STATE }; property TEXT; }
    probability ( CHILD | PARENT, PARENT ) { table NUMBERS; }
    probability ( CHILD | PARENT ) { default NUMBERS; (PARENT STATE) NUMBERS; }

Commas and bars separate and mean nothing else, names may be quoted, comments are those of C++, properties are
skipped. A ``table`` lists the child's first state for all parent states (the last parent changing fastest),
then its second state, and so on; a row in parentheses lists the child's states for one choice of parent
states.
"""

from __future__ import annotations

import math
import os
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np

from planzoo.envs.diagnosis.network import BayesianNetwork, Probabilities, find_cycle
from planzoo.errors import InputError

SUM_TOLERANCE = 1e-4
"""A row whose sum is this near to 1 is taken as rounded and scaled to sum to 1; any other is an error."""
MAX_ENTRIES = 2**22
"""The largest table that a file may describe."""

_TOKEN = re.compile(
    r"""(?P<space>[\s,|]+|//[^\n]*|/\*.*?\*/)
      | (?P<mark>[;{}()\[\]])
      | "(?P<quoted>[^"\n]*)"
      | (?P<word>(?:(?!//|/\*)[^\s,|;{}()\[\]"])+)""",
    re.DOTALL | re.VERBOSE,
)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


class _Token(NamedTuple):
    text: str
    kind: str
    offset: int


@dataclass
class _Entry:
    """One line of a probability block: its kind (table, default or row), parent states and numbers."""

    start: _Token
    kind: str
    states: list[_Token]
    numbers: list[float]


@dataclass
class _Block:
    """A probability block as written."""

    child: _Token
    parents: list[_Token] = field(default_factory=list)
    entries: list[_Entry] = field(default_factory=list)


def read_bif(path: str | os.PathLike[str]) -> BayesianNetwork:
    """Reads a network from a BIF file (UTF-8 or Latin-1).

    Raises:
        InputError: the file cannot be read or is not a well-formed network; the message names file, line and
            column.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            f"The network file {os.fspath(path)!r} cannot be read: {error.strerror or error}; check the path."
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return parse_bif(text, os.fspath(path))


def parse_bif(text: str, source: str = "BIF text") -> BayesianNetwork:
    """Reads a network from BIF text.

    Args:
        text: the whole network.
        source: what messages call it.

    Raises:
        InputError: the text is cut short or malformed; names are unknown or repeated; a row has the wrong
            number of entries or does not sum to 1 within 1e-4; or the parents form a cycle.
    """
    return _Reader(text, source).network()


class _Reader:
    """Reads the tokens block by block, then turns the blocks into a network."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.name = Path(source).stem
        self.variables: dict[str, _Token] = {}
        self.states: dict[str, tuple[str, ...]] = {}
        self.blocks: dict[str, _Block] = {}
        self.tokens = self._tokens(text)
        self.position = 0

    def network(self) -> BayesianNetwork:
        while (token := self._next()).kind != "end":
            match token.text if token.kind == "word" else "":
                case "network":
                    self.name = self._word("the network's name").text
                    self._skip_properties()
                case "variable":
                    self._read_variable()
                case "probability":
                    self._read_probability()
                case _:
                    self._fail(token, f"expected 'network', 'variable' or 'probability', not {token.text!r}")
        self._check_names()
        return BayesianNetwork(
            name=self.name,
            variables=tuple(self.variables),
            states=tuple(self.states[name] for name in self.variables),
            parents=tuple(
                tuple(token.text for token in self.blocks[name].parents) for name in self.variables
            ),
            tables=tuple(self._table(self.blocks[name]) for name in self.variables),
        )

    def _fail(self, token: _Token, message: str) -> NoReturn:
        line = bisect_right(self.line_starts, token.offset)
        column = token.offset - self.line_starts[line - 1] + 1
        raise InputError(f"{self.source}, line {line}, column {column}: {message}.")

    def _tokens(self, text: str) -> list[_Token]:
        tokens = []
        offset = 0
        while offset < len(text):
            match = _TOKEN.match(text, offset)
            if match is None:
                what = "quotation mark" if text[offset] == '"' else "comment"
                self._fail(
                    _Token("", "end", offset), f"this {what} is never closed; the file may be cut short"
                )
            kind = str(match.lastgroup)
            if kind != "space":
                tokens.append(_Token(match[kind], kind, offset))
            offset = match.end()
        return [*tokens, _Token("", "end", len(text))]

    def _next(self) -> _Token:
        token = self.tokens[self.position]
        self.position = min(self.position + 1, len(self.tokens) - 1)
        return token

    def _at(self, mark: str) -> bool:
        token = self.tokens[self.position]
        return token.kind == "mark" and token.text == mark

    def _take(self, mark: str) -> _Token:
        token = self._next()
        if token.kind != "mark" or token.text != mark:
            self._fail(token, f"expected {mark!r}, not {_described(token)}")
        return token

    def _word(self, what: str) -> _Token:
        token = self._next()
        if token.kind not in ("word", "quoted"):
            self._fail(token, f"expected {what}, not {_described(token)}")
        return token

    def _names_until(self, mark: str, what: str) -> list[_Token]:
        names: list[_Token] = []
        while not self._at(mark):
            names.append(self._word(what))
        self._take(mark)
        return names

    def _skip_property(self) -> None:
        while not self._at(";"):
            token = self._next()
            if token.kind == "end":
                self._fail(token, "a property has no ';' at its end; the file may be cut short")
        self._take(";")

    def _skip_properties(self) -> None:
        self._take("{")
        while not self._at("}"):
            token = self._word("'property' or '}'")
            if token.text != "property":
                self._fail(token, f"expected 'property' or '}}', not {token.text!r}")
            self._skip_property()
        self._take("}")

    def _read_variable(self) -> None:
        name = self._word("the variable's name")
        if name.text in self.variables:
            self._fail(name, f"the variable {name.text!r} is declared twice; remove one declaration")
        self._take("{")
        states: tuple[str, ...] = ()
        while not self._at("}"):
            token = self._word("'type', 'property' or '}'")
            if token.text == "property":
                self._skip_property()
            elif token.text == "type" and not states:
                states = self._read_type(name)
            else:
                self._fail(token, f"expected one 'type' and properties in variable {name.text!r}")
        end = self._take("}")
        if not states:
            self._fail(
                end, f"the variable {name.text!r} has no type; write 'type discrete [ 2 ] {{ yes, no }};'"
            )
        self.variables[name.text] = name
        self.states[name.text] = states

    def _read_type(self, variable: _Token) -> tuple[str, ...]:
        kind = self._word("'discrete'")
        if kind.text != "discrete":
            self._fail(
                kind, f"the variable {variable.text!r} is {kind.text!r}; only 'discrete' ones can be read"
            )
        self._take("[")
        count = self._word("the number of states")
        self._take("]")
        self._take("{")
        names = [token.text for token in self._names_until("}", "a state's name")]
        self._take(";")
        if count.text != str(len(names)):
            self._fail(count, f"{variable.text!r} announces {count.text} states but lists {len(names)}")
        if not names or len(set(names)) != len(names):
            self._fail(count, f"the variable {variable.text!r} needs one or more states with different names")
        return tuple(names)

    def _read_probability(self) -> None:
        self._take("(")
        names = self._names_until(")", "a variable's name")
        if not names:
            self._fail(self.tokens[self.position - 1], "expected the name of a variable before ')'")
        block = _Block(names[0], names[1:])
        if block.child.text in self.blocks:
            self._fail(block.child, f"{block.child.text!r} has two probability blocks; remove one")
        self._take("{")
        while not self._at("}"):
            self._read_entry(block)
        self._take("}")
        self.blocks[block.child.text] = block

    def _read_entry(self, block: _Block) -> None:
        token = self._next()
        if token.kind == "word" and token.text == "property":
            self._skip_property()
        elif token.kind == "word" and token.text in ("table", "default"):
            block.entries.append(_Entry(token, token.text, [], self._numbers()))
        elif token.kind == "mark" and token.text == "(":
            states = self._names_until(")", "a parent's state")
            block.entries.append(_Entry(token, "row", states, self._numbers()))
        else:
            self._fail(
                token,
                f"expected 'table', 'default', 'property', '(' or '}}' in the probabilities of "
                f"{block.child.text!r}, not {_described(token)}",
            )

    def _numbers(self) -> list[float]:
        numbers = []
        while not self._at(";"):
            token = self._word("a probability or ';'")
            value = float(token.text) if _NUMBER.fullmatch(token.text) else math.nan
            if not 0 <= value <= 1 + SUM_TOLERANCE:
                self._fail(token, f"expected a probability between 0 and 1, not {token.text!r}")
            numbers.append(value)
        self._take(";")
        return numbers

    def _check_names(self) -> None:
        if not self.variables:
            self._fail(self.tokens[-1], "the file declares no variable; is it a BIF file, and whole?")
        for block in self.blocks.values():
            seen: set[str] = set()
            for token in (block.child, *block.parents):
                if token.text not in self.variables:
                    self._fail(
                        token, f"the variable {token.text!r} is not declared; add a variable block for it"
                    )
                if token.text in seen:
                    self._fail(token, f"the variable {token.text!r} stands twice in this block")
                seen.add(token.text)
        for name, token in self.variables.items():
            if name not in self.blocks:
                self._fail(
                    token, f"the variable {name!r} has no probability block; the file may be cut short"
                )
        cycle = find_cycle({name: [p.text for p in block.parents] for name, block in self.blocks.items()})
        if cycle:
            self._fail(self.blocks[cycle[0]].child, f"the parents form a cycle: {' → '.join(cycle)}")

    def _table(self, block: _Block) -> Probabilities:
        """Gives the block's table with the parents' axes first and the child's last."""
        shape = [len(self.states[token.text]) for token in (*block.parents, block.child)]
        if math.prod(shape) > MAX_ENTRIES:
            self._fail(
                block.child, f"{block.child.text!r} has {math.prod(shape)} entries, over {MAX_ENTRIES}"
            )
        tables = [entry for entry in block.entries if entry.kind == "table"]
        if tables:
            return self._whole_table(block, tables[0], shape)
        return self._table_of_rows(block, shape)

    def _whole_table(self, block: _Block, entry: _Entry, shape: list[int]) -> Probabilities:
        if len(block.entries) > 1:
            self._fail(
                block.entries[1].start, f"{block.child.text!r} has a table and further entries; keep one"
            )
        self._check_count(block, entry, math.prod(shape))
        table = np.moveaxis(np.array(entry.numbers).reshape(shape[-1], *shape[:-1]), 0, -1)
        for choice in np.ndindex(*shape[:-1]):
            given = [self.states[parent.text][k] for parent, k in zip(block.parents, choice, strict=True)]
            self._check_sum(block, entry, float(table[choice].sum()), given)
        return np.asarray(table / table.sum(axis=-1, keepdims=True))

    def _table_of_rows(self, block: _Block, shape: list[int]) -> Probabilities:
        table = np.full(shape, np.nan)
        defaults = [entry for entry in block.entries if entry.kind == "default"]
        if len(defaults) > 1:
            self._fail(defaults[1].start, f"{block.child.text!r} has two default rows; remove one")
        for entry in defaults:
            table[:] = self._row(block, entry)
        seen: set[tuple[int, ...]] = set()
        for entry in block.entries:
            if entry.kind == "row":
                choice = self._choice(block, entry)
                if choice in seen:
                    self._fail(entry.start, f"{block.child.text!r} has two rows for the same parent states")
                seen.add(choice)
                table[choice] = self._row(block, entry)
        missing = np.argwhere(np.isnan(table[..., 0]))
        if len(missing):
            states = [
                self.states[parent.text][k] for parent, k in zip(block.parents, missing[0], strict=True)
            ]
            self._fail(block.child, f"{block.child.text!r} has no probabilities{_given(states)}; add a row")
        return table

    def _choice(self, block: _Block, entry: _Entry) -> tuple[int, ...]:
        if len(entry.states) != len(block.parents):
            self._fail(
                entry.start,
                f"this row names {len(entry.states)} states for {len(block.parents)} parents of "
                f"{block.child.text!r}",
            )
        choice = []
        for token, parent in zip(entry.states, block.parents, strict=True):
            states = self.states[parent.text]
            if token.text not in states:
                self._fail(token, f"{parent.text!r} has no state {token.text!r}; it has {', '.join(states)}")
            choice.append(states.index(token.text))
        return tuple(choice)

    def _row(self, block: _Block, entry: _Entry) -> Probabilities:
        self._check_count(block, entry, len(self.states[block.child.text]))
        row = np.array(entry.numbers)
        self._check_sum(block, entry, float(row.sum()), [token.text for token in entry.states])
        return np.asarray(row / row.sum())

    def _check_count(self, block: _Block, entry: _Entry, expected: int) -> None:
        if len(entry.numbers) != expected:
            self._fail(
                entry.start,
                f"{block.child.text!r} needs {expected} probabilities here, not {len(entry.numbers)}",
            )

    def _check_sum(self, block: _Block, entry: _Entry, total: float, states: list[str]) -> None:
        if abs(total - 1) > SUM_TOLERANCE * (1 + 1e-9):
            self._fail(
                entry.start,
                f"the probabilities of {block.child.text!r}{_given(states)} sum to {total:.6g}, not 1",
            )


def _given(states: list[str]) -> str:
    return f" given ({', '.join(states)})" if states else ""


def _described(token: _Token) -> str:
    return "the end of the file (it may be cut short)" if token.kind == "end" else repr(token.text)
