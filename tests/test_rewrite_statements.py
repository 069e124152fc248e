"""Inserting, deleting and moving statements, in every layout."""

from __future__ import annotations

import libcst as cst
import pytest
from test_rewrite import applied, editor_of, small

from seedlint.rewrite.tree import walk


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("X\n", "new\nX\n", id="at the start"),
        pytest.param("X", "new\nX", id="no newline at the end"),
        pytest.param("a\r\nX\r\n", "a\r\nnew\r\nX\r\n", id="CRLF"),
        pytest.param("a\n# why\n# more\nX\n", "a\nnew\n# why\n# more\nX\n", id="comments stay attached"),
        pytest.param("a\n# part\n\n# why\nX\n", "a\n# part\n\nnew\n# why\nX\n", id="comments further up don't"),
        pytest.param("#!/bin/python\nX\n", "#!/bin/python\nnew\nX\n", id="below the #! row"),
        pytest.param("# -*- coding: utf-8 -*-\nX\n", "# -*- coding: utf-8 -*-\nnew\nX\n", id="below the coding"),
        pytest.param("a\n# In[5]:\nX\n", "a\n# In[5]:\nnew\nX\n", id="below a cell's marker"),
        pytest.param("a\n# %% cell\nX\n", "a\n# %% cell\nnew\nX\n", id="below a cell's other marker"),
        pytest.param("if a:\n\tb\n\tX\n", "if a:\n\tb\n\tnew\n\tX\n", id="tabs"),
        pytest.param("if a:\n  X\n", "if a:\n  new\n  X\n", id="first of a block"),
        pytest.param("if a:\n    # why\n    X\n", "if a:\n    new\n    # why\n    X\n", id="comments in a block"),
        pytest.param(
            "if a:\n    b\n    # end\nX\n", "if a:\n    b\n    # end\nnew\nX\n", id="a comment of the block above"
        ),
        pytest.param('a = """\n# b"""\nX\n', 'a = """\n# b"""\nnew\nX\n', id="a string that looks like a comment"),
        pytest.param("a; X\n", "a\nnew\nX\n", id="behind a semicolon"),
        pytest.param("a; X; b  # why\n", "a\nnew\nX; b  # why\n", id="between semicolons"),
        pytest.param("X; a\n", "new\nX; a\n", id="before a semicolon"),
        pytest.param("if a: X\n", "if a:\n    new\n    X\n", id="a one-line suite"),
        pytest.param("if a: X  # why\n", "if a:\n    new\n    X  # why\n", id="a suite with a comment"),
        pytest.param("if a: b; X", "if a:\n    b\n    new\n    X", id="a semicolon in a suite"),
        pytest.param("while a:\n\tif b: c\n\telse:X\n", "while a:\n\tif b: c\n\telse:\n\t\tnew\n\t\tX\n", id="else"),
        pytest.param("a\n\x0cX\n", "a\nnew\n\x0cX\n", id="a form feed"),
        pytest.param("if a:\n    b\n    \\\n    X\n", "if a:\n    b\n    new\n    \\\n    X\n", id="a backslash"),
        pytest.param("a\r\nb\nX\n", "a\r\nb\nnew\nX\n", id="mixed newlines"),
        pytest.param("\n\nX\n", "\n\nnew\nX\n", id="after blank rows"),
        pytest.param("def f(): X\n", "def f():\n    new\n    X\n", id="a one-line function"),
        pytest.param("match a:\n  case b:\n     X\n", "match a:\n  case b:\n     new\n     X\n", id="a case"),
        pytest.param("if a:\n  if b:\n     X\n", "if a:\n  if b:\n     new\n     X\n", id="uneven indents"),
    ],
)
def test_insert_before(before: str, after: str) -> None:
    editor = editor_of(before)
    assert applied(before, editor.insert_before(small(editor, "X"), ["new"])) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("X\n", "X\nnew\n", id="at the end"),
        pytest.param("X", "X\nnew", id="no newline at the end"),
        pytest.param("a\r\nX  # why", "a\r\nX  # why\r\nnew", id="CRLF, no newline at the end"),
        pytest.param("X  # why\n# b\nb\n", "X  # why\nnew\n# b\nb\n", id="comments"),
        pytest.param("if a:\n\tX\nb\n", "if a:\n\tX\n\tnew\nb\n", id="tabs"),
        pytest.param("if a:\n    X\n    # end\nb\n", "if a:\n    X\n    new\n    # end\nb\n", id="a block's end"),
        pytest.param("X; a\n", "X\nnew\na\n", id="before a semicolon"),
        pytest.param("a; X;  # why\nb\n", "a; X;  # why\nnew\nb\n", id="behind a semicolon"),
        pytest.param("if a: X\nb\n", "if a:\n    X\n    new\nb\n", id="a one-line suite"),
        pytest.param("if a: X", "if a:\n    X\n    new", id="a suite, no newline at the end"),
        pytest.param("if a: X; b  # why\nc\n", "if a:\n    X\n    new\n    b  # why\nc\n", id="first of a suite"),
        pytest.param("if a: X\nelse: b\n", "if a:\n    X\n    new\nelse: b\n", id="before an else"),
    ],
)
def test_insert_after(before: str, after: str) -> None:
    editor = editor_of(before)
    assert applied(before, editor.insert_after(small(editor, "X"), ["new"])) == after


