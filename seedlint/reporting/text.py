"""`--output-format text`, the default: each finding with its source, its related places and its fix."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from seedlint.reporting.report import shown_place
from seedlint.reporting.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seedlint.finding import Finding, Fix, Span
    from seedlint.reporting.report import Report
    from seedlint.reporting.terminal import Colour
    from seedlint.sources.text import LineIndex

_MOST_ROWS: Final = 4
_MOST_RELATED: Final = 8
_NARROWEST: Final = 20


def render(report: Report) -> str:
    """Every finding, with a blank line after it, and the summary if one is wanted."""
    blocks = ["".join(f"{line}\n" for line in _finding(finding, report)) for finding in report.findings]
    if report.closing:
        blocks.append(f"{summary(report)}\n")
    return "\n".join(blocks)


def summary(report: Report) -> str:
    """One line that says what was found, fixed, and can be fixed."""
    fixed = f"Fixed {counted(report.fixed, 'finding')}. " if report.fixed else ""
    if not report.findings:
        return fixed + ("Nothing is left." if fixed else "All checks passed!")
    severities = Counter(finding.severity for finding in report.findings)
    counts = [counted(count, severity) for severity, count in sorted(severities.items())]
    found = f"{fixed}Found {' and '.join(filter(None, [', '.join(counts[:-1]), counts[-1]]))}"
    with_fix = sum(report.is_fixable(finding) for finding in report.findings)
    more = sum(finding.is_fixable(unsafe=True) for finding in report.findings) - with_fix
    if with_fix and report.unsafe:
        found += f"; {with_fix} fixable with --fix --unsafe-fixes"
    elif with_fix:
        found += f"; {with_fix} fixable with --fix" + (f" ({more} more with --unsafe-fixes)" if more else "")
    elif more:
        found += f"; {more} fixable with --fix --unsafe-fixes"
    return f"{found}."


def _finding(finding: Finding, report: Report) -> Iterator[str]:
    """The lines for one finding."""
    from seedlint.reporting.concise import headline  # where nothing is found nobody asks

    possible = " (possible)" if finding.certainty == "possible" else ""
    yield headline(finding, report) + possible
    related = finding.related[:_MOST_RELATED]
    rows = [finding.span.end.row, *(place.span.end.row for place in related)]
    if finding.fix:
        rows += [edit.span.end.row + edit.content.count("\n") for edit in finding.fix.edits]
    page = _Page(report, len(str(max(rows))))
    colour: Colour = "yellow" if finding.severity == "warning" else "red"
    yield from page.source(finding.filename, finding.cell, finding.span, colour)
    for place in related:
        yield page.note(f"{shown_place(place.filename, place.cell, place.span.start)}: {place.message}")
        yield from page.source(place.filename, place.cell, place.span, "blue")
    if hidden := len(finding.related) - len(related):
        yield page.note(f"and {counted(hidden, 'more place')} (`--output-format json` lists all)")
    if finding.fix:
        yield page.note(f"fix ({finding.fix.applicability}): {finding.fix.message}")
        yield from page.diff(finding, finding.fix)


class _Page:
    """Lines with row numbers before them, no wider than the terminal."""

    def __init__(self, report: Report, gutter: int) -> None:
        self._sources = report.sources
        self._paint = report.paint
        self._gutter = gutter
        self._width = max(report.width - gutter - len(" | "), _NARROWEST)

    def _crop(self, text: str, start: int, end: int) -> tuple[str, int, int]:
        from seedlint.reporting.row import crop  # most runs show no code

        return crop(text, start, end, self._width)

    def note(self, text: str) -> str:
        """A remark that belongs to the finding above it."""
        return f"{' ' * self._gutter} {self._paint('=', 'blue', 'bold')} {text}"

    def source(self, filename: str, cell: int | None, span: Span, colour: Colour) -> Iterator[str]:
        """The rows of a span, of a long one the first and the last, with what belongs to it underlined.
        Nothing if the file can't be read."""
        lines = self._sources.lines(filename, cell)
        if lines is None:
            return
        rows = list(_rows(span))
        shown = rows if len(rows) <= _MOST_ROWS else [*rows[: _MOST_ROWS - 2], rows[-1]]
        for row in shown:
            if row != rows[0] and row - 1 not in shown:
                yield self._row("", ":", "...", "dim")
            text, begin, end = self._crop(*_marked(lines, span, row))
            yield self._row(str(row), "|", text)
            yield self._row("", "|", " " * begin + self._paint("^" * max(end - begin, 1), colour, "bold"))

    def diff(self, finding: Finding, fix: Fix) -> Iterator[str]:
        """The rows that a fix takes out, and those that it puts in; of a notebook's other cells with their number."""
        from seedlint.fixes.diff import hunks  # most runs show no fix
        from seedlint.fixes.edits import in_order

        shown = finding.cell
        for cell, edits in groupby(in_order(fix.edits), key=lambda edit: edit.cell):
            lines = self._sources.lines(finding.filename, cell)
            for hunk in () if lines is None else hunks(lines, edits):
                if cell != shown:
                    yield self.note(f"cell {cell}")
                    shown = cell
                yield from self._side(hunk.old_row, hunk.old, hunk.new, "-", "red")
                yield from self._side(hunk.new_row, hunk.new, hunk.old, "+", "green")

    def _side(
        self, first: int, texts: Sequence[str], others: Sequence[str], sign: str, colour: Colour
    ) -> Iterator[str]:
        for index, text in enumerate(texts):
            # A long row is shown where it begins to differ.
            start = _same(text, others[index]) if len(texts) == len(others) else 0
            shown, _, _ = self._crop(text, start, len(text))
            yield self._row(str(first + index), sign, shown, colour)

    def _row(self, number: str, sign: str, text: str, colour: Colour = "blue") -> str:
        paint = self._paint
        sign_colour: Colour = "blue" if sign in "|:" else colour
        body = text if sign == "|" else paint(text, colour)
        return f"{paint(number.rjust(self._gutter), 'blue')} {paint(sign, sign_colour)} {body}".rstrip()


def _rows(span: Span) -> range:
    """The rows that a span has characters in; an empty one's row."""
    ends_before = span.end.column == 1 and span.end.row > span.start.row
    return range(span.start.row, span.end.row + (not ends_before))


def _marked(lines: LineIndex, span: Span, row: int) -> tuple[str, int, int]:
    """A row's text, and the characters of it, from 0, between which the span lies, without indentation."""
    text = lines.row(row)
    start = span.start.column - 1 if row == span.start.row else len(text) - len(text.lstrip())
    end = span.end.column - 1 if row == span.end.row else len(text.rstrip())
    start = min(start, len(text))
    return text, start, max(min(end, len(text)), start)


def _same(one: str, other: str) -> int:
    """How many characters both begin with."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))
