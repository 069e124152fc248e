"""From files to findings: reads them, finds the programs that reach them, and asks the rules."""

from __future__ import annotations

import os
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seedlint.basis import Basis
from seedlint.deep_stack import on_deep_stack
from seedlint.files import Files
from seedlint.finding import Finding, Position, Related, Span
from seedlint.knowledge import load
from seedlint.newest import Newest
from seedlint.program.faults import faults
from seedlint.program.parsing import TOO_DEEP, ParseError, parse
from seedlint.program.spans import span_of
from seedlint.projects import Projects
from seedlint.rules import all_rules
from seedlint.rules.notebook_order import notebook_order
from seedlint.rules.rule import Report, View
from seedlint.rules.syntax_error import syntax_error
from seedlint.rules.unused_suppression import RULE as UNUSED_SUPPRESSION
from seedlint.rules.unused_suppression import unused_suppressions
from seedlint.sources import modules as local
from seedlint.sources.entry_points import entry_points
from seedlint.sources.project import look_afresh
from seedlint.sources.text import SourceText, is_notebook
from seedlint.suppression import apply
from seedlint.traces import Traces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set

    from seedlint.files import Reading
    from seedlint.finding import Fix
    from seedlint.knowledge.model import Target
    from seedlint.program.events import Place, Trace
    from seedlint.program.parsing import Parsed
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import Rule
    from seedlint.settings import Settings
    from seedlint.suppression import Outcome
    from seedlint.traces import Run

    _TraceKey = tuple[str, str, Target, bool]

