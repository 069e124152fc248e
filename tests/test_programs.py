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
        by_file = found if isinstance(found, dict) else {self.place.name: found}
        return {
            name: sorted(cast("Pairs", [tuple(pair) for pair in pairs])) for name, pairs in by_file.items() if pairs
        }

    def sources(self) -> list[SourceText]:
        if self.place.is_file():
            return [_read(self.place, self.place.name)]
        files = sorted(self.place.rglob("*.py"))
        return [_read(path, path.relative_to(self.place).as_posix()) for path in files]

    def check(self, sources: Sequence[SourceText], target: Target | None = None) -> list[Finding]:
        settings = Settings(base=FIXTURES, target=target)
        return Linter(lambda path: settings).check(sources)


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
    assert by_file(program.check(program.sources())) == program.wanted("keras3")


@pytest.mark.parametrize(
    "program",
    [program for program in EVERY if "keras2" in program.expected],
    ids=lambda program: program.place.name,
)
def test_a_program_gets_other_findings_under_keras_2(program: Program) -> None:
    assert by_file(program.check(program.sources(), "keras2")) == program.wanted("keras2")


@each_program
def test_fixing_a_program_comes_to_an_end(program: Program) -> None:
    sources = program.sources()

    result = fix_until_stable(program.check, sources, unsafe=False)

    assert not result.failures
    assert fix_until_stable(program.check, result.sources, unsafe=False).sources == result.sources
    if program.expected.get("untouched"):
        assert [source.text for source in result.sources] == [source.text for source in sources]
