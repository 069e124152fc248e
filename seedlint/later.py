"""Imports libcst when it is first used, which for files without findings is never: it takes as long as all else."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any, Final

_NAME: Final = "libcst"


class _Later(ModuleType):
    """Stands for a module until something is looked up in it, and from then on has all that the module has."""

    def __getattr__(self, name: str) -> Any:
        if name in ("__path__", "__file__") or not name.startswith("__"):
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
            module = importlib.import_module(self.__name__)
            vars(self).update(vars(module))
            return getattr(module, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} yet")


def import_libcst_later() -> None:
    """Let `import libcst` cost nothing from here on, until something of it is used."""
    sys.modules.setdefault(_NAME, _Later(_NAME))
