"""What fixes change, as a diff: for `--diff`, and small, for one finding."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from seedlint.finding import Edit, Position, Span
from seedlint.fixes.edits import apply_edits, in_order
from seedlint.sources.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seedlint.sources.text import SourceText

# `patch` and git know no other end of a line.
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")


class Hunk(NamedTuple):
    """Rows of a text that a fix takes out and puts in; `old_row` and `new_row` number the first of each."""

    old_row: int
    old: tuple[str, ...]
    new_row: int
    new: tuple[str, ...]


def unified_diff(old: str, new: str, filename: str) -> Iterator[str]:
    """The lines, with their ends, of a diff that `patch` takes."""
    lines = difflib.unified_diff(_LINE.findall(old), _LINE.findall(new), filename, filename)
    for line in lines:
        yield line
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"


def source_diff(before: SourceText, after: SourceText) -> Iterator[str]:
    """The lines of a diff; of a notebook one diff for each cell that changes."""
    if before.notebook is None or after.notebook is None:
        yield from unified_diff(before.text, after.text, before.filename)
        return
    for old, new in zip(before.notebook.cells, after.notebook.cells, strict=True):
        yield from unified_diff(old.body, new.body, f"{before.filename}:cell {old.number}")


def hunks(lines: LineIndex, edits: Iterable[Edit]) -> Iterator[Hunk]:
    """The rows that `edits` change, without any around them."""
    moved = 0
    for group in _by_rows(in_order(edits)):
        first, last = group[0].span.start.row, max(edit.span.end.row for edit in group)
        old = [lines.row(row) for row in range(first, last + 1)]
        # Only these rows are rebuilt: a report may show a thousand fixes of one long file.
        changed = LineIndex(apply_edits("\n".join(old), (_moved_up(edit, first - 1, old) for edit in group)))
        new = [changed.row(row) for row in range(1, len(changed) + 1)]
        same_before = _common(old, new)
        same_after = _common(old[same_before:][::-1], new[same_before:][::-1])
        out = tuple(old[same_before : len(old) - same_after])
        put = tuple(new[same_before : len(new) - same_after])
        row = first + same_before
        if out or put:
            yield Hunk(row, out, row + moved, put)
        moved += len(put) - len(out)


def _by_rows(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """The edits in groups that share no row."""
    group: list[Edit] = []
    for edit in edits:
        if group and edit.span.start.row > max(other.span.end.row for other in group):
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _moved_up(edit: Edit, rows: int, lines: Sequence[str]) -> Edit:
    """The edit `rows` further up. A place in a row's newline, such as inside \\r\\n, is that row's end."""

    def place(position: Position) -> Position:
        row = position.row - rows
        return Position(row, min(position.column, len(lines[row - 1]) + 1))

    return Edit(Span(place(edit.span.start), place(edit.span.end)), edit.content)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items both begin with."""
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return same
