"""Edits to the arguments of calls, in every layout."""

from __future__ import annotations

import pytest
from test_rewrite import applied, call_of, editor_of


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("f()", "f(seed=1)", id="no arguments"),
        pytest.param("f( )", "f(seed=1)", id="a blank between the parentheses"),
        pytest.param("f(\n)", "f(seed=1)", id="a newline between the parentheses"),
        pytest.param("f (a)", "f (a, seed=1)", id="a blank before the parenthesis"),
        pytest.param("(f)(a)", "(f)(a, seed=1)", id="a function in parentheses"),
        pytest.param("(f(a))", "(f(a, seed=1))", id="a call in parentheses"),
        pytest.param("f(a )", "f(a, seed=1 )", id="a blank before the closing parenthesis"),
        pytest.param("f(a,)", "f(a, seed=1,)", id="a trailing comma"),
        pytest.param("f(a, )", "f(a, seed=1, )", id="a trailing comma and a blank"),
        pytest.param("f((a))", "f((a), seed=1)", id="an argument in parentheses"),
        pytest.param("f(*a)", "f(*a, seed=1)", id="after *arguments"),
        pytest.param("f(a, **k)", "f(a, **k, seed=1)", id="after **arguments"),
        pytest.param("f(x for x in y)", "f((x for x in y), seed=1)", id="a generator alone"),
        pytest.param("f((x for x in y))", "f((x for x in y), seed=1)", id="a generator in parentheses"),
        pytest.param("f(a,\n  b)", "f(a,\n  b,\n  seed=1)", id="arguments below each other"),
        pytest.param("f(a, b,\n  c)", "f(a, b,\n  c, seed=1)", id="several arguments on a row"),
        pytest.param("f(\n    a, b\n)", "f(\n    a, b, seed=1\n)", id="all arguments on one row of their own"),
        pytest.param(
            "f(\n    a,\n    b\n)", "f(\n    a,\n    b,\n    seed=1\n)", id="one per row, no comma at the end"
        ),
        pytest.param(
            "f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    seed=1,\n)", id="one per row, a comma at the end"
        ),
        pytest.param("f(\r\n\ta,\r\n)\r\n", "f(\r\n\ta,\r\n\tseed=1,\r\n)\r\n", id="tabs and CRLF"),
        pytest.param("f(\n    a  # why\n)", "f(\n    a,  # why\n    seed=1\n)", id="a comment, no comma"),
        pytest.param("f(\n    a,  # why\n)", "f(\n    a,  # why\n    seed=1,\n)", id="a comment after the comma"),
        pytest.param(
            "f(\n    a,\n    # b,\n)", "f(\n    a,\n    seed=1,\n    # b,\n)", id="a comment on a row of its own"
        ),
        pytest.param("f(a  # why\n  )", "f(a, seed=1  # why\n  )", id="a comment on the row of the call"),
        pytest.param("f(a,  # why\n  )", "f(a, seed=1,  # why\n  )", id="a comma and a comment on that row"),
        pytest.param("f(  # why\n)", "f(  # why\n    seed=1,\n)", id="only a comment"),
        pytest.param("f(\n  # why\n)", "f(\n  # why\n  seed=1,\n)", id="only a comment on its own row"),
        pytest.param("f(a\n  , b)", "f(a\n  , b, seed=1)", id="commas at the start of the rows"),
        pytest.param("f(\n    a, \\\n    )", "f(\n    a,\n    seed=1, \\\n    )", id="a backslash in parentheses"),
        pytest.param("f('ä€🎲')", "f('ä€🎲', seed=1)", id="characters of several bytes"),
        pytest.param("f(\n  '''\n''')", "f(\n  '''\n''',\n  seed=1)", id="a string over two rows"),
    ],
)
def test_add_argument(before: str, after: str) -> None:
    editor = editor_of(before)
    (call,) = [editor.document.module.body[0].body[0].value]  # type: ignore[union-attr,index]
    assert applied(before, editor.add_argument(call, "seed=1")) == after


@pytest.mark.parametrize("code", ["f(seed=2)", "f(a, seed=None)"])
def test_argument_is_not_added_twice(code: str) -> None:
    editor = editor_of(code)
    assert editor.add_argument(call_of(editor, "f"), "seed=1") is None


