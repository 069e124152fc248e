"""What a finding is known by from one run to the next, wherever edits have moved it in its file."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from seedlint.sources.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seedlint.finding import Finding, Span

_DIGITS: Final = 32


class _Scope(NamedTuple):
    """The rows of a function or class, its own header among them, and its dotted name."""

    first_row: int
    last_row: int
    name: str


def fingerprinted(findings: Iterable[Finding], texts: Mapping[str, str]) -> list[Finding]:
    """The findings, sorted, each with its fingerprint. Their places are those in `texts`, the programs by filename; a
    file that isn't there could not be decoded.

    A fingerprint is made of the rule, the text found fault with but for its blanks, and the functions and classes
    around it; of findings alike in that, of which one it is. So it stays when lines are moved, added or taken out
    around it, and when code is laid out anew. It tells apart the findings of one file: keep it with the file's name.
    A finding that has one keeps it: those like it may have been taken away since."""
    import hashlib  # few runs ask for fingerprints

    given = sorted(findings, key=lambda finding: finding.sort_key)
    unknown = {finding.filename for finding in given if not finding.fingerprint}
    files = {name: _File(texts.get(name, "")) for name in unknown}
    seen: Counter[tuple[str, ...]] = Counter()
    result: list[Finding] = []
    for finding in given:
        if finding.fingerprint:
            result.append(finding)
            continue
        content = (finding.code, *files[finding.filename].content(finding.span))
        alike = (finding.filename, *content)
        seen[alike] += 1
        known_by = "\0".join((*content, str(seen[alike])))
        # A file's name, and so a row of it, may hold what no UTF-8 text does.
        digest = hashlib.sha256(known_by.encode(errors="surrogatepass")).hexdigest()
        result.append(finding._replace(fingerprint=digest[:_DIGITS]))
    return result


class _File:
    """A program's text, and which functions and classes its rows are in."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = LineIndex(text)
        self._scopes = sorted(_scopes(text))

    def content(self, span: Span) -> tuple[str, str]:
        """The dotted name around a span, and what stands in it without blanks; of an empty one's row, all."""
        row = span.start.row
        name = next((scope.name for scope in reversed(self._scopes) if scope.first_row <= row <= scope.last_row), "")
        try:
            found = self._text[self._lines.offset(span.start) : self._lines.offset(span.end)]
            return name, "".join((found or self._lines.row(row)).split())
        except IndexError:  # the place is one in the bytes that could not be decoded
            return name, ""


def _scopes(text: str) -> Iterator[_Scope]:
    """The functions and classes of a text; none of one that this Python can't parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes
            module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    waiting: list[tuple[ast.AST, str]] = [(module, "")]
    while waiting:
        node, around = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            around = f"{around}.{node.name}"
            yield _Scope(node.lineno, node.end_lineno or node.lineno, around)
        if not isinstance(node, ast.expr):
            waiting += [(child, around) for child in ast.iter_child_nodes(node)]
