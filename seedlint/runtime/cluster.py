"""Runs on the workers of a Dask cluster.

The program's folder is shipped once. Each run unpacks it into a folder of its own, on whichever worker it comes to, and
what the program writes there goes with it. Dask runs again what a lost worker was about to do.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import tarfile
import tempfile
import threading
import uuid
import warnings
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from seedlint import __version__
from seedlint.runtime import runner
from seedlint.runtime.crew import MACHINE, ONE_MACHINE, Crew, CrewError
from seedlint.runtime.recording import Recording, line_of, parse_line
from seedlint.settings import DEFAULT_EXCLUDE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future

    from seedlint.runtime.record import RunRecord
    from seedlint.runtime.spec import RunSpec

_PATIENCE: Final = 15
"""Seconds to wait for a scheduler, and for a worker."""
_MOST_BYTES: Final = 200 << 20
_FILES: Final = ("script", "notebook")


@dataclass(frozen=True, slots=True)
class Shipment:
    """What a worker needs for a run. `root` is the user's folder that `archive` (a tar file) holds; `study` is a name
    for the runs that end together; `settings` are the user's variables that decide what a program comes to."""

    study: str
    seedlint: str
    root: str
    archive: bytes
    stdin: bytes | None
    settings: dict[str, str]


@contextmanager
def cluster_crew(url: str, spec: RunSpec, stdin: Path | None) -> Iterator[Crew]:
    """The workers of the scheduler at `url`, for runs of the program that `spec` names. CrewError if there are none."""
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise CrewError('--executor takes Dask: pip install "seedlint[dask]"') from error
    try:
        import_module("distributed.comm.addressing").get_address_host_port(url)
    except ValueError as error:
        raise CrewError(f"{url} is no address of a Dask scheduler, such as tcp://host:8786: {error}") from error
    shipment = pack(_root(spec), stdin)
    try:
        client = distributed.Client(url, timeout=_PATIENCE, set_as_default=False)
    except OSError as error:
        raise CrewError(f"no Dask scheduler answers at {url}: {error}") from error
    with _quiet(), client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except asyncio.TimeoutError as error:  # another class than the built-in one, before Python 3.11
            raise CrewError(f"the scheduler at {url} has no workers: start some with `dask worker {url}`") from error
        yield _Cluster(client, shipment)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask logs, with tracebacks, what is told here by the errors that are raised."""
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


class _Cluster:
    """The workers of a Dask cluster, through its executor."""

    def __init__(self, client: Any, shipment: Shipment) -> None:
        self._client = client
        self._study = shipment.study
        self._executor = client.get_executor(pure=False)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")
            # As the result of a task, it can be made again when the worker that holds it is lost.
            self._shipment = client.submit(_unchanged, shipment, pure=False)
        self.machines: Mapping[str, str] = {
            name: " | ".join(sorted(set(map(str, client.run(tell).values())))) for name, tell in MACHINE.items()
        }
        hosts = {urlsplit(worker).hostname for worker in client.nthreads()}
        self.about = ONE_MACHINE
        if len(hosts) > 1:
            self.about = (
                f"The runs were of {len(hosts)} machines: where these differ, the same seeds may give other bits."
            )

    def start(self, spec: RunSpec) -> Future[RunRecord]:
        future: Future[RunRecord] = self._executor.submit(carry_out, self._shipment, spec)
        return future

    def result(self, run: Future[RunRecord]) -> RunRecord:
        try:
            return run.result()
        except (ImportError, RuntimeError) as error:
            missing = error if isinstance(error, ImportError) else error.__cause__  # a scheduler's is a cause
            if not isinstance(missing, ImportError):
                raise
            what = f"seedlint {__version__}, as it is here, must be on the scheduler and all workers"
            raise CrewError(f"{what}: {missing}") from error
        except import_module("distributed.scheduler").KilledWorker as error:
            raise CrewError(f"worker after worker was lost while it carried out one of the runs: {error}") from error
        except CancelledError as error:
            raise CrewError("the connection to the scheduler was lost") from error

    def stop(self) -> None:
        with suppress(OSError, TimeoutError, RuntimeError):
            self._client.run(end, self._study, on_error="ignore")

    def tidy(self) -> None:
        """Each worker's own runs have ended what they started."""