@pytest.mark.parametrize("code", ["1", "seed == 1", "*seeds"])
def test_only_keyword_arguments_are_added(code: str) -> None:
    editor = editor_of("f()")
    assert editor.add_argument(call_of(editor, "f"), code) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("f(a)", "f(a, seed=1)", id="added"),
        pytest.param("f(a, seed=None)", "f(a, seed=1)", id="by keyword"),
        pytest.param("f(a, b, None)", "f(a, b, 1)", id="by position"),
        pytest.param("f(a, b, (None), c)", "f(a, b, 1, c)", id="in parentheses"),
        pytest.param("f(a, seed=\n  None  # why\n)", "f(a, seed=\n  1  # why\n)", id="a comment stays"),
        pytest.param("f(a, b, x=3)", "f(a, b, x=3, seed=1)", id="a keyword in its position"),
        pytest.param("f(a, **k)", "f(a, **k, seed=1)", id="after **arguments"),
    ],
)
def test_set_argument(before: str, after: str) -> None:
    editor = editor_of(before)
    assert applied(before, editor.set_argument(call_of(editor, "f"), "seed", 2, "1")) == after


def test_argument_in_hidden_position_is_not_set() -> None:
    editor = editor_of("f(*a)")
    assert editor.set_argument(call_of(editor, "f"), "seed", 2, "1") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("f(X)", "f()", id="alone"),
        pytest.param("f( X, )", "f()", id="alone with a comma"),
        pytest.param("f(\n    X,\n)", "f()", id="alone on a row"),
        pytest.param("f(\n    # why\n    X,\n)", "f(\n    # why\n    \n)", id="alone below a comment"),
        pytest.param("f(X, b)", "f(b)", id="first"),
        pytest.param("f(a, X, c)", "f(a, c)", id="middle"),
        pytest.param("f(a, X)", "f(a)", id="last"),
        pytest.param("f(a, X,)", "f(a,)", id="last with a comma"),
        pytest.param("f(a, X, )", "f(a, )", id="last with a comma and a blank"),
        pytest.param("f(a , X)", "f(a )", id="a blank before the comma"),
        pytest.param("f(X,\n  b)", "f(b)", id="first on the row of the call"),
        pytest.param("f(a,\n  X)", "f(a)", id="last on its row"),
        pytest.param("f(\n    a,\n    X,\n    c,\n)", "f(\n    a,\n    c,\n)", id="a row"),
        pytest.param("f(\n    a,\n    X,  # why\n)", "f(\n    a,\n)", id="a row with its comment"),
        pytest.param("f(\n    a,  # a\n    X\n)", "f(\n    a  # a\n)", id="the last row, no comma"),
        pytest.param("f(a,  # a\n  X)", "f(a  # a\n  )", id="the last row, with the parenthesis"),
        pytest.param("f(X,  # x\n  b)", "f(  # x\n  b)", id="a comment on the row of the call stays"),
        pytest.param("f(\r\n\ta,\r\n\tX,\r\n)", "f(\r\n\ta,\r\n)", id="tabs and CRLF"),
        pytest.param("f(\n    X, b,\n    c)", "f(\n    b,\n    c)", id="first of a row"),
        pytest.param("f(\n    a, X,\n    c)", "f(\n    a, c)", id="last of a row"),
        pytest.param("f(\n    a,\n    X=[\n        1,\n    ],\n)", "f(\n    a,\n)", id="several rows"),
    ],
)
def test_remove_argument(before: str, after: str) -> None:
    editor = editor_of(before)
    call = call_of(editor, "f")
    (doomed,) = [argument for argument in call.args if editor.text_of(argument).startswith("X")]
    assert applied(before, editor.remove_argument(call, doomed)) == after


def test_argument_of_another_call_is_not_removed() -> None:
    editor = editor_of("f(g(a))")
    inner = call_of(editor, "g")
    assert editor.remove_argument(call_of(editor, "f"), inner.args[0]) is None


def test_replace_keeps_parentheses() -> None:
    editor = editor_of("x = (  # why\n    f(1)\n)\n")
    edits = editor.replace(call_of(editor, "f"), "g(2)")
    assert applied("x = (  # why\n    f(1)\n)\n", edits) == "x = (  # why\n    g(2)\n)\n"
