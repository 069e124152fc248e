"""`seedlint check`: find, and with `--fix` mend."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NoReturn, TextIO

import click

from seedlint.cli.caching import default_folder, takes_cache_dir
from seedlint.cli.chosen import Chosen, Given, takes_settings
from seedlint.cli.inputs import Inputs, from_paths, from_standard_input
from seedlint.cli.progress import shown_progress
from seedlint.fixes import FixResult
from seedlint.reporting import FINGERPRINTED, FORMATS, render
from seedlint.reporting.report import Report, Sources, repository_root
from seedlint.reporting.terminal import Paint, wants_colour
from seedlint.reporting.words import counted
from seedlint.settings import SettingsError
from seedlint.sources.discovery import PathProblem
from seedlint.sources.stamp import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.baseline import Baselines
    from seedlint.basis import Basis
    from seedlint.finding import Finding
    from seedlint.parallel import Checks
    from seedlint.reporting.terminal import Colour
    from seedlint.settings import SettingsFinder
    from seedlint.sources.text import SourceText

_STANDARD_INPUT: Final = "-"
_COUNTED: Final = ("text", "concise", "json")
"""The output formats that --statistics has."""


class Options(Given):
    """The command line as given."""

    paths: tuple[str, ...]
    fix: bool
    unsafe_fixes: bool
    diff: bool
    chosen: Chosen
    output_format: str
    output_file: str | None
    statistics: bool
    exit_zero: bool
    stdin_filename: str | None
    force_exclude: bool
    quiet: bool
    add_noqa: str | None
    write_baseline: bool
    watch: bool
    no_cache: bool
    cache_dir: str | None
    jobs: int | None

    @property
    def reads_standard_input(self) -> bool:
        """Whether the source comes on standard input."""
        return self.paths == (_STANDARD_INPUT,)


class _Check(click.Command):
    """Reads `--add-noqa[=REASON]`: what follows it is a path, and click would take it for the reason."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        args[:end] = [f"{arg}=" if arg == "--add-noqa" else arg for arg in args[:end]]
        return super().parse_args(ctx, args)


@click.command("check", cls=_Check)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--fix", is_flag=True, help="Apply the safe fixes.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: the unsafe fixes too.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@takes_settings
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True, help="The format.")
@click.option(
    "--output-file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write the report here.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--stdin-filename", type=click.Path(), metavar="FILE", help="The name of what is read from `-`.")
@click.option("--add-noqa", metavar="[=REASON]", help="Add `# noqa` to the line of each finding.")
@click.option("--write-baseline", is_flag=True, help="Put what is found into the baseline; take out what is mended.")
@click.option("--force-exclude", is_flag=True, help="Pass over what the settings exclude, though it is named.")
@click.option("--watch", is_flag=True, help="Check again whenever something changes, until Ctrl-C.")
@click.option("--no-cache", is_flag=True, help="Look at everything afresh, and remember nothing.")
@takes_cache_dir
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Use at most so many processes.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only.")
def command(**given: Any) -> int:
    """Check Python files and notebooks for what keeps a run from repeating.

    PATHS are files and directories; `-` reads standard input, and nothing means the current directory.
    The code is read, never run.

    Exit status: 0 if nothing is found (or all is fixed), 1 if findings are left, 2 if something could
    not be read, written or understood.
    """
    options = Options(**given)
    _refuse_contradictions(options)
    try:
        return _watch(options) if options.watch else _run(options)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _refuse_contradictions(options: Options) -> None:
    if _STANDARD_INPUT in options.paths and not options.reads_standard_input:
        raise click.UsageError("`-` can't be checked together with other paths")
    if options.stdin_filename and not options.reads_standard_input:
        raise click.UsageError("--stdin-filename names what is read from `-`, which is missing")
    if options.statistics and options.output_format not in _COUNTED:
        raise click.UsageError(f"--statistics has no format {options.output_format}; it has {', '.join(_COUNTED)}")
    if "" in options.paths:
        # It would mean the current directory, which an unset variable in a script hardly does.
        raise click.UsageError("a path is empty")
    if options.add_noqa is not None:
        if options.fix or options.diff or options.reads_standard_input:
            raise click.UsageError("--add-noqa changes files, by itself: leave out --fix, --diff and `-`")
        from seedlint.fixes.noqa import is_reason

        if not is_reason(options.add_noqa):
            raise click.BadParameter("in a comment it would not be read as a reason", param_hint="'--add-noqa'")
    changes = options.fix or options.diff or options.add_noqa is not None
    if options.write_baseline and (changes or options.reads_standard_input):
        raise click.UsageError("--write-baseline takes files as they are: leave out --fix, --diff, --add-noqa and `-`")
    if options.watch and (options.write_baseline or options.add_noqa is not None or options.reads_standard_input):
        raise click.UsageError("--watch checks files again: leave out --write-baseline, --add-noqa and `-`")


