"""`verify`'s report for people, 80 columns wide."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from seedlint.reporting.row import crop, visible
from seedlint.reporting.terminal import Paint
from seedlint.reporting.words import counted
from seedlint.runtime.excerpt import excerpt
from seedlint.runtime.result import place_of
from seedlint.runtime.words import FAMILIES, GRADES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seedlint.reporting.terminal import Colour
    from seedlint.runtime.result import (
        Cause,
        Divergence,
        FixTrial,
        Parting,
        Place,
        RepeatArm,
        Spread,
        Study,
        VerifyResult,
    )  # fmt: skip

_WIDTH: Final = 80
_INDENT: Final = 4
_PLAIN: Final = Paint()
_MOST_METRICS: Final = 40
_MOST_SHOWN: Final = 5


def render(result: VerifyResult, paint: Paint) -> str:
    """The report, with each line safe to show on a terminal."""
    return "\n".join(_lines(result, paint)) + "\n"


def _lines(result: VerifyResult, paint: Paint) -> Iterator[str]:
    yield from _verdict(result, paint)
    if result.first_divergence is not None:
        yield ""
        yield from _divergence(result.first_divergence)
        if result.parting is not None:
            yield from _parting(result.parting)
    if len(result.stages) > 1 or result.causes:
        yield ""
        yield from _stages(result, paint)
    for number, cause in enumerate(result.causes, 1):
        yield ""
        yield from _cause(number, cause, paint)
    yield from _rest(result, paint)


def _verdict(result: VerifyResult, paint: Paint) -> Iterator[str]:
    runs = counted(result.runs, "run")
    if result.verdict == "error":
        yield from _wrapped(f"{result.script}: {result.error}", paint=paint, colours=("bold", "yellow"))
    elif result.verdict == "repeats":
        headline = f"{result.script} repeats: {runs} agree in all that was compared."
        yield from _wrapped(headline, paint=paint, colours=("bold", "green"))
    else:
        headline = f"{result.script} does not repeat: {runs}, {_named_causes(result)}."
        yield from _wrapped(headline, paint=paint, colours=("bold", "red"))


def _named_causes(result: VerifyResult) -> str:
    if result.causes:
        return counted(len(result.causes), "cause") + " found"
    return "no cause found" if result.arms else "causes not looked for"


def _divergence(first: Divergence) -> Iterator[str]:
    where = f" (epoch {first.epoch + 1}, step {first.step})" if first.step and first.stage != "output" else ""
    line = f", {place_of(first)}" if first.filename else ""
    yield from _wrapped(
        f"They part first in {first.stage}{where}: {first.what}{line}. At worst, {GRADES[first.grade]}."
    )


def _parting(parting: Parting) -> Iterator[str]:
    line = f" at {place_of(parting)}" if parting.filename else ""
    if parting.first == parting.other:
        yield from _wrapped(f"Their events part{line}: `{parting.first}`, which is another in each run.")
    else:
        what = f"`{parting.first}` in run 1, `{parting.other}` in run {parting.run}"
        yield from _wrapped(f"Their events part{line}: {what}.")


def _stages(result: VerifyResult, paint: Paint) -> Iterator[str]:
    width = max(len(stage.name) for stage in result.stages)
    for stage in result.stages:
        if stage.equal:
            verdict = paint("equal", "green")
        else:
            results = {run.digests.get(stage.name) for run in result.run_summaries}
            verdict = f"{paint('DIFFERS', 'red')}  {counted(len(results), 'result')} in {counted(result.runs, 'run')}"
        yield f"  {stage.name:<{width}}  {verdict}"
    differing = [
        f"{metric.name} from {_number(metric.same_seed.least)} to {_number(metric.same_seed.greatest)}"
        for metric in result.metrics
        if metric.same_seed is not None and metric.same_seed.varies
    ]
    if differing:
        more = f", and {counted(len(differing) - _MOST_SHOWN, 'more metric')}" if len(differing) > _MOST_SHOWN else ""
        yield from _wrapped(f"So the results vary: {'; '.join(differing[:_MOST_SHOWN])}{more}.")


def _cause(number: int, cause: Cause, paint: Paint) -> Iterator[str]:
    where = f" at {place_of(cause)}" if cause.filename else ""
    yield from _wrapped(f"Cause {number}: {FAMILIES[cause.family]}{where}", paint=paint, colours=("bold",))
    yield from _source(place_of(cause), paint)
    if cause.finding is not None:
        yield from _wrapped(f"`seedlint check` has {cause.code} at {cause.finding}", "  ")
        if cause.finding != place_of(cause):
            yield from _source(cause.finding, paint)
    elif cause.filename:
        yield from _wrapped("`seedlint check` can't see it", "  ")
    yield from _wrapped(f"fix: {cause.fix}", "  ")
    yield from _wrapped(f"differs through it alone: {', '.join(cause.stages)}", "  ")


def _source(place: Place, paint: Paint) -> Iterator[str]:
    """The line of the program, as far as there is room."""
    line = excerpt(place)
    if line:
        yield " " * _INDENT + paint(crop(line, 0, 0, _WIDTH - _INDENT)[0], "cyan")


def _rest(result: VerifyResult, paint: Paint) -> Iterator[str]:
    for single in result.not_applicable:
        yield ""
        yield from _wrapped(f"Not applicable here: {single.family} can't be frozen: {single.error}")
    if result.outside:
        yield ""
        yield from _wrapped(f"Outside what seedlint can control: {result.outside}.")
    for too_little in result.too_little_randomness:
        yield ""
        message = f"Too little randomness ({too_little.kind}) at {place_of(too_little)}: {too_little.message}."
        yield from _wrapped(message)
        yield from _source(place_of(too_little), paint)
    if result.fix_trial is not None:
        yield ""
        yield from _fix_trial(result.fix_trial, paint)
    if result.study is not None:
        yield ""
        yield from _study(result.study)
    for note in result.notes:
        yield ""
        yield from _wrapped(note)
    if result.verdict != "error":
        yield ""
        yield from _limits(result)
    yield ""
    yield from _wrapped(f"Environment: {', '.join(f'{name} {value}' for name, value in result.environment.items())}.")
    yield f"To repeat this: {visible(result.repeat)}"


def _limits(result: VerifyResult) -> Iterator[str]:
    """What the runs can't show."""
    if result.not_causes:
        yield from _wrapped(f"Not a cause, as far as one to three runs of each tell: {', '.join(result.not_causes)}.")
    what = "a further divergence" if result.verdict == "differs" else "a divergence"
    yield from _wrapped(
        f"{counted(result.runs, 'run')} can't exclude {what} that shows in up to {result.bound * 100:.0f} % of runs "
        "(95 % confidence)."
    )
    for single in result.not_varied:
        yield from _wrapped(single)
    if result.causes and result.fix_trial is None:
        yield from _wrapped("What the fixes cost was not measured: --try-fix runs a fixed copy and tells.")


