"""The edits that a fix is made of, asked for by node; nothing is applied and no code is generated anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.rewrite import calls, deletion, moving, statements
from seedlint.rewrite.document import Change, Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import libcst as cst

    from seedlint.finding import Edit, Span
    from seedlint.rewrite.tree import Block, BlockStatement, Function, Statement


class Editor:
    """Computes edits to one file, given its decoded text and the tree that was parsed from it.

    Every operation returns the edits that do it, in the order of the text and none touching another, or
    None where it can't be done. A statement is a row of a block, a compound statement, one of several
    statements that `;` separates, or the code after the colon of `if x: f()`.
    """

    def __init__(self, text: str, module: cst.Module) -> None:
        self.document = Document(text, module)

    # Reading

    def span_of(self, node: cst.CSTNode) -> Span:
        """The node's place, without the whitespace, parentheses and comma around it."""
        return self.document.span(*self.document.positions.span(node))

    def text_of(self, node: cst.CSTNode) -> str:
        """The node as it is written, without the whitespace, parentheses and comma around it."""
        start, end = self.document.positions.span(node)
        return self.document.text[start:end]

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around `node`; None of the module, of whitespace, punctuation and what isn't in the tree."""
        return self.document.tree.parent(node)

    def enclosing_statement(self, node: cst.CSTNode) -> Statement | None:
        """The nearest row, compound statement, or code after a colon, that is `node` or holds it."""
        return self.document.tree.statement(node)

    def enclosing_function(self, node: cst.CSTNode) -> Function | None:
        """The function or lambda in whose body `node` runs; None at module and class level."""
        return self.document.tree.function(node)

    def enclosing_block_statements(self, node: cst.CSTNode) -> Sequence[cst.BaseStatement]:
        """The statements of the block in which `node`'s statement stands; none for code after a colon."""
        return self.document.tree.siblings(node)

    def following_statement(self, statement: cst.CSTNode) -> cst.CSTNode | None:
        """The statement after a statement of a block, if there is one."""
        return self.document.tree.following(statement)

    def enclosing_block(self, node: cst.CSTNode) -> Block | None:
        """The block that `node` is directly a statement of."""
        return self.document.tree.block(node)

    def top_level_statement(self, node: cst.CSTNode) -> BlockStatement | None:
        """The statement of the module's own block that is `node` or holds it."""
        return self.document.tree.top_level_statement(node)

    def is_top_level(self, node: cst.CSTNode) -> bool:
        """Whether the nearest statement around `node` stands directly in the module's block."""
        return self.document.tree.is_top_level(node)

    # Expressions

    def replace(self, node: cst.CSTNode, code: str) -> tuple[Edit, ...]:
        """Write `code` for the node, inside the parentheses that it has."""
        start, end = self.document.positions.span(node)
        return self.document.edits([Change(start, end, code)])

    def add_argument(self, call: cst.Call, code: str) -> tuple[Edit, ...] | None:
        """Append a keyword argument such as `seed=SEED`, in the layout of the others.

        None if the call has one of that name, or `code` is no keyword argument.
        """
        return self._edits(calls.add_argument(self.document, call, code))

    def set_argument(self, call: cst.Call, name: str, position: int | None, code: str) -> tuple[Edit, ...] | None:
        """Write `code` for the value of the parameter `name`, or add it by keyword.

        `position` is the parameter's number among the positional ones, from 0, None if it is keyword-only.
        None if `*arguments` may hold the value.
        """
        return self._edits(calls.set_argument(self.document, call, name, position, code))

    def remove_argument(self, call: cst.Call, argument: cst.Arg) -> tuple[Edit, ...] | None:
        """Take out an argument and its comma, and its rows where it has rows for itself."""
        return self._edits(calls.remove_argument(self.document, call, argument))

    # Statements

    def insert_before(self, statement: cst.CSTNode, lines: Sequence[str]) -> tuple[Edit, ...] | None:
        """Insert rows (without indent and newline) just before a statement; None if it is no statement.

        Comments right above the statement stay with it.
        """
        return self._edits(statements.insert_before(self.document, statement, lines))

    def insert_after(self, statement: cst.CSTNode, lines: Sequence[str]) -> tuple[Edit, ...] | None:
        """Insert rows (without indent and newline) just after a statement; None if it is no statement."""
        return self._edits(statements.insert_after(self.document, statement, lines))

    def delete_statement(self, statement: cst.CSTNode) -> tuple[Edit, ...] | None:
        """Delete a statement, with its row and comment if it is alone there; `pass` fills an empty block."""
        return self.delete_statements([statement])

    def delete_statements(self, doomed: Iterable[cst.CSTNode]) -> tuple[Edit, ...] | None:
        """Delete several statements together, so that a block that loses all of them gets its `pass`."""
        return self._edits(deletion.delete(self.document, doomed))

    def move_statement_before(self, statement: cst.CSTNode, other: cst.CSTNode) -> tuple[Edit, ...] | None:
        """Move a statement to just before another, at its indent, with its comments; no edits if it is there.

        None if either is no statement, or `other` is part of `statement`.
        """
        return self._edits(moving.move_before(self.document, statement, other))

    def _edits(self, changes: Sequence[Change] | None) -> tuple[Edit, ...] | None:
        return None if changes is None else self.document.edits(changes)
