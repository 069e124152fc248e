"""Moving a statement to another place, at the indent of that place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from seedlint.rewrite.deletion import before_newline, delete
from seedlint.rewrite.statements import Verbatim, comments_start, insert_before, row_indent, row_start
from seedlint.rewrite.tree import walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.rewrite.document import Change, Document
    from seedlint.rewrite.tree import BlockStatement


def move_before(document: Document, statement: cst.CSTNode, other: cst.CSTNode) -> Sequence[Change] | None:
    """Move `statement` to just before `other`; none if it is there already.

    It takes its trailing comment along, and the comments above it if they are a paragraph of their own
    with it. None if either is no statement, or `other` is part of `statement`.
    """
    statement = _whole_row(document, statement)
    other = _whole_row(document, other)
    if statement is other or any(ancestor is statement for ancestor in document.tree.ancestors(other)):
        return None
    if document.tree.following(statement) is other:
        return ()
    lines = _moved_lines(document, statement)
    deleted = delete(document, [statement], start_of=_paragraph_start)
    inserted = None if lines is None else insert_before(document, other, lines)
    if deleted is None or inserted is None:
        return None
    if any(i.start < d.end and d.start < i.end for i in inserted for d in deleted):
        return None
    return [*inserted, *deleted]


def _whole_row(document: Document, node: cst.CSTNode) -> cst.CSTNode:
    """The row that a small statement has for itself; else the node."""
    row = document.tree.parent(node)
    return row if isinstance(row, cst.SimpleStatementLine) and len(row.body) == 1 else node


def _moved_lines(document: Document, statement: cst.CSTNode) -> list[str] | None:
    """The rows of a statement, without the indent of its block; None if it is no statement."""
    row = document.tree.parent(statement)
    if isinstance(row, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
        start, end = document.positions.span(statement)
        if len(row.body) == 1:
            end = document.row_end(end)  # its trailing comment is its own
        return _unindented(document, statement, start, end, row_indent(document, row))
    if document.tree.block(statement) is None:
        return None
    assert isinstance(statement, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    start = _paragraph_start(document, statement)
    end = before_newline(document, document.positions.full_span(statement)[1])
    return _unindented(document, statement, start, end, document.tree.indent(statement))


def _unindented(document: Document, statement: cst.CSTNode, start: int, end: int, indent: str) -> list[str]:
    """The rows of a text without the indent that they have; those that start inside a string as they are."""
    inside = _rows_in_strings(document, statement)
    lines = []
    for row, row_end in document.rows(start, end):
        line = document.text[row:row_end].rstrip("\r\n")
        lines.append(Verbatim(line) if row in inside else line.removeprefix(indent))
    return lines


def _rows_in_strings(document: Document, statement: cst.CSTNode) -> set[int]:
    """Where the rows begin whose start is inside a string."""
    rows: set[int] = set()
    for node in walk(statement):
        if isinstance(node, (cst.SimpleString, cst.FormattedString)):
            start, end = document.positions.span(node)
            rows.update(begin for begin, _ in document.rows(start, end)[1:])
    return rows


def _paragraph_start(document: Document, statement: BlockStatement) -> int:
    """Where the comments above a statement begin if blank rows part both from the rest, else its row."""
    start = row_start(document, statement)
    comments = comments_start(document, statement)
    siblings = document.tree.siblings(statement)
    if comments == start or len(siblings) == 1:
        return start
    end = document.positions.full_span(statement)[1]
    row_above = document.text[document.row_start(max(comments - 1, 0)) : comments]
    row_below = document.text[end : document.next_row(end)]
    opens = not row_above.strip() or statement is siblings[0]
    closes = not row_below.strip() or statement is siblings[-1]
    return comments if opens and closes else start
