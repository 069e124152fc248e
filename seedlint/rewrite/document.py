"""One file's text with its tree: the ground that all edits are computed on."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from seedlint.finding import Edit, Span
from seedlint.rewrite.tree import Tree
from seedlint.sources.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

    import libcst as cst

    from seedlint.rewrite.positions import Positions

_NEWLINE: Final = re.compile(r"\r\n|\r|\n")
_ROW_TO_END: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")
_BLANKS: Final = " \t\f"


class Change(NamedTuple):
    """The characters from `start` up to `end` become `content`; offsets in the text."""

    start: int
    end: int
    content: str = ""


class Document:
    """A module and the decoded text that it was parsed from; positions and parents come when asked for."""

    def __init__(self, text: str, module: cst.Module) -> None:
        self.text = text
        self.module = module
        self.tree = Tree(module)

    @cached_property
    def positions(self) -> Positions:
        """Where the nodes stand."""
        from seedlint.rewrite.positions import Positions  # which is made of libcst

        return Positions(self.tree, self.text)

    @cached_property
    def _lines(self) -> LineIndex:
        return LineIndex(self.text)

    def span(self, start: int, end: int) -> Span:
        """Rows and columns of two offsets."""
        return Span(self._lines.position(start), self._lines.position(end))

    def edits(self, changes: Iterable[Change]) -> tuple[Edit, ...]:
        """Changes as edits, in the order of the text and none touching another; of insertions at one
        place, the one given first comes first."""
        joined: list[Change] = []
        for change in sorted(changes, key=lambda c: (c.start, c.end)):
            if joined and change.start <= joined[-1].end:
                last = joined.pop()
                change = Change(last.start, max(last.end, change.end), last.content + change.content)
            joined.append(change)
        return tuple(Edit(self.span(c.start, c.end), c.content) for c in joined)

    def row_start(self, offset: int) -> int:
        """Where the row of `offset` begins."""
        newlines = (self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset))
        return max(newlines) + 1

    def row_end(self, offset: int) -> int:
        """Where the row of `offset` ends, before its newline."""
        newline = _NEWLINE.search(self.text, offset)
        return len(self.text) if newline is None else newline.start()

    def next_row(self, offset: int) -> int:
        """Where the row after the one of `offset` begins, or the text ends."""
        newline = _NEWLINE.search(self.text, offset)
        return len(self.text) if newline is None else newline.end()

    def newline(self, offset: int) -> str:
        """The newline of the row of `offset`; the file's usual one where the row has none."""
        if offset and self.text.startswith("\r\n", offset - 1):
            offset -= 1  # `offset` is the second half of a newline
        found = _NEWLINE.search(self.text, offset)
        return self.module.default_newline if found is None else found[0]

    def begins_row(self, offset: int) -> bool:
        """Whether nothing but whitespace stands before `offset` in its row."""
        return not self.text[self.row_start(offset) : offset].strip(_BLANKS)

    def blank_between(self, start: int, end: int) -> bool:
        """Whether nothing but whitespace, newlines and backslashes stands between two offsets."""
        return not self.text[start:end].strip(_BLANKS + "\\\r\n")

    def rest_is_comment(self, offset: int) -> bool:
        """Whether only whitespace and a comment stand after `offset` in its row, and a row follows."""
        rest = self.text[offset : self.row_end(offset)].lstrip(_BLANKS)
        return (not rest or rest.startswith("#")) and self.row_end(offset) < len(self.text)

    def skip_blanks(self, offset: int) -> int:
        """The first offset from `offset` on that holds no blank or tab."""
        while self.text.startswith((" ", "\t"), offset):
            offset += 1
        return offset

    def rows(self, start: int, end: int) -> list[tuple[int, int]]:
        """The rows between two offsets, each as (start, end with its newline)."""
        found = []
        while start < end:
            row = _ROW_TO_END.match(self.text, start, end)
            assert row is not None  # it matches anything
            found.append((start, row.end()))
            start = row.end()
        return found
