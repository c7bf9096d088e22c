"""The words, marks and properties of a BIF text, one after the other, each with its place.

Reading takes time in proportion to the text's length, whatever stands in it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple, NoReturn

from planzoo.errors import InputError

SHOWN_CHARACTERS = 40
"""Longer words are cut in messages."""

_TOKEN = re.compile(
    r"""(?P<space>[\s,|]+|//[^\n]*|/\*.*?\*/)
      | (?P<mark>[;{}()\[\]])
      | "(?P<quoted>[^"\n]*)"
      | (?P<word>(?:(?!//|/\*)[^\s,|;{}()\[\]"])+)""",
    re.DOTALL | re.VERBOSE,
)
_PROPERTY = re.compile(r"""(?>(?<=\s)"[^"\n]*"|[^;"]+|")*+;""")
"""Anything up to a semicolon that does not stand within quotation marks on one line."""


class Token(NamedTuple):
    """A word, a quoted word, a mark or the end of the text.

    Attributes:
        text: as written, without quotation marks.
        kind: "word", "quoted", "mark" or "end".
        offset: characters before it.
    """

    text: str
    kind: str
    offset: int

    def is_word(self, text: str) -> bool:
        """Tells whether this is a certain word, not in quotation marks."""
        return self.kind == "word" and self.text == text

    def shown(self) -> str:
        """Describes the token in a message."""
        return "the end of the file (it may be cut short)" if self.kind == "end" else shown(self.text)


class TokenReader:
    """Goes through a text token by token.

    Args:
        text: the whole text; any convention of line ends.
        source: what messages call it.

    All methods raise InputError, with line and column, where the text does not go on as asked.
    """

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self._text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._offset = 0
        self._ahead: Token | None = None

    def fail(self, token: Token, message: str) -> NoReturn:
        """Raises InputError with a token's line and column."""
        line_starts = [0, *(match.end() for match in re.finditer("\n", self._text))]
        line = bisect_right(line_starts, token.offset)
        column = token.offset - line_starts[line - 1] + 1
        raise InputError(f"{self.source}, line {line}, column {column}: {message}.")

    def peek(self) -> Token:
        """Gives the next token without taking it; at the end, again and again the end."""
        if self._ahead is None:
            self._ahead = self._scan()
        return self._ahead

    def next(self) -> Token:
        """Takes the next token."""
        token = self.peek()
        self._ahead = None
        return token

    def at(self, mark: str) -> bool:
        """Tells whether a mark is next."""
        token = self.peek()
        return token.kind == "mark" and token.text == mark

    def take(self, mark: str) -> Token:
        """Takes a mark."""
        if not self.at(mark):
            self.fail(self.peek(), f"expected {mark!r}, not {self.peek().shown()}")
        return self.next()

    def word(self, what: str) -> Token:
        """Takes a word, quoted or not; messages call it by ``what``."""
        token = self.next()
        if token.kind not in ("word", "quoted"):
            self.fail(token, f"expected {what}, not {token.shown()}")
        return token

    def words_until(self, mark: str, what: str) -> list[Token]:
        """Takes words, each called by ``what``, and the mark after them."""
        words: list[Token] = []
        while not self.at(mark):
            words.append(self.word(what))
        self.take(mark)
        return words

    def skip_property(self) -> None:
        """Takes a property, whose first word has just been taken, and the semicolon after it."""
        match = _PROPERTY.match(self._text, self._offset)
        if match is None:
            end = Token("", "end", len(self._text))
            self.fail(end, "a property has no ';' at its end; the file may be cut short")
        self._offset = match.end()

    def _scan(self) -> Token:
        while self._offset < len(self._text):
            offset = self._offset
            match = _TOKEN.match(self._text, offset)
            if match is None:
                what = "quotation mark" if self._text[offset] == '"' else "comment"
                place = Token("", "end", offset)
                self.fail(place, f"this {what} is never closed; the file may be cut short")
            self._offset = match.end()
            kind = match.lastgroup
            if kind is not None and kind != "space":
                return Token(match[kind], kind, offset)
        return Token("", "end", len(self._text))


def shown(text: str) -> str:
    """Quotes a word for a message, cut if it is very long."""
    return repr(text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…")


def listed(names: list[str] | tuple[str, ...], separator: str = ", ") -> str:
    """Lists names for a message, the first ones if there are very many."""
    cut = [name if len(name) <= SHOWN_CHARACTERS else f"{name[:SHOWN_CHARACTERS]}…" for name in names[:12]]
    return separator.join([*cut, "…"] if len(names) > len(cut) else cut)
