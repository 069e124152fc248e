"""The files that one run of the analysis reads, as it sees them: each once."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct, msgpack

from seedlint.finding import Position
from seedlint.newest import Newest
from seedlint.program import summary as ir
from seedlint.program.parsing import ParseError, can_parse, fault, parse
from seedlint.program.python import UNREADABLE, change_in, parts_of, python_text
from seedlint.program.reader import split
from seedlint.sources.text import SourceError, SourceText, read

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping, Sequence

    from seedlint.program.python import Outline, Part, PythonText
    from seedlint.sources.notebook import Notebook

    Encoded = tuple[bytes, Outline]
    """An encoded summary, and where the statements are."""

_MOST_TREES: Final = 4
"""Of so many files Python's trees are kept: what is found in a text is placed soon after that was read."""
_MOST_PARTS: Final = 32
"""Of others so many statements: what is found in one is mended soon after it was placed."""
_UNENCODABLE: Final = (RecursionError, OverflowError, TypeError, UnicodeEncodeError)
"""What is raised for numbers and characters that msgpack doesn't have, and for what is nested too deeply."""

_parts_of = lru_cache(maxsize=_MOST_PARTS)(parts_of)


class Reading(Struct):
    """A file that was read: its text, its summary or what is wrong with it, and if Python itself parsed it, where its
    statements are."""

    source: SourceText
    summary: ir.Summary | None
    error: ParseError | None
    outline: Outline | None


