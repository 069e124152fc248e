"""What the tests of seedlint.rewrite share, and the tests of the positions."""

from __future__ import annotations

import functools
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from seedlint.rewrite.editor import Editor
from seedlint.rewrite.positions import Positions, RoundTripError
from seedlint.rewrite.tree import Tree, walk
from seedlint.sources.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seedlint.finding import Edit


def editor_of(text: str) -> Editor:
    return Editor(text, cst.parse_module(text))


def applied(text: str, edits: Iterable[Edit] | None) -> str:
    """The text with the edits made; they must not touch one another."""
    assert edits is not None
    lines = LineIndex(text)
    parts, at = [], -1
    for edit in sorted(edits, key=lambda e: e.span):
        start, end = lines.offset(edit.span.start), lines.offset(edit.span.end)
        assert at < start <= end
        parts += [text[max(at, 0) : start], edit.content]
        at = end
    return "".join(parts) + text[max(at, 0) :]


def calls(module: cst.CSTNode) -> list[cst.Call]:
    return [node for node in walk(module) if isinstance(node, cst.Call)]


def call_of(editor: Editor, name: str) -> cst.Call:
    """The one call of a function that is written `name`."""
    (found,) = (call for call in calls(editor.document.module) if editor.text_of(call.func) == name)
    return found


def small(editor: Editor, code: str) -> cst.BaseSmallStatement:
    """The one small statement that is written `code`."""
    nodes = (n for n in walk(editor.document.module) if isinstance(n, cst.BaseSmallStatement))
    (found,) = (node for node in nodes if editor.text_of(node) == code)
    return found


@functools.cache
def standard_library(step: int) -> tuple[tuple[str, str], ...]:
    """Every `step`-th file of Python's own library, as (name, text), small enough to be quick."""
    root = Path(sysconfig.get_paths()["stdlib"])
    paths = sorted(p for p in root.rglob("*.py") if "site-packages" not in p.parts)
    small_ones = [p for p in paths if 200 < p.stat().st_size < 8_000]
    return tuple(_read(small_ones[::step]))


def _read(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        try:
            text = path.read_bytes().decode()
            cst.parse_module(text)
            compile(text, path.name, "exec", dont_inherit=True)
        except (UnicodeDecodeError, SyntaxError, cst.ParserSyntaxError):
            continue
        yield path.name, text


@pytest.mark.filterwarnings("ignore")
def test_positions_are_those_of_libcst() -> None:
    files = standard_library(step=6)
    assert len(files) >= 100
    for name, text in files:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        if wrapper.module.code != text:
            continue  # libcst's own positions are those of the code that it generates
        positions = Positions(Tree(wrapper.module), text)
        lines = LineIndex(text)
        for node, expected in wrapper.resolve(PositionProvider).items():
            if expected.end.line > len(lines):
                continue  # past the end: a newline that the file doesn't have
            start, end = (lines.position(offset) for offset in positions.span(node))
            found = (start.row, start.column - 1, end.row, end.column - 1)
            assert found == (
                expected.start.line,
                expected.start.column,
                expected.end.line,
                expected.end.column,
            ), (name, type(node).__name__)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        pytest.param("import os\nX", "X", id="no newline at the end"),
        pytest.param("import os\r\nX\r\n", "X", id="CRLF"),
        pytest.param("import os\n\x0cX\n", "X", id="a form feed before a statement"),
        pytest.param("if x:\n    a\n\x0c    X\n", "X", id="a form feed before the indent"),
        pytest.param("if x:\n    a\n    \x0cX\n", "X", id="a form feed that ends a block"),
        pytest.param("def f():\n    a\n\x0c\n\x0c\x0cclass X: pass\n", "class X: pass", id="form feeds"),
        pytest.param("if x:\n    X\n\n\x0c\n", "X", id="a blank row and a form feed at the end"),
        pytest.param("if x:\n    a\n    \\\n    X\n", "X", id="a row of a backslash"),
        pytest.param("\ufeffX\n", "X", id="a BOM left in the text"),
        pytest.param("a = 'ä€🎲'; X\n", "X", id="characters of several bytes"),
        pytest.param("if x:\n\tif y:\n\t\tX\n", "X", id="tabs"),
    ],
)
def test_last_statement_is_found(text: str, last: str) -> None:
    module = cst.parse_module(text)
    nodes = [n for n in walk(module) if isinstance(n, (cst.BaseSmallStatement, cst.ClassDef))]
    positions = Positions(Tree(module), text)
    assert last in [text[slice(*positions.span(node))] for node in nodes]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("f(1)\nf(1)\n", id="twice"),
        pytest.param("f(1)\ng(f(1))\nf(1)", id="twice, and no newline at the end"),
        pytest.param("f(1)\rf(1)\r", id="twice, and CR"),
        pytest.param("def g():\n    f(1)\nf(1)\n", id="in a function, too"),
        pytest.param('"""\nf(1)\n"""\nf(1)\n', id="in a string, too"),
        pytest.param(
            '"""\nif x:\n    y\n    f(1)\n"""\nif x:\n    y\n\x0c    f(1)\n', id="in a string without form feeds"
        ),
        pytest.param(
            '"""\nif x:\n    y\n    f(1)\n"""\nif x:\n    y\n    \\\n    f(1)\n', id="in a string without backslash"
        ),
    ],
)
def test_statement_is_not_found_where_another_is(text: str) -> None:
    module = cst.parse_module(text)
    positions = Positions(Tree(module), text)
    end = 0
    for statement in module.body:
        start, end_of_this = positions.full_span(statement)
        assert start == end
        end = end_of_this
    assert end == len(text)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "\n\n", "  \n"])
def test_text_without_statements(text: str) -> None:
    module = cst.parse_module(text)
    assert Positions(Tree(module), text).span(module) == (0, len(text))


@pytest.mark.parametrize("text", ["x = 2\n", "x = 1\ny = 2\n", "x = 1\n# more\n", ""])
def test_another_text_is_refused(text: str) -> None:
    module = cst.parse_module("x = 1\n")
    with pytest.raises(RoundTripError):
        Positions(Tree(module), text).span(module)


@pytest.mark.skipif(sys.version_info[:2] == (3, 12), reason="a limit for calls by way of C that nothing raises")
def test_nesting_may_be_deep() -> None:
    text = "x = " + " + ".join(["1"] * 3000) + "\n"
    module = cst.parse_module(text)
    assert Positions(Tree(module), text).span(module.body[0]) == (0, len(text) - 1)


def test_full_span_has_parentheses_and_comments() -> None:
    text = "# above\n(f(( a ), b))  # beside\n# below\n"
    editor = editor_of(text)
    positions = editor.document.positions
    call = call_of(editor, "f")
    assert text[slice(*positions.span(call))] == "f(( a ), b)"
    assert text[slice(*positions.full_span(call))] == "(f(( a ), b))"
    assert text[slice(*positions.full_span(call.args[0].value))] == "( a )"
    assert text[slice(*positions.full_span(editor.document.module.body[0]))] == "(f(( a ), b))  # beside\n"