def test_insert_around_compound_statements() -> None:
    text = "import a\n\n\n# about\n@decorated\n@twice\ndef f():\n    X\n    # end\n\n\nf()\n"
    editor = editor_of(text)
    function = editor.document.module.body[1]
    before = text.replace("# about", "new\n\nif more:\n    rows\n# about")
    lines = ["new", "", "if more:", "    rows"]
    assert applied(text, editor.insert_before(function, lines)) == before
    after = text.replace("    # end\n", "    # end\nnew\n\nif more:\n    rows\n")
    assert applied(text, editor.insert_after(function, lines)) == after


def test_only_statements_have_a_before_and_an_after() -> None:
    editor = editor_of("if a:\n    f(b)\nelif c:\n    d\n")
    for node in walk(editor.document.module):
        if isinstance(node, (cst.BaseExpression, cst.Module, cst.IndentedBlock)):
            assert editor.insert_before(node, ["new"]) is None
            assert editor.insert_after(node, ["new"]) is None
            assert editor.delete_statement(node) is None
    (branch,) = [n for n in walk(editor.document.module) if isinstance(n, cst.If) and n.orelse is None]
    assert editor.insert_before(branch, ["new"]) is None
    assert editor.delete_statement(branch) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("X\n", "", id="all there is"),
        pytest.param("a\nX\nb\n", "a\nb\n", id="a row"),
        pytest.param("a\nX  # why\nb\n", "a\nb\n", id="its comment"),
        pytest.param("a\n# why\nX\nb\n", "a\n# why\nb\n", id="a comment above stays"),
        pytest.param("a\nX", "a", id="no newline at the end"),
        pytest.param("a\n\n\nX\n", "a\n", id="at the end, blank rows above"),
        pytest.param("a\n\nX\n\nb\n", "a\n\nb\n", id="a paragraph"),
        pytest.param("a\n\nX\n\n\nb\n", "a\n\n\nb\n", id="a paragraph, more blank rows below"),
        pytest.param("a\n\n\nX\n\nb\n", "a\n\n\nb\n", id="a paragraph, more blank rows above"),
        pytest.param("a\nX\n\nb\n", "a\n\nb\n", id="the end of a paragraph"),
        pytest.param("a\n\nX\nb\n", "a\n\nb\n", id="the start of a paragraph"),
        pytest.param("X\n\nb\n", "b\n", id="the start of the file"),
        pytest.param("# about:\nX\n\nb\n", "# about:\n\nb\n", id="below a comment"),
        pytest.param("a; X\n", "a\n", id="behind a semicolon"),
        pytest.param("a; X;  # why\n", "a;  # why\n", id="between a semicolon and a comment"),
        pytest.param("X; a\n", "a\n", id="before a semicolon"),
        pytest.param("a; X ; b\n", "a ; b\n", id="between semicolons"),
        pytest.param("X;\na\n", "a\n", id="with its semicolon"),
        pytest.param("if a:\n    X  # why\nb\n", "if a:\n    pass\nb\n", id="alone in a block"),
        pytest.param("if a:\n\t# why\n\tX\n", "if a:\n\t# why\n\tpass\n", id="alone below a comment"),
        pytest.param("if a:\r\n\tX", "if a:\r\n\tpass", id="alone, no newline at the end"),
        pytest.param("if a: X\nb\n", "if a: pass\nb\n", id="a one-line suite"),
        pytest.param("if a: X; b\n", "if a: b\n", id="first of a suite"),
        pytest.param("def f():\n    X\n\n    b\n", "def f():\n    b\n", id="the start of a block"),
        pytest.param("def f():\n    b\n\n    X\n\n\nc\n", "def f():\n    b\n\n\nc\n", id="the end of a block"),
        pytest.param("a\r\n\r\nX\r\n\r\nb\r\n", "a\r\n\r\nb\r\n", id="CRLF"),
        pytest.param("a\n\x0cX\nb\n", "a\nb\n", id="a form feed"),
        pytest.param("a = 1 \\\n\nX\n", "a = 1 \\\n\n", id="a backslash above"),
    ],
)
def test_delete_statement(before: str, after: str) -> None:
    editor = editor_of(before)
    assert applied(before, editor.delete_statement(small(editor, "X"))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a\nX\nY\nb\n", "a\nb\n", id="neighbours"),
        pytest.param("a\n\nX\n\nY\n\nb\n", "a\n\nb\n", id="paragraphs"),
        pytest.param("def f():\n    X\n    Y\nb\n", "def f():\n    pass\nb\n", id="all of a block"),
        pytest.param("def f():\n    X\n\n    # c\n    Y\n", "def f():\n    pass\n\n    # c\n", id="a comment between"),
        pytest.param("X; Y\n", "", id="all of a row"),
        pytest.param("a; X; Y\n", "a\n", id="the end of a row"),
        pytest.param("X; Y; a\n", "a\n", id="the start of a row"),
        pytest.param("X; a; Y\n", "a\n", id="the ends of a row"),
        pytest.param("if a: X; Y\n", "if a: pass\n", id="all of a suite"),
        pytest.param("if a:\n    X; Y\n", "if a:\n    pass\n", id="all of a block's row"),
        pytest.param("X\nb\nY\n", "b\n", id="apart"),
    ],
)
def test_delete_statements_together(before: str, after: str) -> None:
    editor = editor_of(before)
    assert applied(before, editor.delete_statements([small(editor, "X"), small(editor, "Y")])) == after