def _watch(options: Options) -> NoReturn:
    """Check again and again, until interrupted. SettingsError if the settings can't be understood."""
    from seedlint.cli.watch import places_of, watch

    files = [file for file in (options.chosen.config, options.chosen.baseline) if file]
    watch(
        lambda: _run(options),
        lambda: places_of(options.paths or (".",), options.chosen.finder(), files),
        quiet=options.quiet,
    )


def _run(options: Options) -> int:
    """Check, fix, report; the exit status. SettingsError if the settings can't be understood, BaselineError if a
    baseline can't."""
    settings = options.chosen.finder()
    inputs = _inputs(options, settings)
    baselines = _baselines(options, settings, inputs)
    with ExitStack() as until:
        result = _result(options, settings, inputs, baselines, until)
    if options.write_baseline and baselines is not None:
        from seedlint.cli.baselines import write_baselines

        write_baselines(baselines, inputs, quiet=options.quiet)
        is_found = False
    else:
        is_found = _show(options, inputs, result)
        if baselines is not None and not options.quiet:
            from seedlint.cli.baselines import show_mended

            show_mended(baselines)
    for problem in inputs.problems:
        click.echo(f"error: {problem.filename}: {problem.message}", err=True)
    for failure in result.failures:
        click.echo(f"error: a fault of seedlint itself, please report it: {failure}", err=True)
    if inputs.problems or result.failures:
        return 2
    return int(is_found and not options.exit_zero)


def _processors() -> int:
    """Return how many processors there are for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _warn(message: str) -> None:
    click.echo(f"warning: {message}", err=True)


def _inputs(options: Options, settings: SettingsFinder) -> Inputs:
    """What is to be checked."""
    if options.reads_standard_input:
        name = options.stdin_filename or _STANDARD_INPUT
        return from_standard_input(name, settings, force_exclude=options.force_exclude)
    return from_paths(options.paths or (".",), settings, force_exclude=options.force_exclude)


def _baselines(options: Options, settings: SettingsFinder, inputs: Inputs) -> Baselines | None:
    """What keeps known findings from being reported, if there is such a thing."""
    paths = (*(file.real for file in inputs.files), *(text.path for text in inputs.texts))
    directories = {os.path.dirname(path) for path in paths}
    if not (options.write_baseline or any(settings.in_directory(each).baseline for each in directories)):
        return None
    from seedlint.baseline import Baselines
    from seedlint.rules import all_rules

    baselines = Baselines(settings, {rule.code: rule.opt_in for rule in all_rules()}, is_made=options.write_baseline)
    inputs.read()
    inputs.undecodable = baselines.new(inputs.undecodable, ())
    return baselines


def _result(
    options: Options, settings: SettingsFinder, inputs: Inputs, baselines: Baselines | None, until: ExitStack
) -> FixResult:
    """What is found, and what becomes of the files. The processes that are started for that end with `until`."""

    @cache
    def checks() -> Checks:
        from seedlint.parallel import Checks  # it imports all that reads code

        return until.enter_context(Checks(settings, options.jobs or _processors()))

    def afresh(texts: Sequence[SourceText]) -> tuple[list[Finding], list[Basis]]:
        if not texts:
            return [], []
        from seedlint.skimming import skim  # what is known needs neither

        if rests_on := skim(texts, settings):
            return [], [rests_on]
        try:
            with shown_progress(len(texts)) as progress:
                return checks().check(texts, progress)
        except ChildProcessError as error:
            message = "a process that checked files was ended, maybe for lack of memory; --jobs 1 takes less"
            raise click.ClickException(message) from error

    def on_disk() -> list[Finding]:
        if options.no_cache or options.reads_standard_input:
            return afresh(inputs.read())[0]
        from seedlint.cache import Cache

        known = Cache(options.cache_dir or default_folder(), _warn)
        found = known.check(inputs.files, settings, lambda files: afresh(inputs.read(files)))
        # What is shown of a file has to be that in which this was found.
        names = {finding.filename for finding in found}
        shown = [file for file in inputs.files if file.name in names]
        inputs.read(shown)
        is_as_found = all(stamp(file.real) == file.stamp for file in shown)
        return found if is_as_found else afresh(inputs.read())[0]

    def check(texts: Sequence[SourceText]) -> list[Finding]:
        is_on_disk = {id(text) for text in inputs.texts}.issuperset(map(id, texts))
        found = on_disk() if is_on_disk else afresh(texts)[0]
        return found if baselines is None else baselines.new(found, texts)

    if options.add_noqa is not None:
        from seedlint.fixes.noqa import suppress

        return suppress(check, inputs.read(), options.add_noqa)
    if options.fix or options.diff:
        from seedlint.fixes.loop import fix_until_stable

        return fix_until_stable(check, inputs.read(), unsafe=options.unsafe_fixes)
    return FixResult((), tuple(on_disk() if baselines is None else check(inputs.read())), {}, ())


def _show(options: Options, inputs: Inputs, result: FixResult) -> bool:
    """Write what has changed and show what is left, or would change; whether that is anything."""
    if options.diff:
        return _show_diff(options, inputs, result)
    if options.add_noqa is None:
        return _show_report(options, inputs, result, fixed=_write(options, inputs, result) if options.fix else 0)
    count = _write(options, inputs, result)
    is_found = _show_report(options, inputs, result)
    if not options.quiet:
        click.echo(f"Added `# noqa` for {counted(count, 'finding')}.", err=True)
    return is_found


def _changed(inputs: Inputs, result: FixResult) -> list[tuple[SourceText, SourceText]]:
    """The files that fixes change, each before and after."""
    pairs = zip(inputs.read(), result.sources, strict=True)
    return [(before, after) for before, after in pairs if before.text != after.text]


def _show_diff(options: Options, inputs: Inputs, result: FixResult) -> bool:
    """Print what `--fix` would change; whether that is anything."""
    from seedlint.fixes.diff import source_diff

    changed = _changed(inputs, result)
    paint = _paint(options, sys.stdout)
    output = bytearray()
    for before, after in changed:
        for line in source_diff(before, after):
            # In the file's own encoding, so that `patch` can apply it; on a terminal, in the terminal's.
            encoding = "utf-8" if paint.on else before.encoding
            output += paint(line, *_diff_colours(line)).encode(encoding, "backslashreplace")
    _emit(options, bytes(output), paint)
    if not options.quiet:
        count = sum(sum(codes.values()) for codes in result.fixed.values())
        click.echo(f"Would fix {counted(count, 'finding')} in {counted(len(changed), 'file')}.", err=True)
    return bool(changed)


def _diff_colours(line: str) -> tuple[Colour, ...]:
    if line.startswith(("---", "+++")):
        return ("bold",)
    colours: dict[str, Colour] = {"-": "red", "+": "green", "@": "cyan"}
    return (colours[line[0]],) if line[0] in colours else ()


def _write(options: Options, inputs: Inputs, result: FixResult) -> int:
    """Write the fixed files, standard input's text to standard output; how many findings are gone by it.
    A file that can't be written becomes a problem."""
    from seedlint.fixes.write import WriteError, write_source

    gone = dict(result.fixed)
    if options.reads_standard_input:
        fixed = [source.encode() for source in result.sources]
        click.echo(b"".join(fixed or [inputs.standard_input]), nl=False)
    else:
        for before, after in _changed(inputs, result):
            try:
                write_source(before, after)
            except WriteError as error:
                gone.pop(before.filename, None)
                inputs.problems.append(PathProblem(before.filename, f"not changed: {error}"))
    return sum(sum(codes.values()) for codes in gone.values())


