"""`--output-format github`: workflow commands, from which GitHub Actions makes annotations of a change's lines.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seedlint.reporting.report import shown_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedlint.finding import Finding, Severity, Span
    from seedlint.reporting.report import Report

_COMMANDS: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "note": "notice"}
_IN_MESSAGE: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY: Final = _IN_MESSAGE | {":": "%3A", ",": "%2C"}


def render(report: Report) -> str:
    """One command for each finding, each with its newline."""
    return "".join(f"{_command(finding, report)}\n" for finding in report.findings)


def _command(finding: Finding, report: Report) -> str:
    properties = {
        "title": f"seedlint ({finding.code})",
        "file": report.path_in_root(finding.filename),
        **_lines(report.sources.in_file(finding.filename, finding.cell, finding.span)),
    }
    written = ",".join(f"{name}={_escaped(value, _IN_PROPERTY)}" for name, value in properties.items())
    # What the log shows of a command is its message alone.
    place = shown_place(finding.filename, finding.cell, finding.span.start)
    message = f"{place}: {finding.code} {finding.name} {finding.message}"
    return f"::{_COMMANDS[finding.severity]} {written}::{_escaped(message, _IN_MESSAGE)}"


def _lines(span: Span) -> dict[str, str]:
    """A place in the words of the command, which takes columns of a single line only."""
    start, end = span.start, span.end
    if start.row != end.row:
        return {"line": str(start.row), "endLine": str(end.row)}
    return {
        "line": str(start.row),
        "col": str(start.column),
        "endLine": str(end.row),
        "endColumn": str(end.column),
    }


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
