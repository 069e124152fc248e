"""Notebooks: their Python cells as one program, and edits to that program as edits to the file's own bytes.

A notebook is read with `json` and its cells' places are looked up in the file's text: whatever reads and writes whole
notebooks, as `nbformat` does, lays the JSON out anew, and a fix is to change the source lines that it must, only.
Source of the format: https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

import codecs
import json
import os
import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from seedlint.finding import Edit, Position, Span
from seedlint.sources.magics import MARKER, as_python, is_python
from seedlint.sources.text import LineIndex, SourceError, SourceText, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seedlint.sources.text import StrPath

_DECODER: Final = json.JSONDecoder()
_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_CHARACTER: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)
_ESCAPE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u(?!00[0-7])")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_INDENT: Final = re.compile(r"(?:[ \t]*(?:#.*)?(?:\r\n|\r|\n))*[ \t]+[^\s#]")
_ROW_END: Final = re.compile(r"\r\n|\r|\n")
_PYTHON: Final = ("python", "ipython")
_FORMAT: Final = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that the notebook's Python runs. `number` counts all cells from 1, those with text among them, as Jupyter
    shows them and other linters count. `first_row` is the row of the program's text at which the cell begins.
    `start` and `end` are where the value of its `source` stands in the file's text."""

    number: int
    first_row: int
    source: str
    execution_count: int | None
    start: int
    end: int

    @property
    def body(self) -> str:
        """The source with the newline that it is given in the program."""
        return f"{self.source}\n"


class Place(NamedTuple):
    """A position in a cell."""

    cell: Cell
    position: Position


@dataclass(frozen=True)
class Notebook:
    """A notebook of whose file `raw` is the text; its Python cells, and the text of the program that they are."""

    raw: str
    cells: tuple[Cell, ...] = field(compare=False)
    text: str = field(compare=False)

    @classmethod
    def read(cls, raw: str) -> Notebook:
        """The notebook in the text of a file; SourceError if it is none in Python."""
        return cls(raw, *_program(raw))

    def lines(self, number: int) -> LineIndex | None:
        """The rows of the cell with that number, as they stand in the notebook; None if it isn't one in Python."""
        return next((LineIndex(cell.body) for cell in self.cells if cell.number == number), None)

    def place(self, position: Position) -> Place:
        """Where a position of the program is. What is no cell's belongs to the end of the cell before it, or to the
        beginning of the first."""
        number = bisect_right(self.cells, position.row, key=lambda cell: cell.first_row)
        cell = self.cells[max(number - 1, 0)]
        last = len(_ROW_END.findall(cell.body)) + 1
        row = position.row - cell.first_row + 1
        return Place(cell, Position(row, position.column) if 1 <= row <= last else Position(max(min(row, last), 1), 1))

    def in_file(self, number: int, span: Span) -> Span:
        """Where the characters `span` of the cell with that number stand in the file's own text, its JSON."""
        cell = next(cell for cell in self.cells if cell.number == number)
        rows = LineIndex(cell.body)
        offsets = _offsets(self.raw, cell)

        def place(position: Position) -> Position:
            # What Python runs in the stead of a magic may be longer than its row.
            column = min(position.column, len(rows.row(position.row)) + 1)
            offset = rows.offset(Position(position.row, column))
            return self._raw_lines.position(offsets[min(offset, len(offsets) - 1)])

        return Span(place(span.start), place(span.end))

    @cached_property
    def _raw_lines(self) -> LineIndex:
        return LineIndex(self.raw)

    def cell_edits(self, edits: Iterable[Edit]) -> Mapping[Cell, Sequence[Edit]] | None:
        """Edits of the program as edits to the bodies of cells. None where that can't be: an edit that reaches from
        one cell into another, or changes what Python runs in the stead of a magic."""
        lines = LineIndex(self.text)
        found: defaultdict[Cell, list[Edit]] = defaultdict(list)
        for edit in edits:
            start, end = self.place(edit.span.start), self.place(edit.span.end)
            if start.cell is not end.cell or edit.span.start.row < self.cells[0].first_row:
                return None
            body = start.cell.body
            try:
                own = _cut(LineIndex(body), body, start.position, end.position)
            except IndexError:
                return None
            if own != _cut(lines, self.text, edit.span.start, edit.span.end):
                return None
            found[start.cell].append(Edit(Span(start.position, end.position), edit.content))
        return {cell: sorted(dict.fromkeys(of_cell), key=lambda edit: edit.span) for cell, of_cell in found.items()}

    def edited(self, edits: Iterable[Edit]) -> Notebook:
        """The notebook after edits of the program; ValueError if `cell_edits` can't place one."""
        of_cells = self.cell_edits(edits)
        if of_cells is None:
            raise ValueError("an edit is not inside the source of one cell")
        ascii_only = self.raw.isascii() and _ESCAPE.search(self.raw) is not None
        pieces: list[str] = []
        done = 0
        for cell in sorted(of_cells, key=lambda cell: cell.start):
            written = _Written(self.raw[cell.start : cell.end], ascii_only, is_dense=self.raw[cell.start - 1] == ":")
            pieces += self.raw[done : cell.start], written.after(of_cells[cell], cell.body)
            done = cell.end
        return Notebook.read("".join((*pieces, self.raw[done:])))

    def parts(self) -> Iterator[tuple[Cell, int, str]]:
        """The program's text cell by cell, each and the row at which its part begins: before the cell itself."""
        rows = _rows(self.text)
        first = 1
        for cell in self.cells:
            following = cell.first_row + len(_rows(cell.body))
            yield cell, first, "".join(rows[first - 1 : following - 1])
            first = following


