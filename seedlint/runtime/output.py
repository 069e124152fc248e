"""What a run prints, as it is compared: line by line, without what differs in any two runs."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from seedlint.runtime.printed import PrintedNumbers
from seedlint.runtime.probe.recorder import TEMPORARY
from seedlint.runtime.record import Output

MOST_LINES: Final = 5_000
"""Lines after these are compared and not kept."""
MOST_COMPARED: Final = 16 << 20
"""Bytes after these are counted, and not compared: a program may write without end."""
_LONGEST_LINE: Final = 64 * 1024
_KEPT_OF_LINE: Final = 2_000
_END: Final = 64 * 1024
"""So many bytes at the end are looked at for numbers, however many came before."""

_NUMBER: Final = r"\d+(?:[.,]\d+)?(?:e[-+]?\d+)?"
_UNIT: Final = r"(?:ns|us|µs|μs|ms|msec|secs?|seconds?|s|min|mins|minutes?|h|hours?)"
# Durations, rates and addresses: they differ whatever is seeded, and no result depends on them.
_VARYING: Final = (
    (re.compile(r"\x1b\[[0-9;?]*[A-Za-z]"), ""),
    (re.compile(r"\b0x[0-9a-fA-F]{6,}\b"), "<address>"),
    (re.compile(TEMPORARY), "/<temporary>"),
    (re.compile(rf"\b{_NUMBER}\s?{_UNIT}(?:/(?:step|epoch|sample|it|iter|batch))?(?![\w/])"), "<duration>"),
    (re.compile(rf"\b{_NUMBER}\s?(?:it|steps?|samples?|examples?|images?|batches)/(?:s|sec|second)\b"), "<rate>"),
    (
        re.compile(
            rf"(?i)\b(elapsed|took|duration|runtime|wall|(?:\w*[_ ])?time(?: taken)?|seconds)(\W{{1,4}}){_NUMBER}\b"
        ),
        r"\1\2<duration>",
    ),
    (re.compile(r"\b\d+:\d\d:\d\d(?:\.\d+)?\b"), "<duration>"),
)


class OutputReader:
    """Takes the bytes of standard output as they come; `output` is what they came to. Keeps a bounded amount of
    them. Takes the first of `renamed` for the second."""

    def __init__(self, renamed: tuple[str, str] = ("", "")) -> None:
        self._renamed = renamed
        self._rest = b""
        self._lines: list[str] = []
        self._digest = hashlib.sha256()
        self._size = 0
        self._numbers = PrintedNumbers()
        self._end = b""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        room = max(MOST_COMPARED - self._size, 0)
        self._size += len(data)
        self._end = (self._end + data[room:])[-_END:]
        data = data[:room]
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line)
        if len(self._rest) > _LONGEST_LINE:
            # What a progress bar overwrote is not compared, however long it went on.
            if b"\r" in self._rest:
                self._rest = self._rest[self._rest.rindex(b"\r") :]
            if len(self._rest) > _LONGEST_LINE:
                self._take(self._rest)
                self._rest = b""

    def output(self) -> Output:
        """What was printed."""
        if self._rest:
            self._take(self._rest)
            self._rest = b""
        for line in self._end.split(b"\n")[1:]:
            self._numbers.take(self._comparable(line))
        return Output(tuple(self._lines), self._digest.hexdigest()[:16], self._size, self._numbers.values)

    def _take(self, line: bytes) -> None:
        text = self._comparable(line)
        self._digest.update(text.encode("utf-8", "replace") + b"\n")
        if len(self._lines) < MOST_LINES:
            self._lines.append(text[:_KEPT_OF_LINE])
        self._numbers.take(text)

    def _comparable(self, line: bytes) -> str:
        text = line.decode("utf-8", "replace")
        return comparable(text.replace(*self._renamed) if self._renamed[0] else text)


def comparable(line: str) -> str:
    """The line without what differs in any two runs, and without what it overwrote itself.

    >>> comparable("1/4 10s\\r4/4 ━━━━ 0s 12ms/step - loss: 0.25")
    '4/4 ━━━━ <duration> <duration> - loss: 0.25'
    """
    line = line.rstrip("\r")
    line = line.rpartition("\r")[2]
    if "\b" in line:
        line = line.rpartition("\b")[2]
    for pattern, replacement in _VARYING:
        line = pattern.sub(replacement, line)
    return line
