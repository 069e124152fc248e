"""From files to findings: reads them, finds the programs that reach them, and asks the rules."""

from __future__ import annotations

import os
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from seedlint.basis import Basis
from seedlint.claims import Claim, strongest
from seedlint.deep_stack import on_deep_stack
from seedlint.files import Files
from seedlint.finding import Finding, Position, Related, Span
from seedlint.knowledge import load
from seedlint.newest import Newest
from seedlint.program.faults import faults
from seedlint.program.parsing import TOO_DEEP, ParseError, parse, parse_lazily
from seedlint.program.reader import first_beside
from seedlint.projects import Projects
from seedlint.rules import all_rules, rules_on_any_program
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
from seedlint.traces import Run, Traces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence, Set

    from seedlint.finding import Fix
    from seedlint.program.events import Place
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import Rule
    from seedlint.settings import Settings
    from seedlint.suppression import Outcome
    from seedlint.traces import Program

_MOST_TREES: Final = 4
"""What takes much memory is kept for so many files."""


class Linter:
    """Finds what keeps programs from repeating. One object sees one state of the files on the disk. What it has found
    in a file it remembers until something has changed that this rests on."""

    def __init__(
        self,
        settings_for: Callable[[str], Settings],
        overrides: Mapping[str, SourceText] | None = None,
        *,
        fixes_later: bool = False,
        by_libcst: bool = False,
    ) -> None:
        """`settings_for` gives the settings of a file, `overrides` the text of files that are to be seen
        otherwise than they are on the disk, or that it doesn't have yet, by absolute path. With `fixes_later`
        findings come without what costs more than all else, their fixes: `with_fix` adds it. `by_libcst`: libcst
        parses all that is read, not only what is mended, which changes no finding where it can."""
        self._settings_for = settings_for
        self._files = Files(overrides or {}, by_libcst=by_libcst)
        self._chosen: dict[tuple[str, bool], Mapping[str, Rule]] = {}
        self._rewriters: dict[str, Rewriter] = Newest(_MOST_TREES)
        self._fixes_later = fixes_later
        self._placed: dict[Place, Span] = {}
        self._find_anew()

    def _find_anew(self) -> None:
        """Forget all but what the files say."""
        self._projects = Projects(self._files)
        self._traces = Traces(self._files, self._projects)
        self._used: dict[str, set[Run]] = {}
        self._found: dict[str, list[Finding]] = {}
        self._by_path: dict[tuple[Run, tuple[str, ...], bool], Mapping[str, list[tuple[Rule, Report]]]] = {}
        self._reports: dict[Finding, tuple[Report, SourceText]] = {}

    def see(self, overrides: Mapping[str, SourceText]) -> Set[str]:
        """See the text of those files that were overridden so far, and of no others, as it is here. Return the files,
        of those that were checked, in which something else may be found now."""
        return on_deep_stack(lambda: self._see(overrides))

    def _see(self, texts: Mapping[str, SourceText]) -> Set[str]:
        changed = self._files.override(texts)
        outdated = self._resting_on(changed.keys())
        self._placed = {place: span for place, span in self._placed.items() if place.path not in changed}
        if changed:
            self._rewriters.clear()  # each knows which seeds it has given away
        if self._files.change(changed):
            self._forget_programs(changed.keys())
        if self._projects.include_again(changed):
            outdated = {*self._used}
        for path in outdated:
            self._used.pop(path)
            self._found.pop(path, None)
        self._reports = {finding: known for finding, known in self._reports.items() if known[1].path not in outdated}
        return outdated

    def _resting_on(self, changed: Set[str]) -> Set[str]:
        """Return the checked files whose findings rest on one of these files: on what it does in a run, or where it
        does that."""
        others = self._traces.ran.keys() - self._traces.running(changed)
        return {path for path, used in self._used.items() if path in changed or not used <= others}

    def _forget_programs(self, changed: Set[str]) -> None:
        """Forget what the programs do that run one of these files, and what was said of any: that may depend on what
        others do."""
        self._by_path.clear()
        self._traces.forget(changed)

    def check(
        self,
        files: Sequence[SourceText],
        is_outdated: Callable[[], bool] = lambda: False,
        on_file: Callable[[], None] = lambda: None,
    ) -> list[Finding]:
        """Return the findings in `files`, as they are here, that no comment suppresses, sorted. OutdatedError as soon
        as `is_outdated`: what was read, traced and found until then is not lost. `on_file` is called whenever a file is
        done."""
        return on_deep_stack(lambda: self._check(files, is_outdated, on_file))

    def with_fix(self, finding: Finding) -> Finding:
        """Return one of the findings of this linter with its fix."""
        key = finding._replace(fingerprint="")
        if key not in self._reports:
            return finding
        report, source = self._reports[key]
        return finding._replace(fix=on_deep_stack(lambda: self._fix(report, source)))

    def basis(self) -> Basis:
        """Return what the findings of this linter rest on."""
        return Basis(
            self._files.sources,
            local.listed(),
            self._projects.roots,
            {str(run): sorted(paths) for run, paths in self._traces.ran.items()},
            {path: [str(run) for run in runs] for path, runs in self._used.items()},
        )

    def _check(
        self, files: Sequence[SourceText], is_outdated: Callable[[], bool], on_file: Callable[[], None]
    ) -> list[Finding]:
        self._begin(files)
        self._traces.is_outdated = is_outdated
        found: list[Finding] = []
        for source in files:
            path = source.path
            if path not in self._found:
                self._found[path] = [self._finished(claim, source) for claim in self._kept(source)]
            found += self._found[path]
            on_file()
        return sorted(found, key=lambda finding: finding.sort_key)

    def _begin(self, files: Sequence[SourceText]) -> None:
        texts = {source.path: source for source in files}
        if not texts.keys() <= self._files.overrides.keys():
            self._find_anew()  # there may be programs that reach the other files, or what those import
        self._see(texts)
        local.list_afresh(self._files.overrides)
        look_afresh()
        entry_points.cache_clear()

    def _kept(self, source: SourceText) -> list[Claim]:
        """Return what is to be said of one file, and no comment suppresses, and what of those comments. That it is
        nested deeper than this Python can follow is something, too."""
        self._traces.looked_at = self._used[source.path] = set()
        try:
            claims, is_whole = self._claims_on(source), True
        except RecursionError:
            enabled = self._settings_for(source.path).rule_enabled("SEED001", source.path)
            too_deep = syntax_error(source.filename, TOO_DEEP, Position(1, 1))
            claims, is_whole = [Claim(too_deep)] if enabled else [], False
        by_finding = {claim.finding: claim for claim in claims}
        outcome = apply(by_finding, source.text, partial(self._files.starts, source.path))
        unused = self._unused_suppressions(source, outcome) if is_whole else ()
        return [*map(by_finding.__getitem__, outcome.kept), *map(Claim, unused)]

    def _is_followed(self, path: str) -> bool:
        """Tell whether all that the file does in the programs that reach it has been traced."""
        settings = self._settings_for(path)
        return (
            self._files.summary(path) is not None
            and all(program.digest.complete for program in self._traces.programs_reaching(path, settings))
            and self._traces.of_module(path, settings).complete
        )

    def _unused_suppressions(self, source: SourceText, outcome: Outcome) -> Sequence[Finding]:
        if not outcome.directives:
            return ()
        settings = self._settings_for(source.path)
        opt_in = {rule.code: rule.opt_in for rule in all_rules()}

        def is_run(code: str) -> bool:
            return settings.rule_enabled(code, source.path, opt_in=opt_in[code])

        if not is_run(UNUSED_SUPPRESSION.code) or not self._is_followed(source.path):
            return ()
        found = unused_suppressions(source.filename, source.text, outcome, tuple(opt_in), is_run)
        return apply(found, source.text, partial(self._files.starts, source.path)).kept

    def _claims_on(self, source: SourceText) -> list[Claim]:
        path = source.path
        settings = self._settings_for(source.path)
        reading = self._files.read(path)
        found: list[Finding] = []
        if source.notebook is not None and settings.rule_enabled("SEED110", source.path):
            found += notebook_order(source.filename, source.notebook)
        if reading is None or reading.summary is None:
            if reading is not None and reading.error is not None and settings.rule_enabled("SEED001", source.path):
                found.append(syntax_error(source.filename, reading.error.message, reading.error.position))
            return [*map(Claim, found)]
        return [*map(Claim, found), *strongest([*self._claims_by_rules(path)])]

    def _rules(self, path: str, *, uses_tensorflow: bool) -> Mapping[str, Rule]:
        """Return the rules for a file by their codes, as far as they may find something in a trace."""
        key = path, uses_tensorflow
        if key not in self._chosen:
            settings = self._settings_for(path)
            rules = all_rules() if uses_tensorflow else rules_on_any_program()
            chosen = (rule for rule in rules if settings.rule_enabled(rule.code, path, opt_in=rule.opt_in))
            self._chosen[key] = {rule.code: rule for rule in chosen}
        return self._chosen[key]

    def _claims_by_rules(self, path: str) -> Iterator[Claim]:
        """Return what the rules say of a file: in each program that reaches it, and by itself."""
        settings = self._settings_for(path)
        programs = tuple(self._traces.programs_reaching(path, settings))
        for program in programs:
            yield from self._claims_in(program, path)
        trace = self._traces.of_module(path, settings)
        is_library = not (local.is_test(path) or is_notebook(path))
        package = local.package_name(os.path.dirname(path)) if is_library else ""
        digests = tuple(program.digest for program in programs)
        view = View(trace, load(trace.target), settings.strict, (), programs=digests, package=package)
        for rule in self._rules(path, uses_tensorflow=trace.uses_tensorflow).values():
            # A program's trace says what the streams hold; a module's own, what each call in it means.
            for report in rule.reports(view) if rule.scope != "program" or settings.strict else ():
                if report.place.path == path:
                    yield self._claim(rule, report, Run(path, "", trace.target, whole=False))

    def _claims_in(self, program: Program, path: str) -> Sequence[Claim]:
        """Return what the rules say of a file in a program. They look at it once for all files that it reaches."""
        settings = self._settings_for(path)
        rules = self._rules(path, uses_tensorflow=program.digest.uses_tensorflow)
        key = (program.run, tuple(rules), settings.strict)
        idle = self._traces.idle_seeders(program, settings)  # by what other programs do: each file depends on them
        if key not in self._by_path:
            by_path: defaultdict[str, list[tuple[Rule, Report]]] = defaultdict(list)
            trace = self._traces.of_program(program, settings)
            view = View(trace, load(trace.target), settings.strict, tuple(faults(trace)), idle)
            for rule in rules.values():
                for report in rule.reports(view) if rule.scope != "module" else ():
                    by_path[report.place.path].append((rule, report))
            self._by_path[key] = by_path
        return [self._claim(rule, report, program.run) for rule, report in self._by_path[key].get(path, ())]

    # -- findings -----------------------------------------------------------------------------

    def _rewriter(self, path: str) -> Rewriter:
        from seedlint.rewrite.rewriter import Rewriter

        if path not in self._rewriters:
            reading = self._files.read(path)
            assert reading is not None
            text, outline = reading.source.text, reading.outline
            part = partial(self._files.part, path)
            parsed = parse(text) if outline is None else parse_lazily(text, outline, part)
            self._rewriters[path] = Rewriter(text, parsed, self._settings_for(path).seed)
        return self._rewriters[path]

    def _claim(self, rule: Rule, report: Report, run: Run) -> Claim:
        finding = Finding(
            rule.code,
            rule.name,
            report.message,
            rule.severity,
            report.certainty,
            self._files.shown(report.place.path),
            self._span(report.place),
            tuple(report.streams),
        )
        return Claim(finding, run, report)

    def _finished(self, claim: Claim, source: SourceText) -> Finding:
        """Return the finding with what is known of it here."""
        report = claim.report
        if report is None:
            return claim.finding
        related = tuple(
            Related(self._files.shown(place.path), self._span(place), message)
            for place, message in report.related
            if self._files.read(place.path) is not None
        )
        finding = claim.finding._replace(related=related, fix=None if self._fixes_later else self._fix(report, source))
        if self._fixes_later:
            self._reports.setdefault(finding, (report, source))
        return finding

    def _span(self, place: Place) -> Span:
        """The place of a node as Python has it, or else libcst; where that can't parse it, of what it stands in."""
        if place not in self._placed:
            span = self._span_by_python(place.path, place.node)
            if span is None:
                try:
                    span = self._rewriter(place.path).span(place.node)
                except (ParseError, RecursionError):
                    span = self._span_by_python(place.path, first_beside(place.node))
                    if span is None:
                        raise
            self._placed[place] = span
        return self._placed[place]

    def _span_by_python(self, path: str, number: int) -> Span | None:
        reading, node = self._files.read(path), self._files.node(path, number)
        if reading is None or node is None:
            return None
        from seedlint.program.spans import span_of  # in most files nothing is found

        return span_of(reading.source.lines, *node)

    def _fix(self, report: Report, source: SourceText) -> Fix | None:
        """The fix if there is one and it can be made: there is Python that libcst can't parse, and in a notebook there
        are places that are no cell's, and rows that are no Python."""
        if report.fix is None:
            return None
        try:
            rewriter = self._rewriter(report.place.path)
            if self._fixes_later:
                rewriter.forget_fixes()  # each is asked for by itself, and maybe time and again
            fix = report.fix(rewriter)
        except (ParseError, RecursionError):
            return None
        if fix is None or source.notebook is None or source.notebook.cell_edits(fix.edits) is not None:
            return fix
        return None
