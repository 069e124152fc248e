"""Writing a library's name with the imports that a file has, and adding, removing and renaming imports."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import libcst as cst

from seedlint.rewrite import deletion, items, region, statements
from seedlint.rewrite.document import Change
from seedlint.rewrite.names import Binding, Imported, Names, dotted, mentions
from seedlint.rewrite.tree import walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from seedlint.finding import Edit
    from seedlint.rewrite.editor import Editor
    from seedlint.rewrite.tree import BlockStatement

# How these packages are imported by convention; importing the package makes its submodules available.
_WHOLE_PACKAGES: Final = {
    "tensorflow": "tf",
    "keras": "keras",
    "tf_keras": "tf_keras",
    "numpy": "np",
    "pandas": "pd",
    "os": "os",
}
_KEPT: Final = re.compile(r"#\s*noqa\b(?!\s*:)|#\s*noqa\s*:.*\bF401\b|pylint:\s*disable=.*unused-import")


class Spelling(NamedTuple):
    """How to write a name at some place, and the edits that make it available there (an import, or none)."""

    expression: str
    edits: tuple[Edit, ...]


class Imports:
    """The imports of the file that `editor` edits, and the names that it binds."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._document = editor.document
        self._tree = editor.document.tree

    @cached_property
    def names(self) -> Names:
        """All bindings and uses of names in the file."""
        return Names(self._tree)

    @cached_property
    def top_level(self) -> tuple[Imported, ...]:
        """The names that imports bind in the module's scope, in the order of the text."""
        module = self._document.module
        found = [imported for imported in self.names.imported if imported.scope is module]
        return tuple(sorted(found, key=lambda imported: self._offset(imported.alias)))

    def is_rebound(self, name: str) -> bool:
        """Whether something other than an import binds `name` anywhere, or imports of different things do."""
        bindings = self.names.bindings(name)
        targets = {binding.imported.target if binding.imported else None for binding in bindings}
        return None in targets or len(targets) > 1

    def import_region_end(self) -> BlockStatement | None:
        """The last statement with an import of those that the file begins with.

        What is inserted after it comes after the imports. Constants, settings and calls such as `seed(1)`
        may stand among them. None if the file begins with no import, `__future__` apart.
        """
        found = [s for s in region.leading_region(self._document.module) if region.has_import(s)]
        return found[-1] if found else None

    # Writing a name

    def spelling(self, canonical: str, at: cst.CSTNode, equivalents: Sequence[str] = ()) -> Spelling:
        """How to write the dotted name `canonical` at the node `at`.

        What is imported before `at` serves if it can; else the edits hold a new import. `equivalents` are
        module paths that name the same thing (`keras`, `tensorflow.keras`): one of them that `canonical`
        begins with may be replaced by another, preferably by one that the file uses.
        """
        paths = _paths(canonical, equivalents)
        return Spelling(found, ()) if (found := self._existing(paths, at)) else self._new(paths, at)

    def _existing(self, paths: Sequence[str], at: cst.CSTNode) -> str | None:
        """The shortest way to write one of `paths` with a name that is imported before `at`."""
        found = []
        for name in {imported.name for imported in self.names.imported if _written(imported, paths)}:
            bindings = self.names.seen_from(name, at)
            imports = [binding.imported for binding in bindings if not self._is_fallback(binding)]
            written = {_written(imported, paths) if imported else None for imported in imports}
            expression = written.pop() if len(written) == 1 else None
            if expression and any(imported and self._is_available(imported, at) for imported in imports):
                found.append((expression.count("."), len(expression), expression))
        return min(found)[2] if found else None

    def _is_fallback(self, binding: Binding) -> bool:
        """Whether a binding stands in an `except`, as `tf = None` does for want of the import."""
        if binding.imported is not None:
            return False
        return any(isinstance(node, cst.ExceptHandler) for node in self._tree.ancestors(binding.node))

    def _is_available(self, imported: Imported, at: cst.CSTNode) -> bool:
        """Whether the import has run when `at` does: it stands before, in no branch that `at` isn't in."""
        if self._offset(imported.alias) >= self._offset(at):
            return False
        around = {id(node) for node in self._tree.ancestors(at)}
        below: cst.CSTNode = imported.statement
        for node in self._tree.ancestors(below):
            if node is imported.scope or id(below) in around:
                return True
            if isinstance(node, (cst.If, cst.For, cst.While, cst.Match)) and id(below) not in around:
                return False
            below = node
        return True

    def _new(self, paths: Sequence[str], at: cst.CSTNode) -> Spelling:
        path = self._preferred(paths)
        root, _, rest = path.partition(".")
        module, _, leaf = path.rpartition(".")
        if root in _WHOLE_PACKAGES or module == root:
            name = self._free_name(_WHOLE_PACKAGES.get(root, root), root, at)
            line = f"import {root}" if name == root else f"import {root} as {name}"
            return Spelling(f"{name}.{rest}", self._insert_import(line, at))
        name = self._free_name(leaf, path, at)
        line = f"from {module} import {leaf}" + (f" as {name}" if name != leaf else "")
        return Spelling(name, self._insert_import(line, at))

    def _preferred(self, paths: Sequence[str]) -> str:
        """The path whose package the file imports most from; the first of equals."""
        modules = [imported.module for imported in self.names.imported]

        def uses(path: str) -> int:
            root = path.partition(".")[0]
            return sum(module.partition(".")[0] == root for module in modules)

        return max(paths, key=uses)

    def _free_name(self, wanted: str, target: str, at: cst.CSTNode) -> str:
        """A name for a new import of `target`: `wanted` unless it means something else in the file."""
        candidates = [
            wanted,
            target.rpartition(".")[2],
            f"_{wanted}",
            *(f"_{wanted}{n}" for n in range(2, 100)),
        ]
        for name in candidates:
            bindings = self.names.bindings(name)
            if all(binding.imported and binding.imported.target == target for binding in bindings):
                return name
        raise ValueError(f"no free name for {target}")

    def _insert_import(self, line: str, at: cst.CSTNode) -> tuple[Edit, ...]:
        """Insert an import: after those that the file begins with, before the top-level statement of `at`."""
        body = self._document.module.body
        top = self._tree.top_level_statement(at)
        number = len(body) if top is None else body.index(top)
        leading = region.leading_region(self._document.module)
        before = [statement for statement in leading[:number] if region.has_import(statement)]
        first = region.must_be_first(body)
        if before:
            edits = self._editor.insert_after(before[-1], [line])
        elif number < first:
            edits = self._editor.insert_after(body[first - 1], [line])
        elif top is None:
            return self._document.edits([Change(0, 0, line + self._document.module.default_newline)])
        else:
            parting = ["", ""] if isinstance(top, (cst.FunctionDef, cst.ClassDef)) else []
            edits = self._editor.insert_before(top, [line, *parting])
        assert edits is not None  # the place is a statement of the module
        return edits

    # Removing and renaming

    def remove_orphaned(self, names: Iterable[str], removed_nodes: Sequence[cst.CSTNode]) -> tuple[Edit, ...]:
        """Drop the imports of those `names` that are used nowhere but in `removed_nodes`.

        Kept are imports in a `try`, re-exports (`__all__`, `# noqa`, `as` the same name), and names that
        something else binds too. The edits don't touch those that delete `removed_nodes`.
        """
        gone = {id(node) for node in walk(*removed_nodes)}
        orphans = [i for name in sorted(set(names)) for i in self._orphans(name, gone)]
        beside = any(self._stands_beside(orphan, gone) for orphan in orphans)
        return self._document.edits(self._drop(orphans, tidy=not beside))

    def delete_with_orphans(self, doomed: Sequence[cst.CSTNode]) -> tuple[Edit, ...] | None:
        """Delete statements and the imports of names that only they use; None as for `delete_statements`."""
        gone = {id(node) for node in walk(*doomed)}
        names = {n.value for n in walk(*doomed) if isinstance(n, cst.Name)}
        orphans = [i for name in sorted(names) for i in self._orphans(name, gone)]
        whole = [imported.statement for imported in orphans if self._is_whole(imported, orphans)]
        deleted = deletion.delete(self._document, [*doomed, *whole])
        if deleted is None:
            return None
        rest = [imported for imported in orphans if imported.statement not in whole]
        return self._document.edits([*deleted, *self._drop(rest, tidy=True)])

    def rename_import(self, alias: cst.ImportAlias, new_module: str, new_name: str) -> tuple[Edit, ...] | None:
        """Import `new_name` from `new_module` where `alias` is imported, bound to the same local name.

        An empty `new_name` imports the module itself, for `import module as name`. None if `alias` is no
        import of this file, or is an `import a.b` that binds only `a`.
        """
        found = [i for i in self.names.imported if i.alias is alias]
        if not found or (isinstance(found[0].statement, cst.Import) and alias.asname is None):
            return None
        imported = found[0]
        line = _import_line(new_module, new_name, imported.name)
        if len(_aliases(imported)) == 1:
            return self._document.edits(self._rename_alone(imported, new_module, new_name))
        inserted = statements.insert_after(self._document, imported.statement, [line])
        assert inserted is not None  # an import is a statement
        return self._document.edits([*self._drop([imported], tidy=True), *inserted])

    def _rename_alone(self, imported: Imported, module: str, name: str) -> list[Change]:
        """Rewrite an import of one name, in a `from` import the module and the name each in its place."""
        positions = self._document.positions
        statement = imported.statement
        line = _import_line(module, name, imported.name)
        if isinstance(statement, cst.Import) or not name:
            return [Change(*positions.span(statement), line)]
        start = positions.full_span(statement.whitespace_after_from, statement)[1]
        end = positions.full_span(statement.whitespace_before_import, statement)[0]
        alias = line.partition(" import ")[2]
        return [Change(start, end, module), Change(*positions.span(imported.alias), alias)]

    def _orphans(self, name: str, gone: Collection[int]) -> Iterator[Imported]:
        """The imports of `name` that nothing needs without the nodes in `gone`."""
        bindings = self.names.bindings(name)
        if self.names.is_used(name, gone) or self._is_in_strings(name):
            return
        if all(b.imported is not None and not self._is_kept(b.imported) for b in bindings):
            yield from (b.imported for b in bindings if b.imported and id(b.imported.alias) not in gone)

    def _is_kept(self, imported: Imported) -> bool:
        """Whether an import serves even if the file doesn't use its name."""
        asname = imported.alias.asname
        if asname is not None and dotted(imported.alias.name) == imported.name:
            return True
        if any(isinstance(node, (cst.Try, cst.TryStar)) for node in self._tree.ancestors(imported.statement)):
            return True
        start, end = self._document.positions.span(imported.statement)
        rows = self._document.text[self._document.row_start(start) : self._document.row_end(end)]
        return region.is_future(imported.statement) or _KEPT.search(rows) is not None

    def _is_in_strings(self, name: str) -> bool:
        """Whether a name is in a string of `__all__` or of an annotation."""
        tells = mentions(name)
        for node in walk(*self._tree.statements_where(tells)):
            is_all = isinstance(node, (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Expr)) and any(
                isinstance(n, cst.Name) and n.value == "__all__" for n in walk(node)
            )
            if (is_all or isinstance(node, cst.Annotation)) and any(
                tells(n.value) for n in walk(node) if isinstance(n, cst.SimpleString)
            ):
                return True
        return False

    def _stands_beside(self, imported: Imported, gone: Collection[int]) -> bool:
        """Whether a statement of the import's block is removed too, and might claim the same blank rows."""
        siblings = self._tree.parsed(self._tree.siblings(imported.statement))
        return any(id(node) in gone for sibling in siblings for node in (sibling, *_smalls(sibling)))

    def _drop(self, doomed: Sequence[Imported], *, tidy: bool) -> list[Change]:
        """Take the names out of their statements, and out of the file the statements that lose all."""
        whole = [imported.statement for imported in doomed if self._is_whole(imported, doomed)]
        changes = [*(deletion.delete(self._document, whole, tidy=tidy) or ())]
        parts: defaultdict[int, list[Imported]] = defaultdict(list)
        for imported in doomed:
            if not self._is_whole(imported, doomed):
                parts[id(imported.statement)].append(imported)
        for some in parts.values():
            aliases = _aliases(some[0])
            numbers = {n for n, alias in enumerate(aliases) if any(alias is i.alias for i in some)}
            changes += items.remove(self._document, items.items_of(self._document, aliases), numbers)
        return changes

    def _is_whole(self, imported: Imported, doomed: Iterable[Imported]) -> bool:
        """Whether all names that the statement of `imported` imports are among `doomed`."""
        return all(any(alias is other.alias for other in doomed) for alias in _aliases(imported))

    def _offset(self, node: cst.CSTNode) -> int:
        return self._document.positions.span(node)[0]


