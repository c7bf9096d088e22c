from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.networks.bif_blocks import Blocks, read_blocks
from planzoo.envs.networks.bif_tokens import TokenReader
from planzoo.errors import InputError


def blocks_of(text: str) -> Blocks:
    return read_blocks(TokenReader(text, "text"))


def numbers_of(text: str) -> list[float]:
    return blocks_of(f"probability ( a ) {{ table {text}; }}").probabilities["a"].entries[0].numbers


def test_blocks_come_in_any_order() -> None:
    blocks = blocks_of(
        "probability ( b | a ) { (x) 1; } variable b { type discrete [ 1 ] { y }; } network n { } "
        "variable a { type discrete [ 1 ] { x }; }"
    )
    assert blocks.network is not None
    assert blocks.network.text == "n"
    assert list(blocks.variables) == ["b", "a"]
    assert list(blocks.probabilities) == ["b"]


def test_properties_stand_anywhere_within_blocks() -> None:
    blocks = blocks_of(
        "network n { property a; property b { c }; } "
        "variable a { property a; type discrete [ 1 ] { x }; property; property b; } "
        "probability ( a ) { property a; table 1; property ( x ) 2; }"
    )
    assert blocks.variables["a"].states == ("x",)
    assert [entry.kind for entry in blocks.probabilities["a"].entries] == ["table"]


def test_keywords_may_be_names() -> None:
    blocks = blocks_of(
        'variable property { type discrete [ 3 ] { property "table" default }; } '
        "probability ( table | network, variable ) { (property default) 1; }"
    )
    assert blocks.variables["property"].states == ("property", "table", "default")
    block = blocks.probabilities["table"]
    assert [token.text for token in block.parents] == ["network", "variable"]
    assert [token.text for token in block.entries[0].states] == ["property", "default"]


@pytest.mark.parametrize("written", ["( b | a, c )", "(b|a|c)", "( | b ,, a c )", '("b" "a" "c")'])
def test_bars_and_commas_mean_nothing(written: str) -> None:
    block = blocks_of(f"probability {written} {{ default 1; }}").probabilities["b"]
    assert [token.text for token in block.parents] == ["a", "c"]


@pytest.mark.parametrize(
    ("written", "value"),
    [("1.", 1), (".5", 0.5), ("1e-05", 1e-5), ("5E-1", 0.5), ("+0.25", 0.25), ("0", 0), ("00.50", 0.5)],
)
def test_numbers_of_every_form(written: str, value: float) -> None:
    assert numbers_of(written) == [value]


@pytest.mark.parametrize(
    "written",
    ["-0.1", "1.1", "nan", "inf", "1e999", "1_0", "0x1", "1/2", ".", "e5", "1e", "½", "٣", "1.0f", "--1"],
)
def test_what_is_no_probability(written: str) -> None:
    with pytest.raises(InputError, match=r"column 27: expected a probability between 0 and 1, not"):
        numbers_of(written)


@given(st.lists(st.floats(0, 1)))
def test_numbers_are_read_to_the_last_bit(numbers: list[float]) -> None:
    assert numbers_of(" ".join(map(repr, numbers))) == numbers


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("network", 8, "expected the network's name, not the end of the file"),
        ("network a { x }", 13, "expected 'property' or '}', not 'x'"),
        ('"network" a { }', 1, "expected 'network', 'variable' or 'probability', not 'network'"),
        ("variable a { type discrete [ 0 ] { }; }", 30, "needs one or more states"),
        ("variable a { type discrete [ 1 ] { x } }", 40, "expected ';', not '}'"),
        ("probability ( a ) { 1; }", 21, "expected 'table', 'default', 'property', '(' or '}'"),
        ("probability ( a ) { (x 1; }", 25, "expected a parent's state, not ';'"),
        ("probability ( a ) { table 1 }", 29, "expected a probability or ';', not '}'"),
    ],
)
def test_errors_say_what_was_expected(text: str, column: int, words: str) -> None:
    with pytest.raises(InputError) as caught:
        blocks_of(text)
    assert str(caught.value).startswith(f"text, line 1, column {column}: ")
    assert words in str(caught.value)
