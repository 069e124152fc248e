"""`# noqa` and `# seedlint: ignore-file`: the comments by which a user says that a finding is meant."""

from __future__ import annotations

import io
import re
import tokenize
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from seedlint.finding import Position, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seedlint.finding import Finding

_MOST_TEXTS: Final = 64
"""A text is asked about several times on end, and tokenizing one costs three times as much as parsing it."""
_WORDS: Final = ("noqa", "seedlint")
# A digit is asked of a code, so that the words of a reason after it are not taken for codes.
_NOQA: Final = r"(?i)#\s*noqa\b(?P<colon>\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+\b)*)?)?"
_IGNORE_FILE: Final = r"(?i)#\s*seedlint\s*:\s*ignore-file\b"
_SILENT: Final = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
# Since Python 3.12 what stands in a formatted string comes as tokens between these two.
_STRING_BEGINS: Final = ("FSTRING_START", "TSTRING_START")
_STRING_ENDS: Final = ("FSTRING_END", "TSTRING_END")


class Directive(Struct, frozen=True):
    """One comment that suppresses. `codes` None means every rule; `rows` are the first and the last row of
    the statement that it stands in (None: the whole file), `span` is the directive itself."""

    span: Span
    rows: tuple[int, int] | None
    codes: tuple[str, ...] | None = None

    def covering(self, finding: Finding) -> tuple[str | None, ...]:
        """Those of `codes` that suppress the finding, or `(None,)` where the directive has no codes."""
        if self.rows and not self.rows[0] <= finding.span.start.row <= self.rows[1]:
            return ()
        if self.codes is None:
            return (None,)
        return tuple(code for code in self.codes if finding.code.startswith(code))

    def below(self, rows: int) -> Directive:
        """The same so many rows further below."""
        start, end = self.span
        span = Span(start._replace(row=start.row + rows), end._replace(row=end.row + rows))
        return Directive(span, self.rows and (self.rows[0] + rows, self.rows[1] + rows), self.codes)


class Statement(Struct, frozen=True):
    """A simple statement, or the header of a compound one: its first and last row, its comments, and those of its rows
    at whose end a comment can stand, as they end in no string and in no backslash. A comment between statements is
    one without rows."""

    rows: tuple[int, int] | None
    comments: tuple[tokenize.TokenInfo, ...]
    open_ends: tuple[int, ...] = ()


class Outcome(Struct, frozen=True):
    """`kept` are the findings that nothing suppresses. `used` says of each of `directives`, by its codes,
    what it was good for; what isn't there suppresses nothing."""

    kept: tuple[Finding, ...]
    used: frozenset[tuple[Directive, str | None]]
    directives: tuple[Directive, ...]


def apply(findings: Iterable[Finding], text: str, starts: Callable[[], Sequence[int]] = tuple) -> Outcome:
    """Take away those of one file's findings that a comment in its text suppresses. `starts` are as in `directives`."""
    found = directives(text, starts)
    kept: list[Finding] = []
    used: set[tuple[Directive, str | None]] = set()
    for finding in findings:
        covering = [(directive, code) for directive in found for code in directive.covering(finding)]
        used.update(covering)
        if not covering:
            kept.append(finding)
    return Outcome(tuple(kept), frozenset(used), found)


def directives(text: str, starts: Callable[[], Sequence[int]] = tuple) -> tuple[Directive, ...]:
    """Every suppressing comment of a text, in order. Where the text is no Python, those before that place. `starts`
    tells in which rows, counted from 0, a statement of the top level is known to begin: what is between two of them is
    looked at by itself, if there is anything in it."""
    if not _may_suppress(text):
        return ()
    rows = text.split("\n")
    found: list[Directive] = []
    for first, end in pairwise([0, *starts(), len(rows)]):
        part = "\n".join(rows[first:end] if end == len(rows) else [*rows[first:end], ""])
        if _may_suppress(part):
            found += [directive.below(first) for directive in _directives(part)]
    return tuple(found)


def _may_suppress(text: str) -> bool:
    small = text.lower()
    return any(word in small for word in _WORDS)


@lru_cache(maxsize=_MOST_TEXTS)
def _directives(text: str) -> tuple[Directive, ...]:
    found: list[Directive] = []
    for statement in statements(text):
        for comment in statement.comments:
            found.extend(_parse(comment, statement.rows))
    return tuple(found)


def statements(text: str) -> Iterator[Statement]:
    """The statements of a text, in order. Where the text is no Python, those before that place."""
    # `tokenize` takes a lone \r for no newline on some versions of Python; Python itself always does.
    readline = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")).readline
    first: int | None = None
    comments: list[tokenize.TokenInfo] = []
    open_ends: list[int] = []
    strings = 0
    try:
        for token in tokenize.generate_tokens(readline):
            name = tokenize.tok_name[token.type]
            strings += (name in _STRING_BEGINS) - (name in _STRING_ENDS)
            if token.type == tokenize.COMMENT:
                if first is None:
                    yield Statement(None, (token,))
                else:
                    comments.append(token)
            elif token.type not in _SILENT and first is None:
                first = token.start[0]
            if token.type in (tokenize.NL, tokenize.NEWLINE) and not strings:
                open_ends.append(token.start[0])
            if token.type == tokenize.NEWLINE and first is not None:
                yield Statement((first, token.start[0]), tuple(comments), tuple(open_ends))
            if first is None or token.type == tokenize.NEWLINE:
                first, comments, open_ends = None, [], []
    except (tokenize.TokenError, SyntaxError):
        # A statement that never ends: its SEED001 can be suppressed all the same, wherever it is told.
        if first is not None:
            yield Statement((first, len(text)), tuple(comments), tuple(open_ends))


def _parse(comment: tokenize.TokenInfo, rows: tuple[int, int] | None) -> Iterator[Directive]:
    row, column = comment.start
    for pattern, is_noqa in ((_IGNORE_FILE, False), (_NOQA, True)):
        for match in re.finditer(pattern, comment.string):
            span = Span(
                Position(row, column + match.start() + 1),
                Position(row, column + match.end() + 1),
            )
            if not is_noqa:
                yield Directive(span, None)
            elif match["codes"] and (rows or match.start() == 0):
                # Between statements it reaches its own row, where no finding is but those on comments.
                codes = tuple(re.split(r"[,\s]+", match["codes"].upper()))
                yield Directive(span, rows or (row, row), codes)
            elif rows and not match["colon"]:
                yield Directive(span, rows)
