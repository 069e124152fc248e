"""What the runs did to randomness, in order, and where one of them first did something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seedlint.runtime.recording import Draw, Recording, Seed, Value
from seedlint.runtime.result import Parting, TimelineEvent
from seedlint.sources.text import shown_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from seedlint.runtime.families import Family

_MOST: Final = 200
_SHOWN: Final = 8
"""So much of a digest tells two apart for the eye."""

_Step = Seed | Draw | Value


def timeline(
    recordings: Sequence[Recording], causes: Collection[Family] = ()
) -> tuple[list[TimelineEvent], Parting | None]:
    """The events of each run, up to some number around the first in which one parts from run 1, and that one. `causes`
    are the families that make the runs differ, as far as they are known: where one of them is seeded with entropy, the
    runs part."""
    steps = [[event for event in recording.events if isinstance(event, _Step)] for recording in recordings]
    differences = [None, *(_first_difference(steps[0], of_run, causes) for of_run in steps[1:])] if steps else []
    parting = next((_parting(run, parts, steps) for run, parts in enumerate(differences, 1) if parts is not None), None)
    begin = max(0, parting.n - _MOST // 2) if parting is not None else 0
    events = [
        _event(run, index, of_run[index], differs=index == parts)
        for run, (of_run, parts) in enumerate(zip(steps, differences, strict=True), 1)
        for index in range(begin, min(begin + _MOST, len(of_run)))
    ]
    return events, parting


def _first_difference(ours: Sequence[_Step], theirs: Sequence[_Step], causes: Collection[Family]) -> int | None:
    for index, (one, other) in enumerate(zip(ours, theirs, strict=False)):
        if _essence(one) != _essence(other) or (_is_of_entropy(one) and _stream(one) in causes):
            return index
    return min(len(ours), len(theirs)) if len(ours) != len(theirs) else None


def _is_of_entropy(event: _Step) -> bool:
    return isinstance(event, Seed) and event.value is None


def _essence(event: _Step) -> tuple[object, ...]:
    """What of an event must be the same in another run."""
    return (type(event).__name__, _stream(event), _given(event), event.filename, event.row)


def _stream(event: _Step) -> str:
    return event.kind if isinstance(event, Value) else event.stream


def _given(event: _Step) -> str | None:
    return event.digest if isinstance(event, Draw) else event.value


def _event(run: int, index: int, event: _Step, *, differs: bool) -> TimelineEvent:
    kind = "entropy" if _is_of_entropy(event) else type(event).__name__.lower()
    filename = shown_name_of(event.filename)
    return TimelineEvent(run, index, kind, _stream(event), _words(event), filename, event.row, differs)


def _words(event: _Step) -> str:
    if isinstance(event, Seed):
        return f"{event.api} seeds with {event.value if event.value is not None else 'entropy'}"
    if isinstance(event, Draw):
        return f"{event.api} gives {event.digest[:_SHOWN]}…"
    return f"{event.api} gives {event.value}"


def _parting(run: int, n: int, steps: Sequence[Sequence[_Step]]) -> Parting:
    ours, theirs = (of_run[n] if n < len(of_run) else None for of_run in (steps[0], steps[run - 1]))
    place = ours or theirs
    assert place is not None
    first, other = (_words(event) if event else "nothing more" for event in (ours, theirs))
    return Parting(run, n, first, other, shown_name_of(place.filename), place.row)


def shown_name_of(filename: str) -> str:
    """The name of a user's file, as `check` shows it; nothing where there is none."""
    return shown_name(filename) if filename else ""
