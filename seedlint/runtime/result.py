"""What `verify` found out: plain data, and its JSON (DESIGN.md, section 7; `schema.json` beside this file)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seedlint.runtime.families import Family
    from seedlint.runtime.recording import Stage

SCHEMA: Final = 1

Verdict = Literal["repeats", "differs", "error"]
Grade = Literal["bits", "close", "predictions", "metric", "order"]
GRADES: Final[tuple[Grade, ...]] = ("bits", "close", "predictions", "metric", "order")
"""How far apart the runs end, least first: in the last bits, within a thousandth, in which class is predicted, in a
metric or a printed number, in the order of the data."""


@dataclass(frozen=True, slots=True)
class StageResult:
    """Whether all runs agree in one stage. `marks` counts the fingerprints that were compared, `first` is the ordinal
    of the first mark that differs."""

    name: Stage
    equal: bool
    marks: int = 0
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where the runs part first. `what` names the tensor, metric or printed line. `distance` is the largest relative
    difference seen there."""

    stage: Stage
    step: int
    what: str
    grade: Grade
    filename: str
    row: int
    epoch: int = 0
    distance: float | None = None
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the user's. In a notebook `row` counts in the cell with the number `cell`, here and in all below."""

    filename: str
    row: int
    cell: int | None = None

    def __str__(self) -> str:
        cell = f":cell {self.cell}" if self.cell is not None else ""
        return f"{self.filename}{cell}:{self.row}"


class _Located(Protocol):
    """What has a place in the user's files."""

    @property
    def filename(self) -> str: ...
    @property
    def row(self) -> int: ...
    @property
    def cell(self) -> int | None: ...


def place_of(part: _Located) -> Place:
    """The place of a part of a result."""
    return Place(part.filename, part.row, part.cell)


@dataclass(frozen=True, slots=True)
class Parting:
    """The first event in which a run parts from run 1: the how-manieth it is, from 0, and what each of the two did
    there, in words."""

    run: int
    n: int
    first: str
    other: str
    filename: str
    row: int
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class FixTrial:
    """What `--try-fix` found: whether the fixed copy repeats, how much longer it takes than the original, and what the
    fix changes (a unified diff). `command` applies it. `message` says why a copy does not repeat, or was not run."""

    repeats: bool
    time_ratio: float | None
    diff: str
    message: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """A family that makes the runs differ. The place is that of the draw (or race) that differs first; `code` is the
    rule that `check` reports for it, `finding` where that finding stands. Both are empty where reading can't see the
    cause. `fix` is what to write. `stages` are the stages that differ when this family alone is left out."""

    family: Family
    filename: str
    row: int
    code: str | None
    fix: str
    finding: Place | None = None
    stages: tuple[Stage, ...] = ()
    draws: tuple[Place, ...] = ()
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A family that can't be frozen in this program: doing so fails with `error`."""

    family: Family
    error: str


TooLittleKind = Literal["order", "augmentation", "workers", "seed"]


@dataclass(frozen=True, slots=True)
class TooLittle:
    """Randomness that repeats where it should not: one `order` or `augmentation` for all epochs, the same numbers in
    all `workers`, the same result whatever the `seed`."""

    kind: TooLittleKind
    filename: str
    row: int
    message: str = ""
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of the attribution: the families that were left unfrozen, how many runs it took, and the stages in which
    they differed."""

    left_out: tuple[Family, ...]
    runs: int
    differs: bool
    stages: tuple[Stage, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One baseline run, for the report: how it ended and what each stage came to, as a digest."""

    ending: str
    status: int
    seconds: float
    digests: Mapping[Stage, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """What one baseline run did, in words. `kind` is `seed`, `draw`, `value` (one that no seed sets) or `entropy` (a
    seed that asks the operating system for its value). `differs` marks the first in which the runs part."""

    run: int
    n: int
    kind: str
    stream: str
    text: str
    filename: str
    row: int
    differs: bool = False
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """How far apart the runs are at one mark of the training: `distance` is the largest relative difference."""

    mark: int
    epoch: int
    step: int
    distance: float


@dataclass(frozen=True, slots=True)
class Spread:
    """The values of one metric in the runs of one arm. `values` has one for each run, in their order: a number, "nan",
    "inf" or "-inf", or None where the run failed or lacks the metric. All else is of the `count` finite ones: `mean`,
    `sd` (with count - 1), the 95 % `interval` of the mean by Student's t, `least` and `greatest`; None where there are
    too few."""

    values: Sequence[float | str | None]
    count: int
    mean: float | None
    sd: float | None
    interval: tuple[float, float] | None
    least: float | None
    greatest: float | None

    @property
    def varies(self) -> bool:
        """Whether not all runs have the same value."""
        return len(set(self.values)) > 1


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that the program printed or that Keras or scikit-learn reported, under its name, in each arm that
    has runs."""

    name: str
    source: Literal["printed", "logged"]
    same_seed: Spread | None
    other_seeds: Spread | None


@dataclass(frozen=True, slots=True)
class Repeat:
    """One run of the study. `seed_shift` is what was added to the program's own seeds. `error` says why it failed."""

    seed_shift: int
    seconds: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class RepeatArm:
    """The runs of a study that have their seeds in common, or have none in common. `bound` is the highest chance, per
    run, of a result unlike all of these that they leave open (at 95 %)."""

    runs: Sequence[Repeat]
    bound: float | None


@dataclass(frozen=True, slots=True)
class Seeding:
    """A call of the program's that seeds, and whether its value was varied."""

    api: str
    value: str
    filename: str
    row: int
    varied: bool
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """What `--repeats` found. `repeats` is how many runs were asked for, `seed_step` what is added to each seed from
    one run with other seeds to the next."""

    repeats: int
    seed_step: int
    same_seed: RepeatArm
    other_seeds: RepeatArm | None
    seedings: Sequence[Seeding]
    metrics: Sequence[Metric]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """All that `verify` found out of a program. `bound` is the highest chance, per run, of a divergence that so many
    equal runs leave open (at 95 %). `outside` says what was left when everything was frozen and the runs still
    differed. `error` is the message of the verdict `error`. `not_varied` says what the runs had in common and could
    not show. `metrics` are those of the runs of the program as it is."""

    verdict: Verdict
    script: str
    runs: int
    environment: Mapping[str, str]
    stages: Sequence[StageResult]
    first_divergence: Divergence | None
    causes: Sequence[Cause]
    not_causes: Sequence[Family]
    not_applicable: Sequence[NotApplicable]
    too_little_randomness: Sequence[TooLittle]
    bound: float
    repeat: str
    error: str = ""
    outside: str = ""
    parting: Parting | None = None
    arms: Sequence[Arm] = ()
    run_summaries: Sequence[RunSummary] = ()
    timeline: Sequence[TimelineEvent] = ()
    growth: Sequence[Growth] = ()
    not_varied: Sequence[str] = ()
    fix_trial: FixTrial | None = None
    notes: Sequence[str] = ()
    metrics: Sequence[Metric] = ()
    study: Study | None = None

    def to_json(self) -> dict[str, Any]:
        """The document of `--output-format json`."""
        return {"schema": SCHEMA, **asdict(self)}


def bound(runs: int) -> float:
    """The per-run chance of a divergence that `runs` equal runs can't exclude, at 95 % (RUNTIME.md, point 8).

    >>> round(bound(3), 2), round(bound(30), 3)
    (0.63, 0.095)
    """
    return float(1 - 0.05 ** (1 / runs))
