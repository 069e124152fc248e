"""Where the nodes of a text stand, as Python's `ast` knows it.

That is there already, and libcst would have to parse the text first. `seedlint.rewrite.rewriter` says what is shown for
a node, and a test holds this to that.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from seedlint.finding import Position, Span

if TYPE_CHECKING:
    from seedlint.program.python import PythonText
    from seedlint.sources.text import LineIndex

_DEFINITION: Final = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+")


class Spans:
    """The places of the nodes of one text, by their numbers."""

    def __init__(self, lines: LineIndex, text: PythonText) -> None:
        self._lines = lines
        self._text = text

    def __call__(self, number: int) -> Span | None:
        """Return where the node is; of a chain of calls only the last, of a definition only its name. None if that
        is not known."""
        match self._text.node(number):
            case (ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() as node, below):
                return self._name(node, below)
            case (ast.Call(func=ast.Attribute() as function) as node, below) if not _is_dotted(function):
                end = self._end(function, below)
                return Span(Position(end.row, end.column - len(function.attr)), self._end(node, below))
            case (ast.stmt() | ast.expr() | ast.alias() as node, below):
                return Span(self._position(node.lineno + below, node.col_offset), self._end(node, below))
        return None

    def _name(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, below: int) -> Span | None:
        start = self._position(node.lineno + below, node.col_offset)
        found = _DEFINITION.match(self._lines.row(start.row), start.column - 1)
        if found is None:
            return None
        column = found.end() + 1
        return Span(Position(start.row, column), Position(start.row, column + len(node.name)))

    def _end(self, node: ast.stmt | ast.expr | ast.alias, below: int) -> Position:
        assert node.end_lineno is not None  # as it always is in what was parsed
        assert node.end_col_offset is not None
        return self._position(node.end_lineno + below, node.end_col_offset)

    def _position(self, row: int, offset: int) -> Position:
        line = self._lines.row(row)
        # `ast` counts bytes.
        return Position(row, (offset if line.isascii() else len(line.encode()[:offset].decode())) + 1)


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
