"""What IPython understands in a cell and Python doesn't: magics, shell commands, help, calls without parentheses.

Each such row becomes a row that Python understands, so that no other row changes its place.
Source: https://ipython.readthedocs.io/en/stable/interactive/reference.html, and IPython's own `TransformerManager`.
"""

from __future__ import annotations

import ast
import re
from typing import Final

MARKER: Final = "# %%"
"""Begins the rows that belong to no statement: a fix leaves such a comment where it is."""

_PYTHON_CELLS: Final = frozenset({"capture", "debug", "memit", "prun", "time", "timeit"})
"""The cell magics that run their cell as Python in the notebook's own process."""

_ROW: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CELL_MAGIC: Final = re.compile(r"\s*%%(?P<name>\S*)")
_ESCAPED: Final = re.compile(r"[%!?,;/]")
_ASSIGNED: Final = re.compile(r"[^=#()]*[^=#()\s<>!]\s*=\s*(?=[!%])")
_RUNS_CODE: Final = re.compile(r"%(?:time|timeit|prun|memit)(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]+")
# `%run` leaves the names of what it runs behind, as an import of all of them does.
_RUN: Final = re.compile(r"%run[ \t]+(?:\./)?(?P<module>\w+(?:/\w+)*)\.py[ \t]*$")
_RUNS_MORE: Final = re.compile(r"%(?:run|load|macro|recall|rerun)\b(?!\?)")
# What decides where a statement ends: comments, quotes, brackets, and a backslash at the row's end.
_PIECE: Final = re.compile(r"""'''|\"""|['"]|#|\\(?:\r\n|[\s\S])|[(\[{]|[)\]}]|[^#\\'"()\[\]{}]+""")


def is_python(source: str) -> bool:
    """Whether the notebook's own Python runs the cell: it has no cell magic, or one of those that keep it."""
    magic = _CELL_MAGIC.match(source)
    return magic is None or magic["name"] in _PYTHON_CELLS


def as_python(source: str) -> str:
    """The cell in Python, with as many rows. What stays of a row stays in its columns: the code that `%time` runs,
    the names that `files = !ls` sets. ValueError if `is_python` doesn't hold."""
    if not is_python(source):
        raise ValueError("the cell is not run as Python")
    rows = _ROW.findall(source)
    plain: list[str] = []
    scan = _Scan()
    masks_next = False
    is_first = _CELL_MAGIC.match(source) is not None
    for row in rows:
        code = row.rstrip("\r\n")
        end = row[len(code) :]
        if is_first and code.strip():
            plain.append(f"{MARKER} {code.strip()[2:]}{end}")
            is_first = False
        elif masks_next:
            plain.append(f"{MARKER}{end}")
            masks_next = code.endswith("\\")
        elif scan.is_inside or (masked := _masked(code)) is None:
            scan.read(row)
            plain.append(row)
        else:
            plain.append(masked + end)
            masks_next = code.endswith("\\")
    return "".join(plain)


def _masked(code: str) -> str | None:
    """What stands in Python for a row that begins a statement; None if it is Python already."""
    body = code.lstrip()
    indent = code[: len(code) - len(body)]
    if assigned := _ASSIGNED.match(body):
        # A name that nothing sets: what the command gives isn't known.
        return f"{indent}{assigned[0]}_"
    if not (_ESCAPED.match(body) or _ends_in_question(body)):
        return None
    if run := _RUN.match(body):
        return f"{indent}from {run['module'].replace('/', '.')} import *"
    if _RUNS_MORE.match(body):
        return f"{indent}exec(_)"  # code that isn't known
    if (prefix := _RUNS_CODE.match(body)) and _is_simple(body[prefix.end() :]):
        return f"{indent}0;".ljust(len(indent) + prefix.end()) + body[prefix.end() :]
    # In a block it may be all that there is; elsewhere a comment does, which stands in the way of no import.
    return f"{indent}pass" if indent else f"{MARKER} {body}"


def _ends_in_question(body: str) -> bool:
    """Whether a row asks for help: `?` is in no Python but in strings and comments."""
    if "?" not in body:
        return False
    scan = _Scan()
    scan.read(body)
    return scan.last == "?" and not scan.is_inside


def _is_simple(code: str) -> bool:
    """Whether code is simple statements, which may stand behind a `;`."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    simple = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Delete)
    return bool(tree.body) and all(isinstance(statement, simple) for statement in tree.body)


class _Scan:
    """Where a text is, by what was read of it: in a string, in brackets, behind a backslash, or in none."""

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0
        self._continued = False
        self.last = ""
        """The last character that is neither blank nor in a comment."""

    @property
    def is_inside(self) -> bool:
        """Whether the next row goes on with a statement."""
        return bool(self._quote) or self._depth > 0 or self._continued

    def read(self, row: str) -> None:
        """Take note of the next row."""
        self._continued = False
        for piece in _PIECE.findall(row):
            if self._quote:
                # Three of its quotes end a string, too: it, and an empty one beside it.
                if piece == self._quote or piece == self._quote * 3:
                    self._quote = ""
            elif piece == "#":
                break
            else:
                self._read_code(piece)
            if piece.strip():
                self.last = piece.strip()[-1]
        if len(self._quote) == 1 and not row.rstrip("\r\n").endswith("\\"):
            self._quote = ""  # a string that never ends is an error in its own row

    def _read_code(self, piece: str) -> None:
        if piece[0] in "\"'":
            self._quote = piece
        elif piece in ("(", "[", "{"):
            self._depth += 1
        elif piece in (")", "]", "}"):
            self._depth = max(self._depth - 1, 0)
        elif piece.startswith("\\"):
            self._continued = not piece[1:].strip()
