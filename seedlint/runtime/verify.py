"""`verify` as a whole: run, compare, attribute, report."""

from __future__ import annotations

import os
import platform
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from seedlint import __version__
from seedlint.runtime import runner
from seedlint.runtime.compare import Comparison, compare
from seedlint.runtime.recording import Loaded, Problem, RecordingError
from seedlint.runtime.result import RunSummary, VerifyResult, bound
from seedlint.runtime.spec import Command, RunSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from seedlint.runtime.record import RunRecord

_INSTALL_RUNTIME: Final = 'install what it needs: pip install "seedlint[runtime]"'


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for."""

    command: Command
    runs: int = 3
    timeout: float | None = None
    attribution: bool = True
    try_fix: bool = False
    stdin: Path | None = None


class VerifyError(Exception):
    """The command can't do its work; the text says why and what to do."""


def verify(options: Options, say: Callable[[str], None]) -> VerifyResult:
    """Run the program, compare the runs and name the causes. `say` is told what happens. VerifyError if it can't be
    done; what was seen until then is lost only if nothing ran."""
    spec = RunSpec(options.command, os.getcwd(), timeout=options.timeout)
    runs: list[RunRecord] = []
    for number in range(1, options.runs + 1):
        say(f"run {number} of {options.runs}")
        runs.append(_run(spec, options))
        if runs[-1].failed:
            return _result(options, runs, None, error=failure(runs[-1]))
    return _result(options, runs, compare(runs))


def _run(spec: RunSpec, options: Options) -> RunRecord:
    try:
        return runner.run(spec, options.stdin)
    except RecordingError as error:
        raise VerifyError(f"the recording of a run {error}") from error


def _result(
    options: Options, runs: Sequence[RunRecord], comparison: Comparison | None, *, error: str = ""
) -> VerifyResult:
    if comparison is None:
        comparison = compare(runs) if runs else Comparison((), None)
    return VerifyResult(
        verdict="error" if error else "differs" if comparison.differs else "repeats",
        script=" ".join(options.command.shown()[: 2 if options.command.kind == "module" else 1]),
        runs=len(runs),
        environment=_environment(runs),
        stages=comparison.stages,
        first_divergence=comparison.divergence,
        causes=(),
        not_causes=(),
        not_applicable=(),
        too_little_randomness=(),
        bound=bound(max(len(runs), 1)),
        repeat=_repeat(options),
        error=error,
        run_summaries=[RunSummary(run.ending, run.status, round(run.seconds, 3)) for run in runs],
        growth=comparison.growth,
    )


def failure(run: RunRecord) -> str:
    """Why a run is no use, and what to do."""
    problem = next(run.recording.of(Problem), None)
    if run.ending == "timeout":
        return f"the program did not end within {run.spec.timeout:g} s; --timeout gives it more time"
    if run.ending == "signal":
        return f"the program was ended by signal {-run.status}"
    if problem is None:
        return f"the program ended with status {run.status}"
    missing = problem.error.startswith("ModuleNotFoundError") and any(
        f"'{name}" in problem.error for name in ("tensorflow", "keras", "tf_keras")
    )
    what = f"the program ended with {problem.error}"
    return f"{what}; {_INSTALL_RUNTIME}" if missing else what


def _environment(runs: Sequence[RunRecord]) -> dict[str, str]:
    found = {
        "seedlint": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": str(os.cpu_count()),
    }
    for run in runs[:1]:
        found |= {event.module: event.version for event in run.recording.of(Loaded)}
    return found


def _repeat(options: Options) -> str:
    words = ["seedlint", "verify"]
    if options.runs != 3:
        words += ["--runs", str(options.runs)]
    if options.timeout is not None:
        words += ["--timeout", f"{options.timeout:g}"]
    return shlex.join([*words, *options.command.shown()])
