"""What every output format is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from seedlint.fixes.edits import is_applicable
from seedlint.reporting.terminal import Paint
from seedlint.sources.text import SourceError, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seedlint.finding import Finding
    from seedlint.sources.text import LineIndex, SourceText


class Sources:
    """The rows of files by their names. Those that were checked are known; others, which a finding may speak
    of too, are read when asked for."""

    def __init__(self, checked: Iterable[SourceText] = ()) -> None:
        self._lines: dict[str, LineIndex | None] = {source.filename: source.lines for source in checked}

    def lines(self, filename: str) -> LineIndex | None:
        """The rows of a file, or None if it can't be read."""
        if filename not in self._lines:
            try:
                self._lines[filename] = read(Path(filename)).lines
            except (OSError, SourceError):
                self._lines[filename] = None
        return self._lines[filename]


@dataclass(frozen=True, slots=True)
class Report:
    """`findings` are sorted and all that is left; `fixed` is how many are gone. `unsafe` says whether `--fix`
    may take unsafe fixes, `closing` whether a summary is wanted. `width` is in terminal columns."""

    findings: Sequence[Finding]
    sources: Sources = field(default_factory=Sources)
    fixed: int = 0
    unsafe: bool = False
    closing: bool = True
    paint: Paint = field(default_factory=Paint)
    width: int = 100

    def is_fixable(self, finding: Finding) -> bool:
        """Whether `--fix` mends the finding, with the options as given."""
        return is_applicable(finding.fix, unsafe=self.unsafe)
