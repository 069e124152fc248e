"""A text as Python's own parser reads it, each statement of its top level for itself: of one that has changed, only
those in which it has are read anew.
"""

from __future__ import annotations

import ast
import sys
import warnings
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from seedlint.program.reader import read, split, summary_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.program.reader import Reading
    from seedlint.program.summary import Summary

UNREADABLE: Final = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What is raised where Python can't parse a text."""


class Part(Struct, frozen=True):
    """A statement of the top level, its first and last row, counted from 0, and how many rows below what its nodes say
    they are."""

    reading: Reading
    first: int
    last: int
    below: int

    def node(self, number: int) -> tuple[ast.AST, int] | None:
        """Return the node of the statement with that number, and how many rows below what it says it is; None if it
        doesn't know its place."""
        _, offset = split(number)
        # Before Python 3.12 what is in f-strings has no place of the file.
        if sys.version_info < (3, 12) and any(offset in inside for inside in self.reading.in_strings):
            return None
        return self.reading.nodes[offset], self.below

    def members(self) -> tuple[Outline, Sequence[int]]:
        """Return the rows of the members of the class that the statement is, and which of its nodes is the first in
        each; none of another statement."""
        members = self.reading.members
        return _outline([_rows(member, self.below) for member, _ in members]), [number for _, number in members]


class Outline(Struct, frozen=True):
    """The first and the last row, counted from 0, of each statement of a text's top level: what is kept of a tree."""

    first: tuple[int, ...]
    last: tuple[int, ...]

    def together(self, place: int) -> tuple[int, int]:
        """Return the place of the first of the statements that share rows with that one, and the place after them."""
        begin, end = place, place + 1
        while begin > 0 and self.last[begin - 1] >= self.first[begin]:
            begin -= 1
        while end < len(self.first) and self.last[end - 1] >= self.first[end]:
            end += 1
        return begin, end

    def starts(self, text: str) -> Sequence[int]:
        """Return the rows below the first of `text` in which a statement begins, and no other ends; none where rows are
        hard to tell."""
        if _has_lone_returns(text):
            return ()
        return [first for first, last in zip(self.first, [0, *self.last], strict=False) if first > last]


class PythonText(Struct, frozen=True):
    """A text that Python can parse, its statements and what they say."""

    text: str
    parts: Sequence[Part]
    summary: Summary

    def outline(self) -> Outline:
        """Return the rows of the statements."""
        return _outline([(part.first, part.last) for part in self.parts])


class Change(Struct, frozen=True):
    """What of a former text is no more: the statements from number `begin` up to `end`, of which the first began in the
    row `first`. `text` is there now instead, and what follows is so many rows further `below`."""

    begin: int
    end: int
    first: int
    text: str
    below: int


def python_text(text: str, former: PythonText | None = None) -> PythonText:
    """Return `text` as Python reads it; one of UNREADABLE if it can't parse it. What is the same in a `former` text is
    taken from there."""
    if former is not None and former.text == text:
        return former
    parts = None if former is None else _with_change(former, text)
    if parts is None:
        parts = parts_of(text, 0, 0)
    return PythonText(text, parts, summary_of(part.reading for part in parts))


def parts_of(text: str, place: int, row: int) -> Sequence[Part]:
    """Return the statements of a text, the first of which has that place in the file, as its first row has."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what the text may deserve
        statements = ast.parse(text).body
    return [
        Part(read(statement, number), *_rows(statement, row), row) for number, statement in enumerate(statements, place)
    ]


def _rows(statement: ast.stmt, below: int) -> tuple[int, int]:
    """Return the first and the last row of a statement, counted from 0, so many rows `below` what it says."""
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", ())
    first = min(statement.lineno, *(decorator.lineno for decorator in decorators)) if decorators else statement.lineno
    return below + first - 1, below + (statement.end_lineno or 0) - 1


def _outline(rows: Sequence[tuple[int, int]]) -> Outline:
    return Outline(tuple([first for first, _ in rows]), tuple([last for _, last in rows]))


def _with_change(former: PythonText, text: str) -> Sequence[Part] | None:
    """Return the statements of a text that was `former` before; None if it takes reading all of it.

    If Python can parse what has changed by itself, what is around it means what it meant; only, it has to be as many
    statements as before, as their places are part of the numbers of nodes.
    """
    change = change_in(former, text)
    if change is None:
        return None
    try:
        changed = parts_of(change.text, change.begin, change.first)
    except UNREADABLE:
        return None
    if len(changed) != change.end - change.begin:
        return None
    rest, below = former.parts[change.end :], change.below
    if below:
        rest = [Part(part.reading, part.first + below, part.last + below, part.below + below) for part in rest]
    return [*former.parts[: change.begin], *changed, *rest]


def change_in(former: PythonText, text: str) -> Change | None:
    """Return what has changed, whole statements, from the last one that begins above it to the first that begins below
    it; None where that is hard to tell."""
    if _has_lone_returns(former.text) or _has_lone_returns(text):
        return None
    parts, before, after = former.parts, former.text.split("\n"), text.split("\n")
    same_above, same_below = _same_rows(before, after)
    begin = max((place for place, part in enumerate(parts) if part.first < same_above), default=0)
    while begin > 0 and parts[begin - 1].last >= parts[begin].first:
        begin -= 1  # they share a row
    end = next((place for place, part in enumerate(parts) if part.first >= len(before) - same_below), len(parts))
    while 0 < end < len(parts) and parts[end - 1].last >= parts[end].first:
        end += 1
    first = parts[begin].first if parts and parts[begin].first < same_above else 0
    below = len(after) - len(before)
    rows = [*after[first : parts[end].first + below], ""] if end < len(parts) else after[first:]
    return Change(begin, end, first, "\n".join(rows), below)


def _same_rows(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many rows two texts share above, and how many below, of those that are left."""
    most = min(len(before), len(after))
    above = next((row for row in range(most) if before[row] != after[row]), most)
    most -= above
    return above, next((row for row in range(most) if before[-1 - row] != after[-1 - row]), most)


def _has_lone_returns(text: str) -> bool:
    """Tell whether a row ends in a carriage return alone."""
    return "\r" in text and text.count("\r") != text.count("\r\n")
