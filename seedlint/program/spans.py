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
    from collections.abc import Sequence

    from seedlint.sources.text import LineIndex

_DEFINITION: Final = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+")


class Spans:
    """The places of the nodes of one text, `nodes` by their numbers, None for such as don't know their place."""

    def __init__(self, lines: LineIndex, nodes: Sequence[ast.AST | None]) -> None:
        self._lines = lines
        self._nodes = nodes

    def __call__(self, number: int) -> Span | None:
        """Return where the node is; of a chain of calls only the last, of a definition only its name. None if that
        is not known."""
        match self._nodes[number]:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() as node:
                return self._name(node)
            case ast.Call(func=ast.Attribute() as function) as node if not _is_dotted(function):
                start = self._position(function.end_lineno, function.end_col_offset)
                end = self._position(node.end_lineno, node.end_col_offset)
                return Span(Position(start.row, start.column - len(function.attr)), end)
            case ast.stmt() | ast.expr() | ast.alias() as node:
                start = self._position(node.lineno, node.col_offset)
                return Span(start, self._position(node.end_lineno, node.end_col_offset))
        return None

    def _name(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Span | None:
        start = self._position(node.lineno, node.col_offset)
        found = _DEFINITION.match(self._lines.row(start.row), start.column - 1)
        if found is None:
            return None
        column = found.end() + 1
        return Span(Position(start.row, column), Position(start.row, column + len(node.name)))

    def _position(self, row: int | None, offset: int | None) -> Position:
        assert row is not None  # as it always is in what was parsed
        assert offset is not None
        line = self._lines.row(row)
        # `ast` counts bytes.
        return Position(row, (offset if line.isascii() else len(line.encode()[:offset].decode())) + 1)


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
