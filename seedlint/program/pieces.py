"""The statements of a module as libcst has them, parsed when somebody looks at them: a fix looks at few."""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeAlias, overload

import libcst as cst

from seedlint.program.parsing import parse_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.program.python import Outline

_Statement: TypeAlias = "cst.SimpleStatementLine | cst.BaseCompoundStatement"

_UNUSUAL: Final = ("\f", "\ufeff", r"\n[ \t]*\\[\r\n]", r"\r(?!\n)")
"""Patterns that begin with a character that is looked for fast; together they would take ten times as long."""
_GAP: Final = re.compile(r"(?:(?:#.*)?\r?\n)*")
"""Rows between two statements of which no block takes any: comments in other columns may belong to what is above."""
_NEWLINE: Final = re.compile(r"\r?\n")
_COMPOUND: Final = re.compile(r"@|(?:async|class|def|for|if|match|try|while|with)\b")
_FEW: Final = 500
"""So many characters are parsed together: less is hardly faster."""


def is_unusual(rows: str) -> bool:
    """Tell whether libcst drops some of a text, which a newline stands before, or counts its rows otherwise."""
    return any(re.search(pattern, rows) for pattern in _UNUSUAL)


def pieces_of(text: str, outline: Outline) -> Pieces | None:
    """Return the statements of a text that are in the rows of the `outline`. None where it is hard to tell which rows
    libcst gives to which statement."""
    if is_unusual(f"\n{text}") or text.rstrip("\r\n").endswith("\\"):
        return None
    pieces = Pieces(text, outline)
    if any(text.endswith(("\\\n", "\\\r\n"), 0, end) for end in pieces.ends):
        return None
    return pieces


class Pieces(Sequence[_Statement]):
    """The statements of a module's own block. `parsed` are those that somebody has looked at, or at one beside them;
    looking at one raises ParseError if libcst can't parse it."""

    def __init__(self, text: str, outline: Outline) -> None:
        self._text = text
        self._find_rows(outline)
        self._pieces = [0]
        for number in range(1, len(self)):
            is_long = self.ends[number] - self.begins[self._pieces[-1]] > _FEW
            if is_long and _GAP.fullmatch(text, self.ends[number - 1], self.begins[number]):
                self._pieces.append(number)
        self._numbers: dict[int, int] = {}
        self._nodes: dict[int, _Statement] = {}
        self.parsed: list[_Statement] = []
        newline = _NEWLINE.search(text)
        self._newline = newline[0] if newline else "\n"
        self._indent = self._first_indent()

    def module(self) -> cst.Module:
        """Return the module that the statements are the block of, without its header and its footer."""
        return cst.Module(
            body=self,
            default_indent=self._indent,
            default_newline=self._newline,
            has_trailing_newline=self._text.endswith("\n"),
        )

    def _find_rows(self, outline: Outline) -> None:
        """Find where the statements begin and end. Those that share a row are one to libcst."""
        offsets = [0, *accumulate(len(row) + 1 for row in self._text.split("\n"))]
        offsets[-1] -= 1  # the last row has no newline
        self.begins: list[int] = []
        self.ends: list[int] = []
        self._number_at: list[int] = []
        above = -1
        for first, last in zip(outline.first, outline.last, strict=True):
            if first > above:
                self.begins.append(offsets[first])
                self.ends.append(0)
            self.ends[-1] = offsets[last + 1]
            self._number_at.append(len(self.ends) - 1)
            above = last

    def _first_indent(self) -> str:
        """The indent of the first block, which is the usual one to libcst."""
        begin = next((begin for begin in self.begins if _COMPOUND.match(self._text, begin)), len(self._text))
        for token in tokenize.generate_tokens(io.StringIO(self._text[begin:]).readline):
            if token.type == tokenize.INDENT:
                return token.string
        return "    "

    def __len__(self) -> int:
        return len(self.begins)

    @overload
    def __getitem__(self, number: int) -> _Statement: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[_Statement]: ...

    def __getitem__(self, number: int | slice) -> _Statement | Sequence[_Statement]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        number = range(len(self))[number]
        if number not in self._nodes:
            self._parse(number)
        return self._nodes[number]

    def __contains__(self, node: object) -> bool:
        return id(node) in self._numbers

    def index(self, node: object, *_: int) -> int:
        """Return the number of a statement."""
        return self._numbers[id(node)]

    def at(self, place: int) -> cst.CSTNode:
        """Return the statement with that place, as Python counts them: a row may have several."""
        number = self._number_at[place]
        statement = self[number]
        if isinstance(statement, cst.SimpleStatementLine):
            return statement.body[place - bisect_left(self._number_at, number)]
        return statement

    def where(self, tells: Callable[[str], object]) -> Iterator[_Statement]:
        """Return the statements of whose text `tells` is true."""
        for number, (begin, end) in enumerate(zip(self.begins, self.ends, strict=True)):
            if tells(self._text[begin:end]):
                yield self[number]

    def start(self, node: object) -> int:
        """Return where the rows between a statement and the one above it begin; the first has none."""
        number = self.index(node)
        return self.ends[number - 1] if number else self.begins[0]

    def _parse(self, number: int) -> None:
        """Parse the piece that a statement is in. The block above it tells libcst what indent and newline are usual."""
        which = bisect_right(self._pieces, number)
        begin, end = self._pieces[which - 1], self._pieces[which] if which < len(self._pieces) else len(self)
        text = self._text[self.ends[begin - 1] if begin else 0 : self.ends[end - 1] if end < len(self) else None]
        above = f"if _:{self._newline}{self._indent}_{self._newline}" if begin else ""
        statements = parse_module(above + text, is_python=True).body[bool(above) :]
        self.parsed += statements
        for each, statement in zip(range(begin, end), statements, strict=True):
            self._nodes[each] = statement
            self._numbers[id(statement)] = each
