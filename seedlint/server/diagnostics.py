"""Findings as the client's diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

if TYPE_CHECKING:
    from seedlint.finding import Finding
    from seedlint.server.places import Places

SOURCE: Final = "seedlint"
_SEVERITIES: Final = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_TAGS: Final = {
    "SEED2": types.DiagnosticTag.Deprecated,
    "SEED002": types.DiagnosticTag.Unnecessary,
    "SEED310": types.DiagnosticTag.Unnecessary,
}
"""How the client may show a finding, by the beginning of its code: removed APIs struck through, what does nothing
faded."""


def diagnostic(finding: Finding, places: Places) -> types.Diagnostic:
    """The diagnostic for a finding whose places are in cells, where it is in a notebook."""
    tags = [tag for code, tag in _TAGS.items() if finding.code.startswith(code)]
    related = [
        types.DiagnosticRelatedInformation(places.location(place.filename, place.cell, place.span), place.message)
        for place in finding.related
    ]
    doubt = " (possible)" if finding.certainty == "possible" else ""
    return types.Diagnostic(
        places.range(finding.filename, finding.cell, finding.span),
        f"{finding.message}{doubt}",
        _SEVERITIES[finding.severity],
        finding.code,
        source=SOURCE,
        tags=tags or None,
        related_information=related or None,
    )
