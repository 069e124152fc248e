"""The page: `render` makes it of a result. Needs Jinja2 and matplotlib, which come with `seedlint[runtime]`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from seedlint.reporting.row import visible
from seedlint.reporting.words import counted
from seedlint.runtime import words
from seedlint.runtime.compare import BITS, CLOSE
from seedlint.runtime.excerpt import excerpt
from seedlint.runtime.families import FAMILIES
from seedlint.runtime.html import pictures
from seedlint.runtime.result import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seedlint.runtime.families import Family
    from seedlint.runtime.recording import Stage
    from seedlint.runtime.result import Metric, StageResult, TimelineEvent, Verdict, VerifyResult

_TEMPLATE: Final = "page.html"
_HEADLINES: Final[Mapping[Verdict, str]] = {
    "repeats": "repeats",
    "differs": "does not repeat",
    "error": "could not be checked",
}
_BEFORE_PARTING: Final = 3
_AFTER_PARTING: Final = 4
_MOST_OF_STUDY: Final = 12
_MOST: Final = 4
_COLOURS: Final = 4
"""So many results that differ from run 1's have a colour of their own; the letters go on."""


def render(result: VerifyResult) -> str:
    """The whole page."""
    environment = Environment(
        loader=PackageLoader("seedlint.runtime", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"code": _with_code, "lines": str.splitlines, "number": _number}
    return environment.get_template(_TEMPLATE).render(
        result=result,
        headline=_HEADLINES[result.verdict],
        words=words,
        counted=counted,
        excerpt=excerpt,
        place_of=place_of,
        matrix=[_matrix_row(stage, result) for stage in result.stages],
        arms=_arms(result),
        family_rows=_family_rows(result),
        timeline=pictures.timeline(result.timeline, result.parting) if result.timeline else None,
        side_by_side=_side_by_side(result),
        strips=_strips(result),
        growth=pictures.growth(result.growth) if result.growth else None,
        growth_says=_growth_says(result),
    )


def _shown(value: object) -> object:
    """Text of the program's with its control characters made visible; markup as it is."""
    return value if isinstance(value, Markup) else visible(str(value))


def _with_code(text: str) -> Markup:
    """The text, with what stands between backticks as code."""
    parts = re.split(r"`([^`]+)`", visible(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part) for index, part in enumerate(parts)
    )


@dataclass(frozen=True, slots=True)
class _MatrixRow:
    """A stage, and what each run came to in it: the letter of its result, and the result's number from 0."""

    stage: Stage
    equal: bool
    cells: Sequence[tuple[str, int]]


def _matrix_row(stage: StageResult, result: VerifyResult) -> _MatrixRow:
    known: dict[str, int] = {}
    cells: list[tuple[str, int]] = []
    for run in result.run_summaries:
        digest = run.digests.get(stage.name)
        if digest is None:
            cells.append(("–", -1))
            continue
        number = 0 if stage.equal else known.setdefault(digest, len(known))
        cells.append((_letter(number), min(number, _COLOURS)))
    return _MatrixRow(stage.name, stage.equal, cells)


def _letter(number: int) -> str:
    """A to Z, then AA, AB, …"""
    more, last = divmod(number, 26)
    return (_letter(more - 1) if more else "") + chr(ord("A") + last)


@dataclass(frozen=True, slots=True)
class _ArmColumn:
    """An arm: what it is called, the families that vary in it, whether and where its runs differ."""

    name: str
    varying: frozenset[Family]
    differs: bool
    runs: int
    stages: Sequence[Stage]


def _arms(result: VerifyResult) -> list[_ArmColumn]:
    """The baseline, in which everything varies, and the arms of the search."""
    if not result.arms:
        return []
    differing = [stage.name for stage in result.stages if not stage.equal]
    baseline = _ArmColumn("as is", frozenset(FAMILIES), bool(differing), result.runs, differing)
    arms = [
        _ArmColumn(str(number), frozenset(arm.left_out), arm.differs, arm.runs, arm.stages)
        for number, arm in enumerate(result.arms, 1)
    ]
    return [baseline, *arms]


def _family_rows(result: VerifyResult) -> Iterator[tuple[Family, str]]:
    """Each family, and whether the arms showed it to be a cause; causes first."""
    causes = [cause.family for cause in result.causes]
    refused = [single.family for single in result.not_applicable]
    for family in sorted(FAMILIES, key=lambda family: (family not in causes, family not in refused)):
        if family in causes:
            yield family, "yes"
        elif family in refused:
            yield family, "can't be frozen"
        elif family in result.not_causes:
            yield family, "no"
        else:
            yield family, "not known"


@dataclass(frozen=True, slots=True)
class _EventRow:
    """One event of run 1 and of the run that parts from it: what each did, and whether they part there."""

    number: int
    pair: Sequence[TimelineEvent | None]
    parts: bool


def _side_by_side(result: VerifyResult) -> Iterator[_EventRow]:
    """The events around the one in which a run parts from run 1; none if none does."""
    parting = result.parting
    if parting is None:
        return
    events = {(event.run, event.n): event for event in result.timeline}
    for n in range(parting.n - _BEFORE_PARTING, parting.n + _AFTER_PARTING):
        pair = [events.get((run, n)) for run in (1, parting.run)]
        if any(pair):
            yield _EventRow(n + 1, pair, n == parting.n)


def _strips(result: VerifyResult) -> list[tuple[Metric, Markup]]:
    """The metrics of the study, or else those that vary, first those that the program itself prints, each with its
    picture; not more than one looks at."""
    if result.study is not None:
        metrics, most = list(result.study.metrics), _MOST_OF_STUDY
    else:
        metrics, most = [single for single in result.metrics if single.same_seed and single.same_seed.varies], _MOST
    metrics.sort(key=lambda metric: metric.source != "printed")
    drawn = ((metric, pictures.strip(f"metric-{number}", metric)) for number, metric in enumerate(metrics))
    return list(islice(((metric, picture) for metric, picture in drawn if picture), most))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.6g}"


def _growth_says(result: VerifyResult) -> str:
    """What the picture of the growth shows, in a sentence."""
    if not result.growth:
        return ""
    first, last = result.growth[0].distance, result.growth[-1].distance
    if first > CLOSE:
        return "The runs train on different numbers from the first fingerprint on: this is no rounding that grew."
    if last > CLOSE:
        return "The runs begin almost alike, and training makes the small difference a large one."
    if last > BITS:
        return "The difference grows, and stays below a thousandth until the end."
    return "The difference stays in the last bits until the end."
