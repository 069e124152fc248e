"""Checks files in several processes, where there is enough to do.

Files and programs are divided between them, each in rounds: files are read, programs traced, what is found in programs
is looked for, then each file is checked. After each round the processes hear what the others have found out.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, TypeVar

from seedlint.crew import Crew
from seedlint.linter import Linter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from seedlint.basis import Basis
    from seedlint.claims import Claim
    from seedlint.finding import Finding
    from seedlint.settings import Settings
    from seedlint.sharing import Told
    from seedlint.sources.text import SourceText
    from seedlint.traces import Run

    SettingsFor = Callable[[Path], Settings]

_WORTHWHILE: Final = 800_000
"""So many characters take about as long as starting processes."""

_Piece = TypeVar("_Piece")


def check(
    files: Sequence[SourceText], settings_for: SettingsFor, jobs: int, progress: Callable[[int], None]
) -> tuple[list[Finding], list[Basis]]:
    """Return the findings in `files`, sorted, and what they rest on. At most `jobs` processes are used; `progress` is
    told from time to time how many files are done. EndedError if one of them is ended."""
    jobs = min(jobs, len(files))
    if jobs > 1 and sum(len(source.text) for source in files) >= _WORTHWHILE:
        return _Rounds(files, settings_for, jobs, progress).check()
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        progress(done)

    linter = Linter(settings_for, on_file=count)
    return linter.check(files), [linter.basis()]


class _Rounds:
    """What a crew does, one thing after the other."""

    def __init__(
        self, files: Sequence[SourceText], settings_for: SettingsFor, jobs: int, progress: Callable[[int], None]
    ) -> None:
        from seedlint.sharing import Share  # most runs have but one process

        self._paths = [str(source.path) for source in files]
        self._share = Share(settings_for, files)
        self._programs = self._share.programs()
        self._said: dict[str, list[Claim]] = {}
        self._crew = Crew(self._share, jobs, lambda: progress(len(self._said)))

    def check(self) -> tuple[list[Finding], list[Basis]]:
        """See the function `check`."""
        with self._crew:
            self._tell(self._crew.divided("read", self._divided(self._paths)))
            return self._findings(), [self._share.basis(), *self._crew.each("more_basis")]

    def _findings(self) -> list[Finding]:
        self._tell(self._crew.divided("trace", self._divided(self._programs)))
        told = list(enumerate(self._crew.each("claim")))
        self._tell(told)
        claims = {run: (number, found) for number, each in told for run, found in each.claims.items()}
        for _, said in self._crew.divided("say", self._by_claims(claims)):
            self._said |= said
        return self._finished({run: number for run, (number, _) in claims.items()})

    def _by_claims(self, claims: Mapping[Run, tuple[int, Mapping[str, Sequence[Claim]]]]) -> list[deque[str]]:
        """Divide the files: those of which something is claimed in a program go to who knows most of it."""
        whose: dict[str, int] = {}
        for _, (number, found) in sorted(claims.items()):
            for path in found:
                whose.setdefault(path, number)  # the first program is the one whose claim is shown
        work = self._divided([path for path in self._paths if path not in whose])
        for path, number in whose.items():
            work[number].appendleft(path)
        return work

    def _finished(self, whose: Mapping[Run, int]) -> list[Finding]:
        """Return all that was said, with what only those know who said it."""
        wanted: list[list[tuple[str, Claim]]] = [[] for _ in range(self._crew.count)]
        for path, claims in self._said.items():
            for claim in claims:
                if claim.is_elsewhere and claim.run is not None:
                    wanted[whose[claim.run]].append((path, claim))
        finished: dict[tuple[str, Claim], Finding] = {}
        for asked, findings in zip(wanted, self._crew.each("finish", [(each,) for each in wanted]), strict=True):
            finished.update(zip(asked, findings, strict=True))
        found = [finished.get((path, claim), claim.finding) for path, claims in self._said.items() for claim in claims]
        return sorted(found, key=lambda finding: finding.sort_key)

    def _divided(self, work: Sequence[_Piece]) -> list[deque[_Piece]]:
        """Divide work into equal stretches: what is near to one another has much in common."""
        count = self._crew.count
        return [deque(work[len(work) * own // count : len(work) * (own + 1) // count]) for own in range(count)]

    def _tell(self, told: Iterable[tuple[int, Told]]) -> None:
        """Let everybody hear what the others tell."""
        several = list(told)
        count = self._crew.count
        self._crew.each("hear", [([each for number, each in several if number != own],) for own in range(count)])
