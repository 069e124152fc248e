"""Edits on a text, and which findings' fixes can be applied to it together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from seedlint.sources.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seedlint.finding import Edit, Finding, Span
    from seedlint.sources.text import SourceText

_CAUSES_FIRST: Final = (("SEED2",), ("SEED105", "SEED111"), ("SEED104",), ("SEED102",), ("SEED1",), ("SEED",))
"""In which order fixes go: each may be all that those after it lack, here or in another file. A call that doesn't
exist, a seed that is no constant, one that is never set or set late, one that is missing; then single draws."""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after `edits`. Those that are equal count once, and of two insertions at one place the first
    comes first. ValueError if two overlap, IndexError if a place is not in the text."""
    lines = LineIndex(text)
    pieces: list[str] = []
    done = 0
    for edit in in_order(edits):
        start, end = lines.offset(edit.span.start), lines.offset(edit.span.end)
        if not done <= start <= end:
            raise ValueError(f"{edit} overlaps the edit before it")
        pieces += text[done:start], edit.content
        done = end
    return "".join((*pieces, text[done:]))


def edit_source(source: SourceText, edits: Iterable[Edit]) -> SourceText:
    """The file after `edits` of its text; as for `apply_edits`."""
    if source.notebook is None:
        return source.with_text(apply_edits(source.text, edits))
    notebook = source.notebook.edited(edits)
    return source._replace(text=notebook.text, notebook=notebook)


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """The edits by place, each once."""
    return sorted(dict.fromkeys(edits), key=lambda edit: (edit.cell or 0, edit.span))


def select_fixes(findings: Iterable[Finding], *, unsafe: bool) -> list[Finding]:
    """The findings whose fixes can be applied in one pass, in any number of files.

    Root causes go first and alone: a seed in the right place, or a call that exists, may be all that the
    other findings lack, in other files too. Of fixes that touch each other the first in the file is taken;
    edits that several fixes share, such as the import that each needs, don't keep them apart."""
    fixable = sorted(
        (finding for finding in findings if finding.is_fixable(unsafe=unsafe)),
        key=lambda finding: finding.sort_key,
    )
    by_cause = ([finding for finding in fixable if finding.code.startswith(codes)] for codes in _CAUSES_FIRST)
    first = next((group for group in by_cause if group), [])
    chosen: list[Finding] = []
    taken: defaultdict[str, list[Edit]] = defaultdict(list)  # of each file, by place
    for finding in first:
        assert finding.fix is not None
        of_file = taken[finding.filename]
        new = [edit for edit in finding.fix.edits if not _is_taken(edit, of_file)]
        if finding.fix.edits and not any(_touches(edit, of_file) for edit in new):
            chosen.append(finding)
            for edit in new:
                insort(of_file, edit, key=_span)
    return chosen


def _is_taken(edit: Edit, taken: Sequence[Edit]) -> bool:
    return edit in taken[bisect_left(taken, edit.span, key=_span) : bisect_right(taken, edit.span, key=_span)]


def _touches(edit: Edit, taken: Sequence[Edit]) -> bool:
    """Whether an edit meets one of `taken`. As those don't overlap, it would meet one of its neighbours."""
    place = bisect_left(taken, edit.span, key=_span)
    return any(_meet(edit.span, other.span) for other in taken[max(place - 1, 0) : place + 1])


def _span(edit: Edit) -> Span:
    return edit.span


def _meet(one: Span, other: Span) -> bool:
    """Whether two spans share a character. An insertion meets all that its place is in or beside, because it
    would then matter which of the two is applied first."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end
