from __future__ import annotations

import gzip
import re
import time
from importlib.resources import files
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.networks.bif import parse_bif, read_bif
from planzoo.errors import InputError

ASIA = files("planzoo.envs.diagnosis").joinpath("networks", "asia.bif").read_text(encoding="utf-8")
TWO = """
variable a { type discrete [ 2 ] { yes, no }; }
variable b { type discrete [ 3 ] { low, middle, high }; }
probability ( a ) { table 0.2, 0.8; }
probability ( b | a ) { (yes) 0.1, 0.2, 0.7; (no) 0.5, 0.3, 0.2; }
"""


def edited(old: str, new: str) -> str:
    assert old in TWO
    return TWO.replace(old, new)


def message(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_bif(text, "two.bif")
    return str(caught.value)


def test_reads_names_states_parents_and_rows() -> None:
    network = parse_bif(TWO, "folder/two.bif")
    assert network.name == "two"
    assert network.variables == ("a", "b")
    assert network.states == (("yes", "no"), ("low", "middle", "high"))
    assert network.parents == ((), ("a",))
    np.testing.assert_allclose(network.tables[1], [[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]])


def test_reads_the_old_dialect_with_quotes_comments_and_no_bar() -> None:
    network = parse_bif(
        """
        // A comment, and /* one within */
        network "dog problem" { //5 variables
            property "credal-set constant-density-bounded; 1.1" ;
        }
        variable  "light-on" { type discrete[2] {  "on or so"  "<5" }; property "position = (218, 195)" ; }
        variable  "family-out" { property first second; type discrete[2] {  "true"  "false" }; }
        probability (  "light-on"  "family-out" ) { /* 4
            values */ property any thing; table 0.6 .05 4e-1 0.95 ; }
        probability (  "family-out" ) { table 1 0 ; }
        """
    )
    assert network.name == "dog problem"
    assert network.states_of("light-on") == ("on or so", "<5")
    np.testing.assert_allclose(network.tables[0], [[0.6, 0.4], [0.05, 0.95]])


def test_a_table_counts_the_last_parent_fastest() -> None:
    network = parse_bif(
        TWO + "variable c { type discrete [ 2 ] { x, y }; } probability ( c | a, b ) "
        "{ table 0.1 0.2 0.3 0.4 0.5 0.6 0.9 0.8 0.7 0.6 0.5 0.4; }"
    )
    np.testing.assert_allclose(network.tables[2][..., 0], [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "words"),
    [
        ("0.2, 0.8", "0.2, 0.7", 4, 21, "sum to 0.9"),
        ("(no) 0.5, 0.3, 0.2;", "(no) 0.5, 0.3;", 5, 46, "needs 3 probabilities here, not 2"),
        ("(no) 0.5, 0.3, 0.2;", "", 5, 15, "no probabilities given (no)"),
        ("(no) 0.5", "(yes) 0.5", 5, 46, "two rows for the same"),
        ("(no) 0.5", "(maybe) 0.5", 5, 47, "no state 'maybe'"),
        ("(no) 0.5", "(no, low) 0.5", 5, 46, "names 2 states for 1 parents"),
        ("0.5, 0.3", "0.5, x", 5, 56, "between 0 and 1, not 'x'"),
        ("0.5, 0.3", "0.5, -0.3", 5, 56, "between 0 and 1"),
        ("0.5, 0.3", "0.5, nan", 5, 56, "between 0 and 1"),
        ("probability ( a ) {", "probability ( z ) {", 4, 15, "'z' is not declared"),
        ("probability ( a ) { table 0.2, 0.8; }", "", 2, 10, "no probability block"),
        ("( b | a )", "( b | b )", 5, 19, "stands twice"),
        ("( b | a )", "( a )", 5, 15, "two probability blocks"),
        ("( b | a )", "( )", 5, 15, "expected the name of a variable"),
        ("variable b", "variable a", 3, 10, "declared twice"),
        ("[ 3 ]", "[ 4 ]", 3, 30, "announces 4 states but lists 3"),
        ("low, middle", "low, low", 3, 30, "different names"),
        ("discrete [ 3 ]", "continuous [ 3 ]", 3, 19, "only 'discrete'"),
        ("type discrete [ 2 ] { yes, no };", "", 2, 15, "has no type"),
        ("table 0.2, 0.8;", "table 0.2, 0.8; table 0.2, 0.8;", 4, 37, "a table and further entries"),
        ("(yes) 0.1, 0.2, 0.7;", "default 1 0 0; default 1 0 0;", 5, 40, "two default rows"),
        ("(yes) 0.1", "0.1", 5, 25, "expected 'table'"),
        ("variable a", "variabel a", 2, 1, "expected 'network', 'variable' or 'probability'"),
        ("variable a {", "variable a ;", 2, 12, "expected '{'"),
        ("yes, no }", 'yes, "no }', 2, 41, "quotation mark is never closed"),
        ("no };", "no }; network x {", 2, 47, "expected one 'type' and properties"),
        ("variable b", "network x { } network y { } variable b", 3, 15, "two network blocks"),
        ("discrete [ 3 ]", "discrete [ 999999999 ]", 3, 30, "announces 999999999 states"),
        ("discrete [ 3 ]", "discrete [ -3 ]", 3, 30, "announces -3 states"),
        ("discrete [ 3 ]", "discrete [ [ [ [ 3 ]", 3, 30, "expected the number of states, not '['"),
        ("( b | a )", "( ( b | a )", 5, 15, "expected a variable's name, not '('"),
        ("{ yes, no }", "{ yes, no /* }", 2, 44, "comment is never closed"),
    ],
)  # fmt: skip
def test_errors_name_line_and_column(old: str, new: str, line: int, column: int, words: str) -> None:
    text = message(edited(old, new))
    assert text.startswith(f"two.bif, line {line}, column {column}: ")
    assert words in text


def test_a_cycle_is_an_error_that_names_it() -> None:
    text = message(
        """variable a { type discrete [ 1 ] { x }; } variable b { type discrete [ 1 ] { x }; }
        probability ( a | b ) { (x) 1; }
        probability ( b | a ) { (x) 1; }"""
    )
    assert "cycle: a → b → a" in text or "cycle: b → a → b" in text
    assert "line 2" in text or "line 3" in text


def test_every_cut_of_a_file_is_an_error_or_a_whole_network() -> None:
    for end in range(0, len(ASIA) - 2, 7):
        assert "line" in message(ASIA[:end])


def test_files_that_cannot_be_read_are_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.bif", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_bif(path)


def test_files_may_be_compressed(tmp_path: Path) -> None:
    data = gzip.compress(TWO.encode())
    (tmp_path / "n.bif.gz").write_bytes(data)
    assert read_bif(tmp_path / "n.bif.gz").states_of("a") == ("yes", "no")
    for broken in (data[:-20], data[:15] + b"broken" + data[21:], data[:5]):
        (tmp_path / "n.bif.gz").write_bytes(broken)
        with pytest.raises(InputError, match=r"n\.bif\.gz' cannot be read"):
            read_bif(tmp_path / "n.bif.gz")


def test_a_network_without_a_name_is_called_by_its_file() -> None:
    for block in ("", "network {}", "network unknown {\n}", "network unknown { property x y; }"):
        assert parse_bif(block + TWO, "folder/two.bif").name == "two"


def test_files_may_be_latin_1_or_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    text = TWO.replace("middle", "mäßig")
    for encoding in ("latin-1", "utf-8", "utf-8-sig"):
        (tmp_path / "n.bif").write_bytes(text.encode(encoding))
        assert read_bif(tmp_path / "n.bif").states_of("b") == ("low", "mäßig", "high")


_PIECES = [
    *'{}()[];,|"/*.0159-e \n\r\x00é',
    *["network", "variable", "probability", "type", "discrete", "table", "default", "property", "yes", "no"],
    *["//", "/*", "*/", "1e999", "-1", "0.5", "999999999", "[ 999999999 ]", "9" * 40, "(" * 40],
    '"',
    "{" * 2000,
    "9" * 2000,
    "",
]
_TOKENS = re.findall(r'"[^"]*"|[{}()\[\];,|]|\s+|[^\s{}()\[\];,|"]+', ASIA)


def mutated_characters(random: Random) -> str:
    """A few stretches of the text replaced, or the text cut."""
    text = ASIA
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(text) + 1)
        end = start + random.choice([0, 1, 1, 2, 5, 40, 400])
        text = text[:start] + random.choice(_PIECES) + text[end:]
    return text if random.random() < 0.8 else text[: random.randrange(len(text) + 1)]


