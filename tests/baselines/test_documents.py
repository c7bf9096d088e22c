from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.baselines.documents import Document, dotted
from planzoo.errors import InputError

TEXT = """title: all of it
entries:
  - name: first
    sizes: [1, 2]
  - name: second
    inner:
      deep: 3
"""


def test_data_is_what_yaml_says() -> None:
    document = Document("a.yaml", TEXT)
    assert document.data["entries"][1]["inner"] == {"deep": 3}


@pytest.mark.parametrize(
    ("location", "line"),
    [
        ((), 1),
        (("entries",), 2),
        (("entries", 0, "sizes"), 4),
        (("entries", 0, "sizes", 1), 4),
        (("entries", 1, "inner", "deep"), 7),
        (("entries", 1, "inner", "missing"), 6),
        (("entries", 9), 2),
    ],
)
def test_line_of_value_or_of_what_surrounds_it(location: tuple[str | int, ...], line: int) -> None:
    assert Document("a.yaml", TEXT).line(location) == line


def test_at_adds_file_line_and_key() -> None:
    document = Document("a.yaml", TEXT)
    with (
        pytest.raises(InputError, match=r"^a\.yaml:5: entries\[1\]\.name: it is late$"),
        document.at("entries", 1, "name"),
    ):
        raise InputError("it is late")


def test_at_lets_other_errors_through() -> None:
    document = Document("a.yaml", TEXT)
    with pytest.raises(KeyError), document.at("entries"):
        raise KeyError("entries")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1,", r"x\.yaml:1: this is not valid YAML"),
        ("a: 1\nb: 'open", r"x\.yaml:2: this is not valid YAML"),
        ("- a\n- b", "expected a mapping"),
        ("", "expected a mapping"),
        ("a: 1\nb: 2\na: 3", r"x\.yaml:3: the key 'a' stands twice"),
        ("a:\n  - {b: 1, b: 2}", r"x\.yaml:2: the key 'b' stands twice"),
        ("[" * 20_000, "nested too deeply"),
        ("a: !!python/object/apply:os.getcwd []", "not valid YAML"),
        ("a: \x00", "not valid YAML"),
    ],
)
def test_bad_text(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Document("x.yaml", text)


def test_alias_to_itself_does_not_hang() -> None:
    assert "a" in Document("x.yaml", "a: &b [*b]").data


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.yaml: the file cannot be read: No such file"):
        Document.read(tmp_path / "a.yaml", "a.yaml")


def test_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"title: \xff")
    with pytest.raises(InputError, match="byte 7 is not UTF-8"):
        Document.read(tmp_path / "a.yaml", "a.yaml")


def test_dotted() -> None:
    assert dotted(("a", 0, "b", "c")) == "a[0].b.c: "
    assert dotted(()) == ""


@given(st.text(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>'\"#,? \n\t01", max_size=60))
def test_any_text_is_data_or_one_clear_error(text: str) -> None:
    try:
        document = Document("x.yaml", text)
    except InputError as error:
        assert str(error).startswith("x.yaml") and "\n" not in str(error)
    else:
        assert isinstance(document.data, dict)
        lines = (
            text.count("\n")
            + text.count("\r")
            + text.count("\x85")
            + text.count("\u2028")
            + text.count("\u2029")
        )
        for key in document.data:
            assert 1 <= document.line((str(key),)) <= lines + 1
