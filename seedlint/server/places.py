"""Places in files as the client counts them: from 0, in UTF-16 units unless it has asked for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from seedlint.reporting.report import Sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pygls.workspace import PositionCodec

    from seedlint.finding import Position, Span
    from seedlint.server.documents import Document
    from seedlint.sources.text import LineIndex


class Places:
    """Places in what is open, and in files beside it."""

    def __init__(self, documents: Iterable[Document], codec: PositionCodec) -> None:
        self._documents = {document.source.filename: document for document in documents}
        self.sources = Sources(document.source for document in self._documents.values())
        self._codec = codec

    def location(self, filename: str, cell: int | None, span: Span) -> types.Location:
        """Where a place is. Of a notebook that is not open only the file is known."""
        document = self._documents.get(filename)
        if document is not None:
            return types.Location(document.texts[cell].uri, self.range(filename, cell, span))
        uri = Path(filename).absolute().as_uri()
        start = types.Position(0, 0)
        return types.Location(uri, types.Range(start, start) if cell else self.range(filename, None, span))

    def range(self, filename: str, cell: int | None, span: Span) -> types.Range:
        """The characters of a span; where the file has changed or gone, as if each were one unit."""
        lines = self.sources.lines(filename, cell)
        return types.Range(self._position(lines, span.start), self._position(lines, span.end))

    def _position(self, lines: LineIndex | None, position: Position) -> types.Position:
        row, before = position.row - 1, position.column - 1
        if lines is None or position.row > len(lines):
            return types.Position(row, before)
        return types.Position(row, self._codec.client_num_units(lines.row(position.row)[:before]))


def meet(one: types.Range, other: types.Range) -> bool:
    """Whether two ranges share a place; the end of each counts."""
    return _key(one.start) <= _key(other.end) and _key(other.start) <= _key(one.end)


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
