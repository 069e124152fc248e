"""`--output-format json`: one array, as DESIGN.md fixes it for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from seedlint.fixes.edits import in_order

if TYPE_CHECKING:
    from seedlint.finding import Finding, Fix, Position
    from seedlint.reporting.report import Report


def render(report: Report) -> str:
    """The array, in ASCII, so that no terminal or pipe can spoil it."""
    return json.dumps([document(finding) for finding in report.findings], indent=2) + "\n"


def document(finding: Finding) -> dict[str, Any]:
    """Return one finding as JSON has it."""
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "severity": finding.severity,
        "certainty": finding.certainty,
        "filename": finding.filename,
        "cell": finding.cell,
        "location": _position(finding.span.start),
        "end_location": _position(finding.span.end),
        "streams": list(finding.streams),
        "related": [
            {
                "filename": related.filename,
                **_cell(related.cell),
                "location": _position(related.span.start),
                "message": related.message,
            }
            for related in finding.related
        ],
        "fix": _fix(finding.fix) if finding.fix else None,
        "url": None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "applicability": fix.applicability,
        "message": fix.message,
        "edits": [
            {
                "content": edit.content,
                **_cell(edit.cell),
                "location": _position(edit.span.start),
                "end_location": _position(edit.span.end),
            }
            for edit in in_order(fix.edits)
        ],
    }


def _cell(cell: int | None) -> dict[str, int]:
    """In a notebook, which cell a place is in: a fix may touch several."""
    return {} if cell is None else {"cell": cell}


def _position(position: Position) -> dict[str, int]:
    return {"row": position.row, "column": position.column}
