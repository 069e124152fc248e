"""What the runs did to randomness, in order, and where one of them first did something else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from seedlint.runtime.recording import Draw, Recording, Seed, Value
from seedlint.runtime.result import Parting, TimelineEvent
from seedlint.sources.text import shown_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST: Final = 200

_Step = Seed | Draw | Value


def timeline(recordings: Sequence[Recording]) -> tuple[list[TimelineEvent], Parting | None]:
    """The first events of each run, and the first in which one parts from the first run."""
    steps = [[event for event in recording.events if isinstance(event, _Step)] for recording in recordings]
    events: list[TimelineEvent] = []
    parting: Parting | None = None
    for run, of_run in enumerate(steps, 1):
        parts = _first_difference(steps[0], of_run)
        for index, event in enumerate(of_run[:_MOST]):
            events.append(_event(run, index, event, differs=index == parts))
        if parting is None and parts is not None:
            parting = _parting(run, steps[0][parts : parts + 1], of_run[parts : parts + 1])
    return events, parting


def _first_difference(ours: Sequence[_Step], theirs: Sequence[_Step]) -> int | None:
    for index, (one, other) in enumerate(zip(ours, theirs, strict=False)):
        if _essence(one) != _essence(other):
            return index
    return min(len(ours), len(theirs)) if len(ours) != len(theirs) else None


def _essence(event: _Step) -> tuple[object, ...]:
    """What of an event must be the same in another run."""
    return (type(event).__name__, _stream(event), _given(event), event.filename, event.row)


def _stream(event: _Step) -> str:
    return event.kind if isinstance(event, Value) else event.stream


def _given(event: _Step) -> str | None:
    return event.digest if isinstance(event, Draw) else event.value


def _event(run: int, index: int, event: _Step, *, differs: bool) -> TimelineEvent:
    kind = type(event).__name__.lower()
    filename = shown_name_of(event.filename)
    return TimelineEvent(run, index, kind, _stream(event), _words(event), filename, event.row, differs)


def _words(event: _Step) -> str:
    if isinstance(event, Seed):
        return f"{event.api} seeds with {event.value if event.value is not None else 'entropy'}"
    if isinstance(event, Draw):
        return f"{event.api} gives {event.digest}"
    return f"{event.api} gives {event.value}"


def _parting(run: int, ours: Sequence[_Step], theirs: Sequence[_Step]) -> Parting:
    first, other = (_words(event[0]) if event else "nothing more" for event in (ours, theirs))
    place = (ours or theirs)[0]
    return Parting(run, first, other, shown_name_of(place.filename), place.row)


def shown_name_of(filename: str) -> str:
    """The name of a user's file, as `check` shows it; nothing where there is none."""
    return shown_name(Path(filename)) if filename else ""
