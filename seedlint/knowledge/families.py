"""How the tables are written: facts by family, one entry for all callables that share them."""

from __future__ import annotations

from msgspec import Struct

from seedlint.knowledge.model import (
    TARGETS,
    Condition,
    Draw,
    LiteralValue,
    Removed,
    SeedKind,
    Seeds,
    Target,
)


class Family(Struct, frozen=True, gc=False):
    """What all of `names` have in common.

    `names` are separated by blanks and stand after `prefix` and a dot (no prefix: they are whole).
    `seed` names the seed parameter where the catalogue, which goes by the parameter's name, can't
    know it. `like` names a callable that is in the catalogue, whose parameters and effects a name that
    is not there has too. `irrelevant` says why a name that looks random needs no fact. `source` is where the fact
    comes from: a table of the measurements, or the file and line of the library's own source.

    A name may be in several families: their draws add up, and of the other fields the last one that
    is set holds.
    """

    names: str
    source: str
    prefix: str = ""
    draws: tuple[Draw, ...] = ()
    seeds: Seeds | None = None
    seed: str | None = None
    seed_kind: SeedKind | None = None
    makes: str | None = None
    removed: Removed | None = None
    retired: tuple[tuple[str, Removed], ...] = ()
    initializers: tuple[tuple[str, str | None], ...] = ()
    like: str = ""
    irrelevant: str = ""
    targets: tuple[Target, ...] = TARGETS

    def full_names(self) -> list[str]:
        """The canonical names that this family is about."""
        if not self.prefix:
            return self.names.split()
        return [f"{self.prefix}.{name}" for name in self.names.split()]


def given(parameter: str, *values: LiteralValue, unknown: bool = True) -> Condition:
    """Holds where `parameter` is one of `values`."""
    return Condition(parameter, values, unknown=unknown)


def unless(parameter: str, *values: LiteralValue, unknown: bool = True) -> Condition:
    """Holds where `parameter` is none of `values`."""
    return Condition(parameter, values, negated=True, unknown=unknown)
