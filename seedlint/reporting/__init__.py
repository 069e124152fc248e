"""What is said of the findings: one file per output format."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seedlint.reporting.report import Report

FORMATS: Final = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")
FINGERPRINTED: Final = frozenset({"sarif", "gitlab"})
"""Those that give each finding's fingerprint."""


def render(report: Report, output_format: str) -> str:
    """The report in one of `FORMATS`, whose module alone is imported."""
    text: str = importlib.import_module(f"{__name__}.{output_format}").render(report)
    return text
