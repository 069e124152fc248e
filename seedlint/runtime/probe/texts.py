"""Texts that stand in for files: the program in a notebook, a fix that is tried."""

from __future__ import annotations

import ast
import linecache
import os
import sys
from importlib.machinery import SourceFileLoader
from typing import TYPE_CHECKING, Any, Final

from seedlint.sources.magics import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

_texts: Final[dict[str, str]] = {}


def install(texts: dict[str, str]) -> None:
    """Have `texts`, by the real paths of their files, imported, traced and shown in place of what the files hold."""
    _texts.update(texts)
    loader: Any = SourceFileLoader
    get_code = loader.get_code

    def get_code_of_text(self: SourceFileLoader, fullname: str) -> CodeType | None:
        text = _text(self.path)
        code: CodeType | None = get_code(self, fullname) if text is None else _compiled(text, self.path)
        return code

    if texts:
        loader.get_code = get_code_of_text


def is_used() -> bool:
    """Whether any text stands in for a file."""
    return bool(_texts)


def script(path: str) -> CodeType:
    """The code of the script at `path`."""
    text = _text(path)
    if text is not None:
        return _compiled(text, path)
    with open(path, "rb") as file:
        return _compiled(file.read(), path)


def notebook(path: str) -> CodeType:
    """The code of the notebook at `path`. Its text must have been installed."""
    text = _text(path)
    assert text is not None
    return _compiled(_showing_values(text, path), path)


def show(*values: Any) -> None:
    """Print what a notebook would display."""
    for value in values:
        if value is not None:
            print(repr(value))


def _text(path: str) -> str | None:
    """What stands in for the file, where something does; whoever asks for its lines gets those from now on."""
    text = _texts.get(os.path.realpath(path))
    if text is not None:
        # Without a time of its last change, an entry is not held against the file.
        linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    return text


def _compiled(program: str | bytes | ast.Module, path: str) -> CodeType:
    code: CodeType = compile(program, path, "exec", dont_inherit=True)
    return code


def _showing_values(text: str, path: str) -> ast.Module:
    """The program with the value of each cell's last expression shown, unless a semicolon ends it."""
    tree = ast.parse(text, path)
    sys.displayhook = show
    rows = text.splitlines()
    for statement in _last_of_cells(tree, rows):
        if isinstance(statement, ast.Expr) and not rows[(statement.end_lineno or 1) - 1].rstrip().endswith(";"):
            hook = ast.parse("__import__('sys').displayhook()", mode="eval").body
            assert isinstance(hook, ast.Call)
            hook.args = [statement.value]
            statement.value = ast.copy_location(hook, statement.value)
    return ast.fix_missing_locations(tree)


def _last_of_cells(tree: ast.Module, rows: list[str]) -> Iterator[ast.stmt]:
    begins = [row for row, line in enumerate(rows, 1) if line.strip() == MARKER]
    for statement, following in zip(tree.body, [*tree.body[1:], None], strict=True):
        if following is None or any(statement.lineno < row < following.lineno for row in begins):
            yield statement
