"""Deleting statements of any block, alone or several together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from seedlint.rewrite.document import Change
from seedlint.rewrite.statements import row_start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from seedlint.rewrite.document import Document
    from seedlint.rewrite.statements import Row
    from seedlint.rewrite.tree import Block, BlockStatement


class _Doomed(NamedTuple):
    """What is to go: small statements of a row (by its identity), and whole statements of a block."""

    small: dict[int, tuple[Row, set[int]]]
    whole: dict[int, tuple[Block, set[int]]]


def delete(
    document: Document,
    nodes: Iterable[cst.CSTNode],
    *,
    start_of: Callable[[Document, BlockStatement], int] = row_start,
    tidy: bool = True,
) -> Sequence[Change] | None:
    """Delete statements together; None if one is no statement of a block or of a row.

    A statement that has its rows for itself goes with its trailing comment; comments on rows above
    stay. A block or a suite that loses all it has gets a `pass`. Of the blank rows above and below, the
    smaller number goes, if `tidy`. `start_of` says where that which goes with a statement begins.
    """
    doomed = _Doomed({}, {})
    asked = {id(node): node for node in nodes}
    for node in asked.values():
        goes_anyway = any(id(ancestor) in asked for ancestor in document.tree.ancestors(node))
        if not goes_anyway and not _doom(document, node, doomed):
            return None
    changes: list[Change] = []
    for row, numbers in doomed.small.values():
        changes += _delete_small(document, row, numbers)
    for block, numbers in doomed.whole.values():
        changes += _delete_whole(document, block, numbers, start_of, tidy)
    return changes


def _doom(document: Document, node: cst.CSTNode, doomed: _Doomed) -> bool:
    """Note a statement as one to delete; False if it is none."""
    parent = document.tree.parent(node)
    if isinstance(parent, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
        if not isinstance(node, cst.BaseSmallStatement):
            return False
        _, numbers = doomed.small.setdefault(id(parent), (parent, set()))
        numbers.add(parent.body.index(node))
        if len(numbers) < len(parent.body) or isinstance(parent, cst.SimpleStatementSuite):
            return True
        del doomed.small[id(parent)]  # nothing is left of the row
        return _doom(document, parent, doomed)
    if isinstance(node, cst.SimpleStatementSuite):
        doomed.small[id(node)] = (node, set(range(len(node.body))))
        return True
    if isinstance(parent, (cst.Module, cst.IndentedBlock)):
        _, numbers = doomed.whole.setdefault(id(parent), (parent, set()))
        numbers.add(parent.body.index(node))
        doomed.small.pop(id(node), None)
        return True
    return False


def _delete_small(document: Document, row: Row, doomed: set[int]) -> list[Change]:
    """Take small statements out of a row, each with one `;`; all that a suite has become `pass`."""
    places = [document.positions.span(small) for small in row.body]
    if len(doomed) == len(places):
        return [Change(places[0][0], document.row_end(places[-1][1]), "pass")]
    first_kept = min(number for number in range(len(places)) if number not in doomed)
    changes = []
    for number in sorted(doomed):
        if number < first_kept:
            changes.append(Change(places[number][0], places[number + 1][0]))
        else:
            changes.append(Change(places[number - 1][1], places[number][1]))
    return changes


def _delete_whole(
    document: Document,
    block: Block,
    doomed: set[int],
    start_of: Callable[[Document, BlockStatement], int],
    tidy: bool,
) -> list[Change]:
    """Take statements out of a block, run by run of neighbours."""
    first = _statement(block, 0)
    changes = []
    if isinstance(block, cst.IndentedBlock) and len(doomed) == len(block.body):
        start = row_start(document, first) + len(document.tree.indent(first))
        end = document.positions.full_span(first)[1]
        changes.append(Change(start, before_newline(document, end), "pass"))
        doomed = doomed - {0}
    statements = [_statement(block, number) for number in sorted(doomed)]
    places = [(start_of(document, statement), statement) for statement in statements]
    for start, end in _runs(document, places):
        opens_block = start == start_of(document, first)
        changes.append(_delete_rows(document, start, end, opens_block) if tidy else Change(start, end))
    return changes


def _statement(block: Block, number: int) -> BlockStatement:
    statement = block.body[number]
    assert isinstance(statement, (cst.SimpleStatementLine, cst.BaseCompoundStatement))  # as all of a block's are
    return statement


def _runs(document: Document, places: Sequence[tuple[int, BlockStatement]]) -> list[tuple[int, int]]:
    """The rows of doomed statements; those with nothing but blank rows between them as one."""
    runs: list[tuple[int, int]] = []
    for start, statement in places:
        end = document.positions.full_span(statement)[1]
        if runs and not document.text[runs[-1][1] : start].strip():
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


def _delete_rows(document: Document, start: int, end: int, opens_block: bool) -> Change:
    """Delete whole rows, and the blank rows below for which there are as many above.

    Where a block opens with the deleted rows, all blank rows below go.
    """
    text = document.text
    if end == len(text):
        return _delete_to_end(document, start)
    above, begin = 0, start
    while begin > 0 and not text[document.row_start(begin - 1) : begin].strip():
        begin = document.row_start(begin - 1)
        above += 1
    has_comment_above = text[document.row_start(max(begin - 1, 0)) : begin].lstrip().startswith("#")
    for row, row_end in document.rows(end, len(text)):
        if text[row:row_end].strip() or not (above > 0 or (opens_block and not has_comment_above)):
            break
        above -= 1
        end = row_end
    return Change(start, end)


def _delete_to_end(document: Document, start: int) -> Change:
    """Delete the last rows of the file, the blank ones above them, and leave the last newline as it was."""
    text = document.text
    kept = text[:start].rstrip()
    if kept.endswith("\\"):  # the row after a backslash belongs to it, blank as it may be
        return Change(start, len(text))
    begin = len(kept)
    if text.endswith(("\n", "\r")) and kept:
        begin = document.next_row(begin)
    return Change(min(begin, start), len(text))


def before_newline(document: Document, end: int) -> int:
    """`end`, or where the newline begins that ends there."""
    if document.text.endswith("\r\n", 0, end):
        return end - 2
    return end - 1 if document.text.endswith(("\n", "\r"), 0, end) else end
