"""Which line of the user's is running."""

from __future__ import annotations

import os
import sysconfig
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import FrameType

_PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_LIBRARIES: Final = tuple(
    sorted(
        {
            os.path.join(path, "")
            for name in ("stdlib", "platstdlib", "purelib", "platlib")
            for path in (sysconfig.get_path(name), os.path.realpath(sysconfig.get_path(name)))
        }
        | {os.path.join(_PACKAGE, "")}
    )
)
_IMPORTING: Final = "<frozen importlib._bootstrap>"
NOWHERE: Final = ("", 0)
_known: dict[str, bool] = {}


def is_users(filename: str) -> bool:
    """Whether the file is the user's: none of Python's, of an installed package, of seedlint, and none that a library
    wrote for itself."""
    known = _known.get(filename)
    if known is None:
        known = _known[filename] = not (
            filename.startswith(("<", *_LIBRARIES))
            or "site-packages" in filename
            or "dist-packages" in filename
            or os.path.basename(filename).startswith("__autograph_generated_file")
        )
    return known


def place(frame: FrameType | None) -> tuple[str, int] | None:
    """The user's file and line that is running, from `frame` outwards; `NOWHERE` if none is, as in a library's thread.
    None if a library is being imported: what it draws then is no part of the program."""
    while frame is not None:
        filename = frame.f_code.co_filename
        if is_users(filename):
            # Python names the program's files by their whole path, so that a change of directory does no harm.
            return filename, frame.f_lineno
        if filename == _IMPORTING:
            return None
        frame = frame.f_back
    return NOWHERE
