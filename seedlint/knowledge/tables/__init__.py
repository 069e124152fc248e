"""The curated facts, one module per library or area."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seedlint.knowledge.families import Family

TABLES: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("random", "secrets", "os", "uuid"): ("python",),
    ("numpy",): ("numpy",),
    ("tensorflow",): ("tensorflow", "tensorflow1", "data", "removed", "sessions"),
    ("keras",): ("keras_layers", "keras", "sessions"),
    ("sklearn",): ("sklearn", "sklearn_estimators"),
    ("pandas",): ("pandas",),
    ("scipy",): ("scipy",),
    (): ("seeders", "sessions"),
}
"""The modules that are about each of the libraries, in the order in which they are to be merged: packages of which one
has names of another's are one library. The last are about all other packages."""


def families() -> tuple[Family, ...]:
    """All families of all tables."""
    modules = dict.fromkeys(module for several in TABLES.values() for module in several)
    return tuple(family for module in modules for family in _families_in(module))


def families_about(library: tuple[str, ...]) -> Iterator[tuple[str, Family]]:
    """The canonical names of a library that there are facts about, each with its families in the order in which they
    are to be merged."""
    others = {package for packages in TABLES for package in packages}
    for module in TABLES[library]:
        for family in _families_in(module):
            for name in family.full_names():
                package = name.partition(".")[0]
                if package in library if library else package not in others:
                    yield name, family


def library_of(package: str) -> tuple[str, ...]:
    """The library that a package is of."""
    return next((packages for packages in TABLES if package in packages), ())


def _families_in(module: str) -> tuple[Family, ...]:
    found: tuple[Family, ...] = importlib.import_module(f"{__name__}.{module}").FAMILIES
    return found


def curated_names() -> frozenset[str]:
    """Every canonical name that a table has a fact about, and those whose parameters it borrows."""
    names = {name for family in families() for name in family.full_names()}
    return frozenset(names | {family.like for family in families() if family.like})
