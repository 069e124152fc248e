"""Which names a file binds, where, and which it uses: what an edit must know before it writes a name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import libcst as cst

from seedlint.rewrite.tree import children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.rewrite.tree import Tree

_WithTarget: TypeAlias = "cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.For | cst.CompFor | cst.Del"

# `import *` from these binds the name `random`, to a function or to a module that isn't Python's: all but TensorFlow
# list it in their `__all__` (NumPy 2.4, Keras 3.15).
_STARS_WITH_RANDOM: Final = frozenset({"random", "numpy", "numpy.random", "tensorflow", "keras"})


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
    """All bindings and uses of names in a module, collected in one walk."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.bindings: defaultdict[str, list[Binding]] = defaultdict(list)
        self.uses: defaultdict[str, list[cst.Name]] = defaultdict(list)
        self._waiting: list[tuple[cst.CSTNode, cst.CSTNode, bool]] = [(tree.module, tree.module, False)]
        while self._waiting:
            node, scope, is_target = self._waiting.pop()
            visit = _VISITS.get(type(node))
            if visit is None:
                self._parts(node, scope)
            else:
                visit(self, node, scope, is_target)

    def imported(self) -> Iterator[Imported]:
        """All names that imports bind, in no order."""
        for bindings in self.bindings.values():
            for binding in bindings:
                if binding.imported is not None:
                    yield binding.imported

    def seen_from(self, name: str, node: cst.CSTNode) -> list[Binding]:
        """The bindings of the scope in which `name`, read at `node`, is found; none if nothing binds it."""
        bindings = self.bindings.get(name, [])
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


_COMPREHENSIONS: Final[frozenset[type[cst.CSTNode]]] = frozenset(
    {cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp}
)
_SCOPES: Final = _COMPREHENSIONS | {cst.Module, cst.FunctionDef, cst.Lambda, cst.ClassDef}
_VISITS: Final[dict[type[cst.CSTNode], Callable[[Names, Any, cst.CSTNode, bool], None]]] = {
    cst.Name: Names._name,
    cst.Attribute: Names._value, cst.Arg: Names._value,
    cst.Tuple: Names._all_parts, cst.List: Names._all_parts,
    cst.Element: Names._all_parts, cst.StarredElement: Names._all_parts,
    cst.Import: Names._import, cst.ImportFrom: Names._import,
    cst.FunctionDef: Names._definition, cst.ClassDef: Names._definition,
    cst.Lambda: Names._lambda,
    cst.Param: Names._parameter,
    cst.AssignTarget: Names._target, cst.AnnAssign: Names._target, cst.AugAssign: Names._target,
    cst.For: Names._target, cst.CompFor: Names._target, cst.Del: Names._target,
    cst.NamedExpr: Names._walrus,
    cst.AsName: Names._as_name,
    cst.Global: Names._global, cst.Nonlocal: Names._global,
    cst.MatchAs: Names._capture, cst.MatchStar: Names._capture, cst.MatchMapping: Names._capture,
    cst.MatchKeywordElement: Names._keyword_pattern,
    **dict.fromkeys(_COMPREHENSIONS, Names._comprehension),
}  # fmt: skip
"""What is more than its parts, or whose parts are no plain uses."""
