"""The runs of a study, kept on disk until it is complete: after an interruption the same command goes on with them."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from platformdirs import user_cache_path

from seedlint import __version__
from seedlint.replacing import replacing
from seedlint.runtime.record import Output, RunRecord
from seedlint.runtime.recording import Recording, RecordingError, Sources, line_of, parse_line
from seedlint.runtime.runner import settings_of
from seedlint.runtime.spec import RunSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUFFIX: Final = ".json.gz"


class KeptRuns:
    """A folder in the user's cache for the runs of one program, with these arguments, in this directory. A run counts
    as long as the files of the program are what they were when it ran."""

    def __init__(self, spec: RunSpec, stdin: Path | None) -> None:
        described: dict[str, Any] = {
            "run": {**spec.to_json(), "seed_shift": 0},
            "stdin": _digest(stdin) if stdin else None,
            "python": [sys.executable, sys.version],
            "seedlint": __version__,
            "environment": dict(sorted(settings_of(os.environ).items())),
        }
        key = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]
        self.folder = user_cache_path("seedlint", appauthor=False) / "studies" / key
        self._contents: dict[str, str] = {}
        self.is_mixed = False

    def load(self) -> list[RunRecord]:
        """The runs that can be used. The others, and what is damaged, are removed."""
        records = []
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            try:
                with gzip.open(path, "rt", encoding="utf-8") as file:
                    document = json.load(file)
                contents, record = document["contents"], _from_json(document)
            except (OSError, EOFError, ValueError, KeyError, TypeError, RecordingError):
                contents, record = {}, None
            if record is not None and contents == {name: _digest(Path(name)) for name in contents}:
                self._note(contents)
                records.append(record)
            else:
                path.unlink(missing_ok=True)
        return records

    def save(self, record: RunRecord) -> None:
        """Keep a run. One during which a file of the program changed counts for this study alone."""
        started = time.time() - record.seconds
        contents = {name: _digest(Path(name)) for name in _files(record)}
        self._note(contents)
        if any(not digest or os.path.getmtime(name) > started for name, digest in contents.items()):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with replacing(str(self.folder / f"run-{uuid4().hex}{_SUFFIX}")) as file:
            file.write(gzip.compress(json.dumps(_to_json(record, contents)).encode(), compresslevel=1))

    def remove(self) -> None:
        """The study is complete."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.folder.parent.rmdir()  # the last study takes the folder of studies along

    def _note(self, contents: dict[str, str]) -> None:
        self.is_mixed |= any(self._contents.setdefault(name, digest) != digest for name, digest in contents.items())


def _files(record: RunRecord) -> Iterable[str]:
    """The files that make up the program."""
    return dict.fromkeys(name for event in record.recording.of(Sources) for name in event.filenames)


def _digest(path: Path) -> str:
    """A digest of a file's content; nothing if it can't be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _to_json(record: RunRecord, contents: dict[str, str]) -> dict[str, Any]:
    output = record.output
    return {
        "contents": contents,
        "spec": record.spec.to_json(),
        "ended": [record.ending, record.status, record.seconds],
        "output": [output.lines, output.digest, output.size, dict(output.numbers)],
        "errors": record.errors,
        "events": [line_of(event) for event in record.recording.events],
        "is_whole": record.recording.is_whole,
    }


def _from_json(document: dict[str, Any]) -> RunRecord:
    lines, digest, size, numbers = document["output"]
    ending, status, seconds = document["ended"]
    return RunRecord(
        RunSpec.from_json(document["spec"]),
        ending,
        status,
        seconds,
        Output(tuple(lines), digest, size, numbers),
        document["errors"],
        Recording(tuple(map(parse_line, document["events"])), document["is_whole"]),
    )
