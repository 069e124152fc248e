"""What one of several processes does that check files together.

Each tells the others what it has found out, as plain data. That only saves work: what nobody has told a process, it
finds out for itself, so what is found doesn't depend on who does what.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from seedlint.claims import Claim
from seedlint.linter import Linter
from seedlint.traces import Start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set

    from seedlint.basis import Basis
    from seedlint.files import Encoded
    from seedlint.finding import Finding
    from seedlint.settings import Settings
    from seedlint.sources.text import SourceText
    from seedlint.traces import Program, Run


class Told(NamedTuple):
    """What a process tells others: what files say, programs that it has traced, and what it finds in some."""

    files: Mapping[str, Encoded] = {}
    programs: Mapping[Start, Program] = {}
    claims: Mapping[Run, Mapping[str, Sequence[Claim]]] = {}


class Wanted(NamedTuple):
    """A program that is to be traced, under the settings of the file `reached`, which it may reach."""

    path: str
    function: str
    reached: str


class Share(Linter):
    """A linter that does its share of checking `files`, and then what has become of them."""

    def __init__(self, settings_for: Callable[[str], Settings], files: Sequence[SourceText]) -> None:
        super().__init__(settings_for)
        self._given = settings_for, files
        self._checked = {source.path: source for source in files}
        self._heard: set[Start] = set()
        self._told: set[Start] = set()
        self._claims: dict[Run, Mapping[str, Sequence[Claim]]] = {}
        self._begin(files)

    def __reduce__(self) -> tuple[type[Share], tuple[object, ...]]:
        """Processes that don't begin with what this one knows find it out again."""
        return Share, self._given

    def see(self, overrides: Mapping[str, SourceText]) -> Set[str]:
        """See other texts of some of the files; return those files, of the ones about which something was said here, of
        which something else may be said now."""
        self._checked |= overrides
        outdated = super().see(overrides)
        # Who hasn't read a file can't tell that it says the same as before; and all have to know of the same programs.
        self._forget_programs(overrides.keys())
        self._heard &= self._traces.programs.keys()
        self._told &= self._traces.programs.keys()
        self._claims.clear()
        return outdated

    def programs(self) -> list[Wanted]:
        """Return the programs that may reach the files."""
        wanted: dict[tuple[str, str], str] = {}
        for path, source in self._checked.items():
            tests = self._settings_for(source.path).tests
            for start in self._projects.of(path).entries_reaching(path, tests=tests):
                wanted.setdefault(start, path)
        return [Wanted(*start, reached) for start, reached in sorted(wanted.items())]

    def hear(self, several: Iterable[Told]) -> None:
        """Know what others tell."""
        for told in several:
            self._files.hear(told.files)
            self._traces.hear(told.programs)
            self._heard |= told.programs.keys()
            self._claims |= told.claims
        gc.freeze()  # what is known by now is kept, and need not be looked through for garbage again

    def read(self, paths: Iterable[str]) -> Told:
        """Read files."""
        files = {path: self._files.told(path) for path in paths}
        return Told(files={path: told for path, told in files.items() if told is not None})

    def trace(self, several: Iterable[Wanted]) -> Told:
        """Trace programs."""
        self._traces.looked_at = set()
        for wanted in several:
            settings = self._settings_for(self._checked[wanted.reached].path)
            with suppress(RecursionError):  # it is found again where a file is checked that the program reaches
                self._traces.program(Start(wanted.path, wanted.function, settings.target), settings)
        return Told(programs=self._news())

    def claim(self, paths: Iterable[str]) -> Told:
        """Find what is said of these files in the programs that were traced here."""
        self._traces.looked_at = set()
        wanted = {*paths}
        claims: dict[Run, Mapping[str, Sequence[Claim]]] = {}
        for program in self._own().values():
            with suppress(RecursionError):
                reached = program.digest.paths & wanted
                found = {path: self._claims_in(program, path) for path in sorted(reached)}
                claims[program.run] = {
                    path: [structs.replace(claim, report=None) for claim in several]
                    for path, several in found.items()
                    if several
                }
        return Told(programs=self._news(), claims=claims)

    def say(self, paths: Iterable[str]) -> dict[str, list[Claim]]:
        """Return what is to be said of each of these files; of claims in the programs of other processes only those
        know the rest."""
        return {path: [self._known(claim, path) for claim in self._kept(self._checked[path])] for path in paths}

    def _known(self, claim: Claim, path: str) -> Claim:
        return claim if claim.is_elsewhere else Claim(self._finished(claim, self._checked[path]))

    def finish(self, claims: Iterable[tuple[str, Claim]]) -> list[Finding]:
        """Return what is to be said of files that is known here."""
        self._traces.looked_at = set()
        programs = {program.run: program for program in self._own().values()}
        findings: list[Finding] = []
        for path, claim in claims:
            assert claim.run is not None  # it is another process's
            own = self._claims_in(programs[claim.run], path)
            same = next(each for each in own if each.finding == claim.finding)
            findings.append(self._finished(same, self._checked[path]))
        return findings

    def more_basis(self) -> Basis:
        """Return what the findings rest on, without the files that every process has been given."""
        basis = self.basis()
        others = {path: source for path, source in basis.sources.items() if path not in self._checked}
        return basis._replace(sources=others)

    def _own(self) -> dict[Start, Program]:
        """Return the programs that were traced here."""
        return {start: program for start, program in self._traces.programs.items() if start not in self._heard}

    def _news(self) -> dict[Start, Program]:
        """Return those of which the others don't know."""
        new = {start: program for start, program in self._own().items() if start not in self._told}
        self._told |= new.keys()
        return new

    def _claims_in(self, program: Program, path: str) -> Sequence[Claim]:
        heard = self._claims.get(program.run)
        if heard is None:
            return super()._claims_in(program, path)
        self._traces.idle_seeders(program, self._settings_for(path))  # the file depends on what that looks at
        return heard.get(path, ())