def decode(data: bytes, path: StrPath) -> SourceText:
    """The program in a notebook's bytes. SourceError if they hold none."""
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    body = data[len(bom) :]
    try:
        notebook = Notebook.read(body.decode())
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(errors="replace")
        position = LineIndex(before).position(len(before))
        raise SourceError(
            f"byte 0x{body[error.start]:02x} is not valid UTF-8, which a notebook is in", position
        ) from error
    return SourceText(os.path.realpath(path), shown_name(path), notebook.text, bom=bom, notebook=notebook)


# -- reading --------------------------------------------------------------------------------------


def _program(raw: str) -> tuple[tuple[Cell, ...], str]:
    """The Python cells of a notebook, and the text of the program that they are."""
    document = _parsed(raw)
    top = dict(_members(raw, _BLANKS.match(raw).end()))  # type: ignore[union-attr] # it matches anything
    _refuse_others(raw, document, top)
    cells: list[Cell] = []
    texts: list[str] = []
    row = 1
    for number, (start, end) in enumerate(_elements(raw, top["cells"][0]), 1):
        found = _cell(raw, number, start, end, document["cells"][number - 1])
        if found is None:
            continue
        source, value = found
        before = f"{MARKER}\n"
        if _INDENT.match(source):
            before += "if True:\n"  # IPython takes an indent away that a whole cell has
        text = as_python(f"{source}\n")
        row += before.count("\n")
        count = document["cells"][number - 1].get("execution_count")
        cells.append(Cell(number, row, source, count if isinstance(count, int) else None, *value))
        texts += before, text
        row += len(_ROW_END.findall(text))
    return tuple(cells), "".join(texts)


def _parsed(raw: str) -> Any:
    try:
        return json.loads(raw)
    except json.JSONDecodeError as error:
        what = "the file is empty" if not raw.strip() else f"no JSON, which a notebook is: {error.msg}"
        raise _fault(raw, error.pos, what) from error
    except RecursionError as error:
        raise _fault(raw, 0, "JSON that is nested too deeply to be read") from error


