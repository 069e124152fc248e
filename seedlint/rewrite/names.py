"""Which names a file binds, where, and which it uses: what an edit must know before it writes a name."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import libcst as cst

from seedlint.rewrite.tree import children

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from seedlint.rewrite.tree import Tree

_WithTarget: TypeAlias = "cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.For | cst.CompFor | cst.Del"

# `import *` from these binds the name `random`, to a function or to a module that isn't Python's: all but TensorFlow
# list it in their `__all__` (NumPy 2.4, Keras 3.15).
_STARS_WITH_RANDOM: Final = frozenset({"random", "numpy", "numpy.random", "tensorflow", "keras"})
_IMPORT: Final = re.compile(r"\bimport\b")


class Imported(NamedTuple):
    """A name that an import binds. `target` is the dotted path of what it names, `module` of what is loaded.

    `import a.b` binds `a` (target `a`, module `a.b`), `from a import b as c` binds `c` (target `a.b`,
    module `a`). A relative path starts with its dots. A conditional one stands in an `if`, `try` or the like.
    """

    name: str
    target: str
    module: str
    alias: cst.ImportAlias
    statement: cst.Import | cst.ImportFrom
    scope: cst.CSTNode
    conditional: bool


class Binding(NamedTuple):
    """A place that gives a name its value, in a scope: the module, a function, a class, a comprehension."""

    name: str
    node: cst.CSTNode
    scope: cst.CSTNode
    imported: Imported | None = None


class Names:
    """The bindings and uses of names in a module. Only statements that have a name that is asked for are looked at."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._statements: dict[cst.CSTNode, _Statement] = {}

    def bindings(self, name: str) -> list[Binding]:
        """The places that bind a name, the last statement's first."""
        return [binding for statement in self._where(_may_bind(name)) for binding in statement.bindings.get(name, ())]

    def uses(self, name: str) -> list[cst.Name]:
        """The places that use a name, the last statement's first."""
        return [use for statement in self._where(mentions(name)) for use in statement.uses.get(name, ())]

    def is_used(self, name: str, apart: Collection[int]) -> bool:
        """Whether a name is used elsewhere than in some nodes, given by their identity."""
        statements = map(self._statement, self._tree.statements_where(mentions(name)))
        return any(id(use) not in apart for statement in statements for use in statement.uses.get(name, ()))

    @cached_property
    def imported(self) -> tuple[Imported, ...]:
        """All names that imports bind, in no order."""
        statements = self._where(_IMPORT.search)
        every = (binding for statement in statements for some in statement.bindings.values() for binding in some)
        return tuple(binding.imported for binding in every if binding.imported is not None)

    def _where(self, tells: Callable[[str], object]) -> list[_Statement]:
        return [self._statement(node) for node in reversed([*self._tree.statements_where(tells)])]

    def _statement(self, node: cst.CSTNode) -> _Statement:
        if node not in self._statements:
            self._statements[node] = _Statement(self._tree, node)
        return self._statements[node]

    def seen_from(self, name: str, node: cst.CSTNode) -> list[Binding]:
        """The bindings of the scope in which `name`, read at `node`, is found; none if nothing binds it."""
        bindings = self.bindings(name)
        for scope in self._scopes(node):
            if found := [binding for binding in bindings if binding.scope is scope]:
                return found
        return []

    def _scopes(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The scopes whose names `node` sees, the nearest first; a class's only directly in its body."""
        below, in_function = node, False
        for scope in self._tree.ancestors(node):
            if isinstance(scope, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
                is_body = scope.body is below
                if is_body and not (in_function and isinstance(scope, cst.ClassDef)):
                    yield scope
                in_function = in_function or (is_body and not isinstance(scope, cst.ClassDef))
            elif type(scope) in _SCOPES:
                yield scope
            below = scope


class _Statement:
    """All bindings and uses of names in one statement of the module's own block, collected in one walk."""

    def __init__(self, tree: Tree, statement: cst.CSTNode) -> None:
        self._tree = tree
        self.bindings: defaultdict[str, list[Binding]] = defaultdict(list)
        self.uses: defaultdict[str, list[cst.Name]] = defaultdict(list)
        self._waiting: list[tuple[cst.CSTNode, cst.CSTNode, bool]] = [(statement, tree.module, False)]
        while self._waiting:
            node, scope, is_target = self._waiting.pop()
            visit = _VISITS.get(type(node))
            if visit is None:
                self._parts(node, scope)
            else:
                visit(self, node, scope, is_target)

    def _later(self, node: cst.CSTNode, scope: cst.CSTNode, *, is_target: bool = False) -> None:
        self._waiting.append((node, scope, is_target))

    def _parts(self, node: cst.CSTNode, scope: cst.CSTNode, *apart: cst.CSTNode | None) -> None:
        """Visit what a node consists of, `apart` from some."""
        for child in children(node):
            if not any(child is other for other in apart):
                self._later(child, scope)

    def _all_parts(self, node: cst.CSTNode, scope: cst.CSTNode, is_target: bool) -> None:
        """A target's parts are targets, too."""
        for child in children(node):
            self._later(child, scope, is_target=is_target)

    def _name(self, node: cst.Name, scope: cst.CSTNode, is_target: bool) -> None:
        if is_target:
            self._bind(node.value, node, scope)
        else:
            self.uses[node.value].append(node)

    def _value(self, node: cst.Attribute | cst.Arg, scope: cst.CSTNode, _: bool) -> None:
        self._later(node.value, scope)

    def _definition(self, node: cst.FunctionDef | cst.ClassDef, scope: cst.CSTNode, _: bool) -> None:
        self._bind(node.name.value, node, scope)
        self._parts(node, scope, node.name, node.body)
        self._later(node.body, node)

    def _lambda(self, node: cst.Lambda, scope: cst.CSTNode, _: bool) -> None:
        self._parts(node, scope, node.body)
        self._later(node.body, node)

    def _parameter(self, node: cst.Param, scope: cst.CSTNode, _: bool) -> None:
        function = self._tree.parent(self._parent(node))
        self._bind(node.name.value, node, function or scope)
        self._parts(node, scope, node.name)

    def _target(self, node: _WithTarget, scope: cst.CSTNode, _: bool) -> None:
        self._parts(node, scope, node.target)
        self._later(node.target, scope, is_target=True)

    def _walrus(self, node: cst.NamedExpr, scope: cst.CSTNode, _: bool) -> None:
        self._later(node.value, scope)
        self._later(node.target, self._outside_comprehensions(scope), is_target=True)

    def _as_name(self, node: cst.AsName, scope: cst.CSTNode, _: bool) -> None:
        self._later(node.name, scope, is_target=True)

    def _global(self, node: cst.Global | cst.Nonlocal, scope: cst.CSTNode, _: bool) -> None:
        for item in node.names:
            self._bind(item.name.value, node, self._tree.module)

    def _capture(self, node: cst.MatchAs | cst.MatchStar | cst.MatchMapping, scope: cst.CSTNode, _: bool) -> None:
        name = node.rest if isinstance(node, cst.MatchMapping) else node.name
        if name is not None:
            self._bind(name.value, node, scope)
        self._parts(node, scope, name)

    def _keyword_pattern(self, node: cst.MatchKeywordElement, scope: cst.CSTNode, _: bool) -> None:
        self._later(node.pattern, scope)

    def _comprehension(self, node: cst.BaseComp, scope: cst.CSTNode, _: bool) -> None:
        self._parts(node, node)

    def _parent(self, node: cst.CSTNode) -> cst.CSTNode:
        parent = self._tree.parent(node)
        assert parent is not None  # only the module has none
        return parent

    def _outside_comprehensions(self, scope: cst.CSTNode) -> cst.CSTNode:
        while type(scope) in _COMPREHENSIONS:
            scope = next(node for node in self._tree.ancestors(scope) if type(node) in _SCOPES)
        return scope

    def _bind(self, name: str, node: cst.CSTNode, scope: cst.CSTNode) -> None:
        self.bindings[name].append(Binding(name, node, scope))

    def _import(self, statement: cst.Import | cst.ImportFrom, scope: cst.CSTNode, _: bool) -> None:
        if isinstance(statement.names, cst.ImportStar):
            if module_of(statement) in _STARS_WITH_RANDOM:
                self._bind("random", statement, scope)
            return
        row = self._parent(statement)
        block = self._parent(row)
        if isinstance(block, cst.IndentedBlock):
            block = self._parent(block)
        conditional = block is not scope
        for alias in statement.names:
            name, target, module = _imported(statement, alias)
            imported = Imported(name, target, module, alias, statement, scope, conditional)
            self.bindings[name].append(Binding(name, alias, scope, imported))


def _imported(statement: cst.Import | cst.ImportFrom, alias: cst.ImportAlias) -> tuple[str, str, str]:
    """The name that an import binds, the path of what it names and that of the module it loads."""
    path = dotted(alias.name) or ""
    local = alias.asname.name if alias.asname is not None else None
    as_name = local.value if isinstance(local, cst.Name) else None
    if isinstance(statement, cst.ImportFrom):
        module = module_of(statement)
        return as_name or path, f"{module}.{path}" if module.strip(".") else module + path, module
    root = path.partition(".")[0]
    return (as_name, path, path) if as_name else (root, root, path)


def module_of(statement: cst.ImportFrom) -> str:
    """The module of a `from` import, with its dots."""
    module = "" if statement.module is None else dotted(statement.module) or ""
    return "." * len(statement.relative) + module


def dotted(node: cst.CSTNode) -> str | None:
    """`a.b.c` of a name or an attribute of names; None of other expressions."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return None
    return ".".join([node.value, *reversed(parts)])


def mentions(name: str) -> Callable[[str], object]:
    """What tells whether a name may be used in a text."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)").search


def _may_bind(name: str) -> Callable[[str], object]:
    """What tells whether a name may be bound in a text: what is called there, or has attributes or items, isn't."""
    word = re.escape(name)
    unless_used = rf"(?<![\w.]){word}(?!\w|[ \t]*[.(\[])"
    return re.compile(rf"{unless_used}|\b(?:def|class)[\s\\]+{word}(?!\w)|{_IMPORT.pattern}").search


_COMPREHENSIONS: Final[frozenset[type[cst.CSTNode]]] = frozenset(
    {cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp}
)
_SCOPES: Final = _COMPREHENSIONS | {cst.Module, cst.FunctionDef, cst.Lambda, cst.ClassDef}
_VISITS: Final[dict[type[cst.CSTNode], Callable[[_Statement, Any, cst.CSTNode, bool], None]]] = {
    cst.Name: _Statement._name,
    cst.Attribute: _Statement._value, cst.Arg: _Statement._value,
    cst.Tuple: _Statement._all_parts, cst.List: _Statement._all_parts,
    cst.Element: _Statement._all_parts, cst.StarredElement: _Statement._all_parts,
    cst.Import: _Statement._import, cst.ImportFrom: _Statement._import,
    cst.FunctionDef: _Statement._definition, cst.ClassDef: _Statement._definition,
    cst.Lambda: _Statement._lambda,
    cst.Param: _Statement._parameter,
    cst.AssignTarget: _Statement._target, cst.AnnAssign: _Statement._target, cst.AugAssign: _Statement._target,
    cst.For: _Statement._target, cst.CompFor: _Statement._target, cst.Del: _Statement._target,
    cst.NamedExpr: _Statement._walrus,
    cst.AsName: _Statement._as_name,
    cst.Global: _Statement._global, cst.Nonlocal: _Statement._global,
    cst.MatchAs: _Statement._capture, cst.MatchStar: _Statement._capture, cst.MatchMapping: _Statement._capture,
    cst.MatchKeywordElement: _Statement._keyword_pattern,
    **dict.fromkeys(_COMPREHENSIONS, _Statement._comprehension),
}  # fmt: skip
"""What is more than its parts, or whose parts are no plain uses."""
