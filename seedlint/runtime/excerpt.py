"""Lines of the user's program, for the reports to show."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from seedlint.sources.text import SourceError, read

_LONGEST: Final = 200


def excerpt(filename: str, row: int) -> str:
    """The line of a file, without the blanks around it, and cut if it is very long; nothing where it can't be had."""
    try:
        line = read(Path(filename)).lines.row(row).strip()
    except (OSError, SourceError, IndexError):
        return ""
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
