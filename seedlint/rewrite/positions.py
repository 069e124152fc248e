"""Where the nodes of a libcst tree stand in the text that it was parsed from, as character offsets.

libcst's own code generation yields them, at half the cost of parsing: so only the statements that somebody asks about
are generated, and their code is looked for in the text. libcst's metadata providers take two to seven times the cost of
parsing for rows and columns.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from libcst._nodes.internal import CodegenState

from seedlint.deep_stack import on_deep_stack
from seedlint.program.pieces import is_unusual

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from seedlint.rewrite.tree import Tree

# What libcst drops: where a statement begins, form feeds with the blanks around them and rows of a
# backslash alone; blank rows before a row of a form feed; at the start of the file, a BOM.
_DROPPED: Final = re.compile(r"[ \t\f\ufeff]|\\?(?:\r\n|\r|\n)")
# Room for expressions nested far deeper than Python itself compiles.
_DEEP_RECURSION: Final = 100_000
_DEEP_STACK: Final = 512 * 1024 * 1024


class RoundTripError(ValueError):
    """A tree does not generate the text that it is said to come from, so its offsets mean nothing."""


class Positions:
    """The offsets of the nodes of `tree` in `text`; RoundTripError if the two don't belong together.

    A node that isn't in the tree raises KeyError.
    """

    def __init__(self, tree: Tree, text: str) -> None:
        self._tree = tree  # the offsets are kept by identity: their nodes must stay alive
        self._text = text
        self._parts: dict[cst.CSTNode, _Part | None] = {}

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """The node itself: without whitespace and comments around it, its parentheses or its comma;
        as libcst's PositionProvider has it, so a decorated function starts at its `def`."""
        part = self._part(node)
        return self._located(part, part.syntactic.get(id(node)) or part.full[id(node)])

    def full_span(self, node: cst.CSTNode, within: cst.CSTNode | None = None) -> tuple[int, int]:
        """All that the node owns: parentheses, comma, whitespace; a statement's newline, comments above.

        What whitespace stands in isn't known: `within`, the node that has it, saves the search."""
        part = self._part(within or node)
        return self._located(part, part.full[id(node)])

    def _located(self, part: _Part, span: tuple[int, int]) -> tuple[int, int]:
        start = part.gaps.after(span[0])
        end = max(start, part.gaps.before(span[1]))
        # A newline that the file lacks at its end is generated and taken back by libcst.
        return min(start, len(self._text)), min(end, len(self._text))

    def _part(self, node: cst.CSTNode) -> _Part:
        """What is generated to place the node: the nearest statement around it that can be found, or else the whole."""
        for statement in () if self._is_unusual else self._tree.block_statements(node):
            if statement not in self._parts:
                self._parts[statement] = self._found(statement)
            if (part := self._parts[statement]) is not None:
                return part
        return self._whole

    def _found(self, statement: cst.CSTNode) -> _Part | None:
        """A statement where its code is in the text; None if that is there more than once, and nothing tells which it
        is."""
        recorder = _record(self._tree, statement)
        code = "\n" + "".join(recorder.tokens)
        known = self._tree.start(statement)
        start = self._rows.find(code, known)
        if start < 0 or (known is None and self._rows.find(code, start + 1) >= 0):
            return None
        return _Part(recorder.full, recorder.syntactic, _Gaps(first=start))

    @cached_property
    def _rows(self) -> str:
        """The text with a newline before it, as before each row, and one at its end, as libcst generates it."""
        module = self._tree.module
        return f"\n{self._text}" + ("" if module.has_trailing_newline else module.default_newline)

    @cached_property
    def _is_unusual(self) -> bool:
        """Whether a statement may be where its code isn't found, and be found where another one is."""
        return is_unusual(self._rows)

    @cached_property
    def _whole(self) -> _Part:
        recorder = _record(self._tree, self._tree.module)
        generated = "".join(recorder.tokens)
        gaps = _Gaps() if generated == self._text else _Gaps.between(generated, self._text)
        return _Part(recorder.full, recorder.syntactic, gaps)


