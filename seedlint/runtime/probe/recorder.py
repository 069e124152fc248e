"""Writing the recording while the program runs."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sys
import time
from typing import TYPE_CHECKING, Any, Final, NoReturn

from seedlint.runtime.probe.places import NOWHERE, is_users, place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

_FIRST_DRAWS: Final = 3
"""So many draws of each line are recorded with what they gave; the others are counted."""
_TEXTS: Final = "OSU"
"""NumPy's kinds of arrays of text, and of objects."""
TEMPORARY: Final = r"/tmp[a-z0-9_]{8}\b"
"""The name that `tempfile` gives what it makes."""
_TEMPORARY: Final = re.compile(TEMPORARY.encode())
_MOST_LINES: Final = 200_000
_FLUSH_EVERY: Final = 2.0
_monotonic = time.monotonic  # as it is before the probe replaces it


def digest(data: Any) -> str:
    """A short digest of what `data` holds: an array's bytes, or a value's text."""
    return hashlib.sha1(bytes_of(data), usedforsecurity=False).hexdigest()[:16]


def bytes_of(data: Any) -> bytes:
    """What a digest of `data` is taken of. The name of a temporary file or directory is another in each run."""
    if hasattr(data, "tobytes") and hasattr(data, "dtype"):
        kind = f"{data.dtype}{data.shape}".encode()
        if data.dtype.kind not in _TEXTS:
            return kind + bytes(data.tobytes())
        data = kind, data.tolist()
    found = data if isinstance(data, bytes) else repr(data).encode("utf-8", "backslashreplace")
    return _TEMPORARY.sub(b"/<temporary>", found)


