"""Statements and members that are parsed by themselves are what they are in their file, and all that fixes ask has one
answer."""

from __future__ import annotations

import random
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

import libcst as cst
import pytest
from test_rewrite import standard_library

from seedlint.linter import Linter
from seedlint.program import pieces as pieces_module
from seedlint.program.conversion import statements_of
from seedlint.program.parsing import Whole, parse, parse_lazily
from seedlint.program.pieces import ClassPieces, pieces_of
from seedlint.program.python import python_text
from seedlint.program.reader import numbered
from seedlint.rewrite.editor import Editor
from seedlint.rewrite.imports import Imports
from seedlint.rewrite.rewriter import Rewriter
from seedlint.settings import Settings
from seedlint.sources.text import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seedlint.program.parsing import Parsed

pytestmark = pytest.mark.filterwarnings("ignore")

LONG: Final = f"x = '{'a' * 600}'\n"
ROWS: Final = (
    *("\n", "# beside\n", "    # in a block\n", "  # halfway\n", "\t# by a tab\n", "   \n", "match = 1\n"),
    *(LONG, "a; b\n", "a; b;\n", "x = '''\n'''; b\n", "import c  # d\n", "x = (1,\n# e\n2)\n", "x = 1 + \\\n  2\n"),
    *("'text'\n", "with a: pass\n", "if a: b\n", "if a:\n  b\n"),
    *("if a:\n\tif b:\n\t\tc\n", "if a: b\nelse:\n   c\n   # d\n", "class A:\n    x\n    # y\n\n    # z\n"),
    *("@b\n# c\n@d\n\ndef f():\n    '''\ng\n'''\n    return\n", "try:\n  a\nexcept b:\n    c\nfinally:\n d\n"),
)  # fmt: skip
HEADS: Final = (
    *("class A:\n", "class A(b, c=d):  # e\n", "class A:\n\n    # b\n", "@b\n# c\n@d(\n    e\n)\n\nclass A(f):\n"),
    *("class A:\n  # b\n", "class A(\n    b,\n    c\n):\n# d\n", "class A: \\\n\n", "@b\ndef f():\n"),
)  # fmt: skip
ODD: Final = ("#\\\n", "x  # \\\n", "x = 1 \\\n\n", "x = 1; \\\ny = 2\n", "\x0cx\n", "\\\nx\n")


def _texts() -> Iterator[str]:
    """Texts that Python can parse: files, and rows that chance puts together."""
    for _, text in standard_library(step=37):
        yield from (text, text.replace("\n", "\r\n"), text.rstrip("\n"))
    chance = random.Random(1)
    for number in range(500):
        rows = [*chance.choices(ROWS, k=6), chance.choice([LONG, LONG, LONG, chance.choice(ODD)])]
        rows += _class(chance) if number % 2 else ()
        text = "".join([*rows, *chance.choices(ROWS, k=chance.choice([0, 1, 6]))])
        yield chance.choice([text, text.rstrip("\n\\"), text.replace("\n", "\r\n")])


def _class(chance: random.Random) -> Iterator[str]:
    """The rows of a class, or of what looks like one: comments and blank rows may have another indent."""
    yield chance.choice(HEADS)
    indent = chance.choice(["    ", "  ", "\t"])
    plain = [row for row in ROWS if ";" not in row]
    odd = chance.choice([LONG, LONG, *ODD[:-2], *ROWS])
    for row in [*chance.choices(plain, k=4), odd, *chance.choices(plain, k=4), LONG]:
        is_code = row.strip() and not row.strip().startswith("#")
        yield re.sub(r"(?m)^(?=.)", indent, row) if is_code or chance.random() < 0.8 else row


def _lazily(text: str) -> Parsed:
    read = python_text(text)
    return parse_lazily(text, read.outline(), read.parts.__getitem__)


