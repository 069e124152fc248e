"""Which names a file binds, where, and which it uses: what an edit must know before it writes a name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import libcst as cst

from seedlint.rewrite.tree import children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.rewrite.tree import Tree


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
            self._visit(*self._waiting.pop())

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
            elif _is_scope(scope):
                yield scope
            below = scope

    def _visit(self, node: cst.CSTNode, scope: cst.CSTNode, is_target: bool) -> None:
        match node:
            case cst.Name():
                if is_target:
                    self._bind(node.value, node, scope)
                else:
                    self.uses[node.value].append(node)
            case cst.Attribute() | cst.Arg():
                self._later(scope, node.value)
            case cst.Import() | cst.ImportFrom():
                self._import(node, scope)
            case cst.FunctionDef() | cst.ClassDef():
                self._bind(node.name.value, node, scope)
                self._visit_parts(node, scope, skip=(node.name, node.body))
                self._later(node, node.body)
            case cst.Lambda():
                self._visit_parts(node, scope, skip=(node.body,))
                self._later(node, node.body)
            case cst.Param():
                function = self._tree.parent(self._parent(node))
                self._bind(node.name.value, node, function or scope)
                self._visit_parts(node, scope, skip=(node.name,))
            case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.For() | cst.CompFor():
                self._visit_parts(node, scope, skip=(node.target,))
                self._later(scope, node.target, is_target=True)
            case cst.NamedExpr():
                self._later(scope, node.value)
                self._later(self._outside_comprehensions(scope), node.target, is_target=True)
            case cst.Del() | cst.AsName():
                self._later(scope, node.target if isinstance(node, cst.Del) else node.name, is_target=True)
            case cst.Global() | cst.Nonlocal():
                for item in node.names:
                    self._bind(item.name.value, node, self._tree.module)
            case cst.MatchAs() | cst.MatchStar() if node.name is not None:
                self._visit_parts(node, scope, skip=(node.name,))
                self._bind(node.name.value, node, scope)
            case cst.MatchMapping() if node.rest is not None:
                self._visit_parts(node, scope, skip=(node.rest,))
                self._bind(node.rest.value, node, scope)
            case cst.MatchKeywordElement():
                self._later(scope, node.pattern)
            case _ if _is_comprehension(node):
                self._visit_parts(node, node)
            case _:
                self._visit_parts(
                    node,
                    scope,
                    is_target=is_target and _hands_on(node),
                )

    def _visit_parts(
        self,
        node: cst.CSTNode,
        scope: cst.CSTNode,
        *,
        skip: tuple[cst.CSTNode, ...] = (),
        is_target: bool = False,
    ) -> None:
        for child in children(node):
            if not any(child is skipped for skipped in skip):
                self._later(scope, child, is_target=is_target)

    def _later(self, scope: cst.CSTNode, node: cst.CSTNode, *, is_target: bool = False) -> None:
        self._waiting.append((node, scope, is_target))

    def _parent(self, node: cst.CSTNode) -> cst.CSTNode:
        parent = self._tree.parent(node)
        assert parent is not None  # only the module has none
        return parent

    def _outside_comprehensions(self, scope: cst.CSTNode) -> cst.CSTNode:
        while _is_comprehension(scope):
            scope = next(node for node in self._tree.ancestors(scope) if _is_scope(node))
        return scope

    def _bind(self, name: str, node: cst.CSTNode, scope: cst.CSTNode) -> None:
        self.bindings[name].append(Binding(name, node, scope))

    def _import(self, statement: cst.Import | cst.ImportFrom, scope: cst.CSTNode) -> None:
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


def _hands_on(node: cst.CSTNode) -> bool:
    """Tell whether a target's parts are targets, too; the parts of all else (`a` in `a.b = 1`) are read."""
    return isinstance(node, cst.Tuple | cst.List | cst.Element | cst.StarredElement)


def _is_comprehension(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp)


def _is_scope(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Module | cst.FunctionDef | cst.Lambda | cst.ClassDef) or _is_comprehension(node)
