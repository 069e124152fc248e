"""The projects that files are part of: which file imports which, and in which ones programs start."""

from __future__ import annotations

import os
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from seedlint.sources import modules as local
from seedlint.sources.entry_points import entry_points
from seedlint.sources.project import is_marked, root_of
from seedlint.sources.text import is_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from seedlint.files import Files


class Projects:
    """The projects of the files that are asked for. `roots` are those of the directories."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._projects: dict[str, Project] = {}
        self._finders: dict[tuple[str, str], local.ModuleFinder] = {}
        self.roots: dict[str, str] = {}

    def root(self, path: str) -> str:
        """Return the root of the project that the file at `path` is part of."""
        directory = os.path.dirname(path)
        if directory not in self.roots:
            self.roots[directory] = root_of(directory)
        return self.roots[directory]

    def of(self, path: str) -> Project:
        """Return the project that the file at `path` is part of."""
        root = self.root(path)
        if root not in self._projects:
            self._projects[root] = Project(self._files, partial(self.finder, root), root)
        project = self._projects[root]
        project.include(path)
        return project

    def finder(self, root: str, directory: str) -> local.ModuleFinder:
        """Return what finds the modules of the programs of a project that start in `directory`."""
        key = (root, directory)
        if key not in self._finders:
            self._finders[key] = local.ModuleFinder(root, directory)
        return self._finders[key]

    def include_again(self, paths: Collection[str]) -> bool:
        """Take note of what these files say now; tell whether programs may start elsewhere, or reach other files."""
        news = [project.include_again(path) for project in self._projects.values() for path in paths]
        return any(news)


class _Said(NamedTuple):
    """What a file says to others: what it may import, and what it does when it is run."""

    imports: frozenset[str]
    has_main_guard: bool
    runs_tests: bool


class Project:
    """Which files of a project import which, and where its programs start."""

    def __init__(self, files: Files, finder: Callable[[str], local.ModuleFinder], root: str) -> None:
        """`finder` gives what finds the modules of programs in a directory."""
        self._files = files
        self._finder = finder
        self._root = root
        self._importers: defaultdict[str, set[str]] = defaultdict(set)
        self._said: dict[str, _Said] = {}
        self._entries: dict[tuple[str, bool], list[tuple[str, str]]] = {}
        self._started: dict[bool, Mapping[str, Sequence[str]]] = {}
        self._commands: defaultdict[str, set[str]] = defaultdict(set)
        for module, function in entry_points(root):
            found = finder(self._root).locate(module, 0, os.path.join(self._root, ""))
            if found and found[-1].name == module and found[-1].path is not None:
                self._commands[found[-1].path].add(function)
        marked = is_marked(root)
        for path in local.python_files(self._root, packages_only=not marked, most=local.MOST_PROJECT_FILES):
            self.include(path)
        for path in files.overridden_in(self._root):
            self.include(path)

    def include(self, path: str) -> None:
        """Take note of what the file at `path` says, and of what those say that it imports."""
        waiting = [path]
        while waiting:
            importer = waiting.pop()
            if importer in self._said:
                continue
            self._said[importer] = said = self._says(importer)
            self._entries.clear()
            self._started.clear()
            for imported in said.imports:
                self._importers[imported].add(importer)
            waiting += said.imports

    def include_again(self, path: str) -> bool:
        """Take note of what the file at `path` says now, if it is one of the project's; tell whether that is new."""
        if path not in self._said or self._said[path] == self._says(path):
            return False
        for imported in self._said.pop(path).imports:
            self._importers[imported].discard(path)
        self.include(path)
        return True

    def _says(self, path: str) -> _Said:
        text = self._files.text(path)
        if text is None:
            return _Said(frozenset(), has_main_guard=False, runs_tests=False)
        imports = frozenset(self._imports(path, text))
        return _Said(imports, local.has_main_guard(text), local.runs_tests(text))

    def _imports(self, importer: str, text: str) -> Iterator[str]:
        """Return the files of the project, and others beside it, that the text of a file may import."""
        for dotted, level in local.imports_of(text):
            for found in self._locate(dotted, level, importer):
                if found.path is not None and found.path != importer:
                    yield found.path

    def _locate(self, dotted: str, level: int, importer: str) -> Sequence[local.Located]:
        # A program's own directory comes first on Python's path: so does each importer's here.
        beside = self._finder(os.path.dirname(importer))
        return beside.locate(dotted, level, importer)

    def entries_reaching(self, path: str, *, tests: bool) -> list[tuple[str, str]]:
        """Return the files in which programs start that may import `path`, itself among them, each with the
        function that a command calls, or nothing where the file itself is run."""
        key = (path, tests)
        if key not in self._entries:
            self._entries[key] = self._find_entries(path, tests=tests)
        return self._entries[key]

    def _find_entries(self, path: str, *, tests: bool) -> list[tuple[str, str]]:
        reached = {path}
        waiting = [path]
        while waiting:
            for importer in self._importers[waiting.pop()] - reached:
                reached.add(importer)
                waiting.append(importer)
        starts = self._starts(tests=tests)
        return sorted((single, function) for single in reached & starts.keys() for function in starts[single])

    def _starts(self, *, tests: bool) -> Mapping[str, Sequence[str]]:
        """Return the files in which programs start, with the functions that commands call."""
        if tests not in self._started:
            found = {path: self._started_in(path, tests=tests) for path in self._said}
            self._started[tests] = {path: functions for path, functions in found.items() if functions}
        return self._started[tests]

    def _started_in(self, path: str, *, tests: bool) -> Sequence[str]:
        commands = self._commands.get(path, ())
        is_run = self._is_run(path, tests=tests, otherwise=not commands)
        return ("", *commands) if is_run else tuple(commands)

    def _is_run(self, path: str, *, tests: bool, otherwise: bool) -> bool:
        """Tell whether the file itself is run. `otherwise`: nothing else says how the file is used."""
        if local.is_test(path):
            return tests
        if self._files.text(path) is None:
            return False
        if self._said[path].runs_tests:
            return tests
        if is_notebook(path) or self._said[path].has_main_guard or os.path.basename(path) == "__main__.py":
            return True
        if not otherwise:
            return False
        importers = [single for single in self._importers.get(path, ()) if not local.is_test(single)]
        return not importers and not local.is_in_package(path, self._root)