class Files:
    """Reads files when they are asked for. `overrides` are those that are to be seen otherwise than they are on the
    disk, or that it doesn't have, by absolute path. `by_libcst`: libcst parses all of them."""

    def __init__(self, overrides: Mapping[str, SourceText], *, by_libcst: bool) -> None:
        self._by_libcst = by_libcst
        self.overrides = dict(overrides)
        self.sources: dict[str, SourceText | None] = {}
        self._readings: dict[str, Reading | None] = {}
        self._by_python: dict[str, PythonText] = Newest(_MOST_TREES)
        self._heard: dict[str, Encoded] = {}

    def text(self, path: str) -> str | None:
        """Return the text of the file, or None if it has none."""
        source = self._source(path)
        return None if source is None else source.text

    def overridden_in(self, root: str) -> list[str]:
        """Return the files below `root` that are not read from the disk."""
        return [path for path in self.overrides if path.startswith(os.path.join(root, ""))]

    def read(self, path: str) -> Reading | None:
        """Return what the file says, or None if it can't be read."""
        if path not in self._readings:
            source = self._source(path)
            self._readings[path] = None if source is None else self._parse(source)
        return self._readings[path]

    def summary(self, path: str) -> ir.Summary | None:
        """Return the summary of the file, or None if it can't be read or parsed."""
        reading = self.read(path)
        return None if reading is None else reading.summary

    def node(self, path: str, number: int) -> tuple[ast.AST, int] | None:
        """Return what Python itself has for the node with that number, and how many rows below what it says it is; None
        if Python can't parse the file, or the node doesn't know its place."""
        reading = self.read(path)
        if reading is None or reading.outline is None:
            return None
        place, _ = split(number)
        return self.part(path, place).node(number)

    def part(self, path: str, place: int) -> Part:
        """Return what Python makes of the statement with that place in a file that it can parse."""
        reading = self.read(path)
        assert reading is not None
        assert reading.outline is not None  # it has parsed the file
        source, outline = reading.source, reading.outline
        if path not in self._by_python:
            begin, end = outline.together(place)
            first = outline.first[begin]
            rows = source.lines.rows(first + 1, outline.last[end - 1] + 1)
            with suppress(*UNREADABLE):  # it may need what is around it
                parts = _parts_of(rows, begin, first)
                if len(parts) == end - begin:
                    return parts[place - begin]
        return self._read_by_python(source).parts[place]

    def starts(self, path: str) -> Sequence[int]:
        """Return rows of the file, counted from 0, in which statements of its top level are known to begin."""
        reading = self.read(path)
        return () if reading is None or reading.outline is None else reading.outline.starts(reading.source.text)

    def shown(self, path: str) -> str:
        """Return the name of the file for the user."""
        reading = self.read(path)
        return path if reading is None else reading.source.filename

    def override(self, texts: Mapping[str, SourceText]) -> dict[str, SourceText]:
        """See these texts of files that nobody has asked for yet; return those of others where they differ from what is
        seen there."""
        self.overrides |= texts
        return {path: text for path, text in texts.items() if path in self.sources and self.sources[path] != text}

    def change(self, changed: Mapping[str, SourceText]) -> bool:
        """See other texts of some files; tell whether any says something else than before. Comments and the like
        change nothing."""
        before = {path: self._readings.pop(path, None) for path in changed}
        for path in changed:
            self._heard.pop(path, None)  # it was said of another text
        self.sources |= changed
        return not all(_say_the_same(reading, self.read(path)) for path, reading in before.items())

    def told(self, path: str) -> Encoded | None:
        """Return what Python makes of the file for other processes; None if each has to find that out for itself."""
        reading = self.read(path)
        if reading is None or reading.outline is None:
            return None
        with suppress(*_UNENCODABLE):
            return msgpack.encode(reading.summary), reading.outline
        return None

    def hear(self, told: Mapping[str, Encoded]) -> None:
        """Take from other processes what Python makes of files."""
        self._heard |= told

    def _source(self, path: str) -> SourceText | None:
        if path not in self.sources:
            self.sources[path] = self.overrides[path] if path in self.overrides else _read(path)
        return self.sources[path]

    def _parse(self, source: SourceText) -> Reading:
        try:
            return _parse_by_libcst(source) if self._by_libcst else self._parse_by_python(source)
        except ParseError as error:
            return _unparsable(source, error)

    def _parse_by_python(self, source: SourceText) -> Reading:
        if source.path in self._heard:
            encoded, outline = self._heard.pop(source.path)
            with suppress(RecursionError):
                return Reading(source, _summaries().decode(encoded), None, outline)
        try:
            text = self._read_by_python(source)
            return Reading(source, text.summary, None, text.outline())
        except UNREADABLE as error:
            former = self._by_python.get(source.path)
            change = None if former is None else change_in(former, source.text)
            if isinstance(error, SyntaxError) and error.lineno and change is not None and not can_parse(change.text):
                # What is newer than this Python would be in there.
                raise fault(source.text, error.msg, error.lineno, error.offset or 1) from error
            return _parse_by_libcst(source)

    def _read_by_python(self, source: SourceText) -> PythonText:
        """Read a text again where it has changed since Python could parse it last."""
        path = source.path
        text = python_text(source.text, self._by_python.get(path))
        self._by_python.pop(path, None)  # so that it is the newest
        self._by_python[path] = text
        return text


@cache
def _summaries() -> msgpack.Decoder[ir.Summary]:
    return msgpack.Decoder(ir.Summary)


def _read(path: str) -> SourceText | None:
    try:
        return read(path)
    except (OSError, SourceError):
        return None


def _say_the_same(one: Reading | None, other: Reading | None) -> bool:
    """Tell whether two states of a file have one summary."""
    if one is None or other is None or one.summary is None:
        return False
    return one.summary == other.summary


def _parse_by_libcst(source: SourceText) -> Reading:
    return Reading(source, parse(source.text, is_python=False).summary, None, None)


def _unparsable(source: SourceText, error: ParseError) -> Reading:
    error = error if source.notebook is None else _in_its_cell(error, source.notebook)
    return Reading(source, None, error, None)


def _in_its_cell(error: ParseError, notebook: Notebook) -> ParseError:
    """What is wrong with the first cell that can't be parsed: each is parsed alone when it runs."""
    for cell, first_row, text in notebook.parts():
        try:
            parse(text)
        except ParseError as own:
            position = Position(max(own.position.row + first_row - 1, cell.first_row), own.position.column)
            return ParseError(own.message, position)
    return error
