"""What tells one state of a file or a directory from another without reading it."""

from __future__ import annotations

import os

Stamp = tuple[int, int, int]
"""When it was changed, when it or what is said of it was changed (which nobody can set), and its size."""


def stamp(path: str) -> Stamp | None:
    """The stamp of what is at `path`, links followed; None if nothing can be looked at there."""
    try:
        return stamp_of(os.stat(path))
    except OSError:
        return None


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp that a look at a file gives."""
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size
