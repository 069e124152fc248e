"""`--output-format gitlab`: a Code Quality report, which GitLab shows in merge requests.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from seedlint.reporting.report import placed_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedlint.finding import Finding, Position, Severity
    from seedlint.reporting.report import Report

_SEVERITIES: Final[Mapping[Severity, str]] = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report) -> str:
    """The array of issues, in ASCII."""
    return json.dumps([_issue(finding, report) for finding in report.findings], indent=2) + "\n"


def _issue(finding: Finding, report: Report) -> dict[str, Any]:
    path = report.path_in_root(finding.filename)
    span = report.sources.in_file(finding.filename, finding.cell, finding.span)
    return {
        "check_name": finding.code,
        "description": placed_message(finding),
        "severity": _SEVERITIES[finding.severity],
        # It must be one of its kind in the whole report.
        "fingerprint": hashlib.sha256(f"{path}\0{finding.fingerprint}".encode(errors="surrogatepass")).hexdigest(),
        "location": {"path": path, "positions": {"begin": _position(span.start), "end": _position(span.end)}},
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.row, "column": position.column}
