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
    from seedlint.sources.text import LineIndex

_DEFINITION: Final = r"(?:async[ \t]+)?(?:def|class)[ \t]+"


def span_of(lines: LineIndex, node: ast.AST, below: int) -> Span | None:
    """Return where a node of a text with these `lines` is, so many rows `below` what it says; of a chain of calls only
    the last, of a definition only its name. None if that is not known."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return _name(lines, node, below)
        case ast.Call(func=ast.Attribute() as function) if not _is_dotted(function):
            end = _end(lines, function, below)
            return Span(Position(end.row, end.column - len(function.attr)), _end(lines, node, below))
        case ast.stmt() | ast.expr() | ast.alias():
            return Span(_position(lines, node.lineno + below, node.col_offset), _end(lines, node, below))
    return None


def _name(lines: LineIndex, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, below: int) -> Span | None:
    start = _position(lines, node.lineno + below, node.col_offset)
    found = re.compile(_DEFINITION).match(lines.row(start.row), start.column - 1)
    if found is None:
        return None
    column = found.end() + 1
    return Span(Position(start.row, column), Position(start.row, column + len(node.name)))


def _end(lines: LineIndex, node: ast.stmt | ast.expr | ast.alias, below: int) -> Position:
    assert node.end_lineno is not None  # as it always is in what was parsed
    assert node.end_col_offset is not None
    return _position(lines, node.end_lineno + below, node.end_col_offset)


def _position(lines: LineIndex, row: int, offset: int) -> Position:
    line = lines.row(row)
    # `ast` counts bytes.
    return Position(row, (offset if line.isascii() else len(line.encode()[:offset].decode())) + 1)


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
