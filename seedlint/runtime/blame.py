"""Naming the line of a cause: the user's draw, and what `check` says there."""

from __future__ import annotations

import ast
import contextlib
from typing import TYPE_CHECKING, Final

from seedlint.linter import Linter
from seedlint.rules import all_rules
from seedlint.runtime.result import Cause, Place
from seedlint.settings import SettingsError, SettingsFinder
from seedlint.sources.text import SourceError, read, shown_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from seedlint.finding import Finding
    from seedlint.runtime.families import Family
    from seedlint.runtime.recording import Stage
    from seedlint.sources.text import SourceText

_STREAMS: Final[Mapping[Family, frozenset[str]]] = {
    "python": frozenset({"python", "keras"}),
    "numpy": frozenset({"numpy"}),
    "tensorflow": frozenset({"tensorflow"}),
    "generator": frozenset({"generator", "tensorflow-generator"}),
    "entropy": frozenset({"os"}),
    "hash": frozenset({"hash"}),
}
"""The streams of the findings that speak of a family."""
_CODES: Final[Mapping[Family, tuple[str, ...]]] = {
    "clock": ("SEED105",),
    "hash": ("SEED107", "SEED105", "SEED406"),
    "pipeline": ("SEED405",),
    "entropy": ("SEED308", "SEED105"),
    "generator": ("SEED305",),
    "ops": ("SEED109",),
}
"""The rules that speak of a family without a stream."""
_FIX: Final[Mapping[Family, str]] = {
    "python": "seed Python's `random` before this draw: `keras.utils.set_random_seed(SEED)` or `random.seed(SEED)`",
    "numpy": "seed NumPy before this draw: `np.random.seed(SEED)`, or pass a constant `random_state`",
    "tensorflow": "seed TensorFlow before this draw: `tf.random.set_seed(SEED)`",
    "generator": "give the generator a constant seed",
    "entropy": "take the value from a seeded generator instead of the operating system",
    "clock": "seed with a constant, not with the time or the process id",
    "hash": "put what comes out of a set into an order before that order matters: `sorted(…)`",
    "pipeline": "let nothing random, and no order, depend on which worker is first: stateless random ops with a seed "
    "per element, `deterministic=True`, one worker",
    "threads": "run the op on one thread, or use one whose sum does not depend on the order of its threads",
    "ops": "call `tf.config.experimental.enable_op_determinism()` before the first op",
}


_FIRST_OF_DRAWS: Final = "SEED301"


def read_all(filenames: Iterable[str]) -> list[SourceText]:
    """The texts of the files, without those that can't be read."""
    sources = []
    for filename in filenames:
        with contextlib.suppress(OSError, SourceError):
            sources.append(read(filename))
    return sources


def check(sources: Sequence[SourceText], *, tests: bool) -> list[Finding]:
    """What `check` says of the files under their settings; `tests` are programs then."""
    rules = {rule.code: rule.name for rule in all_rules()}

    def found(finder: SettingsFinder) -> list[Finding]:
        return Linter(lambda path: finder(path)._replace(tests=tests or finder(path).tests)).check(sources)

    try:
        return found(SettingsFinder(rules))
    except SettingsError:
        return found(SettingsFinder(rules, isolated=True))


class Findings:
    """What `check` says of the program's files."""

    def __init__(self, filenames: Iterable[str], *, tests: bool) -> None:
        sources = read_all(filenames)
        self.all = check(sources, tests=tests)
        self._statements = {source.filename: _statements(source.text) for source in sources}

    def of(self, family: Family, place: Place) -> tuple[Finding, int] | None:
        """The finding that speaks of `family` at the place, or has it as a related one: at the row, else in its
        statement. Also the row at which it does so."""
        name = shown_name(place.filename)
        about = [finding for finding in self.all if _is_about(finding, family)]
        for rows in (range(place.row, place.row + 1), self._rows(name, place.row)):
            for finding in about:
                if finding.filename == name and finding.span.start.row in rows:
                    return finding, finding.span.start.row
            for finding in about:
                for related in finding.related:
                    if related.filename == name and related.span.start.row in rows:
                        return finding, related.span.start.row
        return None

    def about(self, family: Family, others: Collection[Finding]) -> Finding | None:
        """The finding that speaks of `family` anywhere: of a draw rather than of a seed. A finding of `others`, which
        speak of other families, has to name a stream of this one."""
        about = [
            finding
            for finding in self.all
            if _is_about(finding, family) and (finding not in others or _names_stream(finding, family))
        ]
        return next((finding for finding in about if finding.code >= _FIRST_OF_DRAWS), about[0] if about else None)

    def _rows(self, filename: str, row: int) -> range:
        """The rows of the innermost statement around `row`."""
        around = [rows for rows in self._statements.get(filename, ()) if row in rows]
        return min(around, key=len, default=range(row, row + 1))


def _is_about(finding: Finding, family: Family) -> bool:
    return _names_stream(finding, family) or finding.code in _CODES.get(family, ())


def _names_stream(finding: Finding, family: Family) -> bool:
    return not _STREAMS.get(family, frozenset()).isdisjoint(finding.streams)


def _statements(text: str) -> list[range]:
    """The rows of each simple statement, and of each compound statement's head."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if isinstance(body, list) and body else (node.end_lineno or node.lineno)
            found.append(range(node.lineno, max(last, node.lineno) + 1))
    return found


def causes(
    differing: Mapping[Family, tuple[Stage, ...]], places: Mapping[Family, Sequence[Place]], findings: Findings
) -> list[Cause]:
    """The causes with their lines: `differing` is what differs through each family, `places` are the lines known for
    it."""
    known = {family: _at_a_place(family, places.get(family, ()), findings) for family in differing}
    taken = {family: found[1] for family, found in known.items() if found is not None}
    causes = []
    for family, stages in differing.items():
        others = [finding for other, finding in taken.items() if other != family]
        found = known[family] or _anywhere(family, findings, others)
        lines = tuple(_shown_place(place) for place in places.get(family, ()))
        if found is None:
            place = lines[0] if lines else Place("", 0)
            causes.append(Cause(family, place.filename, place.row, None, _FIX[family], None, stages, lines))
            continue
        place, finding = found
        fix = finding.fix.message if finding.fix else finding.message
        told = Place(finding.filename, finding.span.start.row)
        causes.append(Cause(family, place.filename, place.row, finding.code, fix, told, stages, lines))
    return causes


def _at_a_place(family: Family, places: Iterable[Place], findings: Findings) -> tuple[Place, Finding] | None:
    """The first of the places at which `check` has something to say, and that."""
    for place in places:
        found = findings.of(family, place)
        if found is not None:
            finding, row = found
            return Place(_shown(place), row), finding
    return None


def _anywhere(family: Family, findings: Findings, others: Collection[Finding]) -> tuple[Place, Finding] | None:
    """What draws when it runs was made elsewhere: a Keras 2 layer, an estimator."""
    finding = findings.about(family, others)
    return (Place(finding.filename, finding.span.start.row), finding) if finding is not None else None


def _shown(place: Place) -> str:
    return shown_name(place.filename) if place.filename else ""


def _shown_place(place: Place) -> Place:
    return Place(_shown(place), place.row)
