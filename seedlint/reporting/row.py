"""A row of code as a terminal shows it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import Final
from unicodedata import category, east_asian_width

_TAB: Final = 4
_CUT: Final = "…"
# These would show the rest of the row in another order than Python reads it.
_BIDIRECTIONAL: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str) -> str:
    """One row of text as it can be shown anywhere: tabs as spaces, control characters as their pictures."""
    return "".join(_cells(text))


def crop(text: str, start: int, end: int, width: int) -> tuple[str, int, int]:
    """One row of source for a terminal `width` columns wide, and the columns, from 0, at which its characters
    `start` to `end` begin and end there. Tabs become spaces, control characters their pictures. A row that
    is too wide is cut so that `start` can be seen."""
    # No more than this can be seen, and a row may be a megabyte long.
    low, high = max(start - width, 0), min(start + width, len(text))
    cells = _cells(text[low:high])
    edges = [0, *accumulate(map(_width, cells))]
    start, end = start - low, max(min(end, high), start) - low
    is_whole = high - low == len(text)
    first, last = 0, len(cells)
    if not is_whole or edges[-1] > width:
        # A little of what stands before is kept, and more where the row ends soon.
        first = bisect_left(edges, min(edges[start] - width // 4, edges[-1] - width + 1))
        is_cut = first + low > 0
        last = bisect_right(edges, edges[first] + width - is_cut) - 1
        if last + low < len(text):
            last = bisect_right(edges, edges[first] + width - is_cut - 1) - 1
    before = _CUT if first + low > 0 else ""
    after = _CUT if last + low < len(text) else ""
    begin = len(before) + edges[start] - edges[first]
    finish = len(before) + edges[min(end, last)] - edges[first]
    return before + "".join(cells[first:last]) + after, begin, max(finish, begin)


def _cells(text: str) -> list[str]:
    """Each character as it is shown."""
    cells: list[str] = []
    column = 0
    for character in text:
        if character == "\t":
            cell = " " * (_TAB - column % _TAB)
        elif character < " ":
            cell = chr(0x2400 + ord(character))
        elif category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _BIDIRECTIONAL:
            cell = "\ufffd"
        else:
            cell = character
        cells.append(cell)
        column += _width(cell)
    return cells


def _width(cell: str) -> int:
    """The columns that a character, or the spaces of a tab, take up."""
    if len(cell) != 1:
        return len(cell)
    if category(cell) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(cell) in "WF" else 1
