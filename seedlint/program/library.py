"""Modules whose import touches no stream: run once, and shared by all programs that import them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set

    from seedlint.program.values import LocalFunction, Module


class Library:
    """The modules that were run for one target and one way to find modules.

    A module is shared if running it, with all that it imports, neither seeded nor drew nor made anything that
    draws later: then it leaves every program as it found it.
    """

    def __init__(self) -> None:
        self.modules: dict[str, Module] = {}
        self.functions: defaultdict[str, list[LocalFunction]] = defaultdict(list)
        self.imports: defaultdict[str, set[str]] = defaultdict(set)
        self.externals: defaultdict[str, set[str]] = defaultdict(set)
        self._reached: dict[str, frozenset[str]] = {}
        self._imported: dict[str, frozenset[str]] = {}

    def share(self, module: Module) -> None:
        """Let other programs have `module` as it is now."""
        if module.path is not None:
            self.modules[module.path] = module

    def forget(self, changed: Set[str]) -> None:
        """Run the modules anew that run one of these files."""
        for path in [*self.modules]:
            if not self.reached_from(path).isdisjoint(changed):
                del self.modules[path]
        for path in changed:
            for known in (self.functions, self.imports, self.externals):
                known.pop(path, None)
        self._reached.clear()
        self._imported.clear()

    def reached_from(self, path: str) -> frozenset[str]:
        """Return the files that importing the file `path` runs, itself among them."""
        if path not in self._reached:
            reached = {path}
            waiting = [path]
            while waiting:
                new = self.imports[waiting.pop()] - reached
                reached |= new
                waiting.extend(new)
            self._reached[path] = frozenset(reached)
        return self._reached[path]

    def imported_from(self, path: str) -> frozenset[str]:
        """Return the other packages that importing the file `path` imports."""
        if path not in self._imported:
            self._imported[path] = frozenset[str]().union(*(self.externals[file] for file in self.reached_from(path)))
        return self._imported[path]
