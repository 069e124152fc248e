"""`--add-noqa`: a comment at each finding that is left, so that from then on only new ones are reported."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from seedlint.finding import Edit, Position, Span
from seedlint.fixes import FixResult
from seedlint.fixes.edits import edit_source
from seedlint.fixes.loop import fix_until_stable, gone
from seedlint.suppression import directives, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from seedlint.finding import Finding
    from seedlint.sources.text import SourceText
    from seedlint.suppression import Directive

_UNUSED: Final = "SEED002"


def is_reason(reason: str) -> bool:
    """Whether a text can stand behind a directive's codes and be no part of it."""
    read = directives(f"0{_directive(['SEED001'], reason)}")
    return reason.isprintable() and len(read) == 1 and read[0].codes == ("SEED001",)


def suppress(
    check: Callable[[Sequence[SourceText]], Iterable[Finding]], files: Sequence[SourceText], reason: str
) -> FixResult:
    """Add a `# noqa` with its code to the row of each finding of `check`, and behind it the reason. Comments that
    suppress nothing are taken out first, as to suppress that would help nobody. What is left in the end can't be
    suppressed by a comment, as in a row of a notebook that is no Python."""

    def with_own_fixes_only(sources: Sequence[SourceText]) -> list[Finding]:
        found = check(sources)
        return [finding if finding.code == _UNUSED else finding._replace(fix=None) for finding in found]

    tidied = fix_until_stable(with_own_fixes_only, files, unsafe=False)
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in tidied.findings:
        found[finding.filename].append(finding)
    sources = tuple(edit_source(source, comments(source, found[source.filename], reason)) for source in tidied.sources)
    left = tuple(check(sources))
    return FixResult(sources, left, gone(tidied.findings, left), tidied.failures)


def comments(source: SourceText, findings: Iterable[Finding], reason: str) -> tuple[Edit, ...]:
    """The edits that suppress the findings, which are in `source` and not suppressed yet, as far as can be."""
    row_for_comment = _Rows(source.text)
    codes: defaultdict[int, set[str]] = defaultdict(set)
    for finding in findings:
        row = row_for_comment(finding.span.start.row)
        if row is not None and _is_own_text(source, finding.span.start, row):
            codes[row].add(finding.code)
    joinable = {directive.span.start.row: directive for directive in directives(source.text) if directive.codes}
    return tuple(_comment(source, row, codes[row], joinable.get(row), reason) for row in sorted(codes))


class _Rows:
    """The rows of a text at whose end a comment can stand, by statement."""

    def __init__(self, text: str) -> None:
        self._statements = [(each.rows, each.open_ends) for each in statements(text) if each.rows]

    def __call__(self, row: int) -> int | None:
        """The first such row from `row` on, in the same statement."""
        number = bisect_right(self._statements, row, key=lambda statement: statement[0][0])
        (_, last), open_ends = self._statements[number - 1] if number else ((0, 0), ())
        return next((end for end in open_ends if end >= row), None) if row <= last else None


def _is_own_text(source: SourceText, start: Position, row: int) -> bool:
    """Whether the file has, from a finding up to the end of a row, the text in which it was found: a notebook's magics
    are not what is read in their stead."""
    if source.notebook is None:
        return True
    end = Position(row, len(source.lines.row(row)) + 1)
    return source.notebook.cell_edits([Edit(Span(start, end), "")]) is not None


def _comment(source: SourceText, row: int, codes: Iterable[str], joined: Directive | None, reason: str) -> Edit:
    """The edit that adds codes to the directive of a row, or a directive to its end."""
    line = source.lines.row(row)
    if joined is None:
        end = len(line.rstrip(" \t"))
        return _insert(row, end, len(line), _directive(codes, reason))
    end = joined.span.end.column - 1
    is_last = not line[end:].strip()
    return _insert(row, end, end, f", {', '.join(sorted(codes))}{f' {reason}' if reason and is_last else ''}")


def _directive(codes: Iterable[str], reason: str) -> str:
    return f"  # noqa: {', '.join(sorted(codes))} {reason}".rstrip()


def _insert(row: int, start: int, end: int, content: str) -> Edit:
    return Edit(Span(Position(row, start + 1), Position(row, end + 1)), content)
