"""Lines of the user's program, for the reports to show."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from seedlint.sources.text import SourceError, read

_LONGEST: Final = 200


def excerpt(filename: str, row: int, cell: int | None) -> str:
    """The line of a file, or of a cell of a notebook, without the blanks around it, and cut if it is very long;
    nothing where it can't be had."""
    try:
        source = read(Path(filename))
        lines = source.notebook.lines(cell) if source.notebook is not None and cell is not None else source.lines
        line = lines.row(row).strip() if lines is not None else ""
    except (OSError, SourceError, IndexError):
        return ""
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
