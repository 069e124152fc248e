"""What every output format is given."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from seedlint.finding import Span
from seedlint.reporting.terminal import Paint
from seedlint.sources.text import SourceError, is_notebook, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seedlint.finding import Finding, Fix, Position
    from seedlint.sources.text import LineIndex, SourceText


class Sources:
    """Files by their names. Those that were checked are known; others, which a finding may speak of too, are read
    when asked for."""

    def __init__(self, checked: Iterable[SourceText] = ()) -> None:
        self._sources: dict[str, SourceText | None] = {source.filename: source for source in checked}

    def lines(self, filename: str, cell: int | None) -> LineIndex | None:
        """The rows of a file, or of a notebook's cell; None if it can't be read."""
        source = self._source(filename)
        if source is None:
            return None
        return source.lines if cell is None or source.notebook is None else source.notebook.lines(cell)

    def in_file(self, filename: str, cell: int | None, span: Span) -> Span:
        """A place as one in the file's own text, which for a notebook is its JSON."""
        source = self._source(filename)
        if cell is None or source is None or source.notebook is None:
            return span
        return source.notebook.in_file(cell, span)

    def texts(self, filenames: Iterable[str]) -> dict[str, str]:
        """The programs in those of the files that can be read."""
        found = {filename: self._source(filename) for filename in filenames}
        return {filename: source.text for filename, source in found.items() if source is not None}

    def in_cell(self, finding: Finding) -> Finding:
        """The finding with its places in a notebook as those in the cells."""
        if not any(map(is_notebook, (finding.filename, *(place.filename for place in finding.related)))):
            return finding
        related = tuple(
            place._replace(cell=cell, span=span)
            for place in finding.related
            for cell, span in [self.placed(place.filename, place.span)]
        )
        cell, span = self.placed(finding.filename, finding.span)
        return finding._replace(cell=cell, span=span, related=related, fix=self._fix_in_cell(finding))

    def _fix_in_cell(self, finding: Finding) -> Fix | None:
        fix, source = finding.fix, self._source(finding.filename)
        if fix is None or source is None or source.notebook is None:
            return fix
        of_cells = source.notebook.cell_edits(fix.edits) or {}
        edits = [edit._replace(cell=cell.number) for cell, of_cell in of_cells.items() for edit in of_cell]
        return fix._replace(edits=tuple(edits))

    def placed(self, filename: str, span: Span) -> tuple[int | None, Span]:
        """The cell with a place of a notebook's program, and the place in it; of other files None, and the place."""
        source = self._source(filename)
        if source is None or source.notebook is None:
            return None, span
        start, end = (source.notebook.place(position) for position in (span.start, span.end))
        return start.cell.number, Span(start.position, end.position if end.cell is start.cell else start.position)

    def _source(self, filename: str) -> SourceText | None:
        if filename not in self._sources:
            try:
                self._sources[filename] = read(filename)
            except (OSError, SourceError):
                self._sources[filename] = None
        return self._sources[filename]


def shown_place(filename: str, cell: int | None, position: Position) -> str:
    """`train.py:2:1`, or `train.ipynb:cell 4:2:1`."""
    return f"{filename}:{'' if cell is None else f'cell {cell}:'}{position.row}:{position.column}"


class Report(NamedTuple):
    """`findings` are sorted and all that is left; `fixed` is how many are gone. `unsafe` says whether `--fix`
    may take unsafe fixes, `closing` whether a summary is wanted. `width` is in terminal columns; `root` is the
    directory that CI names files from."""

    findings: Sequence[Finding]
    sources: Sources
    root: str
    fixed: int = 0
    unsafe: bool = False
    closing: bool = True
    paint: Paint = Paint()
    width: int = 100

    def is_fixable(self, finding: Finding) -> bool:
        """Whether `--fix` mends the finding, with the options as given."""
        return finding.is_fixable(unsafe=self.unsafe)

    def path_in_root(self, filename: str) -> str:
        """A file's name from `root`, with `/` between its parts; of one that lies elsewhere the absolute name."""
        return os.path.abspath(filename).removeprefix(os.path.join(self.root, "")).replace(os.sep, "/")


def repository_root(directory: str) -> str:
    """The top of the repository that `directory` (absolute) is in, or else itself: what GitHub and GitLab name files
    from, wherever in it a job runs."""
    top = directory
    while not os.path.exists(os.path.join(top, ".git")):
        below, top = top, os.path.dirname(top)
        if top == below:
            return directory
    return top


def placed_message(finding: Finding) -> str:
    """The message; of a notebook's finding with its place in the cell before it, for those who show the file only."""
    if finding.cell is None:
        return finding.message
    return f"cell {finding.cell}, row {finding.span.start.row}: {finding.message}"
