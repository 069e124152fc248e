"""What a rule needs to mend a file: its nodes by number, edits to them, and the seed that it uses."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.finding import Edit, Fix, Span
from seedlint.rewrite.calls import find_argument
from seedlint.rewrite.editor import Editor
from seedlint.rewrite.imports import Imports, Spelling
from seedlint.rewrite.tree import children, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seedlint.finding import Applicability
    from seedlint.program.parsing import Parsed

_SEED_NAME: Final = re.compile(r"(?:\w+_)?(?:seed|random_?state)(?:_?(?:value|val|number|num|id))?", re.IGNORECASE)

_MAY_SET_SEED: Final = re.compile(
    r"(?!@|(?:async|class|def|for|from|if|import|try|while|with)\b).*(?:seed|random_?state)", re.IGNORECASE | re.DOTALL
)
_SUM: Final = re.compile(r"([A-Za-z_][\w.]*) \+ ([0-9]+)")

_SAME_PACKAGE: Final = {"keras": ("keras", "tensorflow.keras"), "tf_keras": ("tf_keras",)}
"""The modules by which the contents of a package can be reached."""


class Rewriter:
    """One file, as a fix sees it."""

    def __init__(self, text: str, parsed: Parsed, seed: int) -> None:
        self.module = parsed.module
        self.editor = Editor(text, parsed.module)
        self.imports = Imports(self.editor)
        self._parsed = parsed
        self._seed = seed
        self._taken: set[str] = set()

    def node(self, number: int) -> cst.CSTNode:
        """Return the node that the summary numbers so."""
        return self._parsed.node(number)

    def call(self, number: int) -> cst.Call | None:
        """Return the call with that number; None if it is something else (a decorator, say)."""
        node = self.node(number)
        return node if isinstance(node, cst.Call) else None

    def span(self, number: int) -> Span:
        """Return where the node is; of a chain of calls only the last, of a definition only its name."""
        node = self.node(number)
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            return self.editor.span_of(node.name)
        span = self.editor.span_of(node)
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and not _is_dotted(node.func):
            return Span(self.editor.span_of(node.func.attr).start, span.end)
        return span

    def text(self, number: int) -> str:
        """Return the node as it is written."""
        return self.editor.text_of(self.node(number))

    def statement(self, number: int) -> cst.CSTNode | None:
        """Return the statement that the node is in."""
        return self.editor.enclosing_statement(self.node(number))

    def passes_on(self, call: cst.Call, name: str, position: int | None) -> bool:
        """Tell whether `call` is given for its parameter `name` what a function around it was given: who calls that
        one may have given it something."""
        given = find_argument(call, name, position)
        value = None if given is None else given.value
        function = self.editor.enclosing_function(call)
        while isinstance(value, cst.Name) and function is not None:
            parameters = function.params
            every = (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)
            if any(parameter.name.value == value.value for parameter in every):
                return True
            function = self.editor.enclosing_function(function)
        return False

    # -- names --------------------------------------------------------------------------------

    def spelling(self, canonical: str, at: cst.CSTNode, *, after: bool = False) -> Spelling:
        """Return how to write the dotted name `canonical` at the node `at`, or right after that statement."""
        if after:
            at = self.editor.following_statement(at) or at
        return self.imports.spelling(canonical, at, _SAME_PACKAGE.get(canonical.partition(".")[0], ()))

    def orphaned_by(self, *removed: cst.CSTNode, written: str = "") -> tuple[Edit, ...]:
        """Return the edits that drop the imports that nothing uses once `removed` are gone and the dotted
        name `written` is there."""
        names = {name for node in removed for name in names_read(node)} - {written.partition(".")[0]}
        return self.imports.remove_orphaned(names, removed)

    # -- the seed -----------------------------------------------------------------------------

    @cached_property
    def _constants(self) -> dict[str, cst.CSTNode]:
        """The names that the module's top level sets to an integer and that say that they are a seed."""
        result: dict[str, cst.CSTNode] = {}
        for statement in self.editor.document.tree.statements_where(_MAY_SET_SEED.match):
            if not isinstance(statement, cst.SimpleStatementLine):
                continue
            for small in statement.body:
                if isinstance(small, cst.Assign) and isinstance(small.value, cst.Integer):
                    for target in small.targets:
                        if isinstance(target.target, cst.Name) and _SEED_NAME.fullmatch(target.target.value):
                            result[target.target.value] = statement
        return result

    def seed(self, at: cst.CSTNode, known: int | None = None, *, after: bool = False) -> str:
        """Return the code of the seed to use at `at`, or right after that statement: the program's own
        constant if it has one that is set before, else the number that it seeds with (`known`), else the
        one in the settings."""
        constant = self.seed_constant()
        if constant is not None:
            name, statement = constant
            if self.editor.enclosing_function(at) is not None:
                return name
            span = self.editor.span_of(at)
            if self.editor.span_of(statement).end <= (span.end if after else span.start):
                return name
        return str(self._seed if known is None else known)

    def seed_constant(self) -> tuple[str, cst.CSTNode] | None:
        """Return the program's own constant for a seed, and the statement that sets it, once for all."""
        for name, statement in self._constants.items():
            if len(self.imports.names.bindings(name)) == 1:
                return name, statement
        return None

    def fresh_seed(self, at: cst.CSTNode, known: int | None = None) -> str:
        """Return the code of a seed that nothing else in the file is given: two layers with one seed would
        start with the same weights, or drop the same units."""
        return self._free(self.seed(at, known), 0)

    def next_seed(self, code: str) -> str:
        """Return the code of the first seed after `code` that nothing else in the file is given."""
        base, number = code, 0
        if (sum_of := _SUM.fullmatch(code)) is not None:
            base, number = sum_of[1], int(sum_of[2])
        return self._free(base, number + 1)

    def forget_fixes(self) -> None:
        """Let the seeds be free again that fixes were given: they are not made together with those to come."""
        self._taken.clear()

    def _free(self, base: str, number: int) -> str:
        while (code := _plus(base, number)) in self._taken or self._is_given(code):
            self._taken.add(code)
            number += 1
        self._taken.add(code)
        return code

    def _is_given(self, code: str) -> bool:
        """Tell whether some call is given `code` for its seed."""
        statements = self.editor.document.tree.statements_where(lambda text: "seed" in text and code in text)
        return any(
            argument.keyword is not None
            and argument.keyword.value == "seed"
            and self.editor.text_of(argument.value) == code
            for node in walk(*statements)
            if isinstance(node, cst.Call)
            for argument in node.args
        )

    # -- fixes --------------------------------------------------------------------------------

    def fix(self, applicability: Applicability, message: str, *edits: Iterable[Edit] | None) -> Fix | None:
        """Return the fix that makes all `edits`, or None if one of them can't be made."""
        every: list[Edit] = []
        for some in edits:
            if some is None:
                return None
            every.extend(some)
        every = [_up_to_insertion(edit, every) for edit in every]
        return Fix(applicability, message, tuple(sorted(dict.fromkeys(every), key=lambda edit: edit.span)))

    def names_bound_from(self, first: cst.CSTNode, last: cst.CSTNode) -> set[str]:
        """Return the names that the statements of one block bind from `first` up to, not with, `last`."""
        bound: set[str] = set()
        statement: cst.CSTNode | None = first
        while statement is not None and statement is not last:
            bound |= bound_names(statement)
            statement = self.editor.following_statement(statement)
        return bound


