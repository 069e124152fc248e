"""Noting the temporary files that the program makes: a run that is ended can't remove them itself."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

from seedlint.runtime.probe.imports import when_imported
from seedlint.runtime.probe.state import PROBE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def install() -> None:
    """Hook `tempfile`, as soon as it is imported."""
    when_imported("tempfile", _hook)


def _hook(module: ModuleType) -> None:
    """`mkstemp` and the classes of files all make their file by `_mkstemp_inner`, which gives a descriptor with its
    name (CPython 3.10 to 3.14)."""
    names = module.__dict__
    names["mkdtemp"] = _noting(names["mkdtemp"], lambda made: made)
    if "_mkstemp_inner" in names:
        names["_mkstemp_inner"] = _noting(names["_mkstemp_inner"], lambda made: made[1])


def _noting(original: Callable[..., Any], path: Callable[[Any], str | bytes]) -> Callable[..., Any]:
    @functools.wraps(original)
    def making(*args: Any, **kwargs: Any) -> Any:
        made = original(*args, **kwargs)
        PROBE.recorder.write("temporary", path=os.path.abspath(os.fsdecode(path(made))))
        return made

    return making