_MOST_TREES: Final = 4
"""What takes much memory is kept for so many files."""


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
        self._files = Files(overrides or {}, by_libcst=by_libcst)
        self._projects = Projects(self._files)
        self._traces = Traces(self._files, self._projects)
        self._used: dict[str, set[Run]] = {}
        self._by_path: dict[tuple[int, tuple[str, ...], bool], Mapping[str, list[tuple[Rule, Report]]]] = {}
        self._rewriters: dict[str, Rewriter] = Newest(_MOST_TREES)
        self._fixes_later = fixes_later
        self._on_file = on_file
        self._reports: dict[Finding, tuple[Report, SourceText]] = {}
        self._placed: dict[Place, Span] = {}

    def see(self, overrides: Mapping[Path, SourceText]) -> None:
        """See the text of those files that were overridden so far, and of no others, as it is here."""
        before = self._files.overrides
        changed = {str(path): source for path, source in overrides.items() if before[str(path)] != source}
        on_deep_stack(lambda: self._see(changed))

    def _see(self, changed: Mapping[str, SourceText]) -> None:
        self._reports.clear()
        self._placed = {place: span for place, span in self._placed.items() if place.path not in changed}
        for path in changed:
            self._rewriters.pop(path, None)
        if self._files.change(changed):
            self._forget_programs(changed.keys())
        self._projects.include_again(changed)

    def _forget_programs(self, changed: Set[str]) -> None:
        """Forget what the programs do that run one of these files, and what was said of any: that may depend on what
        others do."""
        self._by_path.clear()
        self._traces.forget(changed)

    def check(self, files: Sequence[SourceText], is_outdated: Callable[[], bool] = lambda: False) -> list[Finding]:
        """Return the findings in `files` that no comment suppresses, sorted. OutdatedError as soon as `is_outdated`:
        what was read and traced until then is not lost."""
        self._traces.is_outdated = is_outdated
        return on_deep_stack(lambda: self._check(files))

    def with_fix(self, finding: Finding) -> Finding:
        """Return one of the findings of this linter with its fix."""
        key = finding._replace(fingerprint="")
        if key not in self._reports:
            return finding
        report, source = self._reports[key]
        try:
            return finding._replace(fix=on_deep_stack(lambda: self._fix(report, source)))
        except _NoTreeError:
            return finding  # Python parses the file and libcst doesn't

    def apart(self, files: Sequence[SourceText]) -> list[list[SourceText]]:
        """Return the files in groups such that no program reaches files of two of them."""
        look_afresh()
        for source in files:
            self._projects.of(str(source.path))  # they may be outside, and import one another
        groups: dict[str, list[SourceText]] = {}
        group_of: dict[tuple[str, str], str] = {}
        for source in files:
            path = str(source.path)
            tests = self._settings_for(source.path).tests
            entries = self._projects.of(path).entries_reaching(path, tests=tests)
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
            self._files.sources,
            local.listed(),
            {directory: str(root) for directory, root in self._projects.roots.items()},
            {str(run): sorted(paths) for run, paths in self._traces.ran.items()},
            {path: [str(run) for run in runs] for path, runs in self._used.items()},
        )

    def _check(self, files: Sequence[SourceText]) -> list[Finding]:
        for source in files:
            self._files.overrides[str(source.path)] = source
        local.list_afresh(self._files.overrides)
        look_afresh()
        entry_points.cache_clear()
        while True:
            try:
                return self._all(files)
            except _NoTreeError as unparsable:
                # Python parses it and libcst doesn't: it counts as what it is to libcst.
                source = unparsable.source
                self._files.give_up(source, unparsable.error)
                self._forget_programs({str(source.path)})

    def _all(self, files: Sequence[SourceText]) -> list[Finding]:
        found: list[Finding] = []
        for source in files:
            found += self._found_in(source)
            if self._on_file is not None:
                self._on_file()
        return sorted(found, key=lambda finding: finding.sort_key)

    def _found_in(self, source: SourceText) -> Iterable[Finding]:
        """Return the findings in one file that no comment suppresses, those on the comments among them."""
        self._traces.looked_at = self._used[str(source.path)] = set()
        found, is_whole = self._all_in(source)
        outcome = apply(found, source.text, partial(self._files.starts, str(source.path)))
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
        return self._files.summary(path) is not None and all(
            trace.complete
            for trace in (*self._traces.of_programs_reaching(path, settings), self._traces.of_module(path, settings))
        )

    def _unused_suppressions(self, source: SourceText, outcome: Outcome) -> Sequence[Finding]:
        if not outcome.directives:
            return ()
        settings = self._settings_for(source.path)
        opt_in = {rule.code: rule.opt_in for rule in all_rules()}

        def is_run(code: str) -> bool:
            return settings.rule_enabled(code, source.path, opt_in=opt_in[code])

        if not is_run(UNUSED_SUPPRESSION.code):
            return ()
        found = unused_suppressions(source.filename, source.text, outcome, tuple(opt_in), is_run)
        return apply(found, source.text, partial(self._files.starts, str(source.path))).kept

    def _check_file(self, source: SourceText) -> Iterable[Finding]:
        path = str(source.path)
        settings = self._settings_for(source.path)
        reading = self._files.read(path)
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
            key = (rule.code, self._span(report.place), report.streams if rule.scope != "both" else ())
            # What is certain in one program is certain, whatever others make of it.
            if key not in said or (said[key][1].certainty == "possible" and report.certainty == "certain"):
                said[key] = (rule, report)
        for rule, report in said.values():
            yield self._finding(rule, report, source)

    def _reports_on(self, path: str, rules: Sequence[Rule], settings: Settings) -> Iterable[tuple[Rule, Report]]:
        """Return what `rules` say of a file: in each program that reaches it, and by itself."""
        programs = tuple(self._traces.of_programs_reaching(path, settings))
        for trace in programs:
            yield from self._reports_in(trace, rules, strict=settings.strict).get(path, ())
        trace = self._traces.of_module(path, settings)
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

    # -- findings -----------------------------------------------------------------------------

    def _rewriter(self, path: str) -> Rewriter:
        from seedlint.rewrite.rewriter import Rewriter

        if path not in self._rewriters:
            reading = self._files.read(path)
            assert reading is not None
            parsed = self._tree(reading)
            seed = self._settings_for(Path(path)).seed
            self._rewriters[path] = Rewriter(reading.source.text, parsed, seed)
        return self._rewriters[path]

    def _tree(self, reading: Reading) -> Parsed:
        try:
            return parse(reading.source.text, is_python=reading.outline is not None)
        except ParseError as error:
            raise _NoTreeError(reading.source, error) from error

    def _finding(self, rule: Rule, report: Report, source: SourceText) -> Finding:
        related = tuple(
            Related(self._files.shown(place.path), self._span(place), message)
            for place, message in report.related
            if self._files.read(place.path) is not None
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
            reading, node = self._files.read(place.path), self._files.node(place.path, place.node)
            span = None if reading is None or node is None else span_of(reading.source.lines, *node)
            self._placed[place] = self._rewriter(place.path).span(place.node) if span is None else span
        return self._placed[place]

    def _fix(self, report: Report, source: SourceText) -> Fix | None:
        """The fix if there is one and it can be made: in a notebook there are places that are no cell's, and rows that
        are no Python."""
        fix = report.fix(self._rewriter(report.place.path)) if report.fix is not None else None
        if fix is None or source.notebook is None or source.notebook.cell_edits(fix.edits) is not None:
            return fix
        return None