def _up_to_insertion(edit: Edit, every: Sequence[Edit]) -> Edit:
    """Let a deletion end where another edit of the fix inserts: what follows there is to stay apart from it."""
    inside = [
        other.span.start
        for other in every
        if other.span.start == other.span.end and edit.span.start < other.span.start < edit.span.end
    ]
    return edit if edit.content or not inside else Edit(Span(edit.span.start, min(inside)), "")


def _plus(base: str, number: int) -> str:
    if number == 0:
        return base
    return str(int(base) + number) if base.isdigit() else f"{base} + {number}"


def _is_dotted(node: cst.BaseExpression) -> bool:
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name)


def names_read(node: cst.CSTNode) -> set[str]:
    """Return the names that `node` mentions, attributes and keywords apart."""
    names: set[str] = set()
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, cst.Name):
            names.add(current.value)
        elif isinstance(current, (cst.Attribute, cst.Arg)):
            pending.append(current.value)
        else:
            pending.extend(children(current))
    return names


def bound_names(node: cst.CSTNode) -> set[str]:
    """Return the names that a statement may bind."""
    names: set[str] = set()
    for current in walk(node):
        match current:
            case cst.AssignTarget(target=target) | cst.For(target=target) | cst.AugAssign(target=target):
                names |= names_read(target)
            case cst.AnnAssign(target=target) | cst.NamedExpr(target=target):
                names |= names_read(target)
            case cst.AsName(name=target):
                names |= names_read(target)
            case cst.FunctionDef(name=target) | cst.ClassDef(name=target):
                names.add(target.value)
            case cst.ImportAlias(asname=None, name=target):
                names.add(_first_word(target))
    return names


def _first_word(node: cst.BaseExpression) -> str:
    while isinstance(node, cst.Attribute):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""
