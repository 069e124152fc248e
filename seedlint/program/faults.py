"""The seeding fault behind a program's uncovered draws, once for each stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.knowledge.model import Stream
    from seedlint.program.events import DrawEvent, SeedEvent, Trace

SEEDABLE: Final[tuple[Stream, ...]] = ("python", "numpy", "tensorflow", "keras")
"""The streams that a program seeds as a whole."""


class Fault(Struct, frozen=True):
    """Why the draws from `stream` in `draws`, in their order, differ from run to run.

    `missing`: the program seeds nothing. `incomplete`: it seeded other streams before, `seed` last.
    `late`: `seed` comes after the first of the draws. `unreproducible`: `seed` sets the stream, to
    something that changes from run to run.
    """

    kind: Literal["missing", "incomplete", "late", "unreproducible"]
    stream: Stream
    draws: Sequence[DrawEvent]
    seed: SeedEvent | None = None


def faults(trace: Trace) -> list[Fault]:
    """Return the seeding faults of a program, in the order of its streams."""
    result: list[Fault] = []
    for stream in SEEDABLE:
        draws = [draw for draw in trace.draws if draw.stream == stream and not draw.covered and draw.own_seed == "none"]
        if draws:
            result.append(_fault(trace, stream, draws))
    unseeded = min((fault.draws[0].order for fault in result if fault.kind == "missing"), default=None)
    return [_at_its_root(fault, unseeded) for fault in result]


def _at_its_root(fault: Fault, unseeded: int | None) -> Fault:
    """A seed of some streams that comes after the program has drawn without any, at `unseeded`, is not where the
    program sets its seeds: it misses the others where it misses the first."""
    if fault.kind == "incomplete" and fault.seed is not None and unseeded is not None and fault.seed.order > unseeded:
        return Fault("missing", fault.stream, fault.draws)
    return fault


def _fault(trace: Trace, stream: Stream, draws: Sequence[DrawEvent]) -> Fault:
    first = draws[0]
    if first.state.seed is not None:
        return Fault("unreproducible", stream, draws, first.state.seed)
    constant = [seed for seed in trace.seeds if seed.holds == "constant" and not seed.hidden]
    for seed in constant:
        if seed.order > first.order and stream in seed.streams:
            return Fault("late", stream, draws, seed)
    before = [seed for seed in constant if seed.order < first.order and set(seed.streams) & set(SEEDABLE)]
    if before:
        return Fault("incomplete", stream, draws, before[-1])
    return Fault("missing", stream, draws)
