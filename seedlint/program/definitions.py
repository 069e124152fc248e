"""What modules define, and what programs ask of all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.program.seeders import SEEDING_WORDS, names_a_seeder, only_sets_up
from seedlint.program.values import LocalClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.program import summary as ir
    from seedlint.program.values import LocalFunction


class Definitions:
    """Functions that are defined in one module, or in some. Once anything is asked of them there are no more."""

    def __init__(self, functions: list[LocalFunction]) -> None:
        self.functions = functions
        self._seeders: Sequence[LocalFunction] | None = None
        self._seeding: Sequence[LocalFunction] | None = None
        self._mentioning: dict[str, Sequence[ir.Function]] = {}

    @property
    def seeders(self) -> Sequence[LocalFunction]:
        """Those that are there to seed."""
        if self._seeders is None:
            self._seeders = [function for function in self.functions if _is_there_to_seed(function)]
        return self._seeders

    @property
    def seeding(self) -> Sequence[LocalFunction]:
        """Those that seed by what they call, or are called as what seeds is."""
        if self._seeding is None:
            bodies = ((function, function.function) for function in self.functions)
            self._seeding = [
                function
                for function, body in bodies
                if names_a_seeder(body.name) or not SEEDING_WORDS.isdisjoint(body.calls)
            ]
        return self._seeding

    def mentioning(self, name: str) -> Sequence[ir.Function]:
        """Return those that mention `name`."""
        if name not in self._mentioning:
            bodies = (function.function for function in self.functions)
            self._mentioning[name] = [body for body in bodies if name in body.names]
        return self._mentioning[name]


def _is_there_to_seed(function: LocalFunction) -> bool:
    is_method = isinstance(function.owner, LocalClass) and function.kind != "static"
    return not is_method and (names_a_seeder(function.function.name) or only_sets_up(function.function))