def _fix_trial(trial: FixTrial, paint: Paint) -> Iterator[str]:
    cost = f" and takes {trial.time_ratio:.2f} times as long" if trial.time_ratio is not None else ""
    by = f" (`{trial.command}`)" if trial.command else ""
    yield from _wrapped(f"The fix{by}: {trial.message or f'the fixed copy repeats{cost}'}.")
    for line in trial.diff.splitlines():
        is_change = line[:1] in ("+", "-") and line[:3] not in ("+++", "---")
        yield paint(visible(line), "green" if line[0] == "+" else "red") if is_change else visible(line)


def _study(study: Study) -> Iterator[str]:
    arms = _arms(study)
    yield from _wrapped("Repeats: " + ", ".join(f"{counted(len(arm.runs), 'run')} with {name}" for name, arm in arms))
    if study.other_seeds is not None:
        yield from _seedings(study)
    for name, arm in arms:
        for number, run in enumerate(arm.runs, 1):
            if run.error:
                shifted = f" (seeds + {run.seed_shift})" if run.seed_shift else ""
                yield from _wrapped(f"{name}, run {number}{shifted} failed: {run.error}", "  ")
    if not study.metrics:
        yield from _wrapped("No run printed or logged a number, so that there is nothing to take the mean of.", "  ")
        return
    yield ""
    yield f"{'':<16}{'n':>7}{'mean':>13}{'sd':>13}   95 % interval of the mean"
    for metric in study.metrics[:_MOST_METRICS]:
        yield crop(f"{metric.name} ({metric.source})", 0, 0, _WIDTH)[0]
        for name, arm in arms:
            spread = metric.same_seed if arm is study.same_seed else metric.other_seeds
            if spread is not None:
                yield from _spread(name, spread, arm)
    if len(study.metrics) > _MOST_METRICS:
        yield from _wrapped(f"{len(study.metrics) - _MOST_METRICS} more metrics are in the JSON.")
    yield ""
    for name, arm in arms:
        if arm.bound is not None:
            yield from _wrapped(
                f"{counted(sum(not run.error for run in arm.runs), 'run')} with {name} can't exclude a result that "
                f"comes in up to {arm.bound:.1%} of runs and came in none of these (95 % confidence)."
            )
    for note in study.notes:
        yield from _wrapped(note)


def _arms(study: Study) -> list[tuple[str, RepeatArm]]:
    arms = [("other seeds", study.other_seeds), ("the same seeds", study.same_seed)]
    return [(name, arm) for name, arm in arms if arm is not None and arm.runs]


def _seedings(study: Study) -> Iterator[str]:
    varied = [single for single in study.seedings if single.varied]
    held = [single for single in study.seedings if not single.varied]
    if varied:
        yield from _wrapped(f"With other seeds, run i adds i * {study.seed_step} to each of these:", "  ")
    for single in varied:
        yield from _wrapped(f"{place_of(single)} {single.api}, {single.value}", "    ")
    for single in held:
        yield from _wrapped(f"{place_of(single)} {single.api} seeds with no whole number, and is not varied.", "  ")
    yield from _wrapped("Seeds that single calls carry (`seed=`, `random_state=`) are not varied.", "  ")


def _spread(name: str, spread: Spread, arm: RepeatArm) -> Iterator[str]:
    is_constant = spread.count == len(spread.values) > 1 and spread.least == spread.greatest
    interval = "-" if spread.interval is None else f"{_number(spread.interval[0])} to {_number(spread.interval[1])}"
    of_all = f"{spread.count}/{len(spread.values)}"
    yield (
        f"  {name:<14}{of_all:>7}{_number(spread.mean):>13}{_number(spread.sd):>13}   "
        f"{'all equal' if is_constant else interval}"
    )
    if not is_constant:
        values = (
            "failed" if run.error else "missing" if value is None else _number(float(value))
            for run, value in zip(arm.runs, spread.values, strict=True)
        )
        yield from textwrap.wrap(" ".join(values), _WIDTH, initial_indent="    ", subsequent_indent="    ")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"


def _wrapped(text: str, indent: str = "", *, paint: Paint = _PLAIN, colours: Sequence[Colour] = ()) -> Iterator[str]:
    """The text in lines of the report's width, without what a terminal would obey."""
    lines = textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return (paint(visible(line), *colours) for line in lines)
