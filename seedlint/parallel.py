"""Checks files in several processes, where there is enough to do and it can be divided.

What programs have in common is traced once, in one process: files that one program reaches stay together. So
findings are the same for any number of processes, and work is divided between programs that share nothing.
"""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from seedlint.linter import Linter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from seedlint.basis import Basis
    from seedlint.finding import Finding
    from seedlint.settings import Settings
    from seedlint.sources.text import SourceText

    SettingsFor = Callable[[Path], Settings]

_WORTHWHILE: Final = 400_000
"""So many characters take about as long as starting processes."""
_MOMENT: Final = 0.2


class EndedError(Exception):
    """A process that checked files was ended by something else."""


def check(
    files: Sequence[SourceText], settings_for: SettingsFor, jobs: int, progress: Callable[[int], None]
) -> tuple[list[Finding], list[Basis]]:
    """Return the findings in `files`, sorted, and what they rest on. At most `jobs` processes are used; `progress` is
    told from time to time how many files are done. EndedError if one of them is ended."""
    parts = [files]
    if jobs > 1 and sum(len(source.text) for source in files) >= _WORTHWHILE:
        parts = _parts(Linter(settings_for).apart(files), jobs)
    if len(parts) > 1:
        return _in_processes(parts, settings_for, progress)
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        progress(done)

    linter = Linter(settings_for, on_file=count)
    return linter.check(files), [linter.basis()]


def _parts(groups: Sequence[Sequence[SourceText]], jobs: int) -> list[Sequence[SourceText]]:
    """Divide the groups into at most `jobs` parts, about equally long."""
    parts: list[list[SourceText]] = [[] for _ in range(jobs)]
    lengths = [0] * jobs
    for group in sorted(groups, key=_length, reverse=True):
        shortest = lengths.index(min(lengths))
        parts[shortest].extend(group)
        lengths[shortest] += _length(group)
    return [part for part in parts if part]


def _length(group: Sequence[SourceText]) -> int:
    return sum(len(source.text) for source in group)


def _in_processes(
    parts: Sequence[Sequence[SourceText]], settings_for: SettingsFor, progress: Callable[[int], None]
) -> tuple[list[Finding], list[Basis]]:
    # A single process, for which most runs are too short to have more, does without.
    import multiprocessing
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, wait

    context = multiprocessing.get_context(_start_method())
    done = context.Value("i", 0)
    every = {source.path: source for part in parts for source in part}
    pool = ProcessPoolExecutor(len(parts), context, _begin, (done, every, settings_for))
    try:
        with _uninterrupted():
            futures = [pool.submit(_check, [source.path for source in part]) for part in parts]
        while wait(futures, _MOMENT).not_done:
            progress(done.value)
        results = [future.result() for future in futures]
    except BaseException as error:
        # Whoever interrupts this doesn't want to wait for them.
        for process in multiprocessing.active_children():
            process.terminate()
        if isinstance(error, BrokenExecutor):
            raise EndedError from error
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    findings = [finding for found, _ in results for finding in found]
    return sorted(findings, key=lambda finding: finding.sort_key), [basis for _, basis in results]


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let SIGINT wait: what it raises is lost where Python forks."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_method() -> str:
    """Return how processes start: by fork, which is quickest, where nothing runs beside that it could break."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return "fork"
    import multiprocessing

    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


class _Worker(NamedTuple):
    """What a process is given that checks a part: how many files all of them have done, all files, and settings."""

    done: Any
    files: Mapping[Path, SourceText]
    settings_for: SettingsFor


_worker: _Worker


def _begin(done: Any, files: Mapping[Path, SourceText], settings_for: SettingsFor) -> None:
    global _worker
    _worker = _Worker(done, files, settings_for)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever interrupts all of them hears from the first one
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _check(paths: Sequence[Path]) -> tuple[list[Finding], Basis]:
    linter = Linter(_worker.settings_for, _worker.files, on_file=_count)
    return linter.check([_worker.files[path] for path in paths]), linter.basis()


def _count() -> None:
    with _worker.done.get_lock():
        _worker.done.value += 1
