"""Texts mean the same by way of libcst's tree as by Python's own, so findings don't depend on which was read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from seedlint import program
from seedlint.deep_stack import on_deep_stack
from seedlint.linter import Linter
from seedlint.program import summary as ir
from seedlint.program.parsing import TOO_DEEP, ParseError, parse
from seedlint.program.python import UNREADABLE, python_text
from seedlint.program.reader import numbered, split
from seedlint.program.spans import span_of
from seedlint.rewrite.rewriter import Rewriter
from seedlint.settings import Settings
from seedlint.sources.text import LineIndex, SourceError, SourceText
from seedlint.sources.text import read as read_file

ROOT = Path(__file__).parents[1]
PROGRAM = Path(program.__file__).parent
TRICKY = (
    'x = "a" "b" f"{c}" "d"\n"a" "b"\nf"{a!r:>{width}}" f"{b=}"\n',
    "x = b'a' b'b'\nb'alone'\n...\ny = ...\n5\n",
    "f(a, *b, k=1, *c, **d)\nf(k=1, *b)\nf(x for x in y)\n",
    "a[1]; a[1,]; a[1, 2]; a[(1, 2)]; a[1:2, ::3]; a[:]; a[b:c]\n",
    "del a\ndel b, c\ndel (d, e), f\ndel (g, h)\ndel i,\n",
    "class A(B, *C, metaclass=M, **k):\n    'text'\n    x: int\n    y: int = 1\n",
    "@d\n@e.f(1)\nasync def f(a, /, b=1, *c, d=2, e, **g) -> int:\n    async with a as b, c: await d\n    yield\n",
    "def f():\n    x = lambda a, *b, c=(yield 1): (yield from c)\n    nonlocal q\n    global r, s\n",
    "if a: b\nelif c: d\nelse:\n    if e: f\n    else: g\n",
    "try: a\nexcept (B, C) as d: e\nexcept: f\nelse: g\nfinally: h\n",
    "for a, *b in c, d: continue\nelse: e\nwhile f: break\nelse: g\n",
    "a = b and c and d or e and not f\nx = -1 + +2 ** ~3 // 4 % 5 << 6 | 7 @ 8\n",
    "a < b <= c\na is not b\na not in b\nc = d if e else f\n(y := f(x))\n",
    "x += 1\nx[0] |= {**a, 'b': c, d: e}\na = [b] = c, *d = [*e, f]\n",
    "from . import a as b, c\nfrom ...d.e import *\nfrom f import (g, h as i,)\nimport j.k as l, m.n\n",
    "[a for b in c if d if e for f in g]\n{a: b for c, d in e}\n{a for a in b}\n(async_ for async_ in x)\n",
    "match a, b:\n    case {'x': [c, *d], **e} if f: g\n    case A(h, i=j) | (k as l): m\n    case _: n\n",
    "assert a, b\nraise A from b\nraise\nreturn_ = None, True, 0x1F, 1_0.5, 3j, '\\u00e9', r'\\d'\n",
    "def f():\r\n\tif a:\r\n\t\treturn\r\n\x0c\r\n",
)


@pytest.mark.parametrize("text", TRICKY)
def test_every_construct_means_the_same_both_ways(text: str) -> None:
    assert _by_python(text) == parse(text).summary


@pytest.mark.parametrize(
    "text",
    [
        "x = 1" + " + 1" * 900,
        "x = a" + " and a" * 900,
        "x = 'a'" + " f'{a}'" * 900,
        "if a: b\n" + "elif a == 1: b\n" * 900,
        "x = [a" + " for a in b" * 900 + "]",
    ],
    ids=["sum", "junction", "strings", "elifs", "clauses"],
)
def test_what_is_long_is_read_in_a_loop(text: str) -> None:
    read = python_text(text)
    parsed = parse(text)
    assert len([parsed.node(number) for number, _ in numbered(part.reading for part in read.parts)]) >= 900
    assert parsed.summary.body


def _by_python(text: str) -> ir.Summary | None:
    try:
        return python_text(text).summary
    except UNREADABLE:
        return None


def _files() -> list[Path]:
    return sorted(path for folder in (ROOT / "fixtures", PROGRAM) for path in folder.rglob("*.py"))


def test_files_mean_the_same_both_ways() -> None:
    compared = 0
    for path in _files():
        text = _text(path)
        summary = _by_python(text)
        if summary is not None:
            compared += 1
            assert summary == parse(text).summary, path
    assert compared > 150


def _text(path: Path) -> str:
    try:
        return read_file(path).text
    except SourceError:
        return ""


def test_what_python_cannot_parse_is_left_to_libcst() -> None:
    with pytest.raises(SyntaxError):
        python_text("def f(:\n")
    with pytest.raises(ParseError):
        parse("def f(:\n")


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("try: a\nexcept* B as c: d\n", "try: a\nexcept B as c: d\n"),
        ("def f[T: int, *U](a: T) -> U: return a\nclass A[T](B): pass\n", "def f(a): return a\nclass A(B): pass\n"),
        ("type X[T] = list[T]\nx = 1\n", "pass\nx = 1\n"),
        ("x = f'{f'{a}' + b['c']:{d}}'\n", 'x = f"""{f\'{a}\' + b[\'c\']:{d}}"""\n'),
    ],
)
def test_syntax_is_read_that_this_python_may_not_have(newer: str, older: str) -> None:
    assert (_by_python(newer) or parse(newer).summary) == parse(newer).summary == _by_python(older)


