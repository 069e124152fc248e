"""Carrying a study through: which runs there are, which are missing, and what is kept over an interruption."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seedlint.runtime.kept import KeptRuns
from seedlint.runtime.study import shift, study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seedlint.runtime.record import RunRecord
    from seedlint.runtime.result import Study
    from seedlint.runtime.spec import RunSpec


class Repeats:
    """The runs of a study: `same` of the program as it is, `shifted` ones with other seeds. Those of an interrupted
    study of the same program are taken up. `failure` says why a run failed, `say` is told what happens."""

    def __init__(
        self, spec: RunSpec, stdin: Path | None, same: int, shifted: int, failure: Callable[[RunRecord], str],
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._spec = spec
        self._asked = same + shifted
        self._shifts = [shift(number) for number in range(1, shifted + 1)]
        self._repeats = shifted or same
        self._failure = failure
        self._say = say
        self._is_keeping = True
        self._kept = KeptRuns(spec, stdin)
        known = self._kept.load()
        self.same = [run for run in known if not run.spec.seed_shift][:same]
        self._others = {run.spec.seed_shift: run for run in known if run.spec.seed_shift in self._shifts}
        if self.same or self._others:
            say(f"going on with {self._count} runs of an interrupted study, kept in {self._kept.folder}")

    @property
    def _count(self) -> int:
        return len(self.same) + len(self._others)

    @property
    def state(self) -> str:
        """What an interruption leaves."""
        if not self._is_keeping or not self._count:
            return "no run is kept"
        kept = f"{self._count} of {self._asked} runs are kept in {self._kept.folder}"
        return f"{kept}, and the same command goes on with them"

    @property
    def others(self) -> list[RunRecord]:
        """The runs with other seeds that there are."""
        return [self._others[each] for each in self._shifts if each in self._others]

    def missing_others(self) -> list[RunSpec]:
        """The runs with other seeds that are still to be carried out."""
        return [replace(self._spec, seed_shift=each) for each in self._shifts if each not in self._others]

    def add(self, run: RunRecord) -> None:
        """Take a run, and keep it."""
        if run.spec.seed_shift:
            self._others[run.spec.seed_shift] = run
        else:
            self.same.append(run)
        if self._is_keeping:
            try:
                self._kept.save(run)
            except OSError as error:
                self._is_keeping = False
                self._say(f"{self._kept.folder}: {error.strerror}; an interruption will lose the runs")

    def is_complete(self) -> None:
        """No more runs are to come, and none must be kept."""
        self._kept.remove()

    def study(self) -> Study:
        """What the runs come to."""
        found = study(self._repeats, self.same, self.others, self._failure)
        if self._kept.is_mixed:
            note = "The program's files changed during the study: its runs are of different programs."
            found = replace(found, notes=[*found.notes, note])
        return found
