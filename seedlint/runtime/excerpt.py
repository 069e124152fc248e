"""Lines of the user's program, for the reports to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seedlint.sources.text import SourceError, read

if TYPE_CHECKING:
    from seedlint.runtime.result import Place

_LONGEST: Final = 200


def excerpt(place: Place) -> str:
    """The line at a place, without the blanks around it, and cut if it is very long; nothing where it can't be had."""
    try:
        source = read(place.filename)
        lines = source.notebook.lines(place.cell) if source.notebook and place.cell is not None else source.lines
        line = lines.row(place.row).strip() if lines is not None else ""
    except (OSError, SourceError, IndexError):
        return ""
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
