"""`verify` as a whole: run, compare, attribute, report."""

from __future__ import annotations

import os
import re
import shlex
import signal
from concurrent.futures import as_completed, wait
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seedlint import __version__
from seedlint.runtime import runner
from seedlint.runtime import too_little as randomness
from seedlint.runtime.attribute import Attribution, attribute
from seedlint.runtime.cells import in_cells
from seedlint.runtime.cluster import cluster_crew
from seedlint.runtime.compare import Comparison, compare, digests
from seedlint.runtime.crew import CrewError, local_crew
from seedlint.runtime.evidence import files
from seedlint.runtime.families import FAMILIES
from seedlint.runtime.output import MOST_COMPARED, MOST_LINES
from seedlint.runtime.recording import Loaded, Problem, RecordingError
from seedlint.runtime.repeats import Repeats
from seedlint.runtime.result import Cause, Divergence, FixTrial, Place, RunSummary, TooLittle, VerifyResult, bound
from seedlint.runtime.spec import Command, RunSpec
from seedlint.runtime.study import metrics
from seedlint.runtime.timeline import shown_name_of, timeline
from seedlint.runtime.try_fix import try_fix
from seedlint.sources.text import SourceError, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from seedlint.runtime.crew import Crew
    from seedlint.runtime.record import RunRecord
    from seedlint.sources.notebook import Notebook

    Run = Future[RunRecord]
    Bar = Callable[[Iterable[Run], int, str], AbstractContextManager[Iterable[Run]]]
    """Shows how far a number of runs has come, as they are taken from the iterable; with what they are."""

_OF_SHELL: Final = "name '_' is not defined"
"""A name stands in a notebook's program for what can't be known without IPython (`sources/magics.py`)."""
_PATIENCE: Final = 30
"""Seconds to wait for runs that were ended."""
_HELD: Final = (
    runner.HASH_SEED, "TF_DETERMINISTIC_OPS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS",
)  # fmt: skip
"""Variables of the environment that keep runs from varying."""
_FROM_OUTSIDE: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
"""Signals of which a program can't say why they came."""
_NEWS: Final = re.compile(r"[IW]\d{4} ")
"""How a line of TensorFlow's log begins that tells of no error."""
_LAST_LINES: Final = 2
_LONGEST_LINE: Final = 300
_INSTALL_RUNTIME: Final = 'install what it needs: pip install "seedlint[runtime]"'


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for. `repeats` is how many runs the study has, or None for no study; with `vary_seed` they
    have other seeds, and the `runs` with the program's own stand beside them."""

    command: Command
    runs: int = 3
    repeats: int | None = None
    vary_seed: bool = False
    timeout: float | None = None
    attribution: bool = True
    try_fix: bool = False
    stdin: Path | None = None
    jobs: int = 2
    executor: str | None = None

    @property
    def same_seed_runs(self) -> int:
        """How many runs of the program as it is are asked for."""
        return self.runs if self.repeats is None or self.vary_seed else max(self.runs, self.repeats)


class VerifyError(Exception):
    """The command can't do its work; the text says why and what to do."""


def verify(options: Options, say: Callable[[str], None], bar: Bar) -> VerifyResult:
    """Run the program, compare the runs and name the causes. `say` is told what happens, `bar` how far the runs of a
    study have come. An interrupted `verify` tells what it has found until then. VerifyError if nothing can be told."""
    if options.repeats is not None and find_spec("scipy") is None:
        raise VerifyError("the intervals of --repeats take SciPy: pip install scipy")
    spec, notebook = _begin(options)
    try:
        with _crew(options, spec) as crew:
            result = _carried_out(_Progress(options, spec, notebook, crew, say, bar))
            result = replace(
                result,
                environment={"seedlint": __version__, **crew.machines, **result.environment},
                not_varied=[crew.about, *result.not_varied],
            )
    except CrewError as error:
        raise VerifyError(str(error)) from error
    return in_cells(result, notebook, shown_name_of(spec.command.target)) if notebook is not None else result


