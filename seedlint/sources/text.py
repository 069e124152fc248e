"""A file's text as Python reads it, and back to the same bytes; offsets and positions in it.

No newline is translated: what isn't edited is written as it was read.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import re
import stat
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from seedlint.finding import Position, Span

if TYPE_CHECKING:
    from seedlint.sources.notebook import Notebook

    StrPath = str | os.PathLike[str]
    """A path, as `open` takes it."""


# Python's tokenizer ends a row here and nowhere else; str.splitlines also does at form feeds and others.
_ROW_END: Final = r"\r\n|\r|\n"
_FIRST_ROWS: Final = rb"([^\r\n]*)(?:\r\n|\r|\n|\Z)([^\r\n]*)"
# Both as PEP 263 and `tokenize` have them.
_DECLARATION: Final = rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"
_BLANK_OR_COMMENT: Final = rb"^[ \t\f]*(?:#|$)"


class SourceError(Exception):
    """A file's bytes are no Python text; `position` is where that shows."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class LineIndex:
    """The rows of a text: offsets to positions, and back."""

    def __init__(self, text: str) -> None:
        self._text = text
        if "\r" in text:
            self._starts = [0, *[end.end() for end in re.finditer(_ROW_END, text)]]
        else:  # as in most, where it takes a quarter of the time
            *lengths, _ = map(len, text.split("\n"))
            self._starts = [0, *accumulate(length + 1 for length in lengths)]

    def __len__(self) -> int:
        """The number of rows; a text that ends with a newline has a last, empty one."""
        return len(self._starts)

    def position(self, offset: int) -> Position:
        """The position of the character at `offset`; IndexError outside the text."""
        from bisect import bisect_right  # in most files nothing is found

        if not 0 <= offset <= len(self._text):
            raise IndexError(f"offset {offset} is outside a text of {len(self._text)} characters")
        row = bisect_right(self._starts, offset)
        return Position(row, offset - self._starts[row - 1] + 1)

    def offset(self, position: Position) -> int:
        """The offset of `position`; IndexError if there is no such place. Just after a row's last
        character, and after its newline, are places too."""
        if not 1 <= position.row <= len(self._starts) or position.column < 1:
            raise IndexError(f"{position} is outside a text of {len(self._starts)} rows")
        offset = self._starts[position.row - 1] + position.column - 1
        if offset > self._end(position.row):
            raise IndexError(f"{position} is beyond the end of its row")
        return offset

    def row(self, row: int) -> str:
        """The text of a row, counted from 1, without its newline; IndexError if there is none."""
        if not 1 <= row <= len(self._starts):
            raise IndexError(f"row {row} is outside a text of {len(self._starts)} rows")
        return self._text[self._starts[row - 1] : self._end(row)].rstrip("\r\n")

    def rows(self, first: int, last: int) -> str:
        """The text from one row to another, counted from 1, with their newlines; IndexError if there is no `first`."""
        return self._text[self.offset(Position(first, 1)) : self._end(last)]

    def whole_row(self, row: int) -> Span:
        """The place of a row, counted from 1, with its newline; IndexError if there is none."""
        return Span(self.position(self.offset(Position(row, 1))), self.position(self._end(row)))

    def _end(self, row: int) -> int:
        return self._starts[row] if row < len(self._starts) else len(self._text)


class _Decoded(NamedTuple):
    path: str
    filename: str
    text: str
    encoding: str = "utf-8"
    bom: bytes = b""
    notebook: Notebook | None = None


class SourceText(_Decoded):
    """One file as decoded. `path` is absolute, with all links followed, so it names the file;
    `filename` is what the user is shown. The text of a notebook is the program that its cells are."""

    @cached_property
    def lines(self) -> LineIndex:
        """The rows of the text."""
        return LineIndex(self.text)

    def with_text(self, text: str) -> SourceText:
        """The same file with another text."""
        return self._replace(text=text)

    def encode(self) -> bytes:
        """The file's bytes; SourceError at the first character that its encoding doesn't have."""
        content = self.text if self.notebook is None else self.notebook.raw
        try:
            return self.bom + content.encode(self.encoding)
        except UnicodeEncodeError as error:
            message = (
                f"{error.object[error.start]!r} can't be written in the declared encoding {self.encoding}; "
                "declare `# -*- coding: utf-8 -*-` and save the file as UTF-8"
            )
            raise SourceError(message, self.lines.position(error.start)) from error


