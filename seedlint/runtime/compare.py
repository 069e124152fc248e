"""Setting the runs of one arm side by side: which stages are equal, where they part first, how far apart they end."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from seedlint.runtime.recording import STAGES, Mark, Stage
from seedlint.runtime.result import GRADES, Divergence, Grade, Growth, StageResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seedlint.runtime.record import RunRecord

BITS: Final = 1e-5
"""Up to this relative difference, numbers differ by rounding alone: some hundred units in the last place of a
float32."""
CLOSE: Final = 1e-3
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")

Key = tuple[Stage, int, int, int, int]
"""What makes two marks of two runs the same one: stage, fit, epoch, step, and the how-manieth of these it is."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the runs of one arm show."""

    stages: tuple[StageResult, ...]
    divergence: Divergence | None
    growth: tuple[Growth, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether any stage differs."""
        return self.divergence is not None

    @property
    def differing(self) -> tuple[Stage, ...]:
        """The stages that differ."""
        return tuple(stage.name for stage in self.stages if not stage.equal)


@dataclass(frozen=True, slots=True)
class _Difference:
    """One mark in which runs differ. `mark` is None for printed output and for a mark that a run lacks."""

    position: int
    stage: Stage
    fit: int
    epoch: int
    step: int
    what: str
    distance: float
    filename: str
    row: int


def compare(runs: Sequence[RunRecord]) -> Comparison:
    """Compare the runs with the first of them. There must be at least one."""
    first, *others = runs
    differences = [difference for other in others for difference in _differences(first, other)]
    differences = _without_what_follows(differences)
    counts = dict.fromkeys(STAGES, 0)
    for mark in first.recording.of(Mark):
        counts[mark.stage] += 1
    counts["output"] = len(first.output.lines)
    reached = {mark.stage for run in runs for mark in run.recording.of(Mark)} | {"output"}
    by_stage: dict[Stage, list[_Difference]] = {}
    for difference in differences:
        by_stage.setdefault(difference.stage, []).append(difference)
    stages = tuple(
        StageResult(
            stage,
            stage not in by_stage,
            counts[stage],
            min((single.position for single in by_stage.get(stage, ()) if single.position >= 0), default=None),
        )
        for stage in STAGES
        if stage in reached
    )
    if not differences:
        return Comparison(stages, None)
    begins: dict[tuple[int, int], int] = {}
    for mark in first.recording.of(Mark):
        begins.setdefault((mark.fit, mark.epoch), mark.mark)
    earliest = min(differences, key=lambda single: _when(single, begins))
    divergence = Divergence(
        earliest.stage, earliest.step, earliest.what, _grade(by_stage), earliest.filename, earliest.row,
        earliest.epoch, _finite(earliest.distance),
    )  # fmt: skip
    return Comparison(stages, divergence, _growth(differences))


def digests(run: RunRecord) -> dict[Stage, str]:
    """What each stage that the run reached came to: the same in two runs whose fingerprints there are all equal."""
    marks: dict[Stage, list[tuple[Key, list[tuple[str, str]]]]] = {}
    for key, mark in sorted(_by_key(run).items()):
        tensors = sorted((name, digest) for name, (digest, _) in mark.tensors.items())
        marks.setdefault(mark.stage, []).append((key, tensors))
    found = {stage: hashlib.sha256(repr(marks[stage]).encode()).hexdigest()[:16] for stage in STAGES if stage in marks}
    return {**found, "output": run.output.digest}


def _differences(first: RunRecord, other: RunRecord) -> Iterable[_Difference]:
    ours, theirs = _by_key(first), _by_key(other)
    is_cut = first.is_cut or other.is_cut
    for key, mark in ours.items():
        counterpart = theirs.get(key)
        if counterpart is None:
            if not is_cut:
                yield _at(mark, f"{mark.stage} that another run lacks", math.inf)
            continue
        names = [*mark.tensors, *(name for name in counterpart.tensors if name not in mark.tensors)]
        apart = [name for name in names if _digest(mark, name) != _digest(counterpart, name)]
        if apart:
            distances = [_distance(_values(mark, name), _values(counterpart, name)) for name in apart]
            yield _at(mark, apart[0], max(distances))
    for key, mark in theirs.items():
        if key not in ours and not is_cut:
            yield _at(mark, f"{mark.stage} that another run lacks", math.inf)
    yield from _output_differences(first, other)


def _without_what_follows(differences: Sequence[_Difference]) -> list[_Difference]:
    """Without augmentations that differ because other elements came."""
    reordered = {(single.fit, single.epoch) for single in differences if single.stage == "order"}
    return [
        single
        for single in differences
        if single.stage != "augmentation" or (single.fit, single.epoch) not in reordered
    ]


def _when(single: _Difference, begins: Mapping[tuple[int, int], int]) -> tuple[bool, int, int]:
    """The moment of a difference. What an epoch was fed is marked at its end, and comes before what it led to."""
    position = single.position
    if single.stage in ("order", "augmentation"):
        position = begins.get((single.fit, single.epoch), position)
    return single.position < 0, position, STAGES.index(single.stage)


def _at(mark: Mark, what: str, distance: float) -> _Difference:
    return _Difference(mark.mark, mark.stage, mark.fit, mark.epoch, mark.step, what, distance, mark.filename, mark.row)


def _by_key(run: RunRecord) -> dict[Key, Mark]:
    marks: dict[Key, Mark] = {}
    for mark in run.recording.of(Mark):
        count = 0
        while (key := (mark.stage, mark.fit, mark.epoch, mark.step, count)) in marks:
            count += 1
        marks[key] = mark
    return marks


def _digest(mark: Mark, name: str) -> str | None:
    found = mark.tensors.get(name)
    return found[0] if found is not None else None


def _values(mark: Mark, name: str) -> Sequence[float]:
    found = mark.tensors.get(name)
    return found[1] if found is not None else ()


def _output_differences(first: RunRecord, other: RunRecord) -> Iterable[_Difference]:
    if first.output.digest == other.output.digest:
        return
    is_partial = "stop" in (first.ending, other.ending) or first.is_cut or other.is_cut
    for index, (ours, theirs) in enumerate(zip_longest(_whole_lines(first), _whole_lines(other))):
        if ours == theirs or (is_partial and None in (ours, theirs)):
            continue
        distance = _distance(_numbers(ours or ""), _numbers(theirs or ""))
        if _NUMBER.sub("#", ours or "") != _NUMBER.sub("#", theirs or ""):
            distance = math.inf
        yield _Difference(-1, "output", 0, 0, index + 1, f"printed line {index + 1}", distance, "", 0)
    if first.output.lines == other.output.lines and not is_partial:
        yield _Difference(-1, "output", 0, 0, 0, "printed output after its first lines", math.inf, "", 0)


def _whole_lines(run: RunRecord) -> tuple[str, ...]:
    return run.output.lines[:-1] if run.is_cut else run.output.lines


def _numbers(text: str) -> list[float]:
    return [float(found) for found in _NUMBER.findall(text)]


def _distance(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The largest relative difference; infinite where there are no numbers to compare."""
    if len(ours) != len(theirs) or not ours:
        return math.inf
    scale = max(*(abs(value) for value in (*ours, *theirs)), 1e-30)
    return max(abs(one - other) for one, other in zip(ours, theirs, strict=True)) / scale


def _grade(by_stage: dict[Stage, list[_Difference]]) -> Grade:
    """How far apart the runs end: the gravest that any difference shows."""
    found: set[Grade] = set()
    for stage, differences in by_stage.items():
        distance = max(single.distance for single in differences)
        if stage == "order":
            found.add("order")
        elif stage in ("metrics", "output") and not distance <= CLOSE:
            found.add("metric")
        elif stage == "predictions" and any(single.what == "classes" for single in differences):
            found.add("predictions")
        elif distance <= BITS:
            found.add("bits")
        else:
            found.add("close")
    return max(found, key=GRADES.index)


def _growth(differences: Iterable[_Difference]) -> tuple[Growth, ...]:
    """The distance of the training's losses and weights, mark by mark."""
    largest: dict[int, Growth] = {}
    for single in differences:
        if single.stage in ("weights", "loss") and math.isfinite(single.distance):
            before = largest.get(single.position)
            if before is None or before.distance < single.distance:
                largest[single.position] = Growth(single.position, single.epoch, single.step, single.distance)
    return tuple(largest[mark] for mark in sorted(largest))


def _finite(distance: float) -> float | None:
    return distance if math.isfinite(distance) else None
