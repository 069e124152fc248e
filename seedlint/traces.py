"""The traces of programs, and of modules on their own: each made once."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from seedlint.knowledge import load
from seedlint.newest import Newest
from seedlint.program.digest import digest
from seedlint.program.library import Library
from seedlint.program.programs import trace_module, trace_program
from seedlint.sources import modules as local
from seedlint.sources.project import declared_target
from seedlint.sources.text import is_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence, Set

    from seedlint.files import Files
    from seedlint.knowledge.model import Target
    from seedlint.program import summary as ir
    from seedlint.program.digest import Digest
    from seedlint.program.events import Place, SeederEvent, Trace
    from seedlint.projects import Projects
    from seedlint.settings import Settings

_MOST_MODULES: Final = 8
"""Of so many modules the traces are kept: an editor asks again for the few that are open."""
_IMPORTS_TF_KERAS: Final = r"(?m)^[ \t]*(?:from|import(?:[ \t]+[\w.]+(?:[ \t]+as[ \t]+\w+)?[ \t]*,)*)[ \t]+tf_keras\b"
_USES_TF_KERAS: Final = r"TF_USE_LEGACY_KERAS['\"]\]?\s*[=,]\s*['\"]?(?:1|True|true)"


class OutdatedError(Exception):
    """Nobody wants to know any more what would have been found."""


class Run(Struct, frozen=True, order=True):
    """What is traced: the file in which a program starts and the function that a command calls there, if one does;
    or, not `whole`, a module on its own."""

    path: str
    function: str
    target: Target
    whole: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.function}:{self.target}:{'program' if self.whole else 'module'}"


class Program(Struct, frozen=True):
    """A program: what is traced for it, and what others need to know of that."""

    run: Run
    digest: Digest


class Start(Struct, frozen=True):
    """Where a program starts, as in `Run`, and the target that is set, if one is."""

    path: str
    function: str
    target: Target | None


class Traces:
    """Traces what is asked for. `programs` are the programs that are known, `ran` are the files that each run ran,
    `looked_at` the runs that were asked for since somebody last put another set there; OutdatedError as soon as
    `is_outdated`."""

    def __init__(self, files: Files, projects: Projects) -> None:
        self._files = files
        self._projects = projects
        self._whole: dict[Run, Trace] = {}
        self._modules: dict[Run, Trace] = Newest(_MOST_MODULES)
        self._libraries: dict[tuple[str, str, Target, bool], Library] = {}
        self._on_keras2: set[str] = set()
        self.programs: dict[Start, Program] = {}
        self.ran: dict[Run, Set[str]] = {}
        self.looked_at: set[Run] = set()
        self.is_outdated: Callable[[], bool] = lambda: False

    def running(self, files: Set[str]) -> set[Run]:
        """Return the runs that ran one of these files."""
        return {run for run, paths in self.ran.items() if not paths.isdisjoint(files)}

    def forget(self, changed: Set[str]) -> None:
        """Forget what ran one of these files."""
        for run in self.running(changed):
            for known in (self.ran, self._whole, self._modules):
                known.pop(run, None)
        self.programs = {start: program for start, program in self.programs.items() if program.run in self.ran}
        for library in self._libraries.values():
            library.forget(changed)

    def hear(self, programs: Mapping[Start, Program]) -> None:
        """Know these programs, which were traced elsewhere."""
        self.programs |= programs
        self.ran |= {program.run: program.digest.paths for program in programs.values()}

    def programs_reaching(self, path: str, settings: Settings) -> Iterator[Program]:
        """Return the programs that reach the file."""
        for entry, function in self._projects.of(path).entries_reaching(path, tests=settings.tests):
            program = self.program(Start(entry, function, settings.target), settings)
            if path in program.digest.paths:
                yield program

    def program(self, start: Start, settings: Settings) -> Program:
        """Return the program that starts there."""
        if start not in self.programs:
            trace = self._trace(start.path, settings, whole=True, function=start.function)
            self.programs[start] = Program(Run(start.path, start.function, trace.target, whole=True), digest(trace))
        self.looked_at.add(self.programs[start].run)
        return self.programs[start]

    def idle_seeders(self, program: Program, settings: Settings) -> tuple[SeederEvent, ...]:
        """Return the seeding functions of a program that no program calls: one that doesn't has forgotten to."""
        return tuple(
            seeder
            for seeder in program.digest.seeders
            if not seeder.called and not self._is_called(seeder.place, settings)
        )

    def of_program(self, program: Program, settings: Settings) -> Trace:
        """Return the trace of the program."""
        run = program.run
        return self._traced(run.path, run.function, self._root(run.path), settings, run.target, whole=True)

    def of_module(self, path: str, settings: Settings) -> Trace:
        """Return the trace of the module on its own."""
        return self._trace(path, settings, whole=False)

    def _is_called(self, place: Place, settings: Settings) -> bool:
        """Tell whether any program calls the seeding function at `place`."""
        programs = self.programs_reaching(place.path, settings)
        return any(seeder.called and seeder.place == place for program in programs for seeder in program.digest.seeders)

    def _root(self, path: str) -> str:
        return self._projects.root(path)

    def _trace(self, path: str, settings: Settings, *, whole: bool, function: str = "") -> Trace:
        root = self._root(path)
        if settings.target is None and root in self._on_keras2:
            # So were others of the project: the trace under the other target may be spared.
            trace = self._traced(path, function, root, settings, "keras2", whole=whole)
            if _runs_on_keras2(trace):
                return trace
        trace = self._traced(path, function, root, settings, self._target(path, root, settings), whole=whole)
        if settings.target is None and _runs_on_keras2(trace):
            self._on_keras2.add(root)
            return self._traced(path, function, root, settings, "keras2", whole=whole)
        return trace

    def _traced(self, path: str, function: str, root: str, settings: Settings, target: Target, *, whole: bool) -> Trace:
        key = Run(path, function, target, whole)
        self.looked_at.add(key)
        known = self._whole if whole else self._modules
        if key not in known:
            if self.is_outdated():
                raise OutdatedError
            # A module of a package is imported from the project's root; a script finds what lies beside it.
            is_module = local.is_in_package(path, root) and not is_notebook(path)
            directory = root if is_module else os.path.dirname(path)
            modules = _ProgramModules(self._files, self._projects.finder(root, directory))
            entry = local.Located(path, local.module_name(path), os.path.basename(path) == "__init__.py")
            library = self._libraries.setdefault((root, directory, target, whole), Library())
            knowledge = load(target)
            try:
                if whole:
                    trace = trace_program(entry, modules, knowledge, settings.seeders, library, function)
                else:
                    trace = trace_module(entry, modules, knowledge, settings.seeders, library, draws=settings.strict)
            finally:
                library.undo()
            known[key] = trace
            self.ran[key] = trace.paths
        return known[key]

    def _target(self, path: str, root: str, settings: Settings) -> Target:
        if settings.target is not None:
            return settings.target
        reading = self._files.read(path)
        if reading is not None and _asks_for_keras2(reading.source.text):
            return "keras2"
        return declared_target(root) or "keras3"


def _asks_for_keras2(text: str) -> bool:
    # Words are found faster than beginnings of rows, and most texts have none of the two.
    is_imported = "tf_keras" in text and re.search(_IMPORTS_TF_KERAS, text)
    return bool(is_imported or ("TF_USE_LEGACY_KERAS" in text and re.search(_USES_TF_KERAS, text)))


def _runs_on_keras2(trace: Trace) -> bool:
    """Tell what the program runs on by what it imports, wherever it does so."""
    return "tf_keras" in trace.imported and "keras" not in trace.imported


class _ProgramModules:
    """The modules of a program that starts in one directory."""

    def __init__(self, files: Files, finder: local.ModuleFinder) -> None:
        self._files = files
        self._finder = finder

    def locate(self, dotted: str, level: int, importer: str) -> Sequence[local.Located]:
        return self._finder.locate(dotted, level, importer)

    def summary(self, path: str) -> ir.Summary | None:
        return self._files.summary(path)