def _begin(options: Options) -> tuple[RunSpec, Notebook | None]:
    """What is to be run; a notebook where it lies, as Jupyter does."""
    command = options.command
    if command.kind != "notebook":
        return RunSpec(command, os.getcwd(), timeout=options.timeout), None
    path = Path(command.target)
    try:
        source = read(path)
    except (OSError, SourceError) as error:
        raise VerifyError(f"{command.target}: {error}") from error
    command = replace(command, target=str(path.absolute()))
    texts = ((source.path, source.text),)
    return RunSpec(command, str(path.absolute().parent), timeout=options.timeout, texts=texts), source.notebook


def _crew(options: Options, spec: RunSpec) -> AbstractContextManager[Crew]:
    if options.executor is None:
        return local_crew(options.jobs, options.stdin)
    return cluster_crew(options.executor, spec, options.stdin)


def _carried_out(progress: _Progress) -> VerifyResult:
    try:
        return progress.result()
    except (KeyboardInterrupt, runner.InterruptedRunError):
        return progress.interrupted()
    except CrewError as error:
        raise CrewError(f"{error}{progress.state}") from error


class _Progress:
    """One `verify`: what it has run until now."""

    def __init__(
        self, options: Options, spec: RunSpec, notebook: Notebook | None, crew: Crew, say: Callable[[str], None],
        bar: Bar,
    ) -> None:  # fmt: skip
        self._options = options
        self._crew = crew
        self._say = say
        self._bar = bar
        self._spec = spec
        self._failure = partial(failure, notebook=notebook)
        self._runs: list[RunRecord] = []
        self._repeats: Repeats | None = None
        if options.repeats is not None:
            shifted = options.repeats if options.vary_seed else 0
            self._repeats = Repeats(spec, options.stdin, options.same_seed_runs, shifted, self._failure, say)

    def result(self) -> VerifyResult:
        """Run, compare, attribute, repeat."""
        found = self._verdict()
        if self._repeats is None or all(run.failed for run in self._runs):
            return found
        self._launch(self._repeats.missing_others(), [], "runs with other seeds")
        self._repeats.is_complete()
        if found.verdict == "repeats" and self._options.vary_seed:
            others = self._repeats.others
            whatever = self._same_whatever_seed(lambda: others)
            found = replace(found, too_little_randomness=[*found.too_little_randomness, *whatever])
        return replace(found, study=self._repeats.study())

    def interrupted(self) -> VerifyResult:
        """What was found until now."""
        runs = self._runs if self._repeats is None else self._repeats.same
        found = _result(self._options, runs, None, error=f"interrupted{self.state}")
        return found if self._repeats is None else replace(found, study=self._repeats.study())

    @property
    def state(self) -> str:
        """What is kept of a study, as the end of a sentence."""
        return f"; {self._repeats.state}" if self._repeats is not None else ""

    def _verdict(self) -> VerifyResult:
        options, spec = self._options, self._spec
        if self._repeats is None:
            self._say(f"{options.runs} runs as they are")
        else:
            self._runs += self._repeats.same
        self._launch([spec] * (options.same_seed_runs - len(self._runs)), self._runs, "runs as they are")
        failed = next((run for run in self._runs if run.failed or not run.recording.is_whole), None)
        if failed is not None:
            return _result(options, self._runs, None, error=self._failure(failed))
        comparison = compare(self._runs)
        if not comparison.differs:
            return _result(options, self._runs, comparison, too_little=self._too_little())
        found = attribute(spec, self._runs, comparison, self._arms) if options.attribution else None
        trial = try_fix(self._runs, self._fixed) if options.try_fix else None
        return _result(options, self._runs, comparison, found, fix_trial=trial)

    def _fixed(self, specs: Sequence[RunSpec]) -> Sequence[RunRecord]:
        self._say(f"{len(specs)} with the fix")
        records: list[RunRecord] = []
        self._launch(specs, records)
        return records

    def _arms(self, specs: Sequence[RunSpec]) -> Sequence[RunRecord]:
        for single in dict.fromkeys(specs):
            left_out = ", ".join(family for family in FAMILIES if family not in single.frozen)
            self._say(f"{specs.count(single)} with {left_out or 'nothing'} left to vary")
        records: list[RunRecord] = []
        self._launch(specs, records)
        return records

    def _launch(self, specs: Sequence[RunSpec], records: list[RunRecord], repeated: str = "") -> None:
        """Carry out the runs, several at once, and add what they come to. Those of the study have a name for what is
        repeated."""
        futures = [self._crew.start(spec) for spec in specs]
        of_study = self._repeats if repeated else None
        shown: AbstractContextManager[Iterable[Run]] = nullcontext(as_completed(futures))
        if of_study is not None and futures:
            shown = self._bar(as_completed(futures), len(futures), repeated)
        try:
            with shown as runs:
                for run in runs:
                    record = self._record(run)
                    if of_study is not None:
                        of_study.add(record)
        except BaseException:
            self._crew.stop()
            wait(futures, _PATIENCE)
            ended = [future for future in futures if future.done() and not future.cancelled()]
            records += [future.result() for future in ended if future.exception() is None]
            raise
        finally:
            self._crew.tidy()
        records += [future.result() for future in futures]

    def _record(self, run: Run) -> RunRecord:
        try:
            return self._crew.result(run)
        except RecordingError as error:
            raise VerifyError(f"the recording of a run {error}") from error
        except OSError as error:  # such as no room for temporary files
            raise VerifyError(f"a run can't be carried out: {error}") from error

    def _too_little(self) -> list[TooLittle]:
        """What repeats where it should not; a study with other seeds tells later whether they make a difference."""
        found = randomness.too_little(self._runs[0].recording)
        return found if self._options.vary_seed else [*found, *self._same_whatever_seed(self._with_another_seed)]

    def _with_another_seed(self) -> list[RunRecord]:
        self._say("1 with another seed")
        shifted: list[RunRecord] = []
        self._launch([replace(self._runs[0].spec, seed_shift=1)], shifted)
        return shifted

    def _same_whatever_seed(self, others: Callable[[], Sequence[RunRecord]]) -> list[TooLittle]:
        """That `others`, with other seeds, come to the same, where they do. They are asked for if the program seeds
        what it draws and has results that could differ."""
        run = self._runs[0]
        found = randomness.same_whatever_seed(run.recording)
        if found is None or not (len(digests(run)) > 1 or run.output.numbers):
            return []
        shifted = others()
        return [] if any(other.failed for other in shifted) or compare([run, *shifted]).differs else [found]


