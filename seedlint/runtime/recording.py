"""Recordings: what a run did to randomness and what came of it, as JSON lines.

Each line is an object whose `e` names the class of the event below, in lower case; the other keys are its fields. The
first line is the `Start`; its `format` is the version. `n` counts the lines of one process from 0.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FORMAT: Final = 1

Stage = Literal["weights", "order", "augmentation", "loss", "predictions", "metrics", "fitted", "output"]
STAGES: Final[tuple[Stage, ...]] = (
    "weights", "order", "augmentation", "loss", "fitted", "predictions", "metrics", "output",
)  # fmt: skip
"""`weights`: before the first step. `loss`: losses and weights while training. `fitted`: what scikit-learn learned.
`output`: what the program printed; it comes from the runner, not from a recording."""


@dataclass(frozen=True, slots=True)
class Start:
    """The run begins. `frozen` names the families."""

    n: int
    format: int
    seedlint: str
    python: str
    frozen: list[str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A library was imported."""

    n: int
    module: str
    version: str


@dataclass(frozen=True, slots=True)
class Seed:
    """A stream, or the generator that the call makes, was seeded. `seeding` counts the seedings of the stream from 1;
    draws name the one that covers them. `value` is None where the call asks for entropy."""

    n: int
    stream: str
    api: str
    value: str | None
    seeding: int
    filename: str
    row: int


@dataclass(frozen=True, slots=True)
class Draw:
    """One of the first draws from a stream at a line, with a digest of what it gave. `seeding` 0 means that nothing had
    seeded the stream."""

    n: int
    stream: str
    api: str
    seeding: int
    digest: str
    filename: str
    row: int


@dataclass(frozen=True, slots=True)
class Draws:
    """How many draws there were so far: `[stream, api, seeding, filename, row, count]` each. A later one replaces an
    earlier one."""

    n: int
    counts: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Value:
    """The program took a value that no seed sets: `kind` is `clock`, `pid` or `entropy`. Counted per line; the first
    are recorded."""

    n: int
    kind: str
    api: str
    value: str
    filename: str
    row: int


@dataclass(frozen=True, slots=True)
class Setting:
    """The program set something that decides whether runs repeat: op determinism, thread counts, a parallel map,
    workers, an environment variable."""

    n: int
    name: str
    value: str
    filename: str
    row: int


@dataclass(frozen=True, slots=True)
class Mark:
    """The fingerprints of one stage at one step. `mark` counts the marks of a run; `fit` the trainings. `tensors` maps
    a name to its digest and a few of its values, from which the distance of two runs is judged. `filename` and `row`
    are the user's line that was running."""

    n: int
    mark: int
    stage: Stage
    fit: int
    epoch: int
    step: int
    tensors: dict[str, tuple[str, list[float]]]
    filename: str
    row: int


@dataclass(frozen=True, slots=True)
class Worker:
    """A child process that a line forked drew from a stream; `digest` is of its first draws."""

    n: int
    worker: int
    stream: str
    digest: str
    filename: str
    row: int


@dataclass(frozen=True, slots=True)
class Temporary:
    """The program made a temporary file or directory by `tempfile`."""

    n: int
    path: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The user's own files that make up the program, as far as they are known then."""

    n: int
    filenames: list[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """The program raised what ended it, or a knob of the probe could not be applied (`family` names it)."""

    n: int
    error: str
    filename: str
    row: int
    family: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """The run came to its end, by `reason`: `exit`, `stop` (early, as asked) or `os._exit`."""

    n: int
    reason: str
    seconds: float


Event = Start | Loaded | Seed | Draw | Draws | Value | Setting | Mark | Worker | Temporary | Sources | Problem | End
_EventT = TypeVar("_EventT", bound=Event)
EVENTS: Final[Mapping[str, type[Event]]] = {
    kind.__name__.lower(): kind
    for kind in (Start, Loaded, Seed, Draw, Draws, Value, Setting, Mark, Worker, Temporary, Sources, Problem, End)
}


class RecordingError(Exception):
    """A recording can't be used; the text says why, as what is said of it."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The events of a run, in their order. `is_whole` is false where the process was ended before it could say so."""

    events: tuple[Event, ...]
    is_whole: bool

    EMPTY: ClassVar[Recording]

    def of(self, kind: type[_EventT]) -> Iterator[_EventT]:
        """The events of one class."""
        return (event for event in self.events if isinstance(event, kind))

    def version(self, module: str) -> str | None:
        """The version of a library that the run imported, or None."""
        return next((event.version for event in self.of(Loaded) if event.module == module), None)


Recording.EMPTY = Recording((), is_whole=False)


def parse_line(line: str) -> Event:
    """The event that a line holds. RecordingError if it holds none."""
    try:
        document = json.loads(line)
        kind = EVENTS[document.pop("e")]
        return kind(**document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordingError(f"not an event: {line[:80]!r}") from error


def read(path: Path) -> Recording:
    """The recording at `path`. A last line that was cut off is left out. RecordingError if the file is of another
    version or damaged."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise RecordingError(f"can't be read: {error.strerror}") from error
    lines = text.split("\n")
    complete = lines[:-1]
    if not complete:
        return Recording.EMPTY
    try:
        first = json.loads(complete[0])
        version = first.get("format") if first.get("e") == "start" else None
    except (ValueError, AttributeError):
        version = None
    if version is None:
        raise RecordingError("is none of seedlint's")
    if version != FORMAT:
        raise RecordingError(f"was made by another version of seedlint (format {version}, this one reads {FORMAT})")
    events: list[Event] = []
    for number, line in enumerate(complete, 1):
        try:
            events.append(parse_line(line))
        except RecordingError as error:
            raise RecordingError(f"is damaged at line {number}: something else wrote to it ({error})") from error
    return Recording(tuple(events), is_whole=any(isinstance(event, End) for event in events))


def line_of(event: Event) -> str:
    """The line that `parse_line` reads as `event`."""
    document = {"e": type(event).__name__.lower()}
    document |= {field.name: getattr(event, field.name) for field in fields(event)}
    return json.dumps(document, separators=(",", ":")) + "\n"
