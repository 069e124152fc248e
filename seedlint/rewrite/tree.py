"""Moving about in a libcst tree: children, parents, and the statements and functions around a node."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

import libcst as cst

from seedlint.program.pieces import ClassPieces, ModulePieces, Pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Block: TypeAlias = "cst.Module | cst.IndentedBlock"
Function: TypeAlias = "cst.FunctionDef | cst.Lambda"
# What stands in a block as a row of its own (or several), and what follows the colon of `if x: f()`.
BlockStatement: TypeAlias = "cst.SimpleStatementLine | cst.BaseCompoundStatement"
Statement: TypeAlias = "BlockStatement | cst.SimpleStatementSuite"

# Six of ten nodes are whitespace and punctuation; no operation asks for their parents.
_WHITESPACE: Final = frozenset({"header", "footer", "leading_lines", "lines_after_decorators"})
_PUNCTUATION: Final = frozenset({
    "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "trailing_comma", "dot", "relative", "equal",
    "operator", "separator", "semicolon", "colon", "first_colon", "second_colon", "posonly_ind",
})  # fmt: skip
_LISTS: Final = frozenset({tuple, list, ModulePieces, ClassPieces})
_NO_NODES: Final = frozenset({type(None), str, bool, cst.MaybeSentinel})


def children(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The nodes directly below `node` in the order of its fields, without whitespace, comments and punctuation."""
    found: list[cst.CSTNode] = []
    for name in _node_fields(type(node)):
        value = getattr(node, name)
        kind = type(value)  # `isinstance` takes ten times as long: libcst's classes are abstract ones
        if kind in _LISTS:
            found += value
        elif kind not in _NO_NODES:
            found.append(value)
    return found


def walk(*roots: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """All nodes of some trees, without whitespace, comments and punctuation, each parent before its children, in no
    other order."""
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


@cache
def _node_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a class of nodes that may hold nodes other than whitespace and punctuation."""
    names = (field.name for field in fields(kind))
    return tuple(n for n in names if "whitespace" not in n and n not in _WHITESPACE | _PUNCTUATION)


class Tree:
    """The parents of a module's nodes, found in one walk of each statement that is parsed by itself when first asked
    for."""

    def __init__(self, module: cst.Module) -> None:
        self.module = module
        self._parents: dict[int, cst.CSTNode] = {}
        self._walked: dict[Block, int] = {module: 0}

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around `node`; None of the module, of whitespace, punctuation and what isn't in the tree."""
        if id(node) not in self._parents:
            self._walk()
        return self._parents.get(id(node))

    def _walk(self) -> None:
        """Find the parents in the statements that have been parsed since the last time."""
        blocks = [*self._walked]
        for block in blocks:
            waiting: list[cst.CSTNode] = [*self.parsed(block.body)[self._walked[block] :]]
            self._walked[block] += len(waiting)
            self._parents.update((id(statement), block) for statement in waiting)
            while waiting:
                node = waiting.pop()
                if type(node) is cst.IndentedBlock and type(node.body) is ClassPieces:
                    self._walked[node] = 0
                    blocks.append(node)
                    continue
                for child in children(node):
                    self._parents[id(child)] = node
                    waiting.append(child)

    def parsed(self, statements: Sequence[cst.BaseStatement]) -> Sequence[cst.BaseStatement]:
        """Those `statements` of a block that have been parsed: whatever node somebody has is in one of them."""
        return statements.parsed if isinstance(statements, Pieces) else statements

    def statements_where(self, tells: Callable[[str], object]) -> Iterable[cst.CSTNode]:
        """The statements of the module's own block; where they are parsed one by one, those of whose text `tells` is
        true."""
        body = self.module.body
        return body.where(tells) if isinstance(body, ModulePieces) else body

    def start(self, statement: cst.CSTNode) -> int | None:
        """Where the rows that a statement of a block may own begin, if that is known."""
        block = self.block(statement)
        return block.body.start(statement) if block is not None and isinstance(block.body, Pieces) else None

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around `node`, the nearest first and the module last."""
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def block(self, node: cst.CSTNode) -> Block | None:
        """The block that `node` is directly a statement of, or None if it is no statement of a block."""
        parent = self.parent(node)
        return parent if isinstance(parent, (cst.Module, cst.IndentedBlock)) else None

    def statement(self, node: cst.CSTNode) -> Statement | None:
        """The nearest statement that is `node` or holds it; None of the module.

        For code after the colon of `if x: f()` that is the suite, for a decorator or the test of an
        `elif` the whole compound statement.
        """
        for candidate in (node, *self.ancestors(node)):
            if isinstance(candidate, cst.SimpleStatementSuite):
                return candidate
            if (
                isinstance(candidate, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
                and self.block(candidate) is not None
            ):
                return candidate
        return None

    def block_statements(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The statements of blocks that are `node` or hold it, the nearest first."""
        return (candidate for candidate in (node, *self.ancestors(node)) if self.block(candidate) is not None)

    def top_level_statement(self, node: cst.CSTNode) -> BlockStatement | None:
        """The statement of the module's own block that is `node` or holds it; None of the module."""
        for candidate in (node, *self.ancestors(node)):
            if isinstance(self.parent(candidate), cst.Module):
                assert isinstance(candidate, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
                return candidate
        return None

    def is_top_level(self, node: cst.CSTNode) -> bool:
        """Whether the nearest statement around `node` stands directly in the module's block."""
        statement = self.statement(node)
        return statement is not None and isinstance(self.parent(statement), cst.Module)

    def function(self, node: cst.CSTNode) -> Function | None:
        """The function in whose body `node` runs; None at module and class level.

        Decorators, defaults and annotations belong to the code around their function.
        """
        below = node
        for candidate in self.ancestors(node):
            if isinstance(candidate, (cst.FunctionDef, cst.Lambda)) and candidate.body is below:
                return candidate
            below = candidate
        return None

    def siblings(self, node: cst.CSTNode) -> Sequence[cst.BaseStatement]:
        """The statements of the block in which `node`'s statement stands; none of a one-line suite."""
        statement = self.statement(node)
        block = None if statement is None else self.block(statement)
        return () if block is None else block.body

    def following(self, statement: cst.CSTNode) -> cst.CSTNode | None:
        """The statement after a statement of a block; None if that is the last one, or something else."""
        block = self.block(statement)
        if block is None:
            return None
        number = block.body.index(statement) + 1
        return block.body[number] if number < len(block.body) else None

    def indent(self, statement: cst.CSTNode) -> str:
        """The whitespace before a statement of the block that `statement` stands in."""
        blocks = [a for a in self.ancestors(statement) if isinstance(a, (cst.IndentedBlock, cst.Match))]
        default = self.module.default_indent
        return "".join(default if b.indent is None else b.indent for b in reversed(blocks))
