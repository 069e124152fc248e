"""Writing files whole or not at all."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, BinaryIO, Final
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX: Final = ".seedlint-"
"""How the names of unfinished files begin, which are left behind where the process is killed."""


@contextlib.contextmanager
def replacing(path: str, *, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Give a new file beside `path`, with `mode` less the umask, to write to; at the end of the block it takes the
    place of `path` in one step. If anything is raised it is gone, and `path` as it was. OSError if that can't be."""
    # Named before it is made: whenever an interrupt comes, it is known what to take away.
    temporary = os.path.join(os.path.dirname(path), f"{PREFIX}{uuid4().hex}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with open(handle, "wb") as file:
            yield file
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