def test_numbers_with_more_digits_than_python_converts_are_their_text() -> None:
    (statement,) = parse(f"x = {'9' * 5000}\n").summary.body
    assert isinstance(statement, ir.Assign)
    assert statement.value == ir.Constant("9" * 5000, 1)


@pytest.mark.parametrize("folder", ["programs", "recipes"])
def test_findings_are_the_same_both_ways(folder: str) -> None:
    sources: list[SourceText] = [read_file(path) for path in sorted((ROOT / "fixtures" / folder).rglob("*.py"))]
    settings = Settings(str(ROOT / "fixtures"))
    found = Linter(lambda path: settings).check(sources)
    assert found
    assert found == Linter(lambda path: settings, by_libcst=True).check(sources)


def test_nodes_are_placed_where_libcst_has_them() -> None:
    compared = 0
    for path in _files():
        text = _text(path)
        if _by_python(text) is None:
            continue
        read = python_text(text)
        lines = LineIndex(text)
        parsed = parse(text)
        rewriter = Rewriter(text, parsed, 1)
        for number, _ in numbered(part.reading for part in read.parts):
            node = read.parts[split(number)[0]].node(number)
            span = None if node is None else span_of(lines, *node)
            if span is not None:
                compared += 1
                assert span == rewriter.span(number), (path, rewriter.text(number))
    assert compared > 20_000


SEEDED = "import numpy as np\n\nrng = np.random.default_rng(7)\nprint(rng.normal(size=3))\n"


def _imported(folder: Path, *command: str) -> tuple[int, set[str]]:
    """Run Python, and return its exit status and the modules that it imported."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    rows = (row.split("|") for row in result.stderr.splitlines() if row.startswith("import time:"))
    return result.returncode, {row[-1].strip() for row in rows}


@pytest.mark.parametrize(
    ("code", "status"), [("print(1)\n", 0), (SEEDED, 0), ("import random\n\nprint(random.random())\n", 1)]
)
def test_libcst_is_imported_where_something_is_found(tmp_path: Path, code: str, status: int) -> None:
    (tmp_path / "train.py").write_text(code)
    done, imported = _imported(tmp_path, "-m", "seedlint", "--isolated", "--no-cache", "train.py")
    assert done == status
    assert ("libcst._nodes" in imported) == bool(status)


def test_a_program_without_findings_needs_little(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SEEDED)
    _, known = _imported(tmp_path, "-c", "import click, msgspec, pathlib")
    done, imported = _imported(tmp_path, "-m", "seedlint", "--isolated", "--no-cache", "train.py")
    assert done == 0
    assert {"msgspec", "seedlint.linter", "seedlint.suppression"} <= imported
    costly = {"dataclasses", "json", "string", "pkgutil", "pickle", "tomllib", "pathspec", "platformdirs"}
    assert costly & imported <= known


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = 1" + " + 1" * 3600, id="sum"),
        pytest.param("x = a" + ".b" * 3600, id="attributes"),
        pytest.param("x = f" + "()" * 3600, id="calls"),
        pytest.param("x = a" + "[0]" * 3600, id="items"),
        pytest.param("x = " + "-" * 3600 + "1", id="signs"),
        pytest.param("x = " + "not " * 3600 + "a", id="negations"),
        pytest.param("x = " + "a if b else " * 3600 + "c", id="choices"),
        pytest.param("x = " + "lambda: " * 3600 + "a", id="lambdas"),
        pytest.param("if a: b\n" + "elif a: b\n" * 3600, id="elifs"),
    ],
)
def test_what_is_too_deep_is_refused(text: str) -> None:
    def refuse(is_python: bool) -> None:
        with pytest.raises(ParseError, match=TOO_DEEP):
            parse(text, is_python=is_python)

    on_deep_stack(lambda: refuse(True))
    on_deep_stack(lambda: refuse(False))