def is_notebook(path: str) -> bool:
    """Whether the name of a file says that it is a notebook."""
    return path.endswith(".ipynb")


def shown_name(path: StrPath) -> str:
    """`path` for the user: relative if below the current directory, else absolute."""
    absolute = os.path.abspath(path)
    here = os.path.join(os.getcwd(), "")
    return absolute.removeprefix(here)


def read(path: StrPath) -> SourceText:
    """The text of a file. OSError if it can't be read, SourceError if it is no text."""
    with open(path, "rb", opener=_open_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))
        return decode(file.read(), path)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe, which would wait for its writer, too."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def decode(data: bytes, path: StrPath) -> SourceText:
    """The text of a file's bytes, by its BOM and its PEP 263 declaration; SourceError if they are no text."""
    if is_notebook(os.fspath(path)):
        from seedlint.sources import notebook  # few have any

        return notebook.decode(data, path)
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    body = data[len(bom) :]
    encoding = _encoding(body, has_bom=bool(bom))
    try:
        text = body.decode(encoding)
    except UnicodeError as error:
        raise _undecodable(body, encoding, error) from error
    if "\0" in text:
        position = LineIndex(text).position(text.index("\0"))
        message = "a NUL byte, which no Python source holds; if the file is UTF-16 or UTF-32, save it as UTF-8"
        raise SourceError(message, position)
    return SourceText(os.path.realpath(path), shown_name(path), text, encoding, bom)


def _encoding(body: bytes, *, has_bom: bool) -> str:
    """The encoding that the first two rows declare, as `tokenize.detect_encoding` finds it, else UTF-8."""
    if b"coding" not in body:
        return "utf-8"
    rows = re.match(_FIRST_ROWS, body)
    assert rows is not None  # it matches the empty text too
    first, second = rows.groups()
    if declared := re.match(_DECLARATION, first):
        row = 1
    elif re.match(_BLANK_OR_COMMENT, first) and (declared := re.match(_DECLARATION, second)):
        row = 2
        try:
            first.decode()
        except UnicodeDecodeError as error:
            raise _undecodable(body, "utf-8", error) from error
    else:
        return "utf-8"
    name = declared[1].decode("ascii", "replace")
    position = Position(row, declared.start(1) + 1)
    try:
        codec = codecs.lookup(name)
        with contextlib.suppress(UnicodeError):
            b"#".decode(name)  # LookupError for a codec that isn't between text and bytes, as `hex`
    except LookupError as error:
        raise SourceError(f"unknown encoding {name!r}; declare one that Python has", position) from error
    if has_bom and codec.name not in ("utf-8", "utf-8-sig"):
        message = f"the file starts with a UTF-8 BOM but declares the encoding {name}; remove one of the two"
        raise SourceError(message, position)
    return "utf-8" if codec.name == "utf-8-sig" else codec.name


def _undecodable(body: bytes, encoding: str, error: UnicodeError) -> SourceError:
    """What to tell of bytes that `encoding` doesn't allow."""
    if not isinstance(error, UnicodeDecodeError):
        return SourceError(f"the file is no {encoding} text: {error}", Position(1, 1))
    before = body[: error.start].decode(encoding, "replace")
    position = LineIndex(before).position(len(before))
    if encoding == "utf-8":
        way_out = "save the file as UTF-8 or declare the encoding that it is in, as in `# -*- coding: latin-1 -*-`"
    else:
        way_out = "declare the encoding that the file is in"
    message = f"byte 0x{body[error.start]:02x} at row {position.row}, column {position.column} is not valid "
    return SourceError(f"{message}{encoding}; {way_out}", position)
