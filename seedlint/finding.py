"""What seedlint reports: plain data, so that it can be cached, sorted and passed between processes.

Places in a notebook are those in the text of its program, with `cell` None; when they are shown, those in the
cell with the number `cell`.
"""

# Annotations that are texts would be compiled, one by one, for each of these tuples: half of what a start has for them.
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
Certainty = Literal["certain", "possible"]
Applicability = Literal["safe", "unsafe", "display"]


class Position(NamedTuple):
    """A place in a decoded text; row and column count from 1, in characters."""

    row: int
    column: int


class Span(NamedTuple):
    """The characters from `start` up to, not including, `end`."""

    start: Position
    end: Position


class Edit(NamedTuple):
    """Replace the characters of `span` with `content`; an empty span inserts."""

    span: Span
    content: str
    cell: int | None = None


class Fix(NamedTuple):
    """Edits to the finding's own file that mend the finding together.

    `safe` edits keep the program running and change at most the choice of random numbers, `unsafe`
    ones may change more, `display` ones are shown and never applied.
    """

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]


class Related(NamedTuple):
    """Another place that the finding speaks of, in any file."""

    filename: str
    span: Span
    message: str
    cell: int | None = None


class Finding(NamedTuple):
    """One fault at one place. `streams` are the names of DESIGN.md's streams that it concerns, `fingerprint` is what
    it is known by from run to run, where that is asked for (`fingerprint.fingerprinted`)."""

    code: str
    name: str
    message: str
    severity: Severity
    certainty: Certainty
    filename: str
    span: Span
    streams: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    cell: int | None = None
    fingerprint: str = ""

    def is_fixable(self, *, unsafe: bool) -> bool:
        """Whether `--fix`, or with `unsafe` also `--unsafe-fixes`, mends it."""
        return self.fix is not None and self.fix.applicability in (("safe", "unsafe") if unsafe else ("safe",))

    @property
    def sort_key(self) -> tuple[str, Span, str, str]:
        """The order of every output: file, row, column, code."""
        return (self.filename, self.span, self.code, self.message)
