"""Repeats: what many runs make of each metric, with the program's own seeds and with others."""

from __future__ import annotations

import math
import re
import statistics
from typing import TYPE_CHECKING, Final, Literal

from seedlint.runtime.recording import Loaded, Mark, Recording, Seed
from seedlint.runtime.result import Metric, Repeat, RepeatArm, Seeding, Spread, Study, bound
from seedlint.runtime.timeline import shown_name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from seedlint.runtime.record import RunRecord

SEED_STEP: Final = 1_000_003
"""Run i with other seeds has i times this added to each seed. A program that seeds its parts with neighbouring numbers
would share them between runs if this were small; it is prime, so that no seed comes again before 2**31 runs."""
_CONFIDENCE: Final = 0.95
_FEW: Final = 10
_WHOLE: Final = re.compile(r"-?\d+|(?:np|numpy)\.u?int\d+\(-?\d+\)")


def shift(repeat: int) -> int:
    """What run number `repeat`, from 1, adds to the program's seeds."""
    return repeat * SEED_STEP


def study(
    repeats: int, same: Sequence[RunRecord], others: Sequence[RunRecord], failure: Callable[[RunRecord], str]
) -> Study:
    """The study of the runs with the program's own seeds and of those with other ones; `failure` says why a run failed.
    There may be fewer than the `repeats` that were asked for."""
    seedings = list(_seedings(others[0].recording)) if others else []
    return Study(
        repeats,
        SEED_STEP,
        _arm(same, failure),
        _arm(others, failure) if others else None,
        seedings,
        list(metrics(same, others)),
        list(_notes((same, others), seedings)),
    )


def _arm(runs: Sequence[RunRecord], failure: Callable[[RunRecord], str]) -> RepeatArm:
    repeats = [
        Repeat(run.spec.seed_shift, round(run.seconds, 3), failure(run) if run.failed else "") for run in runs
    ]  # fmt: skip
    good = sum(not repeat.error for repeat in repeats)
    return RepeatArm(repeats, bound(good) if good else None)


# -- metrics ----------------------------------------------------------------------------------


def metrics(same: Sequence[RunRecord], others: Sequence[RunRecord] = ()) -> Iterator[Metric]:
    """Each metric that a run has, with its values in the runs with the program's own seeds and in those with others."""
    same_values = [_values(run) for run in same]
    other_values = [_values(run) for run in others]
    for key in dict.fromkeys(key for values in (*same_values, *other_values) for key in values):
        yield Metric(
            key[1],
            key[0],
            spread([values.get(key) for values in same_values]) if same else None,
            spread([values.get(key) for values in other_values]) if others else None,
        )


_Key = tuple[Literal["printed", "logged"], str]


def _values(run: RunRecord) -> dict[_Key, float]:
    """The metrics of one run; a run that failed has none."""
    if run.failed:
        return {}
    found: dict[_Key, float] = {("logged", name): value for name, value in logged(run.recording).items()}
    return found | {("printed", name): value for name, value in run.output.numbers.items()}


def logged(recording: Recording) -> dict[str, float]:
    """The last losses and metrics of each training, and those of each evaluation."""
    found: dict[str, float] = {}
    evaluations = 0
    for mark in recording.of(Mark):
        if mark.stage == "loss":
            found |= _named("fit" if mark.fit else "training", max(mark.fit, 1), mark)
        elif mark.stage == "metrics":
            evaluations += 1
            found |= _named("evaluation", evaluations, mark)
    return found


def _named(what: str, number: int, mark: Mark) -> Mapping[str, float]:
    prefix = what if number == 1 else f"{what} {number}"
    return {
        f"{prefix}: {name}": values[0]
        for name, (_, values) in mark.tensors.items()
        if len(values) == 1 and name != "weights"
    }


def spread(values: Sequence[float | None]) -> Spread:
    """Mean, sd and interval of what is finite."""
    finite = [value for value in values if value is not None and math.isfinite(value)]
    mean = statistics.mean(finite) if finite else None
    scale = max(map(abs, finite), default=0) or 1
    sd = statistics.stdev(value / scale for value in finite) * scale if len(finite) > 1 else None
    return Spread(
        [value if value is None or math.isfinite(value) else str(value) for value in values],
        len(finite),
        mean,
        sd,
        _interval(mean, sd, len(finite)) if mean is not None and sd is not None else None,
        min(finite, default=None),
        max(finite, default=None),
    )


def _interval(mean: float, sd: float, count: int) -> tuple[float, float] | None:
    """The interval of the mean; None without SciPy, where there is any to be told."""
    if not sd:
        return mean, mean
    try:
        from scipy.special import stdtrit  # the quantile of Student's t; slow to import
    except ImportError:
        return None
    half = float(stdtrit(count - 1, (1 + _CONFIDENCE) / 2)) * sd / math.sqrt(count)
    return mean - half, mean + half


# -- what a reader must know ------------------------------------------------------------------


def _seedings(recording: Recording) -> Iterator[Seeding]:
    """The program's calls that seed with a value, each once."""
    for seed in dict.fromkeys((seed.api, seed.value, seed.filename, seed.row) for seed in recording.of(Seed)):
        api, value, filename, row = seed
        if value is not None and row:
            yield Seeding(api, value, shown_name_of(filename), row, varied=bool(_WHOLE.fullmatch(value)))


def _notes(arms: Sequence[Sequence[RunRecord]], seedings: Sequence[Seeding]) -> Iterator[str]:
    good = [[run for run in runs if not run.failed] for runs in arms if runs]
    if len(good) > 1 and not any(seeding.varied for seeding in seedings):
        yield (
            "No seed was varied: the program seeds nothing with a whole number, so that runs with other seeds are runs "
            "like all others."
        )
    values = [value for runs in good for run in runs for value in _values(run).values()]
    if sum(map(len, good)) < sum(map(len, arms)) or not all(map(math.isfinite, values)):
        yield "Mean, sd and interval are of finite values and of runs that did not fail: they leave out the rest."
    versions = {
        tuple((event.module, event.version) for event in run.recording.of(Loaded)) for runs in good for run in runs
    }
    if len(versions) > 1:
        yield "Not all runs had the same libraries: " + " | ".join(
            ", ".join(f"{module} {version}" for module, version in single) for single in sorted(versions)
        )
    if any(len(runs) < _FEW for runs in good):
        yield (f"An interval of fewer than {_FEW} runs rests on normally distributed values, which so few can't show.")
