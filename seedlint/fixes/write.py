"""Replacing a file: as a whole, with its mode and its links, or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import sys

from seedlint.replacing import replacing
from seedlint.sources.text import SourceError, SourceText, decode


class WriteError(Exception):
    """A file was not replaced; it is as it was."""


def write_source(original: SourceText, changed: SourceText) -> None:
    """Put `changed` in the place of `original`, which is as it was read. `path` has its links followed, so
    that a link stays one. WriteError if the file has changed since, is read-only, or can't be replaced.

    A file with further names (hard links) is refused: a new file would part it from them, and writing into it
    could leave it half written."""
    path = original.path
    try:
        data = changed.encode()
        status = os.stat(path)
        if not stat.S_IMODE(status.st_mode) & 0o222:
            raise WriteError("the file is read-only")
        if status.st_nlink > 1:
            raise WriteError(
                f"the file has {status.st_nlink} names (hard links), which replacing it would part; "
                "apply the output of --diff to it instead"
            )
        _refuse_if_changed(original)
        _replace(original, data, status)
    except SourceError as error:
        raise WriteError(error.message) from error
    except OSError as error:
        raise WriteError(error.strerror or str(error)) from error


def _refuse_if_changed(original: SourceText) -> None:
    with open(original.path, "rb") as file:
        data = file.read()
    if data == original.encode():
        return
    with contextlib.suppress(SourceError):
        if decode(data, original.path).text == original.text:
            # Stateful encodings, such as ISO-2022-JP, have several spellings of one text.
            raise WriteError(f"what isn't fixed could not be kept byte for byte in {original.encoding}")
    raise WriteError("the file has changed since it was read; run seedlint again")


def _replace(original: SourceText, data: bytes, status: os.stat_result) -> None:
    """Put `data` in the file's place, with its owner and mode."""
    with replacing(original.path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        if sys.platform != "win32":
            with contextlib.suppress(PermissionError):
                os.fchown(file.fileno(), status.st_uid, status.st_gid)
            # After chown, which takes the set-user-ID bits away.
            os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
        _refuse_if_changed(original)