def mutated_tokens(random: Random) -> str:
    """A few tokens deleted, doubled, replaced or swapped with others."""
    tokens = list(_TOKENS)
    for _ in range(random.randint(1, 4)):
        start, other = random.randrange(len(tokens)), random.randrange(len(tokens))
        change = random.choice(["delete", "double", "swap", "replace", "copy"])
        if change == "swap":
            tokens[start], tokens[other] = tokens[other], tokens[start]
        elif change == "copy":
            tokens[start:start] = tokens[other : other + random.randint(1, 60)]
        else:
            new = {"delete": [], "double": [tokens[start]] * 2, "replace": [random.choice(_PIECES)]}[change]
            tokens[start : start + 1] = new
    return "".join(tokens)


def mutated_bytes(random: Random) -> bytes:
    """The text with a few bytes that may be no UTF-8, or none of the text's encoding."""
    data = bytearray(ASIA.encode(random.choice(["utf-8", "utf-8", "utf-16"])))
    for _ in range(random.randint(1, 6)):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data[: random.choice([len(data), random.randrange(len(data))])])


def check_parsed_or_rejected(text: str) -> None:
    """Asks for a network, or an InputError with a place, within a second."""
    began = time.process_time()
    try:
        network = parse_bif(text)
    except InputError as error:
        assert re.match(r"BIF text, line [0-9]+, column [0-9]+: [^\n]{5,300}$", str(error)), str(error)
    else:
        for table in network.tables:
            np.testing.assert_allclose(table.sum(axis=-1), 1, rtol=0, atol=1e-6)
    assert time.process_time() - began < 1


