"""SciPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedlint.knowledge.families import Family

FAMILIES: tuple[Family, ...] = ()