def test_delete_compound_statement() -> None:
    text = "a\n\n\n@d\ndef f():\n    b\n    # end\n\n\nc\n"
    editor = editor_of(text)
    assert applied(text, editor.delete_statement(editor.document.module.body[1])) == "a\n\n\nc\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("O\na\nX\n", "X\nO\na\n", id="up"),
        pytest.param("O\na\n\nX  # why\n\nb\n", "X  # why\nO\na\n\nb\n", id="with its comment"),
        pytest.param("O\n\n# why\nX\n\nb\n", "# why\nX\nO\n\nb\n", id="a paragraph with a comment"),
        pytest.param("O\n# why\nX\nb\n", "X\nO\n# why\nb\n", id="a comment for more than it"),
        pytest.param("if a:\n    O\nX\n", "if a:\n    X\n    O\n", id="into a block"),
        pytest.param("O\nif a:\n\tb\n\tX\n", "X\nO\nif a:\n\tb\n", id="out of a block"),
        pytest.param("O\nif a:\n    X\n", "X\nO\nif a:\n    pass\n", id="out of a block of its own"),
        pytest.param("O\na; X\n", "X\nO\na\n", id="from behind a semicolon"),
        pytest.param("O\nX; a\n", "X\nO\na\n", id="from before a semicolon"),
        pytest.param("a; O\nX\n", "a\nX\nO\n", id="behind a semicolon"),
        pytest.param("if a: O\nX\n", "if a:\n    X\n    O\n", id="into a suite"),
        pytest.param("O\r\na\r\nX", "X\r\nO\r\na", id="CRLF, no newline at the end"),
        pytest.param("X\nO\n", "X\nO\n", id="there already"),
        pytest.param("X\na\nO\n", "a\nX\nO\n", id="down"),
        pytest.param("# o\nO\nX\n", "X\n# o\nO\n", id="above a comment"),
    ],
)
def test_move_statement_before(before: str, after: str) -> None:
    editor = editor_of(before)
    edits = editor.move_statement_before(small(editor, "X"), small(editor, "O"))
    assert applied(before, edits) == after


def test_rows_of_a_moved_statement_are_indented_but_for_strings() -> None:
    text = "O\nif a:\n    f(\n        '''\n      text\n    ''',\n  b,\n    )\n    c\n"
    editor = editor_of(text)
    moved = next(n for n in walk(editor.document.module) if isinstance(n, cst.Expr) and "text" in editor.text_of(n))
    after = "f(\n    '''\n      text\n    ''',\n  b,\n)\nO\nif a:\n    c\n"
    assert applied(text, editor.move_statement_before(moved, small(editor, "O"))) == after


def test_statement_is_not_moved_into_itself_but_out_of_another() -> None:
    text = "if a:\n    X\n"
    editor = editor_of(text)
    outer = editor.document.module.body[0]
    assert editor.move_statement_before(outer, small(editor, "X")) is None
    assert editor.move_statement_before(outer, outer) is None
    assert applied(text, editor.move_statement_before(small(editor, "X"), outer)) == "X\nif a:\n    pass\n"


def test_what_stands_around_a_node() -> None:
    text = (
        "@made(1)\ndef f(a=two()):\n    if three():\n        pass\n    elif four(): five()\n"
        "    return lambda: six()\nclass C:\n    x = seven()\n"
    )
    editor = editor_of(text)

    def around(name: str) -> tuple[str, str, bool]:
        node = next(
            n for n in walk(editor.document.module) if isinstance(n, cst.Call) and editor.text_of(n.func) == name
        )
        statement, function = editor.enclosing_statement(node), editor.enclosing_function(node)
        assert editor.top_level_statement(node) in editor.document.module.body
        return type(statement).__name__, type(function).__name__, editor.is_top_level(node)

    assert around("made") == ("FunctionDef", "NoneType", True)
    assert around("two") == ("FunctionDef", "NoneType", True)
    assert around("three") == ("If", "FunctionDef", False)
    assert around("four") == ("If", "FunctionDef", False)
    assert around("five") == ("SimpleStatementSuite", "FunctionDef", False)
    assert around("six") == ("SimpleStatementLine", "Lambda", False)
    assert around("seven") == ("SimpleStatementLine", "NoneType", False)
    assert len(editor.enclosing_block_statements(small(editor, "pass"))) == 1
    assert len(editor.enclosing_block_statements(editor.document.module.body[0])) == 2
    assert editor.enclosing_statement(editor.document.module) is None
