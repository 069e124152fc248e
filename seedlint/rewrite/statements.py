"""Inserting rows before and after statements, in any block and on any layout of their row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

import libcst as cst

from seedlint.rewrite.document import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seedlint.rewrite.document import Document
    from seedlint.rewrite.tree import BlockStatement

# What holds the small statements that `;` separates.
Row: TypeAlias = "cst.SimpleStatementLine | cst.SimpleStatementSuite"

# Comments that say something about the file or the cell below them and not about the next statement.
_MARKER: Final = re.compile(r"#!|#.*coding[:=]|#\s*%%|#\s*In\s*\[|#\s*<codecell>")


def insert_before(document: Document, node: cst.CSTNode, lines: Sequence[str]) -> Sequence[Change] | None:
    """Insert rows that run just before `node`; None if it is no statement.

    The comments right above a statement stay with it. One behind a `;` or a colon gets a row of its own.
    """
    row, number = _place_in_row(document, node)
    if row is None:
        return _insert_above(document, node, lines)
    if number:
        return [*_open_suite(document, row, ()), _split(document, row, number, lines)]
    if isinstance(row, cst.SimpleStatementSuite):
        return _open_suite(document, row, lines)
    return _insert_above(document, row, lines)


def insert_after(document: Document, node: cst.CSTNode, lines: Sequence[str]) -> Sequence[Change] | None:
    """Insert rows that run just after `node`; None if it is no statement.

    A comment that ends the statement's row stays there.
    """
    row, number = _place_in_row(document, node)
    if row is None:
        return _insert_below(document, node, lines) if document.tree.block(node) is not None else None
    if node is not row and number + 1 < len(row.body):
        return [*_open_suite(document, row, ()), _split(document, row, number + 1, lines)]
    return [*_open_suite(document, row, ()), *_insert_below(document, row, lines)]


def row_start(document: Document, statement: BlockStatement) -> int:
    """Where the first row of a statement of a block begins: its decorators', if it has any."""
    if statement.leading_lines:
        start = document.positions.full_span(statement.leading_lines[-1], statement)[1]
    else:
        start = document.positions.full_span(statement)[0]
    return document.row_start(start)


def comments_start(document: Document, statement: BlockStatement) -> int:
    """Where the comments right above a statement begin, those at its indent; else where its row begins."""
    start = row_start(document, statement)
    first = document.module.body[0]
    lowest = 0 if statement is first else document.positions.full_span(statement)[0]
    indent = document.tree.indent(statement)
    for begin, end in reversed(document.rows(lowest, start)):
        text = document.text[begin:end]
        if not text.startswith(f"{indent}#") or _MARKER.match(text, len(indent)):
            break
        start = begin
    return start


class Verbatim(str):
    """A row that starts inside a string: it is written as it is, at any indent."""

    __slots__ = ()


def indented(lines: Iterable[str], indent: str) -> list[str]:
    """Rows at an indent; empty ones stay empty."""
    return [line if not line or isinstance(line, Verbatim) else f"{indent}{line}" for line in lines]


def suite_indent(document: Document, suite: cst.SimpleStatementSuite) -> str:
    """The indent that the code after a colon gets on rows of its own."""
    owner = document.tree.statement(_owner(document, suite))
    assert owner is not None  # a suite belongs to a compound statement
    return document.tree.indent(owner) + document.module.default_indent


def row_indent(document: Document, row: cst.CSTNode) -> str:
    """The indent of the rows that may stand beside a statement of a block, or beside code after a colon."""
    if isinstance(row, cst.SimpleStatementSuite):
        return suite_indent(document, row)
    return document.tree.indent(row)


def _owner(document: Document, suite: cst.SimpleStatementSuite) -> cst.CSTNode:
    owner = document.tree.parent(suite)
    assert owner is not None  # only the module has none
    return owner


def _place_in_row(document: Document, node: cst.CSTNode) -> tuple[Row | None, int]:
    """The row that a small statement, or a row itself, stands in, and its number there."""
    if isinstance(node, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
        return node, 0
    row = document.tree.parent(node)
    if isinstance(node, cst.BaseSmallStatement) and isinstance(
        row, (cst.SimpleStatementLine, cst.SimpleStatementSuite)
    ):
        return row, next(number for number, small in enumerate(row.body) if small is node)
    return None, 0


def _insert_above(document: Document, node: cst.CSTNode, lines: Sequence[str]) -> Sequence[Change] | None:
    if document.tree.block(node) is None:
        return None
    assert isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    start = comments_start(document, node)
    newline = document.newline(start)
    rows = indented(lines, document.tree.indent(node))
    return [Change(start, start, "".join(row + newline for row in rows))]


def _insert_below(document: Document, node: cst.CSTNode, lines: Sequence[str]) -> list[Change]:
    """Insert rows below a statement of a block, or below a suite whose code has got a row of its own."""
    end = document.positions.full_span(node)[1]
    rows = indented(lines, row_indent(document, node))
    if document.text.endswith(("\n", "\r"), 0, end):
        newline = document.newline(end - 1)
        return [Change(end, end, "".join(row + newline for row in rows))]
    # The file's last row has no newline: the new last one has none either.
    newline = document.module.default_newline
    return [Change(end, end, "".join(newline + row for row in rows))]


def _open_suite(document: Document, row: Row, lines: Sequence[str]) -> list[Change]:
    """Put the code after a colon on a row of its own, with rows above it; nothing to do for any other row."""
    if isinstance(row, cst.SimpleStatementLine):
        return []
    start, end = document.positions.full_span(row.leading_whitespace, row)
    indent = suite_indent(document, row)
    rows = [*indented(lines, indent), indent]
    newline = document.newline(start)
    return [Change(start, end, "".join(newline + row for row in rows))]


def _split(document: Document, row: Row, number: int, lines: Sequence[str]) -> Change:
    """Break a row before its small statement `number` and put rows between the halves."""
    start = document.positions.span(row.body[number - 1])[1]
    end = document.positions.span(row.body[number])[0]
    indent = row_indent(document, row)
    newline = document.newline(start)
    rows = [*indented(lines, indent), indent]
    return Change(start, end, "".join(newline + row for row in rows))
