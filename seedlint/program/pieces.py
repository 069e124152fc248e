"""The statements of a module and the members of its classes as libcst has them, parsed when somebody looks at them: a
fix looks at few."""

from __future__ import annotations

import io
import re
import tokenize
from abc import abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeAlias, cast, overload

import libcst as cst

from seedlint.program.parsing import parse_module
from seedlint.program.reader import first_beside, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.program.python import Outline, Part

_Statement: TypeAlias = "cst.SimpleStatementLine | cst.BaseCompoundStatement"

_UNUSUAL: Final = ("\f", "\ufeff", r"\n[ \t]*\\[\r\n]", r"\r(?!\n)")
"""Patterns that begin with a character that is looked for fast; together they would take ten times as long."""
_NEWLINE: Final = re.compile(r"\r?\n")
_COMPOUND: Final = re.compile(r"@|(?:async|class|def|for|if|match|try|while|with)\b")
_CLASS: Final = re.compile(r"@|class\b")
_INDENT: Final = re.compile(r"[ \t]*")
_FEW: Final = 500
"""So many characters are parsed together: less is hardly faster."""


def is_unusual(rows: str) -> bool:
    """Tell whether libcst drops some of a text, which a newline stands before, or counts its rows otherwise."""
    return any(re.search(pattern, rows) for pattern in _UNUSUAL)


def pieces_of(text: str, outline: Outline, part: Callable[[int], Part]) -> ModulePieces | None:
    """Return the statements of a text that are in the rows of the `outline`; `part` gives what Python makes of that
    with some place. None where it is hard to tell which rows libcst gives to which statement."""
    if is_unusual(f"\n{text}") or text.rstrip("\r\n").endswith("\\"):
        return None
    pieces = ModulePieces(text, outline, part)
    return None if pieces.end_in_backslashes() else pieces


class Pieces(Sequence[_Statement]):
    """The statements of a block. `parsed` are those that somebody has looked at, or at one beside them; looking at one
    raises ParseError if libcst can't parse it."""

    def __init__(self, text: str, rows: Sequence[int], outline: Outline, indent: str) -> None:
        """The `outline` tells which rows of the `text` they have, `rows` where these begin; all have that `indent`."""
        self._text = text
        self._find_rows(rows, outline)
        # Of these rows no block takes any: comments in other columns may belong to what is above.
        self._gap = re.compile(rf"(?:(?:{indent}#.*)?\r?\n)*(?={indent}\S|\Z)")
        self._pieces = [0]
        for number in range(1, len(self)):
            is_long = self.ends[number] - self.begins[self._pieces[-1]] > _FEW
            if is_long and self._is_apart(number):
                self._pieces.append(number)
        self._numbers: dict[int, int] = {}
        self._nodes: dict[int, _Statement] = {}
        self.parsed: list[_Statement] = []

    def _find_rows(self, rows: Sequence[int], outline: Outline) -> None:
        """Find where the statements begin and end. Those that share a row are one to libcst."""
        self.begins: list[int] = []
        self.ends: list[int] = []
        self._number_at: list[int] = []
        above = -1
        for first, last in zip(outline.first, outline.last, strict=True):
            if first > above:
                self.begins.append(rows[first])
                self.ends.append(0)
            self.ends[-1] = rows[last + 1]
            self._number_at.append(len(self.ends) - 1)
            above = last

    def _is_apart(self, number: int) -> bool:
        """Tell whether it is clear what is a statement's, or the end's, of the rows between it and the one above."""
        gap = self._gap.match(self._text, self.ends[number - 1])
        return gap is not None and gap.end() == (self.begins[number] if number < len(self) else len(self._text))

    def end_in_backslashes(self) -> bool:
        """Tell whether the row below some statement is joined to it."""
        return any(self._text.endswith(("\\\n", "\\\r\n"), 0, end) for end in self.ends)

    def __len__(self) -> int:
        return len(self.begins)

    @overload
    def __getitem__(self, number: int) -> _Statement: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[_Statement]: ...

    def __getitem__(self, number: int | slice) -> _Statement | Sequence[_Statement]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        number = range(len(self))[number]
        if number not in self._nodes:
            which = bisect_right(self._pieces, number)
            begin, end = self._pieces[which - 1], self._pieces[which] if which < len(self._pieces) else len(self)
            self._keep(begin, end, self._parse(begin, end))
        return self._nodes[number]

    def index(self, node: object, *_: int) -> int:
        """Return the number of a statement."""
        return self._numbers[id(node)]

    def start(self, node: object) -> int | None:
        """Return where the rows between a statement and the one above it begin; None if that is not known."""
        number = self.index(node)
        return self.ends[number - 1] if number else None

    def _keep(self, begin: int, end: int, statements: Sequence[_Statement]) -> None:
        self.parsed += statements
        for number, statement in zip(range(begin, end), statements, strict=True):
            self._nodes[number] = statement
            self._numbers[id(statement)] = number

    @abstractmethod
    def _parse(self, begin: int, end: int) -> Sequence[_Statement]:
        """Parse some statements. What is put above them tells libcst what indent and newline are usual."""


