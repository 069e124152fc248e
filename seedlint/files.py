"""The files that one run of the analysis reads, as it sees them: each once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seedlint.finding import Position
from seedlint.newest import Newest
from seedlint.program.parsing import ParseError, can_parse, fault, parse
from seedlint.program.python import UNREADABLE, change_in, python_text
from seedlint.sources.text import SourceError, SourceText, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seedlint.program import summary as ir
    from seedlint.program.python import PythonText
    from seedlint.sources.notebook import Notebook

_MOST_TREES: Final = 4
"""Of so many files Python's trees are kept: what is found in a text is placed soon after that was read."""


@dataclass(slots=True)
class Reading:
    """A file that was read: its text, its summary or what is wrong with it, and whether Python itself parsed it."""

    source: SourceText
    summary: ir.Summary | None
    error: ParseError | None
    is_python: bool


class Files:
    """Reads files when they are asked for. `overrides` are those that are to be seen otherwise than they are on the
    disk, or that it doesn't have, by absolute path. `by_libcst`: libcst parses all of them."""

    def __init__(self, overrides: Mapping[Path, SourceText], *, by_libcst: bool) -> None:
        self._by_libcst = by_libcst
        self.overrides = {str(path): source for path, source in overrides.items()}
        self.sources: dict[str, SourceText | None] = {}
        self._readings: dict[str, Reading | None] = {}
        self._by_python: dict[str, PythonText] = Newest(_MOST_TREES)

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

    def by_python(self, path: str) -> PythonText | None:
        """Return what Python itself makes of the file; None if it can't be read, or Python can't parse it."""
        source = self._source(path)
        try:
            return None if source is None else self._read_by_python(source)
        except UNREADABLE:
            return None

    def starts(self, path: str) -> Sequence[int]:
        """Return rows of the file, counted from 0, in which statements of its top level are known to begin."""
        text = None if self.summary(path) is None else self.by_python(path)
        return () if text is None else text.starts()

    def shown(self, path: str) -> str:
        """Return the name of the file for the user."""
        reading = self.read(path)
        return path if reading is None else reading.source.filename

    def change(self, changed: Mapping[str, SourceText]) -> bool:
        """See other texts of some files; tell whether any says something else than before. Comments and the like
        change nothing."""
        before = {path: self._readings.pop(path, None) for path in changed}
        self.overrides |= changed
        self.sources |= changed
        return not all(_say_the_same(reading, self.read(path)) for path, reading in before.items())

    def give_up(self, source: SourceText, error: ParseError) -> None:
        """Count a file that was read as one that can't be parsed."""
        self._readings[str(source.path)] = _unparsable(source, error)

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
        try:
            return Reading(source, self._read_by_python(source).summary, None, is_python=True)
        except UNREADABLE as error:
            former = self._by_python.get(str(source.path))
            change = None if former is None else change_in(former, source.text)
            if isinstance(error, SyntaxError) and error.lineno and change is not None and not can_parse(change.text):
                # What is newer than this Python would be in there.
                raise fault(source.text, error.msg, error.lineno, error.offset or 1) from error
            return _parse_by_libcst(source)

    def _read_by_python(self, source: SourceText) -> PythonText:
        """Read a text again where it has changed since Python could parse it last."""
        path = str(source.path)
        text = python_text(source.text, self._by_python.get(path))
        self._by_python.pop(path, None)  # so that it is the newest
        self._by_python[path] = text
        return text


def _read(path: str) -> SourceText | None:
    try:
        return read(Path(path))
    except (OSError, SourceError):
        return None


def _say_the_same(one: Reading | None, other: Reading | None) -> bool:
    """Tell whether two states of a file have one summary."""
    if one is None or other is None or one.summary is None:
        return False
    return one.summary == other.summary


def _parse_by_libcst(source: SourceText) -> Reading:
    return Reading(source, parse(source.text, is_python=False).summary, None, is_python=False)


def _unparsable(source: SourceText, error: ParseError) -> Reading:
    error = error if source.notebook is None else _in_its_cell(error, source.notebook)
    return Reading(source, None, error, is_python=False)


def _in_its_cell(error: ParseError, notebook: Notebook) -> ParseError:
    """What is wrong with the first cell that can't be parsed: each is parsed alone when it runs."""
    for cell, first_row, text in notebook.parts():
        try:
            parse(text)
        except ParseError as own:
            position = Position(max(own.position.row + first_row - 1, cell.first_row), own.position.column)
            return ParseError(own.message, position)
    return error
