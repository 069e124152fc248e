"""Adding to and removing from comma-separated lists: the arguments of a call, the names of an import."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from seedlint.rewrite.document import Change

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from seedlint.rewrite.document import Document


class Item(NamedTuple):
    """One item of a list: its own characters, and where its comma stands, if it has one."""

    start: int
    end: int
    comma: int | None


def items_of(document: Document, nodes: Sequence[cst.Arg | cst.ImportAlias]) -> list[Item]:
    """The places of arguments or imported names."""
    return [Item(*document.positions.span(node), _comma(document, node)) for node in nodes]


def _comma(document: Document, node: cst.Arg | cst.ImportAlias) -> int | None:
    if not isinstance(node.comma, cst.Comma):
        return None
    return document.positions.full_span(node.comma.whitespace_before, node)[1]


def append(document: Document, items: Sequence[Item], code: str) -> list[Change]:
    """Add `code` after the last of at least one item, in their layout and with their trailing comma."""
    last = items[-1]
    end = last.end if last.comma is None else last.comma + 1
    trailing = "" if last.comma is None else ","
    missing = "," if last.comma is None else ""
    if not _one_per_row(document, items):
        return [Change(end, end, f"{missing} {code}{trailing}")]
    row = document.row_start(last.start)
    new_row = f"{document.newline(row)}{document.text[row : last.start]}{code}{trailing}"
    if not document.rest_is_comment(end):
        return [Change(end, end, missing + new_row)]
    # A comment after the last item stays with it: the new row comes below.
    row_end = document.row_end(end)
    return [Change(end, end, missing)] * bool(missing) + [Change(row_end, row_end, new_row)]


def _one_per_row(document: Document, items: Sequence[Item]) -> bool:
    """Whether the last item begins a row, as does the one before it unless that is the first."""
    if not document.begins_row(items[-1].start):
        return False
    return len(items) < 3 or document.begins_row(items[-2].start)


def remove(document: Document, items: Sequence[Item], doomed: Collection[int]) -> list[Change]:
    """Take out the items with the numbers `doomed`, which are not all of them, with their commas.

    An item on rows of its own goes with its rows, comment included; comments elsewhere stay.
    """
    kept = max(number for number in range(len(items)) if number not in doomed)
    changes = []
    for number in sorted(doomed):
        if number < kept:
            changes.append(_remove_before_others(document, items[number], items[number + 1]))
        else:
            changes += _remove_at_end(document, items[number - 1], items[number], items[-1].comma is not None)
    return changes


def _remove_before_others(document: Document, item: Item, following: Item) -> Change:
    assert item.comma is not None  # another item follows
    after = item.comma + 1
    if rows := _own_rows(document, item, after):
        return rows
    if document.blank_between(after, following.start):
        return Change(item.start, following.start)
    return Change(item.start, _before_comment(document, after))


def _remove_at_end(document: Document, previous: Item, item: Item, has_trailing_comma: bool) -> list[Change]:
    """Take out an item that no kept one follows; a list that ended with a comma still does."""
    assert previous.comma is not None  # `item` follows
    after = item.end if item.comma is None else item.comma + 1
    # A list that ended without a comma still does: the last kept item loses its own.
    comma = [] if has_trailing_comma else [Change(previous.comma, previous.comma + 1)]
    if rows := _own_rows(document, item, after):
        return [*comma, rows]
    begin = previous.comma + 1
    if document.blank_between(begin, item.start):
        return [*comma, Change(begin, after)]
    return [*comma, Change(item.start, after)]


def _own_rows(document: Document, item: Item, after: int) -> Change | None:
    """The rows that hold the item, its comma and its comment alone."""
    row = document.row_start(item.start)
    is_continued = document.text[:row].rstrip("\r\n").endswith("\\")
    if document.begins_row(item.start) and document.rest_is_comment(after) and not is_continued:
        return Change(row, document.next_row(after))
    return None


def _before_comment(document: Document, offset: int) -> int:
    """Past the blanks after a comma, unless only a comment follows, which keeps its distance."""
    return offset if document.rest_is_comment(offset) else document.skip_blanks(offset)
