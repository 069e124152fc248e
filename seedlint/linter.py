"""From files to findings: reads them, finds the programs that reach them, and asks the rules."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from seedlint.finding import Finding, Position, Related, Span
from seedlint.knowledge import load
from seedlint.newest import Newest
from seedlint.program.faults import faults
from seedlint.program.interpreter import Located
from seedlint.program.library import Library
from seedlint.program.parsing import TOO_DEEP, ParseError, parse, read_by_python, summarize
from seedlint.program.programs import trace_module, trace_program
from seedlint.program.spans import Spans
from seedlint.rules import all_rules
from seedlint.rules.notebook_order import notebook_order
from seedlint.rules.rule import Report, View
from seedlint.rules.syntax_error import syntax_error
from seedlint.rules.unused_suppression import RULE as UNUSED_SUPPRESSION
from seedlint.rules.unused_suppression import unused_suppressions
from seedlint.sources import modules as local
from seedlint.sources.entry_points import entry_points
from seedlint.sources.project import declared_target, is_marked, look_afresh, project_root
from seedlint.sources.text import SourceError, SourceText, is_notebook, read
from seedlint.suppression import apply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set

    from seedlint.finding import Fix
    from seedlint.knowledge.model import Target
    from seedlint.program import summary as ir
    from seedlint.program.events import Place, SeederEvent, Trace
    from seedlint.program.parsing import Parsed
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import Rule
    from seedlint.settings import Settings
    from seedlint.sources.notebook import Notebook
    from seedlint.suppression import Outcome

    _TraceKey = tuple[str, str, Target, bool]

_Result = TypeVar("_Result")
MOST_PROJECT_FILES: Final = 20_000
_MOST_MODULES: Final = 8
_MOST_TREES: Final = 4
"""What takes much memory is kept for so many files: an editor asks again for the few that are open."""
_DEEP: Final = 20_000
_STACK: Final = 256 * 1024 * 1024
_LEGACY_KERAS_WORDS: Final = ("tf_keras", "TF_USE_LEGACY_KERAS")
_LEGACY_KERAS: Final = re.compile(
    r"^[ \t]*(?:import|from)[ \t]+tf_keras\b|TF_USE_LEGACY_KERAS['\"]\]?\s*[=,]\s*['\"]?(?:1|True|true)",
    re.MULTILINE,
)


@dataclass(slots=True)
class _Reading:
    """A file that was read: its text, and its summary or what is wrong with it."""

    source: SourceText
    summary: ir.Summary | None
    error: ParseError | None


@dataclass(frozen=True, slots=True)
class Basis:
    """What findings rest on: `sources` are the files that were read (None: it can't be), `directories` those that were
    looked at, `roots` the project of each directory, `traces` the files that each ran, and `used` the traces that
    were looked at for each checked file."""

    sources: Mapping[str, SourceText | None]
    directories: Sequence[str]
    roots: Mapping[str, str]
    traces: Mapping[str, list[str]]
    used: Mapping[str, list[str]]


class OutdatedError(Exception):
    """Nobody wants to know any more what would have been found."""


class _NoTreeError(Exception):
    """A file has a summary and no tree."""

    def __init__(self, source: SourceText, error: ParseError) -> None:
        super().__init__(error.message)
        self.source = source
        self.error = error


class Linter:
    """Finds what keeps programs from repeating. One object sees one state of the files on the disk."""

    def __init__(
        self,
        settings_for: Callable[[Path], Settings],
        overrides: Mapping[Path, SourceText] | None = None,
        *,
        fixes_later: bool = False,
        by_libcst: bool = False,
        on_file: Callable[[], None] | None = None,
    ) -> None:
        """`settings_for` gives the settings of a file, `overrides` the text of files that are to be seen
        otherwise than they are on the disk, or that it doesn't have yet, by absolute path. With `fixes_later`
        findings come without what costs more than all else, their fixes: `with_fix` adds it. `by_libcst`: libcst
        parses all that is read, not only what something is found in, which changes no finding. `on_file` is called
        whenever a file is done."""
        self._settings_for = settings_for
        self._summarize = (lambda text: parse(text).summary) if by_libcst else summarize
        self._overrides = {str(path): source for path, source in (overrides or {}).items()}
        self._sources: dict[str, SourceText | None] = {}
        self._readings: dict[str, _Reading | None] = {}
        self._rewriters: dict[str, Rewriter] = Newest(_MOST_TREES)
        self._programs: dict[_TraceKey, Trace] = {}
        self._modules: dict[_TraceKey, Trace] = Newest(_MOST_MODULES)
        self._ran: dict[_TraceKey, Set[str]] = {}
        self._looked_at: set[_TraceKey] = set()
        self._used: dict[str, set[_TraceKey]] = {}
        self._seeders: dict[int, list[SeederEvent]] = {}
        self._by_path: dict[tuple[int, tuple[str, ...], bool], Mapping[str, list[tuple[Rule, Report]]]] = {}
        self._projects: dict[str, _Project] = {}
        self._on_keras2: set[str] = set()
        self._roots: dict[str, Path] = {}
        self._libraries: dict[tuple[str, str, Target], Library] = {}
        self._finders: dict[tuple[str, str], local.ModuleFinder] = {}
        self._fixes_later = fixes_later
        self._on_file = on_file
        self._reports: dict[Finding, tuple[Report, SourceText]] = {}
        self._spans: dict[str, Spans | None] = Newest(_MOST_TREES)
        self._placed: dict[Place, Span] = {}
        self._is_outdated: Callable[[], bool] = lambda: False

    def see(self, overrides: Mapping[Path, SourceText]) -> None:
        """See the text of those files that were overridden so far, and of no others, as it is here."""
        changed = {str(path): source for path, source in overrides.items() if self._overrides[str(path)] != source}
        _on_deep_stack(lambda: self._see(changed))

    def _see(self, changed: Mapping[str, SourceText]) -> None:
        before = {path: self._readings.pop(path, None) for path in changed}
        self._overrides |= changed
        self._sources |= changed
        self._reports.clear()
        self._placed = {place: span for place, span in self._placed.items() if place.path not in changed}
        for path in changed:
            self._rewriters.pop(path, None)
            self._spans.pop(path, None)
        for project in self._projects.values():
            for path in changed:
                project.include_again(path)
        # Comments and the like change nothing.
        if not all(_say_the_same(reading, self._read(path)) for path, reading in before.items()):
            self._forget_programs(changed.keys())

    def _forget_programs(self, changed: Set[str]) -> None:
        """Forget what the programs do that run one of these files, and what was said of any: that may depend on what
        others do."""
        self._by_path.clear()
        for key, paths in [*self._ran.items()]:
            if not paths.isdisjoint(changed):
                del self._ran[key]
                self._modules.pop(key, None)
                self._seeders.pop(id(self._programs.pop(key, None)), None)
        for library in self._libraries.values():
            library.forget(changed)

    def check(self, files: Sequence[SourceText], is_outdated: Callable[[], bool] = lambda: False) -> list[Finding]:
        """Return the findings in `files` that no comment suppresses, sorted. OutdatedError as soon as `is_outdated`:
        what was read and traced until then is not lost."""
        self._is_outdated = is_outdated
        return _on_deep_stack(lambda: self._check(files))

    def with_fix(self, finding: Finding) -> Finding:
        """Return one of the findings of this linter with its fix."""
        key = replace(finding, fingerprint="")
        if key not in self._reports:
            return finding
        report, source = self._reports[key]
        try:
            return replace(finding, fix=_on_deep_stack(lambda: self._fix(report, source)))
        except _NoTreeError:
            return finding  # Python parses the file and libcst doesn't

    def apart(self, files: Sequence[SourceText]) -> list[list[SourceText]]:
        """Return the files in groups such that no program reaches files of two of them."""
        look_afresh()
        for source in files:
            self._project(str(source.path))  # they may be outside, and import one another
        groups: dict[str, list[SourceText]] = {}
        group_of: dict[tuple[str, str], str] = {}
        for source in files:
            path = str(source.path)
            tests = self._settings_for(source.path).tests
            entries = self._project(path).entries_reaching(path, tests=tests)
            joined = {group_of[entry] for entry in entries if entry in group_of}
            groups[path] = [source, *(single for group in sorted(joined) for single in groups.pop(group))]
            for entry, group in group_of.items():
                if group in joined:
                    group_of[entry] = path
            group_of.update(dict.fromkeys(entries, path))
        return list(groups.values())

    def basis(self) -> Basis:
        """Return what the findings of this linter rest on."""
        return Basis(
            self._sources,
            local.listed(),
            {directory: str(root) for directory, root in self._roots.items()},
            {_written(key): sorted(paths) for key, paths in self._ran.items()},
            {path: [_written(key) for key in keys] for path, keys in self._used.items()},
        )

    def _check(self, files: Sequence[SourceText]) -> list[Finding]:
        for source in files:
            self._overrides[str(source.path)] = source
        local.list_afresh(self._overrides)
        look_afresh()
        entry_points.cache_clear()
        while True:
            try:
                return self._merged(files)
            except _NoTreeError as unparsable:
                # Python parses it and libcst doesn't: it counts as what it is to libcst.
                source = unparsable.source
                self._readings[str(source.path)] = _unparsable(source, unparsable.error)
                self._forget_programs({str(source.path)})

    def _merged(self, files: Sequence[SourceText]) -> list[Finding]:
        """Return the findings in all files, each once."""
        found: dict[tuple[str, str, Span, tuple[str, ...]], Finding] = {}
        for source in files:
            for finding in self._found_in(source):
                key = (finding.filename, finding.code, finding.span, finding.streams)
                # What is certain in one program is certain, whatever others make of it.
                if key not in found or (found[key].certainty == "possible" and finding.certainty == "certain"):
                    found[key] = finding
            if self._on_file is not None:
                self._on_file()
        return sorted(found.values(), key=lambda finding: finding.sort_key)

    def _found_in(self, source: SourceText) -> Iterable[Finding]:
        """Return the findings in one file that no comment suppresses, those on the comments among them."""
        self._looked_at = self._used[str(source.path)] = set()
        found, is_whole = self._all_in(source)
        outcome = apply(found, source.text)
        return (*outcome.kept, *(self._unused_suppressions(source, outcome) if is_whole else ()))

    def _all_in(self, source: SourceText) -> tuple[Sequence[Finding], bool]:
        """Return the findings in one file, and whether the rules have seen all of it. That it is nested deeper than
        this Python can follow is one."""
        try:
            return list(self._check_file(source)), self._is_followed(str(source.path))
        except RecursionError:
            enabled = self._settings_for(source.path).rule_enabled("SEED001", source.path)
            return [syntax_error(source.filename, TOO_DEEP, Position(1, 1))] if enabled else [], False

    def _is_followed(self, path: str) -> bool:
        """Tell whether all that the file does in the programs that reach it has been traced."""
        settings = self._settings_for(Path(path))
        return self.summary(path) is not None and all(
            trace.complete
            for trace in (*self._programs_reaching(path, settings), self._trace(path, settings, whole=False))
        )

    def _unused_suppressions(self, source: SourceText, outcome: Outcome) -> Sequence[Finding]:
        settings = self._settings_for(source.path)
        opt_in = {rule.code: rule.opt_in for rule in all_rules()}

        def is_run(code: str) -> bool:
            return settings.rule_enabled(code, source.path, opt_in=opt_in[code])

        if not is_run(UNUSED_SUPPRESSION.code):
            return ()
        found = unused_suppressions(source.filename, source.text, outcome, tuple(opt_in), is_run)
        return apply(found, source.text).kept

    def _check_file(self, source: SourceText) -> Iterable[Finding]:
        path = str(source.path)
        settings = self._settings_for(source.path)
        reading = self._read(path)
        if source.notebook is not None and settings.rule_enabled("SEED110", source.path):
            yield from notebook_order(source.filename, source.notebook)
        if reading is None or reading.error is not None:
            if reading is not None and reading.error is not None and settings.rule_enabled("SEED001", source.path):
                yield syntax_error(source.filename, reading.error.message, reading.error.position)
            return
        rules = [rule for rule in all_rules() if settings.rule_enabled(rule.code, source.path, opt_in=rule.opt_in)]
        said: dict[tuple[object, ...], tuple[Rule, Report]] = {}
        for rule, report in self._reports_on(path, rules, settings):
            # What races or makes a graph is said once, whatever more it does in other programs.
            key = (rule.code, report.place, report.streams if rule.scope != "both" else ())
            # What is certain in one program is certain, whatever others make of it.
            if key not in said or (said[key][1].certainty == "possible" and report.certainty == "certain"):
                said[key] = (rule, report)
        for rule, report in said.values():
            yield self._finding(rule, report, source)

    def _reports_on(self, path: str, rules: Sequence[Rule], settings: Settings) -> Iterable[tuple[Rule, Report]]:
        """Return what `rules` say of a file: in each program that reaches it, and by itself."""
        programs = tuple(self._programs_reaching(path, settings))
        for trace in programs:
            yield from self._reports_in(trace, rules, strict=settings.strict).get(path, ())
        trace = self._trace(path, settings, whole=False)
        is_library = not (local.is_test(path) or is_notebook(path))
        package = local.package_name(os.path.dirname(path)) if is_library else ""
        view = View(trace, load(trace.target), settings.strict, (), programs, package)
        for rule in rules:
            # A program's trace says what the streams hold; a module's own, what each call in it means.
            for report in rule.reports(view) if rule.scope != "program" or settings.strict else ():
                if report.place.path == path:
                    yield rule, report

    def _reports_in(
        self, trace: Trace, rules: Sequence[Rule], *, strict: bool
    ) -> Mapping[str, list[tuple[Rule, Report]]]:
        """Return what `rules` say of a program, by file: once for all files that it reaches."""
        key = (id(trace), tuple(rule.code for rule in rules), strict)
        if key not in self._by_path:
            by_path: defaultdict[str, list[tuple[Rule, Report]]] = defaultdict(list)
            view = View(trace, load(trace.target), strict, tuple(faults(trace)))
            for rule in rules:
                for report in rule.reports(view) if rule.scope != "module" else ():
                    by_path[report.place.path].append((rule, report))
            self._by_path[key] = by_path
        return self._by_path[key]

    # -- programs -----------------------------------------------------------------------------

    def _programs_reaching(self, path: str, settings: Settings) -> Iterable[Trace]:
        """The traces of the programs that reach the file."""
        for trace in self._traces_reaching(path, settings):
            seeders = self._seeders.setdefault(id(trace), trace.seeders)
            trace.seeders = [
                seeder for seeder in seeders if seeder.called or not self._is_called(seeder.place, settings)
            ]
            yield trace

    def _is_called(self, place: Place, settings: Settings) -> bool:
        """Tell whether any program calls the seeding function at `place`: one that doesn't has forgotten to."""
        traces = self._traces_reaching(place.path, settings)
        return any(seeder.called and seeder.place == place for trace in traces for seeder in trace.seeders)

    def _traces_reaching(self, path: str, settings: Settings) -> Iterable[Trace]:
        project = self._project(path)
        for entry, function in project.entries_reaching(path, tests=settings.tests):
            trace = self._trace(entry, settings, whole=True, function=function)
            if path in trace.paths:
                yield trace

    def _trace(self, path: str, settings: Settings, *, whole: bool, function: str = "") -> Trace:
        root = str(self._root(path))
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
        key = (path, function, target, whole)
        self._looked_at.add(key)
        known = self._programs if whole else self._modules
        if key not in known:
            if self._is_outdated():
                raise OutdatedError
            # A module of a package is imported from the project's root; a script finds what lies beside it.
            is_module = local.is_in_package(path, root) and not is_notebook(path)
            directory = root if is_module else os.path.dirname(path)
            modules = _ProgramModules(self, self.finder(root, directory))
            entry = Located(path, local.module_name(path), os.path.basename(path) == "__init__.py")
            library = self._libraries.setdefault((root, directory, target), Library())
            knowledge = load(target)
            if whole:
                trace = trace_program(entry, modules, knowledge, settings.seeders, library, function)
            else:
                trace = trace_module(entry, modules, knowledge, settings.seeders, library, draws=settings.strict)
            known[key] = trace
            self._ran[key] = trace.paths
        return known[key]

    def _target(self, path: str, root: str, settings: Settings) -> Target:
        if settings.target is not None:
            return settings.target
        reading = self._read(path)
        if reading is not None and _asks_for_keras2(reading.source.text):
            return "keras2"
        return declared_target(Path(root)) or "keras3"

    def finder(self, root: str, directory: str) -> local.ModuleFinder:
        """Return the finder for programs in `directory`."""
        key = (root, directory)
        if key not in self._finders:
            self._finders[key] = local.ModuleFinder(root, directory)
        return self._finders[key]

    def _project(self, path: str) -> _Project:
        root = self._root(path)
        key = str(root)
        if key not in self._projects:
            self._projects[key] = _Project(self, root)
        project = self._projects[key]
        project.include(path)
        return project

    def _root(self, path: str) -> Path:
        directory = os.path.dirname(path)
        if directory not in self._roots:
            self._roots[directory] = project_root(Path(path))
        return self._roots[directory]

    # -- reading ------------------------------------------------------------------------------

    def text(self, path: str) -> str | None:
        """Return the text of the file, or None if it has none."""
        source = self._source(path)
        return None if source is None else source.text

    def overridden_in(self, root: str) -> list[str]:
        """Return the files below `root` that are not read from the disk."""
        return [path for path in self._overrides if path.startswith(os.path.join(root, ""))]

    def _source(self, path: str) -> SourceText | None:
        if path not in self._sources:
            self._sources[path] = self._overrides[path] if path in self._overrides else _read(path)
        return self._sources[path]

    def _read(self, path: str) -> _Reading | None:
        if path not in self._readings:
            source = self._source(path)
            self._readings[path] = None if source is None else self._parse(source)
        return self._readings[path]

    def summary(self, path: str) -> ir.Summary | None:
        """Return the summary of the file, or None if it can't be read or parsed."""
        reading = self._read(path)
        return None if reading is None else reading.summary

    def _parse(self, source: SourceText) -> _Reading:
        try:
            return _Reading(source, self._summarize(source.text), None)
        except ParseError as error:
            return _unparsable(source, error)

    # -- findings -----------------------------------------------------------------------------

    def _rewriter(self, path: str) -> Rewriter:
        from seedlint.rewrite.rewriter import Rewriter

        if path not in self._rewriters:
            reading = self._readings[path]
            assert reading is not None
            parsed = self._tree(reading.source)
            seed = self._settings_for(Path(path)).seed
            self._rewriters[path] = Rewriter(reading.source.text, parsed.module, parsed.nodes, seed)
        return self._rewriters[path]

    def _tree(self, source: SourceText) -> Parsed:
        try:
            return parse(source.text)
        except ParseError as error:
            raise _NoTreeError(source, error) from error

    def _finding(self, rule: Rule, report: Report, source: SourceText) -> Finding:
        related = tuple(
            Related(self._shown(place.path), self._span(place), message)
            for place, message in report.related
            if self._read(place.path) is not None
        )
        finding = Finding(
            rule.code,
            rule.name,
            report.message,
            rule.severity,
            report.certainty,
            source.filename,
            self._span(report.place),
            tuple(report.streams),
            related,
            None if self._fixes_later else self._fix(report, source),
        )
        if self._fixes_later:
            self._reports.setdefault(finding, (report, source))
        return finding

    def _span(self, place: Place) -> Span:
        """The place of a node. libcst's tree is needed for it only where Python's own doesn't know it."""
        if place not in self._placed:
            if place.path not in self._spans:
                reading = self._read(place.path)
                read = read_by_python(reading.source.text) if reading is not None else None
                self._spans[place.path] = (
                    None if reading is None or read is None else Spans(reading.source.lines, read[1])
                )
            spans = self._spans[place.path]
            span = None if spans is None else spans(place.node)
            self._placed[place] = self._rewriter(place.path).span(place.node) if span is None else span
        return self._placed[place]

    def _fix(self, report: Report, source: SourceText) -> Fix | None:
        """The fix if there is one and it can be made: in a notebook there are places that are no cell's, and rows that
        are no Python."""
        fix = report.fix(self._rewriter(report.place.path)) if report.fix is not None else None
        if fix is None or source.notebook is None or source.notebook.cell_edits(fix.edits) is not None:
            return fix
        return None

    def _shown(self, path: str) -> str:
        reading = self._read(path)
        return path if reading is None else reading.source.filename


def _read(path: str) -> SourceText | None:
    try:
        return read(Path(path))
    except (OSError, SourceError):
        return None


def _written(key: _TraceKey) -> str:
    path, function, target, whole = key
    return f"{path}:{function}:{target}:{'program' if whole else 'module'}"


def _asks_for_keras2(text: str) -> bool:
    # Most texts have none of the words, which is told in a twentieth of the time.
    return any(word in text for word in _LEGACY_KERAS_WORDS) and _LEGACY_KERAS.search(text) is not None


def _say_the_same(one: _Reading | None, other: _Reading | None) -> bool:
    """Tell whether two states of a file have one summary."""
    if one is None or other is None or one.summary is None:
        return False
    return one.summary == other.summary


def _runs_on_keras2(trace: Trace) -> bool:
    """Tell what the program runs on by what it imports, wherever it does so."""
    return "tf_keras" in trace.imported and "keras" not in trace.imported


def _unparsable(source: SourceText, error: ParseError) -> _Reading:
    return _Reading(source, None, error if source.notebook is None else _in_its_cell(error, source.notebook))


def _in_its_cell(error: ParseError, notebook: Notebook) -> ParseError:
    """What is wrong with the first cell that can't be parsed: each is parsed alone when it runs."""
    for cell, first_row, text in notebook.parts():
        try:
            parse(text)
        except ParseError as own:
            position = Position(max(own.position.row + first_row - 1, cell.first_row), own.position.column)
            return ParseError(own.message, position)
    return error


def _on_deep_stack(work: Callable[[], _Result]) -> _Result:
    """Do work on a stack that is deep enough for deeply nested code, which only a thread of our own can have."""
    results: list[_Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - handed on to the thread that waits
            failures.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    sys.setrecursionlimit(_DEEP)
    try:
        thread = threading.Thread(target=run, name="seedlint", daemon=True)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failures:
        raise failures[0]
    return results[0]


class _ProgramModules:
    """The modules of a program that starts in one directory."""

    def __init__(self, linter: Linter, finder: local.ModuleFinder) -> None:
        self._linter = linter
        self._finder = finder

    def locate(self, dotted: str, level: int, importer: str) -> Sequence[Located]:
        return [
            Located(found.path, found.name, found.package) for found in self._finder.locate(dotted, level, importer)
        ]

    def summary(self, path: str) -> ir.Summary | None:
        return self._linter.summary(path)


class _Project:
    """Which files of a project import which, and where its programs start."""

    def __init__(self, linter: Linter, root: Path) -> None:
        self._linter = linter
        self._root = str(root)
        self._importers: defaultdict[str, set[str]] = defaultdict(set)
        self._known: set[str] = set()
        self._entries: dict[tuple[str, bool], list[tuple[str, str]]] = {}
        self._started: dict[tuple[str, bool], Sequence[str]] = {}
        self._commands: defaultdict[str, set[str]] = defaultdict(set)
        for module, function in entry_points(root):
            found = linter.finder(self._root, self._root).locate(module, 0, os.path.join(self._root, ""))
            if found and found[-1].name == module and found[-1].path is not None:
                self._commands[found[-1].path].add(function)
        marked = is_marked(root)
        for path in local.python_files(self._root, packages_only=not marked, most=MOST_PROJECT_FILES):
            self.include(path)
        for path in linter.overridden_in(self._root):
            self.include(path)

    def include(self, path: str) -> None:
        """Take note of what the file at `path` imports, and of what that imports."""
        waiting = [path]
        while waiting:
            importer = waiting.pop()
            if importer in self._known:
                continue
            self._known.add(importer)
            self._entries.clear()
            self._started.clear()
            text = self._linter.text(importer)
            for dotted, level in local.imports_of(text) if text is not None else ():
                for found in self._locate(dotted, level, importer):
                    if found.path is not None and found.path != importer:
                        self._importers[found.path].add(importer)
                        waiting.append(found.path)

    def include_again(self, path: str) -> None:
        """Take note of what the file at `path` imports now, if it is one of the project's."""
        if path in self._known:
            self._known.discard(path)
            for importers in self._importers.values():
                importers.discard(path)
            self.include(path)

    def _locate(self, dotted: str, level: int, importer: str) -> Sequence[local.FoundModule]:
        # A program's own directory comes first on Python's path: so does each importer's here.
        beside = self._linter.finder(self._root, os.path.dirname(importer))
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
        return sorted((single, function) for single in reached for function in self._starts(single, tests=tests))

    def _starts(self, path: str, *, tests: bool) -> Sequence[str]:
        key = (path, tests)
        if key not in self._started:
            commands = self._commands[path]
            is_run = self._is_run(path, tests=tests, otherwise=not commands)
            self._started[key] = ("", *commands) if is_run else tuple(commands)
        return self._started[key]

    def _is_run(self, path: str, *, tests: bool, otherwise: bool) -> bool:
        """Tell whether the file itself is run. `otherwise`: nothing else says how the file is used."""
        if local.is_test(path):
            return tests
        text = self._linter.text(path)
        if text is None:
            return False
        if local.runs_tests(text):
            return tests
        if is_notebook(path) or local.has_main_guard(text) or os.path.basename(path) == "__main__.py":
            return True
        if not otherwise:
            return False
        importers = [single for single in self._importers[path] if not local.is_test(single)]
        return not importers and not local.is_in_package(path, self._root)
