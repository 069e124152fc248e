"""All operations on real files: the result parses, and means what it meant but for what was asked."""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING, Final

import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_rewrite import applied, calls, editor_of, standard_library

from seedlint.rewrite.imports import Imports
from seedlint.rewrite.tree import walk

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from seedlint.rewrite.editor import Editor

pytestmark = pytest.mark.filterwarnings("ignore")

MARK: Final = "inserted_by_test"
KERAS: Final = ("keras", "tensorflow.keras", "tf_keras")
NEWLINES: Final[dict[str, Callable[[str], str]]] = {
    "as they are": lambda text: text,
    "none at the end": lambda text: text.rstrip("\r\n"),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
}


@functools.cache
def edited(number: int, newlines: str) -> tuple[str, Editor, str]:
    """A file of the standard library as (text, its editor, what it means)."""
    files = standard_library(step=9)
    text = NEWLINES[newlines](files[number % len(files)][1])
    return text, editor_of(text), ast.dump(ast.parse(text))


def statements(editor: Editor) -> list[cst.CSTNode]:
    kinds = (cst.BaseSmallStatement, cst.SimpleStatementLine, cst.SimpleStatementSuite)
    return [
        node
        for node in walk(editor.document.module)
        if isinstance(node, kinds) or (isinstance(node, cst.BaseCompoundStatement) and editor.enclosing_block(node))
    ]


class WithoutMarks(ast.NodeTransformer):
    """Takes out what the tests insert."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        self.generic_visit(node)
        return None if isinstance(node.value, ast.Name) and node.value.id == MARK else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.keywords = [keyword for keyword in node.keywords if keyword.arg != MARK]
        return node


def without_marks(text: str) -> str:
    return ast.dump(WithoutMarks().visit(ast.parse(text)))


def pick(choice: random.Random, nodes: Sequence[cst.CSTNode], number: int) -> list[cst.CSTNode]:
    return choice.sample(list(nodes), min(number, len(nodes)))


files = st.tuples(st.integers(0, 1000), st.sampled_from(sorted(NEWLINES)), st.randoms(use_true_random=False))
real_files = given(file=files)
unhurried = settings(max_examples=60, suppress_health_check=list(HealthCheck))


@unhurried
@real_files
def test_insertions_change_nothing_else(file: tuple[int, str, random.Random]) -> None:
    text, editor, meaning = edited(*file[:2])
    for node in pick(file[2], statements(editor), 5):
        for edits in (editor.insert_before(node, [MARK, "", MARK]), editor.insert_after(node, [MARK])):
            assert without_marks(applied(text, edits)) == meaning


@unhurried
@real_files
def test_arguments_are_added_to_calls_alone(file: tuple[int, str, random.Random]) -> None:
    text, editor, meaning = edited(*file[:2])
    for node in pick(file[2], calls(editor.document.module), 5):
        assert isinstance(node, cst.Call)
        added = applied(text, editor.add_argument(node, f"{MARK}=1"))
        assert without_marks(added) == meaning
        for argument in node.args[:2]:
            ast.parse(applied(text, editor.remove_argument(node, argument)))


@unhurried
@real_files
def test_added_statements_are_deleted_without_a_trace(file: tuple[int, str, random.Random]) -> None:
    text, editor, _ = edited(*file[:2])
    for node in pick(file[2], statements(editor), 2):
        if editor.enclosing_block(node) is None:
            continue
        longer = applied(text, editor.insert_before(node, [MARK]))
        again = editor_of(longer)
        mark = next(n for n in walk(again.document.module) if isinstance(n, cst.Name) and n.value == MARK)
        doomed = again.enclosing_statement(mark)
        assert doomed is not None
        rows = applied(longer, again.delete_statement(doomed)).splitlines()
        assert [row for row in rows if row.strip()] == [row for row in text.splitlines() if row.strip()]


@unhurried
@real_files
def test_statements_are_deleted_and_moved(file: tuple[int, str, random.Random]) -> None:
    text, editor, _ = edited(*file[:2])
    nodes = pick(file[2], statements(editor), 4)
    ast.parse(applied(text, editor.delete_statements(nodes)))
    for node in nodes:
        ast.parse(applied(text, editor.delete_statement(node)))
        edits = editor.move_statement_before(node, nodes[0])
        if edits is not None:
            ast.parse(applied(text, edits))


@unhurried
@real_files
def test_imports_are_added_removed_and_renamed(file: tuple[int, str, random.Random]) -> None:
    text, editor, _ = edited(*file[:2])
    imports = Imports(editor)
    for node in pick(file[2], statements(editor), 3):
        spelling = imports.spelling("keras.utils.set_random_seed", node, KERAS)
        ast.parse(applied(text, spelling.edits))
        assert spelling.expression.endswith("set_random_seed")
    for imported in imports.top_level[:5]:
        used = imports.names.uses(imported.name)
        ast.parse(applied(text, imports.remove_orphaned([imported.name], used)))
        renamed = imports.rename_import(imported.alias, "another", "name")
        if renamed is not None:
            ast.parse(applied(text, renamed))
