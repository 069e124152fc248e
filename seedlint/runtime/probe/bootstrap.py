"""Runs the user's program under the probe: `python bootstrap.py RUN`, where RUN is a file of JSON."""

from __future__ import annotations

import sys

_END_WITH_PARENT = 1
_KILL = 9


def _end_with_parent() -> None:
    """Have the program end when what watches it is killed, where the system can do that."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_END_WITH_PARENT, _KILL, 0, 0, 0)


def _import_probe() -> None:
    """Make `seedlint` importable without leaving its place on the program's path."""
    if not getattr(sys.flags, "safe_path", False):
        sys.path.pop(0)  # this file's own directory
    root = __file__
    for _ in range(4):
        root = root.rpartition("/")[0] or root.rpartition("\\")[0]
    sys.path.insert(0, root)
    import seedlint.runtime.probe.program  # noqa: F401

    sys.path.remove(root)


if __name__ == "__main__":
    _end_with_parent()
    _import_probe()
    from seedlint.runtime.probe.program import main

    main(sys.argv[1])