def _show_report(options: Options, inputs: Inputs, result: FixResult, fixed: int = 0) -> bool:
    """Print the findings that are left; whether there are any."""
    found = sorted((*result.findings, *inputs.undecodable), key=lambda finding: finding.sort_key)
    sources = Sources(result.sources or inputs.texts)
    if options.output_format in FINGERPRINTED:
        from seedlint.fingerprint import fingerprinted

        found = fingerprinted(found, sources.texts({finding.filename for finding in found}))
    findings = [sources.in_cell(finding) for finding in found]
    # Standard output may hold the fixed source.
    stream = sys.stderr if options.reads_standard_input and options.fix else sys.stdout
    paint = _paint(options, stream)
    report = Report(
        findings,
        sources,
        fixed=fixed,
        unsafe=options.unsafe_fixes,
        closing=not options.quiet and not (inputs.is_empty and not findings),
        paint=paint,
        width=_width() if findings else 0,
        root=repository_root(os.getcwd()),
    )
    if options.statistics:
        from seedlint.reporting import statistics

        text = statistics.render(report, as_json=options.output_format == "json")
    else:
        text = render(report, options.output_format)
    _emit(options, text, paint, to_stderr=stream is sys.stderr)
    if inputs.is_empty and not (findings or inputs.problems or options.quiet):
        click.echo("warning: no Python files were found here", err=True)
    return bool(findings)


def _width() -> int:
    """Return how wide the terminal is."""
    import shutil  # it knows all that archives may be packed with

    return shutil.get_terminal_size((100, 24)).columns


def _paint(options: Options, stream: TextIO) -> Paint:
    return Paint(not options.output_file and wants_colour(os.environ, is_terminal=stream.isatty()))


def _emit(options: Options, output: str | bytes, paint: Paint, *, to_stderr: bool = False) -> None:
    """Print the output, or write it to the file that is asked for."""
    if options.output_file is None:
        click.echo(output, nl=False, err=to_stderr, color=paint.on)
        return
    data = output.encode(errors="backslashreplace") if isinstance(output, str) else output
    try:
        with open(options.output_file, "wb") as file:
            file.write(data)
    except OSError as error:
        raise click.ClickException(f"{options.output_file}: {error.strerror}") from error
