"""A reader of Bayesian networks in BIF, the Bayesian Interchange Format (Cozman, version 0.15, 1998).

The format's blocks::

    network NAME { property TEXT; }
    variable NAME { type discrete [ COUNT ] { STATE, STATE }; property TEXT; }
    probability ( CHILD | PARENT, PARENT ) { table NUMBERS; }
    probability ( CHILD | PARENT ) { default NUMBERS; (PARENT STATE) NUMBERS; }

Blocks may stand in any order, and so may properties within them; a property is whatever stands before its
semicolon, and is skipped. Commas and bars separate and mean nothing else, names may be quoted, comments are
those of C++. A ``table`` lists the child's first state for all parent states (the last parent changing
fastest), then its second state, and so on; a row in parentheses lists the child's states for one choice of
parent states; ``default`` is the row of all choices that have none. A row may miss 1 by 1e-4 in sum.

Beyond the format: the network's block or its name may be missing, names may have any characters that
separate nothing (``<5``, ``50-60``, ``a&b``), and the file may be compressed by gzip.
"""

from __future__ import annotations

import gzip
import os
import zlib
from pathlib import Path

from planzoo.envs.networks.bif_blocks import Blocks, ProbabilityBlock, read_blocks
from planzoo.envs.networks.bif_tables import TableBuilder
from planzoo.envs.networks.bif_tokens import TokenReader, listed, shown
from planzoo.envs.networks.network import BayesianNetwork, find_cycle
from planzoo.errors import InputError

MAX_BYTES = 2**28
"""The largest file, decompressed."""
NAMELESS = "unknown"
"""What other programs write for a network without a name; it is called by its file instead."""
_GZIP = b"\x1f\x8b"


def read_bif(path: str | os.PathLike[str]) -> BayesianNetwork:
    """Reads a network from a BIF file (UTF-8 or Latin-1, plain or compressed by gzip).

    Raises:
        InputError: the file cannot be read or is not a well-formed network; the message names file, line and
            column.
    """
    source = os.fspath(path)
    try:
        with open(path, "rb") as file:
            compressed = file.read(len(_GZIP)) == _GZIP
        with gzip.open(path, "rb") if compressed else open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"The network file {source!r} cannot be read: {getattr(error, 'strerror', None) or error}; "
            "check the path and the file."
        ) from error
    if len(data) > MAX_BYTES:
        raise InputError(f"The network file {source!r} has more than {MAX_BYTES} bytes; is it a BIF file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return parse_bif(text, source)


def parse_bif(text: str, source: str = "BIF text") -> BayesianNetwork:
    """Reads a network from BIF text.

    A row whose sum misses 1 by no more than 1e-6 stays as written, so that results equal those of other
    programs; one that misses it by no more than 1e-4 is scaled to sum to 1.

    Args:
        text: the whole network.
        source: what messages call it, and the network if it has no name.

    Raises:
        InputError: the text is cut short or malformed; names are unknown or repeated; a row has the wrong
            number of entries or does not sum to 1 within 1e-4; the parents form a cycle; or a variable has
            more than 31 parents, or all tables together more than 2**22 entries.
    """
    tokens = TokenReader(text, source)
    blocks = read_blocks(tokens)
    _check_names(blocks, tokens)
    _check_cycles(blocks, tokens)
    builder = TableBuilder(blocks, tokens)
    probabilities = [blocks.probabilities[name] for name in blocks.variables]
    name = blocks.network.text if blocks.network else NAMELESS
    return BayesianNetwork(
        name=name if name != NAMELESS else Path(source).stem,
        variables=tuple(blocks.variables),
        states=tuple(variable.states for variable in blocks.variables.values()),
        parents=tuple(tuple(token.text for token in block.parents) for block in probabilities),
        tables=tuple(builder.table(block) for block in probabilities),
    )


def _check_names(blocks: Blocks, tokens: TokenReader) -> None:
    if not blocks.variables:
        tokens.fail(blocks.end, "the file declares no variable; is it a BIF file, and whole?")
    for block in blocks.probabilities.values():
        _check_parents(block, blocks, tokens)
    for name, variable in blocks.variables.items():
        if name not in blocks.probabilities:
            tokens.fail(
                variable.name,
                f"the variable {shown(name)} has no probability block; the file may be cut short",
            )


def _check_parents(block: ProbabilityBlock, blocks: Blocks, tokens: TokenReader) -> None:
    seen: set[str] = set()
    for token in (block.child, *block.parents):
        if token.text not in blocks.variables:
            tokens.fail(
                token, f"the variable {shown(token.text)} is not declared; add a variable block for it"
            )
        if token.text in seen:
            tokens.fail(token, f"the variable {shown(token.text)} stands twice in this block")
        seen.add(token.text)


def _check_cycles(blocks: Blocks, tokens: TokenReader) -> None:
    parents = {name: [token.text for token in block.parents] for name, block in blocks.probabilities.items()}
    cycle = find_cycle(parents)
    if cycle:
        child = blocks.probabilities[cycle[0]].child
        tokens.fail(child, f"the parents form a cycle: {listed(cycle, ' → ')}; remove one of these arcs")