def _result(
    options: Options, runs: Sequence[RunRecord], comparison: Comparison | None, found: Attribution | None = None,
    *, error: str = "", too_little: Sequence[TooLittle] = (), fix_trial: FixTrial | None = None,
) -> VerifyResult:  # fmt: skip
    if comparison is None:
        comparison = compare(runs) if runs else Comparison((), None)
    found = found or Attribution()
    causes = _causes(options, runs, found) if found.causes else []
    events, parting = timeline([run.recording for run in runs], found.causes)
    divergence = _placed(comparison.divergence, causes)
    return VerifyResult(
        verdict="error" if error else "differs" if comparison.differs else "repeats",
        script=" ".join(options.command.shown()[: 2 if options.command.kind == "module" else 1]),
        runs=len(runs),
        environment={event.module: event.version for run in runs[:1] for event in run.recording.of(Loaded)},
        stages=comparison.stages,
        first_divergence=divergence,
        causes=causes,
        not_causes=found.not_causes,
        not_applicable=found.not_applicable,
        too_little_randomness=too_little or (randomness.too_little(runs[0].recording) if runs else ()),
        bound=bound(max(len(runs), 1)),
        repeat=_repeat(options),
        error=error,
        run_summaries=[RunSummary(run.ending, run.status, round(run.seconds, 3), digests(run)) for run in runs],
        growth=comparison.growth,
        arms=found.arms,
        timeline=events,
        parting=parting,
        outside=found.outside,
        notes=found.notes,
        not_varied=_not_varied(runs),
        metrics=list(metrics(runs)),
        fix_trial=fix_trial,
    )


