"""What is said about programs in the styles that people write, as the `expected.json` beside them wants it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

import pytest
from linting import places

from seedlint.fixes.loop import fix_until_stable
from seedlint.linter import Linter
from seedlint.settings import Settings
from seedlint.sources.text import SourceText, decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seedlint.finding import Finding
    from seedlint.knowledge.model import Target

FIXTURES = Path(__file__).parents[1] / "fixtures"
Pairs = list[tuple[str, int]]


class Expected(TypedDict, total=False):
    """One entry of expected.json; fixtures/README.md says what each field means."""

    findings: dict[str, list[list[object]]] | list[list[object]]
    keras2: dict[str, list[list[object]]] | list[list[object]]
    possible: dict[str, list[list[object]]]
    way: list[list[object]]
    untouched: bool


@dataclass(frozen=True, slots=True)
class Program:
    """A file or a folder of the fixtures, and what is to be said about it."""

    place: Path
    expected: Expected

    def wanted(self, target: Target) -> dict[str, Pairs]:
        found = self.expected["findings"]
        if target == "keras2":
            found = self.expected.get("keras2", found)
        return _by_file(found if isinstance(found, dict) else {self.place.name: found})

    def sources(self) -> list[SourceText]:
        if self.place.is_file():
            return [_read(self.place, self.place.name)]
        files = sorted(self.place.rglob("*.py"))
        return [_read(path, path.relative_to(self.place).as_posix()) for path in files]

    def check(self, sources: Sequence[SourceText], target: Target | None = None) -> list[Finding]:
        settings = Settings(base=str(FIXTURES), target=target)
        return Linter(lambda path: settings).check(sources)


def _by_file(wanted: dict[str, list[list[object]]]) -> dict[str, Pairs]:
    return {name: sorted(cast("Pairs", [tuple(pair) for pair in pairs])) for name, pairs in wanted.items() if pairs}


def _read(path: Path, name: str) -> SourceText:
    source = decode(path.read_bytes(), path)
    return SourceText(source.path, name, source.text, source.encoding, source.bom)


def programs(collection: str, ending: str) -> Iterator[Program]:
    folder = FIXTURES / collection
    expected = cast("dict[str, Expected]", json.loads((folder / "expected.json").read_text("utf-8")))
    for name, entry in expected.items():
        yield Program(folder / f"{name}{ending}", entry)


EVERY = [*programs("programs", ""), *programs("recipes", ".py")]
each_program = pytest.mark.parametrize("program", EVERY, ids=lambda program: program.place.name)


FOLDERS = [program for program in EVERY if program.place.is_dir()]


def by_file(findings: Sequence[Finding]) -> dict[str, Pairs]:
    names = sorted({finding.filename for finding in findings})
    return {name: sorted(places(finding for finding in findings if finding.filename == name)) for name in names}


def test_every_program_says_what_to_expect() -> None:
    folder = FIXTURES / "programs"
    there = {path for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}

    assert {program.place for program in EVERY if program.place.parent == folder} == {
        path for path in there if path.name != "__pycache__"
    }


@each_program
def test_a_program_gets_the_findings_it_should(program: Program) -> None:
    findings = program.check(program.sources())
    possible = [finding for finding in findings if finding.certainty == "possible"]

    assert by_file(findings) == program.wanted("keras3")
    if "possible" in program.expected:
        assert by_file(possible) == _by_file(program.expected["possible"])


@pytest.mark.parametrize(
    "program",
    [program for program in EVERY if "keras2" in program.expected],
    ids=lambda program: program.place.name,
)
def test_a_program_gets_other_findings_under_keras_2(program: Program) -> None:
    assert by_file(program.check(program.sources(), "keras2")) == program.wanted("keras2")


@pytest.mark.parametrize("program", FOLDERS, ids=lambda program: program.place.name)
def test_which_files_are_named_makes_no_difference(program: Program) -> None:
    sources = program.sources()

    one_by_one = [finding for source in sources for finding in program.check([source])]

    assert [_essence(finding) for finding in one_by_one] == [_essence(finding) for finding in program.check(sources)]


def _essence(finding: Finding) -> tuple[object, ...]:
    return (finding.filename, finding.code, finding.span, finding.message, finding.certainty, finding.fix)


@pytest.mark.parametrize(
    "program",
    [program for program in EVERY if "way" in program.expected],
    ids=lambda program: program.place.name,
)
def test_a_late_seed_shows_the_way_to_the_draw(program: Program) -> None:
    (late,) = [finding for finding in program.check(program.sources()) if finding.code == "SEED102"]

    way = [[related.filename, related.span.start.row] for related in late.related]

    assert way[: len(program.expected["way"])] == program.expected["way"]


@each_program
def test_fixing_a_program_comes_to_an_end(program: Program) -> None:
    sources = program.sources()

    result = fix_until_stable(program.check, sources, unsafe=False)

    assert not result.failures
    assert fix_until_stable(program.check, result.sources, unsafe=False).sources == result.sources
    if program.expected.get("untouched"):
        assert [source.text for source in result.sources] == [source.text for source in sources]
