"""What is said of the findings: one file per output format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seedlint.reporting import concise, json, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seedlint.reporting.report import Report

FORMATS: Final[Mapping[str, Callable[[Report], str]]] = {
    "text": text.render,
    "concise": concise.render,
    "json": json.render,
}