@pytest.fixture(params=[0, 500], ids=["all", "long"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is parsed together has more characters than that."""
    monkeypatch.setattr(pieces_module, "_FEW", request.param)


@pytest.mark.usefixtures("few")
def test_statements_are_those_of_the_whole() -> None:
    apart = members = 0
    for text in _texts():
        read = python_text(text)
        pieces, whole = pieces_of(text, read.outline(), read.parts.__getitem__), cst.parse_module(text)
        if pieces is None:
            continue
        last = pieces[-1] if pieces else None
        apart += len(pieces.parsed) < len(pieces)
        blocks = [statement.body.body for statement in pieces if isinstance(statement, cst.ClassDef)]
        members += sum(isinstance(block, ClassPieces) and len(block.parsed) < len(block) for block in blocks)
        module = pieces.module()
        for default in ("default_indent", "default_newline", "has_trailing_newline"):
            assert getattr(module, default) == getattr(whole, default), text
        for one, other in zip(pieces, whole.body, strict=True):
            assert one.deep_equals(other), text
        assert last is None or pieces[-1] is last
        for place, statement in enumerate(statements_of(whole)):
            assert pieces.at(place).deep_equals(statement), text
    assert apart > 300
    assert members > 100


@pytest.mark.usefixtures("few")
def test_nodes_are_those_of_the_whole() -> None:
    chance = random.Random(3)
    for text in islice(_texts(), 0, None, 3):
        lazy, whole = _lazily(text), parse(text)
        if isinstance(lazy, Whole) or whole.module.code != text:
            continue  # or libcst loses some of it
        numbers = [number for number, _ in numbered(part.reading for part in python_text(text).parts)]
        one, other = Rewriter(text, lazy, 1), Rewriter(text, whole, 1)
        for number in chance.sample(numbers, min(len(numbers), 8)):
            assert lazy.node(number).deep_equals(whole.node(number)), text
            assert _around(one, number) == _around(other, number), (one.text(number), text)


def _around(rewriter: Rewriter, number: int) -> list[object]:
    """Where a node is, and what its statement is for fixes."""
    editor, statement = rewriter.editor, rewriter.statement(number)
    assert statement is not None
    below = editor.following_statement(statement)
    return [
        rewriter.span(number),
        [type(node) for node in editor.document.tree.ancestors(rewriter.node(number))],
        below and editor.span_of(below),
        editor.insert_before(statement, ["x"]),
        editor.insert_after(statement, ["x"]),
        editor.delete_statement(statement),
        below and editor.move_statement_before(below, statement),
    ]


def test_positions_and_names_are_those_of_the_whole() -> None:
    chance = random.Random(2)
    for _, text in standard_library(step=41):
        whole = Editor(text, cst.parse_module(text))
        words = sorted(set(re.findall(r"[^\W\d]\w*", text)))
        for word in [*chance.sample(words, 8), "random", "import"]:
            lazy = Editor(text, _lazily(text).module)
            assert _answers(lazy, word) == _answers(whole, word), (word, text)


def _answers(editor: Editor, word: str) -> list[object]:
    """What fixes ask for a name, and where that stands."""
    names, span_of = Imports(editor).names, editor.span_of
    bindings = [
        (binding.name, span_of(binding.node), binding.scope is editor.document.module, binding.imported is None)
        for binding in names.bindings(word)
    ]
    uses = names.uses(word)
    top = [editor.top_level_statement(use) for use in uses]
    return [
        bindings,
        [*map(span_of, uses)],
        [statement and editor.document.positions.full_span(statement) for statement in top],
        names.is_used(word, {id(use) for use in uses[1:]}),
        names.is_used(word, {*map(id, uses)}),
        sorted((imported.name, imported.target, span_of(imported.alias)) for imported in names.imported),
    ]


@pytest.mark.parametrize("fixes_later", [True, False])
def test_what_libcst_cannot_parse_is_found_and_not_mended(tmp_path: Path, fixes_later: bool) -> None:
    rows = ["import random", "random.seed(hash('a'))", LONG, "x: float = random.Random()", LONG]
    odd = '(y): str = f"{random.random()}"'
    settings = Settings(str(tmp_path))
    for plain in (True, False):
        text = "\n".join([*rows, odd, ""]).replace("x: ", "x: " if plain else "(x): ")
        (tmp_path / "train.py").write_text(text)
        linter = Linter(lambda path: settings, fixes_later=fixes_later)
        found = linter.check([read(tmp_path / "train.py")])
        mended = [(finding.code, finding.span.start.row, linter.with_fix(finding).fix is not None) for finding in found]
        assert mended == [("SEED105", 2, True), ("SEED305", 5, plain), ("SEED304", 8, False)]
