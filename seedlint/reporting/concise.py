"""`--output-format concise`: one line for each finding, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.reporting.report import shown_place

if TYPE_CHECKING:
    from seedlint.finding import Finding
    from seedlint.reporting.report import Report
    from seedlint.reporting.terminal import Colour


def render(report: Report) -> str:
    """The lines, each with its newline."""
    return "".join(f"{headline(finding, report)}\n" for finding in report.findings)


def headline(finding: Finding, report: Report) -> str:
    """`file:row:column: CODE name message`, with `[*]` where `--fix` mends it."""
    paint = report.paint
    colours: dict[str, Colour] = {"error": "red", "warning": "yellow", "note": "blue"}
    place = shown_place(paint(finding.filename, "bold"), finding.cell, finding.span.start)
    mark = f" {paint('[*]', 'cyan')}" if report.is_fixable(finding) else ""
    code = paint(finding.code, colours[finding.severity], "bold")
    # One finding is one line, whatever its message quotes.
    message = " ".join(finding.message.splitlines())
    return f"{place}: {code} {finding.name}{mark} {message}"
