"""Room for recursion through deeply nested code."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")
_DEEP: Final = 20_000
_STACK: Final = 256 * 1024 * 1024


def on_deep_stack(work: Callable[[], _Result], *, depth: int = _DEEP, stack: int = _STACK) -> _Result:
    """Do `work` where recursion may go `depth` levels deep, on a stack of `stack` bytes, which only a thread of our
    own can have. What it raises is raised here."""
    results: list[_Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - handed on to the thread that waits
            failures.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(stack)
    sys.setrecursionlimit(depth)
    try:
        thread = threading.Thread(target=run, name="seedlint", daemon=True)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failures:
        raise failures[0]
    return results[0]
