"""`--output-format sarif`: SARIF 2.1.0, which GitHub's code scanning and many editors read.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

import json
import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from seedlint import __version__
from seedlint.fixes.edits import in_order
from seedlint.reporting.report import placed_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedlint.finding import Edit, Finding, Fix, Related, Severity, Span
    from seedlint.reporting.report import Report
    from seedlint.rules.rule import Rule

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FINGERPRINT: Final = "seedlint/v1"
_ROOT: Final = "%SRCROOT%"
_PROBLEM_SEVERITIES: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "note": "recommendation"}
"""GitHub's own words (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning)."""


def render(report: Report) -> str:
    """The log with its one run, in ASCII."""
    from seedlint.rules import all_rules  # the other formats do without

    codes = {finding.code for finding in report.findings}
    rules = [rule for rule in all_rules() if rule.code in codes]
    numbers = {rule.code: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "seedlint",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\r", "\n"],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [_result(finding, numbers[finding.code], report) for finding in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    documentation = rule.documentation()
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": f"{rule.summary[0].upper()}{rule.summary[1:]}."},
        "fullDescription": {"text": rule.what},
        "help": {"text": documentation, "markdown": documentation},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"problem.severity": _PROBLEM_SEVERITIES[rule.severity], "tags": ["reproducibility"]},
    }


def _result(finding: Finding, rule: int, report: Report) -> dict[str, Any]:
    fix = finding.fix
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": placed_message(finding)},
        "locations": [_location(finding, report)],
        "relatedLocations": [
            {"id": number, **_location(place, report), "message": {"text": place.message}}
            for number, place in enumerate(finding.related, 1)
        ],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "fixes": [_fix(finding, fix, report)] if fix and fix.applicability != "display" else [],
        "properties": {"certainty": finding.certainty, "streams": list(finding.streams)},
    }


def _location(place: Finding | Related, report: Report) -> dict[str, Any]:
    region = _region(report.sources.in_file(place.filename, place.cell, place.span))
    if place.span.start == place.span.end:
        # A mere point: without an end it is the rest of its line, which can be seen.
        del region["endLine"], region["endColumn"]
    return {"physicalLocation": {"artifactLocation": _artifact(place.filename, report), "region": region}}


def _artifact(filename: str, report: Report) -> dict[str, str]:
    path = report.path_in_root(filename)
    uri = quote(os.fsencode(path))
    return {"uri": f"file://{uri}"} if PurePosixPath(path).is_absolute() else {"uri": uri, "uriBaseId": _ROOT}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.start.row,
        "startColumn": span.start.column,
        "endLine": span.end.row,
        "endColumn": span.end.column,
    }


def _fix(finding: Finding, fix: Fix, report: Report) -> dict[str, Any]:
    change = {
        "artifactLocation": _artifact(finding.filename, report),
        "replacements": [_replacement(finding.filename, edit, report) for edit in in_order(fix.edits)],
    }
    return {
        "description": {"text": f"{fix.message} ({fix.applicability})"},
        "artifactChanges": [change],
    }


def _replacement(filename: str, edit: Edit, report: Report) -> dict[str, Any]:
    # In a notebook the text that is replaced is part of a JSON string.
    content = edit.content if edit.cell is None else json.dumps(edit.content)[1:-1]
    return {
        "deletedRegion": _region(report.sources.in_file(filename, edit.cell, edit.span)),
        "insertedContent": {"text": content},
    }
