"""Which line of the user's is running."""

from __future__ import annotations

import os
import sys
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


def users_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame from `frame` outwards that runs the user's code."""
    while frame is not None and not is_users(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def place(frame: FrameType | None = None) -> tuple[str, int]:
    """The user's file and line that is running, from `frame` outwards; `("", 0)` if none is."""
    found = users_frame(frame if frame is not None else sys._getframe(1))
    if found is None:
        return "", 0
    return os.path.abspath(found.f_code.co_filename), found.f_lineno
