"""Doing something to a module as soon as it has been imported, before anybody can take a name from it."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    Patch = Callable[[ModuleType], None]


class _Finder(MetaPathFinder):
    """Finds no module itself; has the module that others find patched after it ran."""

    def __init__(self) -> None:
        self.patches: dict[str, list[Patch]] = {}
        self._busy: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self.patches or fullname in self._busy:
            return None
        self._busy.add(fullname)
        try:
            spec = next(filter(None, (self._ask(finder, fullname, path, target) for finder in sys.meta_path)), None)
        finally:
            self._busy.discard(fullname)
        if spec is not None and spec.loader is not None:
            self._patch_after(spec.loader, fullname)
        return spec

    @staticmethod
    def _ask(finder: Any, fullname: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        find = getattr(finder, "find_spec", None)
        found: ModuleSpec | None = find(fullname, path, target) if find is not None else None
        return found

    def _patch_after(self, loader: Any, fullname: str) -> None:
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            for patch in self.patches[fullname]:
                patch(module)

        loader.exec_module = exec_module


_FINDER = _Finder()


def install() -> None:
    """Watch imports from now on."""
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)


def when_imported(name: str, patch: Patch) -> None:
    """Call `patch` with the module `name` once it has been imported; now, if it has been."""
    _FINDER.patches.setdefault(name, []).append(patch)
    module = sys.modules.get(name)
    if module is not None:
        patch(module)
