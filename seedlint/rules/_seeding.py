"""What the rules on a program's seeding (101 to 104) have in common: where a seed has to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from seedlint.rules._draws import (
    SEED_FUNCTIONS,
    program_seed,
    set_random_seed,
    short_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedlint.finding import Edit, Fix
    from seedlint.knowledge.model import Stream
    from seedlint.program.events import DrawEvent, Place, Trace
    from seedlint.program.faults import Fault
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View


def seed_call(trace: Trace, streams: Sequence[Stream]) -> str:
    """Return the dotted name of the function that seeds `streams` in this program."""
    if trace.uses_tensorflow or "tensorflow" in streams or "keras" in streams:
        return set_random_seed(trace)
    return SEED_FUNCTIONS[streams[0]]


def path_to(draw: DrawEvent) -> tuple[Place, ...]:
    """Return the calls and imports that lead to `draw`, and the draw itself, outermost first."""
    return (*draw.chain, draw.place)


def first_in(path: Sequence[Place], file: str) -> Place:
    """Return the outermost step of `path` that stands in `file`, or its end if none does."""
    return next((place for place in path if place.path == file), path[-1])


def last_in(path: Sequence[Place], file: str) -> Place:
    """Return the innermost step of `path` that stands in `file`, or its end if none does."""
    return next((place for place in reversed(path) if place.path == file), path[-1])


def describe(draw: DrawEvent) -> str:
    """Say what draws: for a related place."""
    name = short_name(draw.call.api.name)
    what = f"`{name}`" if draw.draw.parameter is None else f"`{name}` ({draw.draw.parameter})"
    return f"{what} draws from the `{draw.stream}` stream"


def related_draws(faults: Sequence[Fault]) -> tuple[tuple[Place, str], ...]:
    """Return every uncovered draw behind `faults`, each place once, in the order of the program."""
    draws = sorted((draw for fault in faults for draw in fault.draws), key=lambda draw: draw.order)
    return tuple({draw.place: (draw.place, describe(draw)) for draw in reversed(draws)}.values())[::-1]


def related_way(draw: DrawEvent) -> tuple[tuple[Place, str], ...]:
    """Return the imports and calls that lead to `draw`, outermost first."""
    return tuple((place, f"leads to `{short_name(draw.call.api.name)}`, which draws") for place in draw.chain)


def streams_of(faults: Sequence[Fault]) -> tuple[Stream, ...]:
    """Return the streams that `faults` are about."""
    return tuple(dict.fromkeys(fault.stream for fault in faults))


def named(streams: Sequence[Stream]) -> str:
    """Return the streams' names for a message: "`python` and `numpy` streams"."""
    names = [f"`{stream}`" for stream in streams]
    if len(names) == 1:
        return f"{names[0]} stream"
    return f"{', '.join(names[:-1])} and {names[-1]} streams"


def behind_idle_seeder(view: View, fault: Fault) -> bool:
    """Tell whether a seeding function of the program, which nobody calls, would mend `fault`: then that
    is the fault to report, as SEED104."""
    return fault.kind in ("missing", "incomplete") and any(
        fault.stream in seeder.streams for seeder in view.idle_seeders
    )


def insert_seed(trace: Trace, streams: Sequence[Stream], before: Place) -> Callable[[Rewriter], Fix | None]:
    """Return the fix that seeds `streams` after the file's imports, or before `before` if that is earlier."""
    function = seed_call(trace, streams)
    known = program_seed(trace)

    def fix(rewriter: Rewriter) -> Fix | None:
        anchor = _in_command(rewriter, trace, before) or insertion_point(rewriter, before)
        if anchor is None:
            return None
        statement, is_after = anchor
        spelled, imported = rewriter.spelling(function, at=statement, after=is_after)
        code = f"{spelled}({rewriter.seed(statement, known, after=is_after)})"
        return rewriter.fix("safe", f"seed the program: `{code}`", *insert_code(rewriter, anchor, code, imported))

    return fix


def _in_command(rewriter: Rewriter, trace: Trace, before: Place) -> tuple[cst.CSTNode, bool] | None:
    """Return the statement before which to seed a program that is one function: the rest of its file belongs to
    whoever imports it. None if the file draws before the function is called."""
    start = rewriter.node(trace.start.node) if trace.start is not None else None
    if not isinstance(start, cst.FunctionDef) or not isinstance(start.body, cst.IndentedBlock):
        return None
    if rewriter.editor.top_level_statement(rewriter.node(before.node)) is not start:
        return None
    first, *others = start.body.body
    return (others[0] if others and start.get_docstring() is not None else first), False


def insertion_point(rewriter: Rewriter, before: Place) -> tuple[cst.CSTNode, bool] | None:
    """Return the statement next to which a seed has to stand, and whether after it."""
    first_draw = rewriter.editor.top_level_statement(rewriter.node(before.node))
    if first_draw is None:
        return None
    end: cst.CSTNode | None = rewriter.imports.import_region_end()
    if end is None or end is first_draw:
        return first_draw, False
    constant = rewriter.seed_constant()
    span_of = rewriter.editor.span_of
    if constant is not None and span_of(end) < span_of(constant[1]) < span_of(first_draw):
        end = constant[1]
    in_function = isinstance(first_draw, cst.FunctionDef | cst.ClassDef)
    is_before = span_of(end).end <= span_of(first_draw).start
    return (end, True) if is_before or in_function else (first_draw, False)


def insert_code(
    rewriter: Rewriter, anchor: tuple[cst.CSTNode, bool], code: str, imported: Sequence[Edit]
) -> Sequence[Sequence[Edit] | None]:
    """Return the edits that put `code` at the place that `insertion_point` gave, and import what it needs."""
    from seedlint.rewrite.region import has_import  # for a fix alone

    statement, is_after = anchor
    insert = rewriter.editor.insert_after if is_after else rewriter.editor.insert_before
    apart = [""] if is_after and has_import(statement) else []
    return [imported, insert(statement, [*apart, code])]