def _refuse_others(raw: str, document: Any, top: Mapping[str, tuple[int, int]]) -> None:
    """SourceError for JSON that is no notebook in Python."""
    if not isinstance(document, dict):
        raise _fault(raw, 0, "JSON, but no notebook")
    version = document.get("nbformat")
    place = top.get("nbformat", (0, 0))[0]
    if "worksheets" in document or (isinstance(version, int) and version < _FORMAT):
        raise _fault(
            raw,
            place,
            f"a notebook in the old format {version or 3}; convert it with "
            "`jupyter nbconvert --to notebook --nbformat 4 --inplace`",
        )
    if version != _FORMAT:
        said = "that says no format" if version is None else f"in format {json.dumps(version)[:20]}"
        raise _fault(raw, place, f"JSON {said}; seedlint reads notebooks in format {_FORMAT}")
    language = _language(document.get("metadata"))
    if not language.lower().startswith(_PYTHON):
        place = top["metadata"][0]
        raise _fault(
            raw, place, f"a notebook in {language}; seedlint reads those in Python: exclude it in the settings"
        )
    if not isinstance(document.get("cells"), list):
        raise _fault(raw, top.get("cells", (0, 0))[0], "a notebook without a list of `cells`")


def _language(metadata: Any) -> str:
    """The language that a notebook says it is in; Python where it says nothing."""
    for table, key in (("kernelspec", "language"), ("language_info", "name")):
        value = _get(_get(metadata, table), key)
        if isinstance(value, str) and value:
            return value
    return "python"


