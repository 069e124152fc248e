"""What each API does to randomness, as data, per target: `load(target)` is the way in."""

from __future__ import annotations

from seedlint.knowledge.lookup import Knowledge, load
from seedlint.knowledge.model import (
    TARGETS,
    Api,
    Condition,
    Draw,
    Parameter,
    Removed,
    SeedKind,
    Seeds,
    Stream,
    Target,
    When,
)

__all__ = [
    "TARGETS",
    "Api",
    "Condition",
    "Draw",
    "Knowledge",
    "Parameter",
    "Removed",
    "SeedKind",
    "Seeds",
    "Stream",
    "Target",
    "When",
    "load",
]
