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
_WORDS: Final = (1 << 17) + 1
"""How many words the first frame asks for. Python 3.11 and later keep frames in pieces of 16 KiB, which they map when a
call needs another one and unmap when it returns: recursion across such a border did so 105,000 times, in a tenth of a
long check's time. A piece is as large as its first frame needs, rounded up to a power of two, so here another megabyte
is left for those above it."""


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

    run.__code__ = run.__code__.replace(co_stacksize=_WORDS)
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