def _paths(canonical: str, equivalents: Sequence[str]) -> list[str]:
    """All ways to write `canonical` with one of the equivalent modules, itself first."""
    for module in sorted(equivalents, key=len, reverse=True):
        if canonical.startswith(f"{module}."):
            rest = canonical.removeprefix(module)
            return list(dict.fromkeys([canonical, *(other + rest for other in equivalents)]))
    return [canonical]


def _written(imported: Imported, paths: Iterable[str]) -> str | None:
    """One of `paths` written with an imported name."""
    for path in paths:
        if path == imported.target:
            return imported.name
        if path.startswith(f"{imported.target}.") and _is_loaded(imported, path):
            return imported.name + path.removeprefix(imported.target)
    return None


def _is_loaded(imported: Imported, path: str) -> bool:
    """Whether the module that holds `path` is loaded by the import: most packages load no submodules."""
    if imported.target.partition(".")[0] in _WHOLE_PACKAGES:
        return True
    module = path.rpartition(".")[0]
    return module == imported.target or f"{imported.module}.".startswith(f"{module}.")


def _import_line(module: str, name: str, local: str) -> str:
    imported = name or module
    suffix = "" if imported == local else f" as {local}"
    return f"from {module} import {name}{suffix}" if name else f"import {module}{suffix}"


def _aliases(imported: Imported) -> Sequence[cst.ImportAlias]:
    names = imported.statement.names
    assert not isinstance(names, cst.ImportStar)  # a star binds no name that is known
    return names


def _smalls(statement: cst.CSTNode) -> Sequence[cst.CSTNode]:
    return statement.body if isinstance(statement, cst.SimpleStatementLine) else ()
