"""The line that tells how far a long run has come."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_AFTER: Final = 1.0
_EVERY: Final = 0.1
_ERASE: Final = "\r\033[K"


@contextmanager
def shown_progress(total: int) -> Iterator[Callable[[int], None]]:
    """Give a function that is to be told how many of `total` files are done. On a terminal it shows that, from the
    first second on; the line is gone at the end."""
    shown = 0.0
    first = time.monotonic() + _AFTER
    is_terminal = sys.stderr.isatty()

    def show(done: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if is_terminal and now >= max(first, shown + _EVERY):
            shown = now
            click.echo(f"{_ERASE}{done} of {total} files", nl=False, err=True)

    try:
        yield show
    finally:
        if shown:
            click.echo(_ERASE, nl=False, err=True)