class _Part(NamedTuple):
    """The offsets of some nodes in the code that was generated of them, and where that is in the text."""

    full: dict[int, tuple[int, int]]
    syntactic: dict[int, tuple[int, int]]
    gaps: _Gaps


class _Gaps:
    """Where the source has characters that the tree lacks: offsets of generated text to the source's."""

    def __init__(self, at: Sequence[int] = (), dropped: Sequence[int] = (), *, first: int = 0) -> None:
        self._at = at  # where in the generated text something is missing, but for the `first` characters
        self._dropped = [first, *dropped]  # how many characters are missing up to each of those places

    @classmethod
    def between(cls, generated: str, source: str) -> _Gaps:
        """The gaps that turn `source` into `generated`; RoundTripError if they differ in more than that."""
        at: list[int] = []
        dropped: list[int] = []
        missing = 0
        for offset, character in enumerate(generated):
            while not source.startswith(character, offset + missing):
                gap = _DROPPED.match(source, offset + missing)
                if gap is None:
                    raise RoundTripError(f"the tree and its text differ at offset {offset + missing}")
                missing += len(gap[0])
                at.append(offset)
                dropped.append(missing)
        rest = source[len(generated) + missing :]
        if rest.strip(" \t\f\r\n"):  # rows of blanks and form feeds at the end get lost, too
            raise RoundTripError(f"the tree ends before its text does, at offset {len(generated) + missing}")
        return cls(at, dropped)

    def after(self, offset: int) -> int:
        """The place in the source of what begins at `offset`."""
        return offset + self._dropped[bisect_right(self._at, offset)]

    def before(self, offset: int) -> int:
        """The place in the source of what ends at `offset`."""
        return offset + self._dropped[bisect_left(self._at, offset)]


class _Recorder(CodegenState):
    """Generates code and notes the offsets at which each node begins and ends."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.offset = 0
        self.full: dict[int, tuple[int, int]] = {}
        self.syntactic: dict[int, tuple[int, int]] = {}
        self._open: list[int] = []

    def add_indent_tokens(self) -> None:
        self.tokens.extend(self.indent_tokens)
        self.offset += sum(map(len, self.indent_tokens))

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.offset += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        self._open.append(self.offset)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.full[id(node)] = (self._open.pop(), self.offset)

    # A plain object serves the `with` statements at a third of what the generator of the base class costs.
    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> _SyntacticPosition:
        return _SyntacticPosition(self, node, start_node, end_node)

    def syntactic_of(self, node: cst.CSTNode) -> tuple[int, int]:
        """The node's own place, of a node that has been generated."""
        return self.syntactic.get(id(node)) or self.full[id(node)]


class _SyntacticPosition:
    """Notes what is generated inside its `with` block as the place of `node`."""

    __slots__ = ("_end_node", "_node", "_recorder", "_start", "_start_node")

    def __init__(
        self,
        recorder: _Recorder,
        node: cst.CSTNode,
        start_node: cst.CSTNode | None,
        end_node: cst.CSTNode | None,
    ) -> None:
        self._recorder = recorder
        self._node = node
        self._start_node = start_node
        self._end_node = end_node
        self._start = recorder.offset

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        recorder = self._recorder
        if error[0] is not None:
            return
        start = self._start if self._start_node is None else recorder.syntactic_of(self._start_node)[0]
        end = recorder.offset if self._end_node is None else recorder.syntactic_of(self._end_node)[1]
        recorder.syntactic[id(self._node)] = (start, end)


def _record(tree: Tree, node: cst.CSTNode) -> _Recorder:
    """A recorder that has seen all of a node, however deep its expressions are nested."""
    try:
        return _generate(tree, node)
    except RecursionError:
        return on_deep_stack(lambda: _generate(tree, node), depth=_DEEP_RECURSION, stack=_DEEP_STACK)


def _generate(tree: Tree, node: cst.CSTNode) -> _Recorder:
    recorder = _Recorder(tree.module)
    recorder.increase_indent(tree.indent(node))
    node._codegen(recorder)
    return recorder