def _not_varied(runs: Sequence[RunRecord]) -> list[str]:
    """What all runs had in common, so that they can't show what depends on it."""
    found = []
    held = [f"{name}={os.environ[name]}" for name in _HELD if os.environ.get(name, "random") != "random"]
    if held:
        found.append(f"All runs had {', '.join(held)} from the environment: without that they may differ.")
    if any(run.output.size > MOST_COMPARED for run in runs):
        found.append(f"Of what was printed, the first {MOST_COMPARED >> 20} MiB were compared.")
    return found


def _placed(divergence: Divergence | None, causes: Sequence[Cause]) -> Divergence | None:
    """The divergence at the line of the cause that leads to it, if one is known, else at the line that was running."""
    if divergence is None:
        return None
    for cause in causes:
        if divergence.stage in cause.stages[:1]:
            return replace(divergence, filename=cause.filename, row=cause.row)
    return replace(divergence, filename=shown_name_of(divergence.filename))


def _causes(options: Options, runs: Sequence[RunRecord], found: Attribution) -> list[Cause]:
    from seedlint.runtime.blame import Findings, causes  # reads code: not needed where the runs agree

    findings = Findings(files(runs[0].recording), tests=options.command.kind == "pytest")
    return causes(found.causes, found.places, findings)


def failure(run: RunRecord, notebook: Notebook | None = None) -> str:
    """Why a run is no use, and what to do. `notebook` is what was run, where it was one."""
    problem = next(run.recording.of(Problem), None)
    if run.ending == "timeout":
        return f"the program did not end within {run.spec.timeout:g} s; --timeout gives it more time"
    if run.ending == "signal":
        words = "" if -run.status in _FROM_OUTSIDE else _last_words(run)
        return f"the program was ended by {_signal(-run.status)}{words}"
    if run.status and (problem is None or problem.error == f"SystemExit: {run.status}"):
        return f"the program ended with status {run.status}{_last_words(run)}"
    if problem is None:
        return (
            "the recording ends before the program: it closed all files or replaced itself by another program, and "
            "what it did from then on is not known"
        )
    missing = problem.error.startswith("ModuleNotFoundError") and any(
        f"'{name}" in problem.error for name in ("tensorflow", "keras", "tf_keras")
    )
    what = f"the program ended with {problem.error}"
    if problem.filename:
        where = Place(shown_name_of(problem.filename), problem.row)
        if notebook is not None:
            where = in_cells(where, notebook, shown_name_of(run.spec.command.target))
        what += f" ({where})"
    if problem.error.startswith("EOFError"):
        return f"{what}; if it reads standard input, give it some: seedlint verify … < FILE"
    if notebook is not None and _OF_SHELL in problem.error:
        return f"{what}; what the shell or `%run` would give is not known here"
    return f"{what}; {_INSTALL_RUNTIME}" if missing else what


def _last_words(run: RunRecord) -> str:
    """The end of what the run wrote to standard error or, like pytest, to standard output; nothing if there is none, or
    if it was not kept."""
    printed = run.output.lines if len(run.output.lines) < MOST_LINES else ()
    written = [line.strip() for line in run.errors.splitlines() or printed]
    lines = [line[:_LONGEST_LINE] for line in written if line and not _NEWS.match(line)]
    return "; it wrote last: " + " ".join(lines[-_LAST_LINES:]) if lines else ""


def _signal(number: int) -> str:
    """A signal's name, and what may have sent it."""
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    return f"{name}, as the system does when memory runs out" if name == "SIGKILL" else name


def _repeat(options: Options) -> str:
    words = ["seedlint", "verify"]
    if options.runs != 3:
        words += ["--runs", str(options.runs)]
    if options.repeats is not None:
        words += ["--repeats", str(options.repeats)]
    if options.vary_seed:
        words.append("--vary-seed")
    if options.timeout is not None:
        words += ["--timeout", f"{options.timeout:g}"]
    if not options.attribution:
        words.append("--no-attribution")
    if options.try_fix:
        words.append("--try-fix")
    return shlex.join([*words, *options.command.shown()])