class Recorder:
    """Streams the events of one process to `descriptor`. `stop` is the mark after which the run ends early."""

    def __init__(self, descriptor: int, stop: int | None = None) -> None:
        self._descriptor = descriptor
        self._started = self._flushed = _monotonic()
        self._process = os.getpid()
        self._stop = stop
        self._lines = 0
        self._marks = 0
        self._forks = 0
        self._is_ended = False
        self.worker: int | None = None
        self._counts: dict[tuple[str, str, int, str, int], int] = {}
        self.seedings: dict[str, int] = {}
        self.epochs_end_runs = False
        self._entered: list[tuple[str, int]] = []

    # -- places -------------------------------------------------------------------------------

    def enter(self, frame: FrameType | None) -> None:
        """The line of `frame` has work done, part of it in other threads, where none of the user's lines is running."""
        self._entered.append(self._place(frame) or NOWHERE)

    def leave(self) -> None:
        """What was entered last is over."""
        self._entered.pop()

    def _place(self, frame: FrameType | None) -> tuple[str, int] | None:
        found = place(frame)
        return self._entered[-1] if found == NOWHERE and self._entered else found

    # -- events -------------------------------------------------------------------------------

    def write(self, event: str, /, **fields: Any) -> None:
        """Write one event at once: what the process does next may end it."""
        if self._is_ended or self._lines >= _MOST_LINES:
            return
        line = json.dumps({"e": event, "n": self._lines, **fields}, separators=(",", ":")) + "\n"
        self._lines += 1
        with contextlib.suppress(OSError):  # a full disk must not end the program
            os.write(self._descriptor, line.encode("ascii", "backslashreplace"))

    def draw(
        self, stream: str, api: str, frame: FrameType | None, given: Callable[[], Any],
        known: tuple[str, int] | None = None,
    ) -> None:  # fmt: skip
        """Count a draw from `stream`; `given` tells what it gave. `known` is the place, where it is not the frame's."""
        seeding = self.seedings.get(stream, 0)
        counted = self._count(stream, api, seeding, known or self._place(frame))
        if counted is None:
            return
        filename, row = counted
        result = digest(given())
        if self.worker is None:
            self.write("draw", stream=stream, api=api, seeding=seeding, digest=result, filename=filename, row=row)
        else:
            self.write("worker", worker=self.worker, stream=stream, digest=result, filename=filename, row=row)

    def _count(self, stream: str, api: str, seeding: int, found: tuple[str, int] | None) -> tuple[str, int] | None:
        """Count what happens at `found`; return the place if it is one of the first times."""
        if found is None:
            return None
        key = (stream, api, seeding, *found)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        return found if count <= _FIRST_DRAWS else None

    def seed(self, stream: str, api: str, value: Any, frame: FrameType | None) -> None:
        """Note that `stream` is seeded; None means with entropy."""
        found = self._place(frame)
        if found is None:
            return
        seeding = self.seedings[stream] = self.seedings.get(stream, 0) + 1
        shown = None if value is None else _shown(value)
        self.write("seed", stream=stream, api=api, value=shown, seeding=seeding, filename=found[0], row=found[1])

    def value(self, kind: str, api: str, value: Any, frame: FrameType | None) -> None:
        """Note that the program took a value that no seed sets."""
        counted = self._count(kind, api, 0, self._place(frame))
        if counted is not None:
            self.write("value", kind=kind, api=api, value=_shown(value), filename=counted[0], row=counted[1])

    def setting(self, name: str, value: Any, frame: FrameType | None) -> None:
        """Note a setting that decides whether runs repeat."""
        filename, row = self._place(frame) or NOWHERE
        self.write("setting", name=name, value=_shown(value), filename=filename, row=row)

    def sources(self) -> None:
        """Note which files make up the program."""
        named = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        filenames = [name for name in dict.fromkeys(named) if isinstance(name, str) and is_users(name)]
        self.write("sources", filenames=filenames)

    def problem(self, error: BaseException | str, frame: FrameType | None, family: str = "") -> None:
        """Note what ended the program, or what kept a family from being frozen."""
        text = error if isinstance(error, str) else f"{type(error).__name__}: {error}".removesuffix(": ")
        filename, row = self._place(frame) or NOWHERE
        self.write("problem", error=text[:2000], filename=filename, row=row, family=family)

    def mark(
        self, stage: str, tensors: Mapping[str, tuple[str, list[float]]], frame: FrameType | None,
        *, fit: int = 0, epoch: int = 0, step: int = 0,
    ) -> None:  # fmt: skip
        """Write the fingerprints of one stage."""
        if self.worker is not None:
            return
        filename, row = self._place(frame) or NOWHERE
        self.write(
            "mark", mark=self._marks, stage=stage, fit=fit, epoch=epoch, step=step, tensors=dict(tensors),
            filename=filename, row=row,
        )  # fmt: skip
        self._marks += 1
        if _monotonic() > self._flushed + _FLUSH_EVERY:
            self._flush_counts()
        if not self.epochs_end_runs:
            self.end_if_stopped()

    def _flush_counts(self) -> None:
        self._flushed = _monotonic()
        if self._counts:
            self.write("draws", counts=[[*key, count] for key, count in self._counts.items()])

    # -- the end ------------------------------------------------------------------------------

    def end_if_stopped(self) -> None:
        """End the run if it is past the mark at which it was asked to stop."""
        if self._stop is not None and self._marks > self._stop and self.worker is None:
            self._leave()

    def _leave(self) -> NoReturn:
        self.finish("stop")
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(0)

    def finish(self, reason: str) -> None:
        """Write the last event."""
        if not self._is_ended and os.getpid() == self._process:
            self._flush_counts()
            self.sources()
            self.write("end", reason=reason, seconds=round(_monotonic() - self._started, 3))
            self._is_ended = True

    # -- children -----------------------------------------------------------------------------

    def before_fork(self) -> None:
        """Count the forks: a child is known by its number, which is the same in every run."""
        self._forks += 1

    def in_child(self) -> None:
        """In a fork: its draws are recorded as a worker's."""
        self.worker = self._forks
        self._counts.clear()


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
