"""Checks files in several processes, where there is enough to do.

Files and programs are divided between them, each in rounds: files are read, programs traced, what is found in programs
is looked for, then each file is checked. After each round the processes hear what the others have found out. They stay
until all is done: what has changed meanwhile, as fixes change it, only costs what it reaches.
"""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack
from itertools import chain, count
from typing import TYPE_CHECKING, Final, TypeVar

from seedlint.linter import Linter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import TracebackType

    from seedlint.basis import Basis
    from seedlint.claims import Claim
    from seedlint.finding import Finding
    from seedlint.settings import Settings
    from seedlint.sharing import Told
    from seedlint.sources.text import SourceText
    from seedlint.traces import Run

    SettingsFor = Callable[[str], Settings]
    Progress = Callable[[int], None]

_WORTHWHILE: Final = 800_000
"""So many characters take about as long as starting processes."""

_Piece = TypeVar("_Piece")


class Checks:
    """Checks files with at most `jobs` processes, and again what has become of them: where nothing has changed that it
    rests on, what was found before is found again at once. A context, at whose end the processes end."""

    def __init__(self, settings_for: SettingsFor, jobs: int) -> None:
        self._settings_for = settings_for
        self._jobs = jobs
        self._open = ExitStack()
        self._checker: _Alone | _Rounds | None = None
        self._paths: set[str] = set()

    def __enter__(self) -> Checks:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._open.close()

    def check(self, files: Sequence[SourceText], progress: Progress) -> tuple[list[Finding], list[Basis]]:
        """Return the findings in `files`, sorted, and what they rest on. `progress` is told from time to time how many
        files are done. ChildProcessError if one of the processes is ended."""
        paths = {source.path for source in files}
        if self._checker is None or self._paths != paths:
            self._open.close()
            self._checker, self._paths = self._new(files), paths
        return self._checker.check(files, progress)

    def _new(self, files: Sequence[SourceText]) -> _Alone | _Rounds:
        jobs = min(self._jobs, len(files))
        if jobs > 1 and sum(len(source.text) for source in files) >= _WORTHWHILE:
            return self._open.enter_context(_Rounds(files, self._settings_for, jobs))
        return _Alone(self._settings_for)


class _Alone:
    """Checks files in this process."""

    def __init__(self, settings_for: SettingsFor) -> None:
        self._linter = Linter(settings_for)

    def check(self, files: Sequence[SourceText], progress: Progress) -> tuple[list[Finding], list[Basis]]:
        """See `Checks`."""
        done = count(1)
        findings = self._linter.check(files, on_file=lambda: progress(next(done)))
        return findings, [self._linter.basis()]


class _Rounds:
    """What a crew does, one thing after the other."""

    def __init__(self, files: Sequence[SourceText], settings_for: SettingsFor, jobs: int) -> None:
        from seedlint.crew import Crew  # most runs have but one process
        from seedlint.sharing import Share

        self._files = {source.path: source for source in files}
        self._unread = [*self._files]
        self._share = Share(settings_for, files)
        self._programs = self._share.programs()
        self._said: dict[str, list[Claim]] = {}
        self._found: dict[str, list[Finding]] = {}
        self._progress: Progress = lambda done: None
        self._crew = Crew(self._share, jobs, lambda: self._progress(len(self._found) + len(self._said)))

    def __enter__(self) -> _Rounds:
        self._crew.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._crew.__exit__(kind, error, trace)

    def check(self, files: Sequence[SourceText], progress: Progress) -> tuple[list[Finding], list[Basis]]:
        """See `Checks`. The files are always the same, but for their texts."""
        self._progress = progress
        self._see({source.path: source for source in files if source != self._files[source.path]})
        self._tell(self._crew.divided("read", self._divided(self._unread)))
        self._unread = []
        self._find([path for path in self._files if path not in self._found])
        found = sorted(chain.from_iterable(self._found.values()), key=lambda finding: finding.sort_key)
        return found, [self._share.basis(), *self._crew.each("more_basis")]

    def _see(self, changed: Mapping[str, SourceText]) -> None:
        """See other texts of some files, and forget what may no longer be found."""
        if changed:
            self._files |= changed
            self._unread = [*changed]
            self._share.see(changed)
            self._programs = self._share.programs()
            for outdated in self._crew.each("see", [(changed,)] * self._crew.count):
                for path in outdated:
                    del self._found[path]

    def _find(self, wanted: Sequence[str]) -> None:
        """Find what there is in some of the files."""
        self._tell(self._crew.divided("trace", self._divided(self._programs)))
        told = list(enumerate(self._crew.each("claim", [(wanted,)] * self._crew.count)))
        self._tell(told)
        claims = {run: (number, found) for number, each in told for run, found in each.claims.items()}
        for _, said in self._crew.divided("say", self._by_claims(wanted, claims)):
            self._said |= said
        self._found |= self._finished({run: number for run, (number, _) in claims.items()})
        self._said.clear()

    def _by_claims(
        self, wanted: Sequence[str], claims: Mapping[Run, tuple[int, Mapping[str, Sequence[Claim]]]]
    ) -> list[deque[str]]:
        """Divide the files: those of which something is claimed in a program go to who knows most of it."""
        whose: dict[str, int] = {}
        for _, (number, found) in sorted(claims.items()):
            for path in found:
                whose.setdefault(path, number)  # the first program is the one whose claim is shown
        work = self._divided([path for path in wanted if path not in whose])
        for path, number in whose.items():
            work[number].appendleft(path)
        return work

    def _finished(self, whose: Mapping[Run, int]) -> dict[str, list[Finding]]:
        """Return all that was said, with what only those know who said it."""
        wanted: list[list[tuple[str, Claim]]] = [[] for _ in range(self._crew.count)]
        for path, claims in self._said.items():
            for claim in claims:
                if claim.is_elsewhere and claim.run is not None:
                    wanted[whose[claim.run]].append((path, claim))
        finished: dict[tuple[str, Claim], Finding] = {}
        for asked, findings in zip(wanted, self._crew.each("finish", [(each,) for each in wanted]), strict=True):
            finished.update(zip(asked, findings, strict=True))
        return {
            path: [finished.get((path, claim), claim.finding) for claim in claims]
            for path, claims in self._said.items()
        }

    def _divided(self, work: Sequence[_Piece]) -> list[deque[_Piece]]:
        """Divide work into equal stretches: what is near to one another has much in common."""
        count = self._crew.count
        return [deque(work[len(work) * own // count : len(work) * (own + 1) // count]) for own in range(count)]

    def _tell(self, told: Iterable[tuple[int, Told]]) -> None:
        """Let everybody hear what the others tell."""
        several = list(told)
        count = self._crew.count
        self._crew.each("hear", [([each for number, each in several if number != own],) for own in range(count)])