def _cell(raw: str, number: int, start: int, end: int, cell: Any) -> tuple[str, tuple[int, int]] | None:
    """The source of a cell and where the value stands, if it is a cell that the notebook's Python runs."""
    if not isinstance(cell, dict):
        raise _fault(raw, start, f"cell {number} is no object")
    if cell.get("cell_type") != "code" or _get(_get(_get(cell, "metadata"), "vscode"), "languageId") not in (
        None,
        "python",
    ):
        return None
    if "source" not in cell:
        raise _fault(raw, start, f"cell {number} has no `source`")
    value = dict(_members(raw, start))["source"]
    source = cell["source"]
    if isinstance(source, list) and all(isinstance(item, str) for item in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise _fault(raw, value[0], f"the `source` of cell {number} is neither a string nor a list of strings")
    if not is_python(source):
        return None
    if "\0" in source or _SURROGATE.search(source):
        raise _fault(raw, value[0], f"cell {number} has a character that no Python source holds (NUL or half a pair)")
    return source, value


def _get(table: Any, key: str) -> Any:
    return table.get(key) if isinstance(table, dict) else None


def _fault(raw: str, offset: int, message: str) -> SourceError:
    return SourceError(message, LineIndex(raw).position(offset))


def _members(raw: str, start: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """The keys of the object at `start` of valid JSON, and where their values stand."""
    at = _skip(raw, start + 1)
    while raw[at] == '"':
        key, at = _DECODER.raw_decode(raw, at)
        begin = _skip(raw, _skip(raw, at) + 1)
        end = _DECODER.raw_decode(raw, begin)[1]
        yield key, (begin, end)
        at = _skip(raw, end)
        if raw[at] == ",":
            at = _skip(raw, at + 1)


def _elements(raw: str, start: int) -> Iterator[tuple[int, int]]:
    """Where the elements of the array at `start` of valid JSON stand."""
    at = _skip(raw, start + 1)
    while raw[at] != "]":
        end = _DECODER.raw_decode(raw, at)[1]
        yield at, end
        at = _skip(raw, end)
        if raw[at] == ",":
            at = _skip(raw, at + 1)


def _offsets(raw: str, cell: Cell) -> list[int]:
    """Where in the file's text each character of a cell's source begins, and where the last ends."""
    value = raw[cell.start : cell.end]
    offsets: list[int] = []
    end = cell.start + 1
    for start, stop in _strings(value):
        end = cell.start + start + 1
        for character in _CHARACTER.findall(value[start + 1 : stop - 1]):
            offsets.append(end)
            end += len(character)
    return [*offsets, end]


def _strings(value: str) -> list[tuple[int, int]]:
    """Where the strings stand in the JSON of a source, which is a string or a list of strings."""
    return list(_elements(value, 0)) if value.startswith("[") else [(0, len(value))]


def _skip(raw: str, at: int) -> int:
    blanks = _BLANKS.match(raw, at)
    assert blanks is not None  # it matches anything
    return blanks.end()


# -- writing --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Character:
    """A character of a source, how the file writes it, and the number of the string that it ends, -1 for a new one."""

    value: str
    written: str
    ends: int | None = None


class _Written:
    """The JSON of a cell's source: a string, or a list of strings, in general one for each row."""

    def __init__(self, value: str, ascii_only: bool, *, is_dense: bool) -> None:
        self._ascii_only = ascii_only
        self._is_list = value.startswith("[")
        strings = _strings(value)
        self._characters = [
            character
            for number, (start, end) in enumerate(strings)
            for character in _characters(value[start + 1 : end - 1], number)
        ]
        if self._is_list and strings:
            # What stands before each string, and after the last.
            edges = [1, *(end for _, end in strings)]
            self._before = [value[edge:start] for edge, (start, _) in zip(edges, strings, strict=False)]
            self._after = value[edges[-1] :]
        else:
            self._before, self._after = [""], "]"
        beside = "" if is_dense else " "
        self._usual = self._before[1] if len(self._before) > 1 else f",{self._before[0] or beside}"

    def after(self, edits: Sequence[Edit], body: str) -> str:
        """The JSON after edits, in their order, of the cell's body. Each character that stays is written as it was."""
        characters = self._characters.copy()
        # The program has a newline at the cell's end: what is inserted behind it goes on in a row of its own.
        end = characters[-1].ends if characters else None
        if characters:
            characters[-1] = replace(characters[-1], ends=None)
        characters.append(_Character("\n", "\\n", end))
        lines = LineIndex(body)
        for edit in reversed(edits):
            start, stop = lines.offset(edit.span.start), lines.offset(edit.span.end)
            characters[start:stop] = map(self._new, edit.content)
        if characters and characters[-1].value == "\n":
            end = characters.pop().ends
            if characters and characters[-1].ends is None:
                characters[-1] = replace(characters[-1], ends=end)
        return self._as_list(characters) if self._is_list else f'"{_joined(characters)}"'

    def _new(self, character: str) -> _Character:
        written = json.dumps(character, ensure_ascii=self._ascii_only)[1:-1]
        return _Character(character, written, -1 if character == "\n" else None)

    def _as_list(self, characters: Sequence[_Character]) -> str:
        """The strings with what stood between them; a new one is set as the second was, or the first."""
        pieces: list[str] = []
        begin = 0
        for index, character in enumerate(characters, 1):
            if character.ends is None and index < len(characters):
                continue
            number = -1 if character.ends is None else character.ends
            separator = self._before[number] if pieces and number > 0 else self._usual if pieces else self._before[0]
            pieces.append(f'{separator}"{_joined(characters[begin:index])}"')
            begin = index
        return f"[{''.join(pieces)}{self._after}" if pieces else "[]"


def _characters(written: str, number: int) -> Iterator[_Character]:
    """The characters of a string, the last of which ends the string `number`."""
    each = _CHARACTER.findall(written)
    for index, character in enumerate(each, 1):
        yield _Character(json.loads(f'"{character}"'), character, number if index == len(each) else None)


def _joined(characters: Iterable[_Character]) -> str:
    return "".join(character.written for character in characters)


def _cut(lines: LineIndex, text: str, start: Position, end: Position) -> str:
    return text[lines.offset(start) : lines.offset(end)]


def _rows(text: str) -> list[str]:
    """The rows of a text with their ends."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
