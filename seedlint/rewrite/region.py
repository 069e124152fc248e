"""The imports that a file begins with, and what stands among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.rewrite.names import dotted
from seedlint.rewrite.tree import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seedlint.rewrite.tree import BlockStatement

_CONVERSIONS: Final = frozenset({"str", "int", "float", "bool", "len", "list", "tuple", "dict", "set"})


def leading_region(module: cst.Module) -> list[BlockStatement]:
    """The statements of the module up to the first that does work or defines something.

    Imports, the docstring, constants, settings of `os.environ` and plain calls such as `seed(1)` do
    not, nor do `if`, `try` and `with` around nothing else.
    """
    region: list[BlockStatement] = []
    for statement in module.body:
        if not _is_preamble(statement):
            break
        assert isinstance(statement, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
        region.append(statement)
    return region


def has_import(statement: cst.CSTNode) -> bool:
    """Whether an import is in a statement, `__future__` apart."""
    return any(isinstance(n, (cst.Import, cst.ImportFrom)) and not is_future(n) for n in walk(statement))


def is_future(node: cst.CSTNode) -> bool:
    """Whether a node is `from __future__ import …`."""
    return isinstance(node, cst.ImportFrom) and isinstance(node.module, cst.Name) and node.module.value == "__future__"


def must_be_first(body: Sequence[cst.CSTNode]) -> int:
    """How many statements must stay at the start: the docstring and imports from `__future__`."""
    number = 0
    for statement in body:
        if not isinstance(statement, cst.SimpleStatementLine):
            break
        first = statement.body[0]
        is_docstring = (
            number == 0
            and isinstance(first, cst.Expr)
            and isinstance(first.value, cst.SimpleString | cst.ConcatenatedString)
        )
        if not (is_docstring or is_future(first)):
            break
        number += 1
    return number


def _is_preamble(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine() | cst.SimpleStatementSuite():
            return all(_is_small_preamble(small) for small in statement.body)
        case cst.IndentedBlock():
            return all(map(_is_preamble, statement.body))
        case cst.If():
            is_guard = any(isinstance(n, cst.Name) and n.value == "__name__" for n in walk(statement.test))
            return not is_guard and all(map(_is_preamble, _branches(statement)))
        case cst.Try() | cst.With():
            return all(map(_is_preamble, _branches(statement)))
    return False


def _branches(statement: cst.If | cst.Try | cst.With) -> Iterator[cst.CSTNode]:
    """The blocks of a statement; of an `elif`, the `if` that it is."""
    yield statement.body
    if isinstance(statement, cst.Try):
        yield from (handler.body for handler in statement.handlers)
        if statement.finalbody is not None:
            yield statement.finalbody.body
    if not isinstance(statement, cst.With) and statement.orelse is not None:
        yield statement.orelse.body if isinstance(statement.orelse, cst.Else) else statement.orelse


def _is_small_preamble(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.Import() | cst.ImportFrom() | cst.Pass() | cst.Del() | cst.Raise():
            return True
        case cst.Expr(value=cst.Call() as call):
            return dotted(call.func) is not None and all(_is_plain(arg.value) for arg in call.args)
        case cst.Expr() | cst.Assign():
            return _is_plain(statement.value)
        case cst.AnnAssign() | cst.AugAssign():
            return statement.value is None or _is_plain(statement.value)
    return False


def _is_plain(expression: cst.CSTNode) -> bool:
    """Whether an expression calls nothing but conversions such as `str(seed)` and functions of `os`."""
    for node in walk(expression):
        if isinstance(node, (cst.Await, cst.Yield, cst.BaseComp)):
            return False
        if isinstance(node, cst.Call):
            function = dotted(node.func) or ""
            if function not in _CONVERSIONS and not function.startswith("os."):
                return False
    return True
