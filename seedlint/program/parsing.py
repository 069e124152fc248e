"""Parsing a text into its tree and its summary; or what is wrong with it, and where."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from seedlint.finding import Position
from seedlint.program.reader import first_beside, read, split, summary_of
from seedlint.sources.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import libcst as cst

    from seedlint.program.python import Outline, Part
    from seedlint.program.reader import Reading
    from seedlint.program.summary import Summary

TOO_DEEP: Final = "nested too deeply to be read"
_MOST_TREES: Final = 4
_MOST_BRACKETS: Final = 200
"""How deep Python reads nested brackets; the parser's own recursion would end the process not far above."""
_DEEPEST: Final = 3500
"""How deep a tree may be: for a sum of so many terms libcst takes some seconds, six times as long for twice as many."""

_LINKS: Final = (*"+-*/%@&|^~<>.([{", "not", "if", "await", "lambda", "lambda")
"""What a level of a tree is written with that needs no brackets around it; of a lambda two, it and its parameters."""


class ParseError(Exception):
    """A text that can't be parsed; `message` says why, `position` where."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__(message, position)
        self.message = message
        self.position = position


class Parsed:
    """A text's tree as libcst has it. What it says is read when somebody asks: `around` gives for a node's number what
    is read by itself and has that node, a statement or a member of a class, and the number of the first node there."""

    def __init__(self, module: cst.Module, around: Callable[[int], tuple[cst.CSTNode, int]]) -> None:
        self.module = module
        self._around = around
        self._nodes: dict[int, Sequence[cst.CSTNode]] = {}

    def node(self, number: int) -> cst.CSTNode:
        """Return the node that the summary numbers so."""
        statement, first = self._around(number)
        if first not in self._nodes:
            reading, origins = _read(statement, 0)
            self._nodes[first] = [origins[node] for node in reading.nodes]
        return self._nodes[first][number - first]


class Whole(Parsed):
    """A text that was parsed as a whole; `statements` are those of its top level."""

    def __init__(self, module: cst.Module, statements: Sequence[cst.CSTNode]) -> None:
        super().__init__(module, lambda number: (statements[split(number)[0]], first_beside(number)))
        self._statements = statements

    @property
    def summary(self) -> Summary:
        """What the text says; ParseError if it is nested too deeply for that."""
        try:
            return summary_of(_read(statement, place)[0] for place, statement in enumerate(self._statements))
        except RecursionError as error:
            raise ParseError(TOO_DEEP, Position(1, 1)) from error


def _read(statement: cst.CSTNode, place: int) -> tuple[Reading, Mapping[ast.AST, cst.CSTNode]]:
    from seedlint.program.conversion import convert

    converted, origins = convert(statement)
    return read(converted, place), origins


@lru_cache(maxsize=_MOST_TREES)
def parse(text: str, *, is_python: bool = False) -> Whole:
    """Return `text` as libcst has it; ParseError if it can't be parsed. With `is_python`, Python is known to parse it:
    that saves looking how deep most texts are nested."""
    from seedlint.program.conversion import statements_of

    module = parse_module(text, is_python=is_python)
    return Whole(module, statements_of(module))


def parse_lazily(text: str, outline: Outline, part: Callable[[int], Part]) -> Parsed:
    """Return `text` as libcst has it, which Python can parse: `part` gives what that makes of the statement with some
    place. ParseError if libcst can't parse it, or later where somebody looks at what it can't."""
    from seedlint.program.pieces import pieces_of

    pieces = pieces_of(text, outline, part)
    return parse(text, is_python=True) if pieces is None else Parsed(pieces.module(), pieces.around)


def parse_module(text: str, *, is_python: bool) -> cst.Module:
    """Return the tree that libcst makes of `text`; as `parse`."""
    import libcst as cst

    if not (is_python and _is_flat(text)):
        _refuse_depth(text)
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise _explained(text, error) from error
    except RecursionError as error:
        raise ParseError(TOO_DEEP, Position(1, 1)) from error


def _is_flat(text: str) -> bool:
    """Tell whether a text that Python can parse has too little in it for a tree of more than `_DEEPEST` levels.

    At most 200 brackets are nested in it, each with up to seven levels before the next, and 100 blocks of two. All else
    that nests is written with one of `_LINKS`."""
    return sum(map(text.count, _LINKS)) + _MOST_BRACKETS * 7 + 100 * 2 + 100 <= _DEEPEST


def _refuse_depth(text: str) -> None:
    """ParseError if a text is nested too deeply."""
    deep = _too_deep(text)
    if deep is not None:
        message = f"too many nested brackets (Python reads at most {_MOST_BRACKETS})"
        raise ParseError(message, LineIndex(text).position(deep))
    if _is_deep(text):
        raise ParseError(TOO_DEEP, Position(1, 1))


def can_parse(text: str) -> bool:
    """Tell whether libcst can parse `text`."""
    try:
        parse(text)
    except ParseError:
        return False
    return True


_BRACKETS: Final = (
    r"(?s)#[^\r\n]*|(?P<quote>'''|\"\"\"|'|\")(?:\\.|(?!(?P=quote)).)*?(?P=quote)|(?P<open>[(\[{])|(?P<close>[)\]}])"
)


def _too_deep(text: str) -> int | None:
    """Return where brackets are nested deeper than Python reads them, or None.

    The parser's own recursion would end the whole process there.
    """
    if max(text.count("("), text.count("["), text.count("{")) * 3 <= _MOST_BRACKETS:
        return None
    depth = 0
    for match in re.finditer(_BRACKETS, text):
        if match["open"]:
            depth += 1
            if depth > _MOST_BRACKETS:
                return match.start()
        elif match["close"]:
            depth = max(0, depth - 1)
    return None


_PYTHON_2: Final = (
    r"""(?m)^[ \t]*(?:print[ \t]+["'\w]|exec[ \t]+["'\w]|raise[ \t]+\w+[ \t]*,"""
    r"""|except[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:)"""
)


def _is_deep(text: str) -> bool:
    """Tell whether Python's tree of the text has more than `_DEEPEST` levels, or is too deep for Python itself."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            level: list[ast.AST] = [ast.parse(text)]
    except (RecursionError, MemoryError):
        return True
    except (SyntaxError, ValueError):
        return False  # libcst says what is wrong
    depth = 0
    while level and depth <= _DEEPEST:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return bool(level)


def _explained(text: str, error: cst.ParserSyntaxError) -> ParseError:
    """Return what is wrong with the text, and where. Python's own parser knows both better than libcst's."""
    row, column = error.raw_line, error.raw_column + 1
    message = re.sub(r"^parser error: error at \d+:\d+: ", "", error.message)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as known:
        message, row, column = known.msg, known.lineno or row, known.offset or column
    except (ValueError, RecursionError, MemoryError):
        pass  # what libcst says stands
    return fault(text, message, row, column)


def fault(text: str, message: str, row: int, column: int) -> ParseError:
    """Return what a parser says is wrong with the text, and where, for the user."""
    if re.search(_PYTHON_2, text):
        message = f"this is Python 2; convert it to Python 3, the only one that TensorFlow 2 runs on today ({message})"
    return ParseError(message, Position(max(1, min(row, len(LineIndex(text)))), max(1, column)))
