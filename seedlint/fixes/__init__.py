"""Fixes: which to apply together, until nothing changes, and writing them without losing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from seedlint.finding import Finding
    from seedlint.sources.text import SourceText


class FixResult(NamedTuple):
    """`sources` are the files as given, with their new texts, and `findings` what is left in them. `fixed`
    counts, by file and code, those that are gone. `failures` are faults of seedlint itself: what it says of
    each fix that it took back."""

    sources: tuple[SourceText, ...]
    findings: tuple[Finding, ...]
    fixed: Mapping[str, Counter[str]]
    failures: tuple[str, ...]
