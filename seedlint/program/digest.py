"""What those need to know of a program who look at something else: plain data, which other processes can have too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedlint.program.events import Place, SeederEvent, Trace


class Digest(Struct, frozen=True):
    """`entry`, `paths`, `seeders`, `external`, `complete` and `uses_tensorflow` as in `Trace`; `environment` are the
    places that set variables of the environment, and when."""

    entry: str
    paths: frozenset[str]
    seeders: tuple[SeederEvent, ...]
    environment: tuple[tuple[Place, int], ...]
    external: Mapping[str, int]
    complete: bool
    uses_tensorflow: bool


def digest(trace: Trace) -> Digest:
    """Return the digest of a program."""
    return Digest(
        trace.entry,
        frozenset(trace.paths),
        tuple(trace.seeders),
        tuple((event.place, event.order) for event in trace.environment),
        trace.external,
        trace.complete,
        trace.uses_tensorflow,
    )
