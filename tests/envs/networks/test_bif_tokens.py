from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.networks.bif import parse_bif
from planzoo.envs.networks.bif_tokens import TokenReader, listed, shown
from planzoo.errors import InputError


def tokens_of(text: str) -> list[tuple[str, str]]:
    reader = TokenReader(text, "text")
    found = []
    while (token := reader.next()).kind != "end":
        found.append((token.kind, token.text))
    assert reader.next().kind == "end"
    return found


def test_words_marks_and_quotes() -> None:
    assert tokens_of('a{<5 50-60;12+}"on, or {so"[a&b],|x/y-1 1e-05') == [
        ("word", "a"),
        ("mark", "{"),
        ("word", "<5"),
        ("word", "50-60"),
        ("mark", ";"),
        ("word", "12+"),
        ("mark", "}"),
        ("quoted", "on, or {so"),
        ("mark", "["),
        ("word", "a&b"),
        ("mark", "]"),
        ("word", "x/y-1"),
        ("word", "1e-05"),
    ]


def test_comments_stand_between_tokens_and_end_words() -> None:
    assert tokens_of("a// b\nc/* d\n ; */e") == [("word", "a"), ("word", "c"), ("word", "e")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_places_count_lines_of_every_convention(newline: str) -> None:
    reader = TokenReader(newline.join(["a", "// note", "  b"]), "text")
    reader.next()
    with pytest.raises(InputError, match="text, line 3, column 3: here"):
        reader.fail(reader.next(), "here")


@pytest.mark.parametrize(
    "content",
    [
        "",
        " plain words",
        " position = (218, 195)",
        ' "credal-set; 1.1" and "more; of it"',
        " source http://www.example.org/a.html",
        " note /* no comment",
        ' a 5" disk',
        ' "never closed',
        " over\nlines { } [ ] ( )",
        "\t'single; ".replace(";", ":"),
    ],
)
def test_a_property_is_anything_before_its_semicolon(content: str) -> None:
    reader = TokenReader(f"property{content}; next", "text")
    reader.next()
    reader.skip_property()
    assert reader.next().text == "next"


def test_a_property_that_does_not_end_is_an_error() -> None:
    reader = TokenReader('property "a;" b\n', "text")
    reader.next()
    with pytest.raises(InputError, match="line 2, column 1: a property has no ';'"):
        reader.skip_property()


def test_what_was_expected_is_said() -> None:
    reader = TokenReader("{ a", "text")
    with pytest.raises(InputError, match=r"column 1: expected ';', not '\{'"):
        reader.take(";")
    reader.take("{")
    assert [token.text for token in (reader.word("a name"), reader.peek())] == ["a", ""]
    with pytest.raises(InputError, match=r"column 4: expected a name, not the end of the file"):
        reader.words_until("}", "a name")


@given(st.lists(st.text(alphabet='ab;"\n /*,|{}', max_size=8)))
def test_every_token_stands_where_its_offset_says(parts: list[str]) -> None:
    text = " ".join(parts)
    reader = TokenReader(text, "text")
    try:
        while (token := reader.next()).kind != "end":
            start = token.offset + (token.kind == "quoted")
            assert text[start : start + len(token.text)] == token.text
    except InputError as error:
        assert "is never closed" in str(error)


def test_long_words_and_lists_are_cut_in_messages() -> None:
    assert shown("a" * 41) == repr("a" * 40 + "…")
    assert shown("a" * 40) == repr("a" * 40)
    assert listed(["a"] * 12) == ", ".join("a" * 12)
    assert listed(["a" * 50, *"b" * 12]).endswith("b, …")
    assert len(listed(["a" * 999] * 999)) < 600


SIZE = 200_000
_TABLE = "variable a { type discrete [ 1 ] { x }; } probability ( a ) { table "
_STATES = " ".join(f"s{number}" for number in range(20_000))
LARGE = {
    "quotation marks": '"' * SIZE,
    "lone quotation marks in a property": "network a { property " + ' "\n' * SIZE,
    "quotation marks in a property": "network a { property " + ' x"' * SIZE,
    "comments": "/*" * SIZE,
    "slashes": "/" * SIZE,
    "digits": _TABLE + "1" * SIZE + "x; }",
    "many digits": _TABLE + "0." + "1" * SIZE + "; }",
    "brackets": "variable a { type discrete " + "[" * SIZE,
    "parentheses": "probability " + "(" * SIZE,
    "blocks in blocks": "variable a { " * SIZE,
    "a name": "variable " + "a" * SIZE + " ;",
    "lines": "\n" * SIZE + "x",
    "properties": "network a { " + "property x; " * SIZE,
    "states that are no states": f"""variable a {{ type discrete [ 20000 ] {{ {_STATES} }}; }}
        variable b {{ type discrete [ 1 ] {{ x }}; }} probability ( b | a ) {{ {"(s19999) 1;" * 20_000} }}""",
}


@pytest.mark.parametrize("what", LARGE)
def test_large_texts_of_nothing_are_rejected_at_once(what: str) -> None:
    began = time.process_time()
    with pytest.raises(InputError, match=r", line [0-9]+, column [0-9]+: .{5,300}$"):
        parse_bif(LARGE[what])
    assert time.process_time() - began < 3