MUTATIONS = {"characters": mutated_characters, "tokens": mutated_tokens}


@settings(max_examples=150, deadline=2000)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(MUTATIONS)))
def test_mutated_text_is_parsed_or_rejected_with_its_place(random: Random, mutation: str) -> None:
    check_parsed_or_rejected(MUTATIONS[mutation](random))


def test_mutated_bytes_are_parsed_or_rejected_with_their_place(tmp_path: Path) -> None:
    random = Random(2)
    for _ in range(100):
        (tmp_path / "n.bif").write_bytes(mutated_bytes(random))
        try:
            read_bif(tmp_path / "n.bif")
        except InputError as error:
            assert ", column " in str(error)


@settings(max_examples=200, deadline=2000)
@given(st.text(alphabet='network variable probability{}()[];,|"/*\n01.', max_size=200))
def test_arbitrary_text_is_parsed_or_rejected(text: str) -> None:
    assert ", line " in message(text)


@pytest.mark.long
def test_a_hundred_thousand_mutated_texts_are_parsed_or_rejected_at_once() -> None:
    random = Random(1)
    for number in range(100_000):
        mutation = (mutated_characters, mutated_tokens)[number % 2]
        check_parsed_or_rejected(mutation(random))


@st.composite
def written_networks(draw: st.DrawFn) -> tuple[str, list[np.ndarray]]:
    """The text of a random network, in any of the ways that the format allows, and its tables."""
    count = draw(st.integers(1, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = [int(size) for size in random.integers(1, 4, count)]
    tables, blocks = [], ["network n { property some thing; }"]
    for child in range(count):
        states = " ".join(f'"s {k}"' for k in range(sizes[child]))
        blocks.append(f"variable v{child} {{ type discrete [{sizes[child]}] {{ {states} }}; }}")
        parents = [int(p) for p in random.permutation(child)[: int(random.integers(0, 3))]]
        shape = [sizes[parent] for parent in parents]
        table = random.random((*shape, sizes[child])) + 0.01
        tables.append(table / table.sum(axis=-1, keepdims=True))
        separator = draw(st.sampled_from([" | ", " ", ", ", " /* given */ "]))
        names = f"v{child}" + (separator + ", ".join(f"v{parent}" for parent in parents) if parents else "")
        blocks.append(
            f"probability ( {names} ) {{ {written_table(tables[-1], draw(st.booleans()), random)} }}"
        )
    return "\n".join(str(block) for block in random.permutation(blocks)), tables


def written_table(table: np.ndarray, whole: bool, random: np.random.Generator) -> str:
    if whole:
        return f"table {' '.join(repr(float(p)) for p in np.moveaxis(table, -1, 0).ravel())};"
    rows = []
    for choice in np.ndindex(table.shape[:-1]):
        key = ", ".join(f'"s {k}"' for k in choice)
        rows.append(f"({key}) {', '.join(repr(float(p)) for p in table[choice])};")
    return " ".join(str(row) for row in random.permutation(rows))


@settings(max_examples=80, deadline=None)
@given(written_networks())
def test_what_is_written_is_read(written: tuple[str, list[np.ndarray]]) -> None:
    text, tables = written
    network = parse_bif(text)
    assert network.name == "n"
    for index, table in enumerate(tables):
        np.testing.assert_allclose(network.tables[network.index(f"v{index}")], table, atol=1e-15)
