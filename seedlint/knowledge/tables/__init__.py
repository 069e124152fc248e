"""The curated facts, one module per library or area."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedlint.knowledge.families import Family


def families() -> tuple[Family, ...]:
    """All families of all tables, in the order in which they are to be merged."""
    from seedlint.knowledge.tables import (
        data,
        keras,
        keras_layers,
        numpy,
        pandas,
        python,
        removed,
        scipy,
        seeders,
        sessions,
        sklearn,
        sklearn_estimators,
        tensorflow,
        tensorflow1,
    )

    modules = (
        python,
        numpy,
        tensorflow,
        tensorflow1,
        data,
        keras_layers,
        keras,
        sklearn,
        sklearn_estimators,
        pandas,
        scipy,
        seeders,
        removed,
        sessions,
    )
    return tuple(family for module in modules for family in module.FAMILIES)


def curated_names() -> frozenset[str]:
    """Every canonical name that a table has a fact about, and those whose parameters it borrows."""
    names = {name for family in families() for name in family.full_names()}
    return frozenset(names | {family.like for family in families() if family.like})
