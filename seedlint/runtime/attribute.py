"""Which families make the runs differ: freeze all of them, and leave them out again one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from seedlint.runtime import evidence
from seedlint.runtime.compare import Comparison, compare
from seedlint.runtime.families import FAMILIES, Family
from seedlint.runtime.recording import Mark, Problem
from seedlint.runtime.result import Arm, NotApplicable, Place
from seedlint.runtime.spec import Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seedlint.runtime.record import RunRecord
    from seedlint.runtime.recording import Stage
    from seedlint.runtime.spec import RunSpec

MOST_RUNS: Final = 12
_RACES: Final[tuple[Family, ...]] = ("pipeline", "threads", "ops")
"""Families whose freezing changes the bits, and of which one can hide another: op determinism also orders pipelines,
and one thread also orders ops."""
_STATEFUL: Final[tuple[Family, ...]] = ("tensorflow", "generator")
"""Families that op determinism does not let vary: their ops raise errors then. So it is left out with them."""
_TRIES: Final = 2
_OPS_ERRORS: Final = ("determinis", "Random ops require a seed")
_MAY_FAIL: Final[tuple[Family, ...]] = ("ops", "pipeline", "threads", "clock", "entropy", "generator")
_LATE_STAGES: Final = ("predictions", "metrics", "output")
_WORTH_STOPPING: Final = 20.0
"""Runs that take fewer seconds than this are not cut short."""


@dataclass(slots=True)
class Attribution:
    """What the arms showed. `causes` maps a family to the stages that it makes differ, `places` to the lines that the
    recordings name for it."""

    causes: dict[Family, tuple[Stage, ...]] = field(default_factory=dict)
    not_causes: list[Family] = field(default_factory=list)
    not_applicable: list[NotApplicable] = field(default_factory=list)
    places: dict[Family, Sequence[Place]] = field(default_factory=dict)
    arms: list[Arm] = field(default_factory=list)
    outside: str = ""
    notes: list[str] = field(default_factory=list)


def attribute(
    spec: RunSpec, baseline: Sequence[RunRecord], comparison: Comparison,
    launch: Callable[[Sequence[RunSpec]], Sequence[RunRecord]],
) -> Attribution:  # fmt: skip
    """Find the families that make the `baseline` differ. `launch` carries out several runs at once."""
    return _Search(spec, baseline, comparison, launch).result()


@dataclass(frozen=True, slots=True)
class _Judged:
    """An arm whose runs came to an end, and what they show."""

    comparison: Comparison
    compared: Sequence[RunRecord]


class _Search:
    """The arms of one program."""

    def __init__(
        self, spec: RunSpec, baseline: Sequence[RunRecord], comparison: Comparison,
        launch: Callable[[Sequence[RunSpec]], Sequence[RunRecord]],
    ) -> None:  # fmt: skip
        recordings = [run.recording for run in baseline]
        self._spec = spec
        self._launch = launch
        self._suspects = evidence.suspects(recordings)
        self._stop = stop_after(baseline, comparison, self._suspects)
        self._found = Attribution(places=dict(self._suspects))
        self._left = MOST_RUNS
        self._frozen: frozenset[Family] = frozenset(FAMILIES)
        self._reference: list[RunRecord] = []
        self._has_tensorflow = recordings[0].version("tensorflow") is not None
        self._races = evidence.may_race(recordings) or "pipeline" in self._suspects

    def result(self) -> Attribution:
        """Run the arms."""
        if not self._freeze_all():
            return self._found
        if self._clear_the_unsuspected():
            self._find_races()
        stateful = [family for family in _STATEFUL if family in self._suspects and self._has_tensorflow]
        for family in stateful:
            self._blame(family, self._arm((family, "ops"), _TRIES))
        values = [family for family in self._suspects if family not in (*_RACES, *stateful)]
        self._try_values(values)
        # A choice among few, such as the order of two words, can come out the same by chance.
        again = [family for family in values if family == "hash" or not self._found.causes]
        self._try_values([family for family in again if family not in self._found.causes])
        judged = (*self._found.causes, *(single.family for single in self._found.not_applicable))
        self._found.not_causes = [family for family in FAMILIES if family not in judged]
        if not self._found.causes:
            self._found.notes.append(
                "With everything frozen the runs agree, and leaving out one family at a time did not make them differ "
                "in the runs that there were: the cause shows seldom, or only together with another. More --runs may "
                "tell."
            )
        return self._found

    # -- arms ---------------------------------------------------------------------------------

    def _arm(self, left_out: Iterable[Family], runs: int) -> _Judged | None:
        """Run an arm and compare its runs; None if too few runs are left, or if one failed."""
        left_out = tuple(family for family in FAMILIES if family in set(left_out) & self._frozen)
        runs = min(runs, self._left)
        if runs < _TRIES:
            return None
        self._left -= runs
        spec = self._spec.freezing(self._frozen - set(left_out), self._stop)
        records = list(self._launch([spec] * runs))
        if not left_out:
            self._reference = sorted(records, key=lambda record: not record.failed)
        return self._judged(left_out, records, records)

    def _judged(
        self, left_out: tuple[Family, ...], records: Sequence[RunRecord], compared: Sequence[RunRecord]
    ) -> _Judged | None:
        """Note an arm; None if a run failed."""
        seconds = round(sum(record.seconds for record in records), 3)
        comparison = None if any(record.failed for record in compared) else compare(compared)
        differs = comparison is not None and comparison.differs
        differing = comparison.differing if comparison is not None else ()
        self._found.arms.append(Arm(left_out, len(records), differs, differing, seconds))
        return _Judged(comparison, compared) if comparison is not None else None

    def _freeze_all(self) -> bool:
        """Freeze everything, but for what the program doesn't bear; whether the runs agree then."""
        frozen = self._arm((), _TRIES)
        while frozen is None and self._reference and self._left >= _TRIES:
            family, error = self._blamed_knob(self._reference[0])
            if family is None:
                self._found.outside = f"freezing everything makes the program fail: {error}"
                return False
            self._found.not_applicable.append(NotApplicable(family, error))
            self._frozen -= {family}
            self._reference = []
            frozen = self._arm((), _TRIES)
        if frozen is None:
            self._found.outside = self._found.outside or "freezing everything makes the program fail"
            return False
        divergence = frozen.comparison.divergence
        if divergence is not None:
            self._found.outside = (
                f"with everything frozen the runs still differ, first in {divergence.stage}, {divergence.what}: what "
                "is left is outside what can be controlled here, such as worker processes, a GPU, the network, files "
                "that change, or an object's address"
            )
        return divergence is None

    def _blamed_knob(self, failed: RunRecord) -> tuple[Family | None, str]:
        """The family whose freezing made the program fail, and the error."""
        problem = next(failed.recording.of(Problem), None)
        error = problem.error if problem is not None else f"it ended with status {failed.status}"
        if any(text in error for text in _OPS_ERRORS) and "ops" in self._frozen:
            return "ops", error
        for family in _MAY_FAIL:
            if family in self._frozen and self._left > _TRIES:
                self._left -= 1
                (record,) = self._launch([self._spec.freezing(self._frozen - {family}, self._stop)])
                if not record.failed:
                    return family, error
        return None, error

    def _clear_the_unsuspected(self) -> bool:
        """Leave out, all at once, what was not seen and what can race; whether that makes a difference."""
        unseen = [family for family in FAMILIES if family not in self._suspects or family in _RACES]
        arm = self._arm(unseen, _TRIES + ("pipeline" in self._suspects))
        return arm is not None and arm.comparison.differs

    def _find_races(self) -> None:
        """Tell apart the families that can hide one another."""
        if "pipeline" in self._suspects:
            self._blame("pipeline", self._arm(("pipeline", "ops"), _TRIES))
        threads = self._arm(("threads",), _TRIES) if self._races else None
        self._blame("threads", threads)
        if self._races and not self._found.causes:
            self._blame("ops", self._arm(("threads", "ops"), _TRIES))
        if not self._found.causes:
            values = [family for family in FAMILIES if family not in self._suspects and family not in _RACES]
            self._try_values(sorted(values, key=lambda family: family != "hash"))

    def _blame(self, family: Family, arm: _Judged | None) -> None:
        if arm is None or not arm.comparison.differs:
            return
        self._found.causes[family] = arm.comparison.differing
        if family == "python" and evidence.reseeded_by_forks(arm.compared[0].recording):
            self._found.notes.append(
                "Python seeds `random` anew in each forked process: seed it in the worker, with a number of its own."
            )
        # Here this family alone varied, so that what differs is its doing.
        found = evidence.suspects([run.recording for run in arm.compared])
        self._found.places[family] = found.get(family) or self._suspects.get(family) or _running(arm.comparison)

    def _try_values(self, families: Sequence[Family]) -> None:
        """Families whose freezing changes values and no bits: a run without one is compared with a run that had all."""
        families = [family for family in families if family in self._frozen][: self._left]
        self._left -= len(families)
        specs = [self._spec.freezing(self._frozen - {family}, self._stop) for family in families]
        for family, record in zip(families, self._launch(specs) if specs else (), strict=True):
            self._blame(family, self._judged((family,), [record], [self._reference[0], record]))


def _running(comparison: Comparison) -> list[Place]:
    """The line that was running when the runs parted, if it is known."""
    first = comparison.divergence
    return [Place(first.filename, first.row)] if first is not None and first.filename else []


def stop_after(
    baseline: Sequence[RunRecord], comparison: Comparison, suspects: Mapping[Family, Sequence[Place]]
) -> Stop | None:
    """Where the arms' runs may end: when each stage has differed, and each suspected line has drawn."""
    if min(run.seconds for run in baseline) < _WORTH_STOPPING:
        return None
    late = [stage.name for stage in comparison.stages if not stage.equal and stage.first is None]
    early = [stage.first for stage in comparison.stages if not stage.equal and stage.first is not None]
    if not early or set(late) - set(_LATE_STAGES):
        return None
    places = {(place.filename, place.row) for single in suspects.values() for place in single}
    last_use = max(
        (event.n for event in baseline[0].recording.events if (getattr(event, "filename", ""), getattr(event, "row",
        0)) in places
         and not isinstance(event, Mark)),
        default=0,
    )  # fmt: skip
    after_use = next((mark.mark for mark in baseline[0].recording.of(Mark) if mark.n > last_use), None)
    return Stop(max(*early, after_use)) if after_use is not None else None
