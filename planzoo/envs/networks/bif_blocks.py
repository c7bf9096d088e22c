"""The grammar of BIF: from a text's tokens to its blocks, as written."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from planzoo.envs.networks.bif_tokens import Token, TokenReader, shown

LARGEST_PROBABILITY = 1 + 1e-4
"""Rounded numbers may be a little over 1."""

_NUMBER = re.compile(r"[-+]?(?>[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]++)?")


@dataclass(frozen=True)
class VariableBlock:
    """A variable and its states."""

    name: Token
    states: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One line of a probability block.

    Attributes:
        start: its first token.
        kind: "table", "default" or "row".
        states: of the parents, for a row.
        numbers: from 0 to a little over 1.
    """

    start: Token
    kind: str
    states: list[Token]
    numbers: list[float]


@dataclass(frozen=True)
class ProbabilityBlock:
    """A variable, its parents and the lines of its block."""

    child: Token
    parents: list[Token]
    entries: list[Entry] = field(default_factory=list)


@dataclass
class Blocks:
    """All blocks of a text.

    Attributes:
        network: the token that names the network; None without one.
        variables: by name, in the text's order.
        probabilities: by the child's name.
        end: of the text.
    """

    network: Token | None
    variables: dict[str, VariableBlock]
    probabilities: dict[str, ProbabilityBlock]
    end: Token


def read_blocks(tokens: TokenReader) -> Blocks:
    """Reads all blocks of a text, in any order.

    Raises:
        InputError: the text is no BIF, or a block stands twice; the message names line and column.
    """
    networks: list[Token | None] = []
    variables: dict[str, VariableBlock] = {}
    probabilities: dict[str, ProbabilityBlock] = {}
    while (token := tokens.next()).kind != "end":
        match token.text if token.kind == "word" else "":
            case "network" if not networks:
                networks.append(_network(tokens))
            case "network":
                tokens.fail(token, "the file has two network blocks; remove one")
            case "variable":
                variable = _variable(tokens, variables)
                variables[variable.name.text] = variable
            case "probability":
                block = _probability(tokens, probabilities)
                probabilities[block.child.text] = block
            case _:
                tokens.fail(token, f"expected 'network', 'variable' or 'probability', not {token.shown()}")
    return Blocks(networks[0] if networks else None, variables, probabilities, token)


def _network(tokens: TokenReader) -> Token | None:
    name = None if tokens.at("{") else tokens.word("the network's name")
    tokens.take("{")
    while not tokens.at("}"):
        token = tokens.next()
        if not token.is_word("property"):
            tokens.fail(token, f"expected 'property' or '}}', not {token.shown()}")
        tokens.skip_property()
    tokens.take("}")
    return name


def _variable(tokens: TokenReader, known: dict[str, VariableBlock]) -> VariableBlock:
    name = tokens.word("the variable's name")
    if name.text in known:
        tokens.fail(name, f"the variable {shown(name.text)} is declared twice; remove one declaration")
    tokens.take("{")
    states: tuple[str, ...] = ()
    while not tokens.at("}"):
        token = tokens.next()
        if token.is_word("property"):
            tokens.skip_property()
        elif token.is_word("type") and not states:
            states = _states(tokens, name)
        else:
            tokens.fail(token, f"expected one 'type' and properties in variable {shown(name.text)}")
    end = tokens.take("}")
    if not states:
        example = "type discrete [ 2 ] { yes, no };"
        tokens.fail(end, f"the variable {shown(name.text)} has no type; write {example!r}")
    return VariableBlock(name, states)


def _states(tokens: TokenReader, variable: Token) -> tuple[str, ...]:
    kind = tokens.word("'discrete'")
    if kind.text != "discrete":
        tokens.fail(
            kind,
            f"the variable {shown(variable.text)} is {shown(kind.text)}; only 'discrete' ones can be read",
        )
    tokens.take("[")
    count = tokens.word("the number of states")
    tokens.take("]")
    tokens.take("{")
    names = [token.text for token in tokens.words_until("}", "a state's name")]
    tokens.take(";")
    if count.text != str(len(names)):
        tokens.fail(
            count, f"{shown(variable.text)} announces {count.shown()[1:-1]} states but lists {len(names)}"
        )
    if not names or len(set(names)) != len(names):
        tokens.fail(
            count, f"the variable {shown(variable.text)} needs one or more states with different names"
        )
    return tuple(names)


def _probability(tokens: TokenReader, known: dict[str, ProbabilityBlock]) -> ProbabilityBlock:
    tokens.take("(")
    if tokens.at(")"):
        tokens.fail(tokens.peek(), "expected the name of a variable before ')'")
    child, *parents = tokens.words_until(")", "a variable's name")
    block = ProbabilityBlock(child, parents)
    if child.text in known:
        tokens.fail(child, f"{shown(child.text)} has two probability blocks; remove one")
    tokens.take("{")
    while not tokens.at("}"):
        token = tokens.next()
        if token.is_word("property"):
            tokens.skip_property()
        else:
            block.entries.append(_entry(tokens, token, child))
    tokens.take("}")
    return block


def _entry(tokens: TokenReader, token: Token, child: Token) -> Entry:
    if token.is_word("table") or token.is_word("default"):
        return Entry(token, token.text, [], _numbers(tokens))
    if token.kind == "mark" and token.text == "(":
        return Entry(token, "row", tokens.words_until(")", "a parent's state"), _numbers(tokens))
    tokens.fail(
        token,
        f"expected 'table', 'default', 'property', '(' or '}}' in the probabilities of "
        f"{shown(child.text)}, not {token.shown()}",
    )


def _numbers(tokens: TokenReader) -> list[float]:
    numbers = []
    while not tokens.at(";"):
        token = tokens.word("a probability or ';'")
        value = float(token.text) if _NUMBER.fullmatch(token.text) else math.nan
        if not 0 <= value <= LARGEST_PROBABILITY:
            tokens.fail(token, f"expected a probability between 0 and 1, not {shown(token.text)}")
        numbers.append(value)
    tokens.take(";")
    return numbers
