"""What the baseline's recordings say of each family: where it was used in a way that can differ from run to run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from seedlint.runtime.recording import Draw, Draws, Mark, Recording, Seed, Setting, Sources, Value, Worker
from seedlint.runtime.result import Place
from seedlint.sources.text import SourceError, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seedlint.runtime.families import Family

_STREAMS: Final[tuple[Family, ...]] = ("python", "numpy", "tensorflow")
_RACES: Final = ("Dataset.", "deterministic", "workers", "n_jobs")
_SET_CALLS: Final = ("set", "frozenset", "hash")
_RACING_OPS: Final = ("bincount",)
"""With weights, it alone among 22 common ops adds on a CPU in the order in which its threads come."""
_PRESENT: Final = ("now", "utcnow", "today")
_THREADED: Final = ("tensorflow", "sklearn")


def suspects(recordings: Sequence[Recording]) -> dict[Family, list[Place]]:
    """The families that the runs used without cover, each with the user's lines that did so, in the order in which they
    first did. A family that is missing here was not seen; it may still be a cause."""
    found: dict[Family, list[Place]] = {}
    for family in _STREAMS:
        _add(found, family, _uncovered(recordings, family))
    _add(found, "python", [*found.get("python", ()), *reseeded_by_forks(recordings[0])])
    varying = list(_varying_seeds(recordings))
    _add(found, "generator", (_place(seed) for seed in recordings[0].of(Seed) if _asks_for_entropy(seed)))
    _add(found, "entropy", (_place(value) for value in recordings[0].of(Value) if value.kind == "entropy"))
    sources = list(_sources(recordings[0]))
    clocks = [_place(value) for value in recordings[0].of(Value) if value.kind != "entropy"]
    clocks += _mentions(sources, _PRESENT)
    _add(found, "clock", [*(varying if clocks else ()), *clocks])
    hashes = _mentions(sources, _SET_CALLS)
    _add(found, "hash", [*(varying if hashes else ()), *hashes])
    races = (
        _place(setting)
        for setting in recordings[0].of(Setting)
        if setting.name.startswith(_RACES) and setting.value not in ("None", "1")
    )
    _add(found, "pipeline", races)
    _add(found, "threads", _mentions(sources, _RACING_OPS))
    return found


def reseeded_by_forks(recording: Recording) -> list[Place]:
    """The lines that drew from Python's stream in a forked process, where Python has seeded it with entropy."""
    return [_place(worker) for worker in recording.of(Worker) if worker.stream == "python"]


def _add(found: dict[Family, list[Place]], family: Family, places: Iterable[Place]) -> None:
    known = list(dict.fromkeys(place for place in places))
    if known:
        found[family] = sorted(known, key=lambda place: not place.row)


def may_race(recordings: Sequence[Recording]) -> bool:
    """Whether a library was used whose ops run on several threads."""
    return any(recordings[0].version(module) is not None for module in _THREADED)


def _place(event: Seed | Draw | Value | Setting | Mark | Worker) -> Place:
    return Place(event.filename, event.row)


def _asks_for_entropy(seed: Seed) -> bool:
    return seed.stream == "generator" and seed.value is None


def _uncovered(recordings: Sequence[Recording], stream: str) -> Iterator[Place]:
    """The lines that drew from the stream when nothing, or entropy, had seeded it; first those whose draws are known to
    differ. A seed with a value that varies is no fault of its stream's, but of what the value comes from."""
    seeded = {seed.seeding for seed in recordings[0].of(Seed) if seed.stream == stream and seed.value is not None}
    first = [draw for draw in recordings[0].of(Draw) if draw.stream == stream and draw.seeding not in seeded]
    others = [
        {(draw.filename, draw.row, draw.digest) for draw in recording.of(Draw) if draw.stream == stream}
        for recording in recordings[1:]
    ]
    for draw in first:
        if any((draw.filename, draw.row, draw.digest) not in other for other in others):
            yield _place(draw)
    for draw in first:
        yield _place(draw)
    for counts in recordings[0].of(Draws):
        for name, _, seeding, filename, row, _ in counts.counts:
            if name == stream and seeding not in seeded:
                yield Place(filename, row)


def _varying_seeds(recordings: Sequence[Recording]) -> Iterator[Place]:
    """The lines that seeded with a value that was another in another run."""
    by_key = [{(seed.stream, seed.seeding): seed.value for seed in recording.of(Seed)} for recording in recordings]
    for seed in recordings[0].of(Seed):
        if seed.value is not None and any(other.get((seed.stream, seed.seeding)) != seed.value for other in by_key[1:]):
            yield _place(seed)


def files(recording: Recording) -> list[str]:
    """The user's files that make up the program."""
    named = [filename for event in recording.of(Sources) for filename in event.filenames]
    return list(dict.fromkeys(filename for filename in named if filename.endswith((".py", ".ipynb"))))


def _sources(recording: Recording) -> Iterator[tuple[str, ast.Module]]:
    for filename in files(recording):
        try:
            yield filename, ast.parse(read(filename).text)
        except (OSError, SourceError, SyntaxError, ValueError):
            continue


def _mentions(sources: Iterable[tuple[str, ast.Module]], names: Sequence[str]) -> list[Place]:
    """The lines that call one of `names`. Sets in braces count as calls of `set`, and `hash` where it is only named."""
    found = []
    for filename, tree in sources:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in names:
                    found.append(Place(filename, node.lineno))
            elif (isinstance(node, ast.Set | ast.SetComp) and "set" in names) or (
                isinstance(node, ast.Name) and node.id == "hash" and "hash" in names
            ):
                found.append(Place(filename, node.lineno))
    return sorted(set(found), key=lambda place: (place.filename, place.row))