def _unchanged(shipment: Shipment) -> Shipment:
    return shipment


# -- shipping ---------------------------------------------------------------------------------


def _root(spec: RunSpec) -> Path:
    """The folder that is shipped: that in which the program runs or the script's, whichever holds the other."""
    current = Path(spec.directory)
    folder = Path(spec.directory, spec.command.target).resolve().parent if spec.command.kind in _FILES else current
    for root, inner in ((current, folder), (folder, current)):
        if inner.is_relative_to(root):
            return root
    raise CrewError(
        f"{spec.command.target} is not below the current directory: run it from there, so that it can be shipped"
    )


def pack(root: Path, stdin: Path | None) -> Shipment:
    """Ship the folder, without what `check` leaves out by default. CrewError if it is too large."""
    buffer = io.BytesIO()
    size = 0
    try:
        with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1, dereference=True) as archive:
            for path in _files(root):
                size += path.stat().st_size
                if size > _MOST_BYTES:
                    raise CrewError(
                        f"{root} has more than {_MOST_BYTES >> 20} MB, too much to be shipped: put data outside of it, "
                        "where all workers can read it"
                    )
                archive.add(path, path.relative_to(root).as_posix(), recursive=False)
    except OSError as error:
        raise CrewError(f"{error.filename} can't be shipped: {error.strerror}") from error
    return Shipment(
        uuid.uuid4().hex,
        __version__,
        str(root),
        buffer.getvalue(),
        stdin.read_bytes() if stdin else None,
        runner.settings_of(os.environ),
    )


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in DEFAULT_EXCLUDE)
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file():
                yield path


# -- on a worker ------------------------------------------------------------------------------

_ended: dict[str, threading.Event] = {}


def carry_out(shipment: Shipment, spec: RunSpec) -> RunRecord:
    """Unpack and run, and tell of it as if it had run in the user's folder."""
    if shipment.seedlint != __version__:
        raise CrewError(f"a worker has seedlint {__version__}, and this is {shipment.seedlint}: install the same there")
    # What a worker that was killed leaves in its own directory, Dask removes.
    own = import_module("distributed").get_worker().local_directory
    with tempfile.TemporaryDirectory(dir=own, prefix="seedlint-", ignore_cleanup_errors=True) as folder:
        unpacked = Path(folder).resolve() / "program"
        with tarfile.open(fileobj=io.BytesIO(shipment.archive)) as archive:
            archive.extractall(unpacked, filter="data")
        stdin = None
        if shipment.stdin is not None:
            stdin = Path(folder, "stdin")
            stdin.write_bytes(shipment.stdin)
        others = {name: value for name, value in os.environ.items() if name not in runner.settings_of(os.environ)}
        record = runner.run(
            _moved(spec, Path(shipment.root), unpacked),
            stdin,
            ended=_ended.setdefault(shipment.study, threading.Event()),
            given=others | shipment.settings,
            renamed=(str(unpacked), shipment.root),
            room=Path(folder),
        )
    return replace(
        record,
        spec=spec,
        errors=record.errors.replace(str(unpacked), shipment.root),
        recording=_renamed(record.recording, str(unpacked), shipment.root),
    )


def end(study: str) -> None:
    """End the study's runs on this worker; none begins from now on."""
    _ended.setdefault(study, threading.Event()).set()


def _moved(spec: RunSpec, root: Path, to: Path) -> RunSpec:
    """The run in another folder. A relative name of the script stays as it is."""

    def moved(name: str) -> str:
        path = Path(name)
        return str(to / path.relative_to(root)) if path.is_relative_to(root) else name

    command = spec.command
    if command.kind in _FILES:
        command = replace(command, target=moved(command.target))
    texts = tuple((moved(name), text) for name, text in spec.texts)
    return replace(spec, command=command, directory=moved(spec.directory), texts=texts)


def _renamed(recording: Recording, old: str, new: str) -> Recording:
    old, new = (json.dumps(name)[1:-1] for name in (old, new))
    events = tuple(parse_line(line_of(event).replace(old, new)) for event in recording.events)
    return Recording(events, recording.is_whole)
