"""Who carries out the runs: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import os
import platform
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from seedlint.runtime import runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from seedlint.runtime.record import RunRecord
    from seedlint.runtime.spec import RunSpec

ONE_MACHINE: Final = "All runs were of one machine: on another one the same seeds may give other bits."


class CrewError(Exception):
    """Runs can't be carried out; the text says why and what to do."""


MACHINE: Final[Mapping[str, Callable[[], object]]] = {
    "python": platform.python_version, "platform": platform.platform, "cores": os.cpu_count,
}  # fmt: skip
"""What of a machine and its Python may decide about results, and what tells it there."""


class Crew(Protocol):
    """Carries out runs, several at once. `machines` says what they run on, as `MACHINE` does; `about` what that has to
    do with their results."""

    machines: Mapping[str, str]
    about: str

    def start(self, spec: RunSpec) -> Future[RunRecord]:
        """Have a run carried out."""

    def result(self, run: Future[RunRecord]) -> RunRecord:
        """Wait for what a run comes to. RecordingError if its recording can't be understood."""

    def stop(self) -> None:
        """End the runs that are going on; none begins from now on."""

    def tidy(self) -> None:
        """End what runs left behind. To be called when none is going on."""


class _Local:
    """Processes of this machine, each watched by a thread."""

    about = ONE_MACHINE

    def __init__(self, pool: ThreadPoolExecutor, stdin: Path | None) -> None:
        self.machines: Mapping[str, str] = {name: str(tell()) for name, tell in MACHINE.items()}
        self._pool = pool
        self._stdin = stdin

    def start(self, spec: RunSpec) -> Future[RunRecord]:
        return self._pool.submit(runner.run, spec, self._stdin)

    def result(self, run: Future[RunRecord]) -> RunRecord:
        return run.result()

    def stop(self) -> None:
        runner.end_all()

    def tidy(self) -> None:
        runner.end_orphans()


@contextmanager
def local_crew(jobs: int, stdin: Path | None) -> Iterator[Crew]:
    """So many runs at once on this machine."""
    runner.adopt_orphans()
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        yield _Local(pool, stdin)