class ModulePieces(Pieces):
    """The statements of a module's own block."""

    def __init__(self, text: str, outline: Outline, part: Callable[[int], Part]) -> None:
        self._rows = [0, *accumulate(len(row) + 1 for row in text.split("\n"))]
        self._rows[-1] -= 1  # the last row has no newline
        super().__init__(text, self._rows, outline, "")
        self._part = part
        newline = _NEWLINE.search(text)
        self._newline = newline[0] if newline else "\n"
        self._indent = self._first_indent()
        self._above = f"if _:{self._newline}", f"{self._indent}_{self._newline}"

    def module(self) -> cst.Module:
        """Return the module that the statements are the block of, without its header and its footer."""
        return cst.Module(
            body=self,
            default_indent=self._indent,
            default_newline=self._newline,
            has_trailing_newline=self._text.endswith("\n"),
        )

    def _first_indent(self) -> str:
        """The indent of the first block, which is the usual one to libcst."""
        begin = next((begin for begin in self.begins if _COMPOUND.match(self._text, begin)), len(self._text))
        for token in tokenize.generate_tokens(io.StringIO(self._text[begin:]).readline):
            if token.type == tokenize.INDENT:
                return token.string
        return "    "

    def at(self, place: int) -> cst.CSTNode:
        """Return the statement with that place, as Python counts them: a row may have several."""
        number = self._number_at[place]
        statement = self[number]
        if isinstance(statement, cst.SimpleStatementLine):
            return statement.body[place - bisect_left(self._number_at, number)]
        return statement

    def around(self, number: int) -> tuple[cst.CSTNode, int]:
        """Return the statement, or member of a class, that is read by itself and has the node with that number, and the
        number of the first node that it has."""
        place, offset = split(number)
        statement, first = self.at(place), first_beside(number)
        if isinstance(statement, cst.ClassDef) and isinstance(statement.body.body, ClassPieces):
            member = statement.body.body.around(offset)
            if member is not None:
                return member[0], first + member[1]
        return statement, first

    def where(self, tells: Callable[[str], object]) -> Iterator[_Statement]:
        """Return the statements of whose text `tells` is true."""
        for number, (begin, end) in enumerate(zip(self.begins, self.ends, strict=True)):
            if tells(self._text[begin:end]):
                yield self[number]

    def start(self, node: object) -> int | None:
        """As of others; the first has no rows above it."""
        return self.begins[0] if self.index(node) == 0 else super().start(node)

    def _parse(self, begin: int, end: int) -> Sequence[_Statement]:
        members = self._members(begin) if begin and end == begin + 1 else None
        if members is not None:
            return [members.held_by(self._up_to(members.first_end, begin)[0])]
        return self._up_to(self.ends[end - 1] if end < len(self) else None, begin)

    def _up_to(self, stop: int | None, begin: int) -> Sequence[_Statement]:
        """Parse the statements from number `begin` up to an offset."""
        above = "".join(self._above) if begin else ""
        text = self._text[self.ends[begin - 1] if begin else 0 : stop]
        return parse_module(above + text, is_python=True).body[bool(above) :]

    def _members(self, number: int) -> ClassPieces | None:
        """Return the members of the class that a statement is. None if it is short or something else, or where it is
        hard to tell which rows libcst gives to which member."""
        begin, end = self.begins[number], self.ends[number]
        if end - begin <= _FEW or not _CLASS.match(self._text, begin) or not self._is_apart(number + 1):
            return None
        outline, firsts = self._part(bisect_left(self._number_at, number)).members()
        members = ClassPieces(self._text, self._rows, outline, firsts, self._above) if firsts else None
        return members if members is not None and members.are_apart() else None


class ClassPieces(Pieces):
    """The members of a class."""

    def __init__(
        self, text: str, rows: Sequence[int], outline: Outline, firsts: Sequence[int], above: Sequence[str]
    ) -> None:
        """As of others; `firsts` are the numbers of the first nodes in the members, counted from the first in the
        class, and `above` the rows of a block that may stand above the class."""
        indent = _INDENT.match(text, rows[outline.first[0]])
        assert indent is not None  # it matches anything
        super().__init__(text, rows, outline, indent[0])
        self._firsts = firsts
        self._above = "".join([*above, above[0], *(indent[0] + row for row in above)])

    def are_apart(self) -> bool:
        """Tell whether they can be parsed one by one."""
        return len(self._pieces) > 1 and len(self) == len(self._firsts) and not self.end_in_backslashes()

    @property
    def first_end(self) -> int:
        """Where the members end that are parsed together with the head of the class."""
        return self.ends[self._pieces[1] - 1]

    def held_by(self, owner: _Statement) -> cst.ClassDef:
        """Return the class that has these members; `owner` is its head with the first ones."""
        assert isinstance(owner, cst.ClassDef)
        self._keep(0, self._pieces[1], _block(owner))
        return owner.with_changes(body=owner.body.with_changes(body=self))

    def around(self, offset: int) -> tuple[cst.CSTNode, int] | None:
        """Return the member that has the node with that number, and the number of its first node; None if the head of
        the class has it."""
        which = bisect_right(self._firsts, offset) - 1
        if which < 0:
            return None
        member = self[which]
        return member.body[0] if isinstance(member, cst.SimpleStatementLine) else member, self._firsts[which]

    def _parse(self, begin: int, end: int) -> Sequence[_Statement]:
        rows = self._above + self._text[self.ends[begin - 1] : self.ends[end - 1]]
        return _block(parse_module(rows, is_python=True).body[1])[1:]


def _block(owner: cst.CSTNode) -> Sequence[_Statement]:
    assert isinstance(owner, (cst.ClassDef, cst.If))
    return cast("Sequence[_Statement]", owner.body.body)
