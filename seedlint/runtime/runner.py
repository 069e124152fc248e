"""Carrying out one run: a new process in a group of its own, under the probe, with nothing left behind."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from seedlint.knowledge import load
from seedlint.runtime import recording as recordings
from seedlint.runtime.output import OutputReader
from seedlint.runtime.record import RunRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedlint.runtime.record import Ending
    from seedlint.runtime.spec import RunSpec

_BOOTSTRAP: Final = Path(__file__).parent / "probe" / "bootstrap.py"
_LOOK_EVERY: Final = 0.05
_WAIT_FOR_REST: Final = 1.0
_MOST_GENERATIONS: Final = 20
_KEPT_ERRORS: Final = 64 * 1024
_THREAD_COUNTS: Final = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
)  # fmt: skip
HASH_SEED: Final = "PYTHONHASHSEED"
_SETTINGS: Final = (HASH_SEED, "KERAS_", "MKL_", "NUMEXPR_", "OMP_", "OPENBLAS_", "TF_", "VECLIB_", "XLA_")
"""Variables that begin so decide what a program comes to."""


class InterruptedRunError(Exception):
    """No more runs are wanted."""


_ENDED: Final = threading.Event()
_SUBREAPER: Final = 36


def end_all() -> None:
    """End every run; none begins from now on."""
    _ENDED.set()


def adopt_orphans() -> None:
    """Have processes whose parents ended become children of this one, where the system can do that."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def end_orphans() -> None:
    """End what runs left behind in sessions of their own. To be called when no run is going on."""
    if sys.platform == "linux":
        for _ in range(_MOST_GENERATIONS):
            children = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and _parent(pid) == os.getpid()]
            for child in children:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(child, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(child, 0)
            if not children:
                break


def _parent(pid: str) -> int | None:
    try:
        stat = Path("/proc", pid, "stat").read_text("ascii", "replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])


def run(
    spec: RunSpec, stdin: Path | None = None, *, ended: threading.Event = _ENDED,
    given: Mapping[str, str] = os.environ, renamed: tuple[str, str] = ("", ""), room: Path | None = None,
) -> RunRecord:  # fmt: skip
    """Run the program once. `stdin` is a file that it gets as its standard input; None means nothing to read. When
    `ended` is set, the run ends. `given` is the user's environment. In what the program prints, the first of `renamed`
    is taken for the second. `room` is where the recording is kept meanwhile. RecordingError if it can't be
    understood."""
    if ended.is_set():
        raise InterruptedRunError
    with tempfile.TemporaryDirectory(dir=room, prefix="seedlint-", ignore_cleanup_errors=True) as folder:
        recording = Path(folder) / "recording.jsonl"
        described = Path(folder) / "run.json"
        described.write_text(json.dumps(described_run(spec, recording)), "utf-8")
        started = time.monotonic()
        with open(stdin or os.devnull, "rb") as read:
            process = subprocess.Popen(
                [sys.executable, str(_BOOTSTRAP), str(described)],
                cwd=spec.directory,
                env=environment(spec, given),
                stdin=read,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        output, errors, cut = _watch(process, spec.timeout, ended, OutputReader(renamed))
        seconds = time.monotonic() - started
        events = recordings.read(recording) if recording.exists() else recordings.Recording.EMPTY
    _tidy(events)
    return RunRecord(
        spec, cut or _ending(process.returncode, events), process.returncode, seconds, output.output(),
        bytes(errors).decode("utf-8", "replace"), events,
    )  # fmt: skip


def described_run(spec: RunSpec, recording: Path) -> dict[str, Any]:
    """What the probe is told."""
    return {**spec.to_json(), "recording": str(recording), "apis": _drawing_apis()}


def _drawing_apis() -> dict[str, list[str]]:
    """The functions of `random` and `numpy.random` that draw from their module's global stream, as `knowledge` has
    it."""
    knowledge = load("keras3")
    names: dict[str, list[str]] = {"random": [], "numpy.random": []}
    streams = {"random": "python", "numpy.random": "numpy"}
    for name in sorted(knowledge.names()):
        module, _, last = name.rpartition(".")
        api = knowledge.get(name) if module in names else None
        if api is not None and any(draw.stream == streams[module] for draw in api.draws):
            names[module].append(last)
    return names


def settings_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that decide what a program comes to, on whichever machine."""
    return {name: value for name, value in environment.items() if name.startswith(_SETTINGS)}


def environment(spec: RunSpec, given: Mapping[str, str]) -> dict[str, str]:
    """The run's environment: the user's own, and what freezes the hash and the threads of libraries."""
    changed = dict(given)
    if "hash" in spec.frozen:
        changed[HASH_SEED] = "0"
    if "threads" in spec.frozen:
        changed |= dict.fromkeys(_THREAD_COUNTS, "1")
    return changed


def _watch(
    process: subprocess.Popen[bytes], timeout: float | None, ended: threading.Event, output: OutputReader
) -> tuple[OutputReader, bytearray, Ending | None]:
    """Read what the process writes until it ends; end it, with all that it started, when the time is over or runs are
    to end. The last of the result is how it was cut, if it was."""
    errors = bytearray()
    deadline = None if timeout is None else time.monotonic() + timeout
    cut: Ending | None = None
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        with selectors.DefaultSelector() as selector, process.stdout, process.stderr:
            selector.register(process.stdout, selectors.EVENT_READ)
            selector.register(process.stderr, selectors.EVENT_READ)
            over: float | None = None
            while over is None or (selector.get_map() and time.monotonic() < over):
                for key, _ in selector.select(_LOOK_EVERY):
                    pipe: IO[bytes] = key.fileobj  # type: ignore[assignment]
                    data = os.read(pipe.fileno(), 1 << 16)
                    if not data:
                        selector.unregister(pipe)
                    elif pipe is process.stdout:
                        output.feed(data)
                    else:
                        errors += data
                        del errors[:-_KEPT_ERRORS]
                is_running = process.poll() is None
                if over is None and is_running:
                    is_late = deadline is not None and time.monotonic() > deadline
                    cut = "timeout" if is_late else "signal" if ended.is_set() else None
                if over is None and (cut is not None or not is_running):
                    # What the program left running has no part in the run; it may hold the pipes open. It is asked to
                    # end before it is made to: what frees semaphores and shared memory for Python then does so.
                    over = time.monotonic() + _WAIT_FOR_REST
                    _signal_group(process.pid, signal.SIGTERM)
    finally:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
    return output, errors, cut


def _signal_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to every process of the run, but for those that made sessions of their own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _ending(status: int, events: recordings.Recording) -> Ending:
    if status < 0:
        return "signal"
    end = next(events.of(recordings.End), None)
    return "stop" if end is not None and end.reason == "stop" else "exit"


def _tidy(events: recordings.Recording) -> None:
    """Remove the temporary files that the program would have removed at its end, had it come to an orderly one."""
    end = next(events.of(recordings.End), None)
    if end is not None and end.reason == "exit":
        return
    temporary = Path(tempfile.gettempdir())
    for made in events.of(recordings.Temporary):
        path = Path(made.path)
        if temporary in path.parents:  # whatever else it made lies where it was wanted
            shutil.rmtree(path, ignore_errors=True)
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
