"""Remembers what was found in a project's files, with all that it depends on.

What is found in a file depends on the file, on the modules that run in the programs that reach it, on which file of
the project imports which, on what there is to import (so on names that nothing had, too), and on what the project
declares. All of that is kept beside the findings, by content; whatever has changed makes them forgotten. What has the
same stamp as when it was read is not read again to know its content, unless it was so young then that the file system
may not tell a later change.

A project has one file of JSON, after a line that holds its checksum. It is replaced as a whole, so that several
processes can use it: the last one wins. Summaries are not kept: to read them from here costs as much as to read
them from the source.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections import defaultdict
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from seedlint import __version__
from seedlint.finding import Edit, Finding, Fix, Position, Related, Span
from seedlint.replacing import PREFIX, replacing
from seedlint.sources import modules as local
from seedlint.sources.entry_points import entry_points
from seedlint.sources.project import declared_target, declaring_files, look_afresh, root_of
from seedlint.sources.stamp import Stamp, stamp
from seedlint.sources.text import SourceError, SourceText, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from seedlint.basis import Basis
    from seedlint.settings import Settings
    from seedlint.sources.discovery import File

    Check = Callable[[Sequence[File]], tuple[Sequence[Finding], Iterable[Basis]]]
    """Finds what there is in files, as far as they are texts, and tells what that rests on."""

_NAME: Final = "seedlint-{}.json"
_HEADER: Final = "seedlint-cache"
_YOUNG: Final = 2_000_000_000
"""For so many nanoseconds the stamp of a file may stay as it is though the file changes again."""


class _Result(NamedTuple):
    """What was found in one file under some settings, and the traces that were looked at for that."""

    settings: str
    traces: list[str]
    findings: list[Finding]


class _Memory:
    """What is known of one project. `files` has the content of each file, and of what it says about imports;
    `directories` what each has to import; `roots` the project of each directory; `projects` what each declares;
    `traces` the files that each ran. Stamps are beside what they spare to look at: None is never believed."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, str, Stamp | None]] = {}
        self.directories: dict[str, tuple[str, Stamp | None]] = {}
        self.roots: dict[str, str] = {}
        self.projects: dict[str, tuple[str, dict[str, Stamp | None]]] = {}
        self.traces: dict[str, list[str]] = {}
        self.results: dict[str, _Result] = {}

    def stamps(self) -> tuple[object, ...]:
        """Return what may have changed where nothing that is found has."""
        return {**self.files}, self.directories, self.projects


class Cache:
    """Findings from earlier runs, in `folder`. `warn` is told, once, why the cache can't be used."""

    def __init__(self, folder: str, warn: Callable[[str], None]) -> None:
        self._folder = folder
        self._warn: Callable[[str], None] | None = warn
        self._began = time.time_ns()

    def check(
        self,
        files: Sequence[File],
        settings_for: Callable[[str], Settings],
        check: Check,
    ) -> list[Finding]:
        """Return the findings in `files`, as they are on the disk. `check` finds them where they aren't known."""
        local.list_afresh()
        look_afresh()
        entry_points.cache_clear()
        settings: dict[str, str] = {}
        projects: defaultdict[str, list[File]] = defaultdict(list)
        by_directory: defaultdict[str, list[File]] = defaultdict(list)
        for file in files:
            by_directory[os.path.dirname(file.real)].append(file)
        for directory, inside in by_directory.items():
            projects[root_of(directory)] += inside
            settings |= dict.fromkeys(
                (file.real for file in inside), _of_settings(settings_for(os.path.join(directory, "_.py")))
            )
        found = [
            finding
            for root, of_project in projects.items()
            for finding in self._check_project(root, of_project, settings, check)
        ]
        return sorted(found, key=lambda finding: finding.sort_key)

    def _check_project(
        self, root: str, files: Sequence[File], settings: Mapping[str, str], check: Check
    ) -> list[Finding]:
        place = os.path.join(self._folder, _NAME.format(_digest(root, os.getcwd())))
        document = self._load(place)
        if document is not None and _is_untouched(document, files, settings):
            results = document["results"]
            return [_finding(found) for file in files for found in results[file.real][2]]
        memory = _Memory() if document is None else _memory(document)
        before = memory.stamps()
        if not _refresh(memory, {file.real: file.stamp for file in files}, self._began):
            memory = _Memory()
        unknown = [
            file
            for file in files
            if (known := memory.results.get(file.real)) is None or known.settings != settings[file.real]
        ]
        findings, bases = check(unknown) if unknown else ((), ())
        _remember(memory, unknown, settings, findings, bases, self._began)
        if bases or memory.stamps() != before:
            self._save(place, memory)
        return [found for file in files if file.real in memory.results for found in memory.results[file.real].findings]

    # -- the file -----------------------------------------------------------------------------

    def _load(self, place: str) -> dict[str, Any] | None:
        """Return what the file holds, as JSON has it."""
        try:
            with open(place, "rb") as file:
                header, _, body = file.read().partition(b"\n")
        except FileNotFoundError:
            return None
        except OSError as error:
            self._tell(f"{place} can't be read ({error})")
            return None
        kind, _, rest = header.decode(errors="replace").partition(" ")
        version, _, checksum = rest.rpartition(" ")
        if kind != _HEADER or checksum != _checksum(body):
            self._tell(f"{place} is damaged, and is made anew")
            return None
        document: dict[str, Any] = json.loads(body)
        return document if version == _version() else None

    def _save(self, place: str, memory: _Memory) -> None:
        body = json.dumps(_document(memory), separators=(",", ":")).encode("ascii")
        try:
            os.makedirs(self._folder, exist_ok=True)
            with replacing(place) as file:
                file.write(f"{_HEADER} {_version()} {_checksum(body)}\n".encode() + body)
        except OSError as error:
            self._tell(f"{self._folder} can't be written ({error.strerror or error})")

    def _tell(self, problem: str) -> None:
        if self._warn is not None:
            self._warn(f"the cache is not used: {problem}; --cache-dir takes another one, --no-cache none")
        self._warn = None


def empty(folder: str) -> int:
    """Delete what caches have put into `folder`; return how many files that were. OSError if one can't be deleted."""
    from pathlib import Path  # a check does without it

    found = [*Path(folder).glob(_NAME.format("*")), *Path(folder).glob(f"{PREFIX}*")]
    for file in found:
        file.unlink(missing_ok=True)
    return len(found)


# -- what findings depend on ------------------------------------------------------------------


def _is_untouched(document: dict[str, Any], files: Sequence[File], settings: Mapping[str, str]) -> bool:
    """Tell whether all that is wanted is known, under these settings, and no stamp of what it rests on has changed.
    `document` is a memory as JSON has it."""
    results = document["results"]
    if not all(file.real in results and results[file.real][0] == settings[file.real] for file in files):
        return False
    stamps = {file.real: file.stamp for file in files}
    for path, (_, _, known) in document["files"].items():
        if known is None or (stamps.get(path) or stamp(path)) != tuple(known):
            return False
    return _is_as_it_was(document["directories"], document["roots"], document["projects"])


def _refresh(memory: _Memory, stamps: dict[str, Stamp], began: int) -> bool:
    """Forget what holds no more; whether anything is left. `stamps` are those of files that were looked at."""
    changed: set[str] = set()
    for path, (content, imports, known) in memory.files.items():
        now = stamps.get(path) or stamp(path)
        if known is not None and now == known:
            continue
        source = _read(path)
        memory.files[path] = (_content(source), _imports(source), _settled(now, began))
        if memory.files[path][1] != imports:
            return False
        if memory.files[path][0] != content:
            changed.add(path)
    if not _is_as_it_was(memory.directories, memory.roots, memory.projects):
        return False
    memory.directories = {
        directory: (listed, known if _is_same(directory, known) else _stamp_of_listing(directory, began))
        for directory, (listed, known) in memory.directories.items()
    }
    memory.projects = {root: (declared, _declared_by(root, began)) for root, (declared, _) in memory.projects.items()}
    touched = {key for key, paths in memory.traces.items() if not changed.isdisjoint(paths)}
    memory.results = {
        path: result
        for path, result in memory.results.items()
        if path not in changed and touched.isdisjoint(result.traces)
    }
    return True


def _is_as_it_was(
    directories: Mapping[str, Sequence[Any]], roots: Mapping[str, str], projects: Mapping[str, Any]
) -> bool:
    """Tell whether there is the same to import, from the same projects."""
    return (
        all(
            _is_same(directory, known) or _of_directory(directory) == listed
            for directory, (listed, known) in directories.items()
        )
        and all(root_of(directory) == root for directory, root in roots.items())
        and all(
            (files.keys() == _declaring(root) and all(_is_same(file, files[file]) for file in files))
            or _of_project(root) == declared
            for root, (declared, files) in projects.items()
        )
    )


def _is_same(path: str, known: Sequence[int] | None) -> bool:
    return known is not None and stamp(path) == tuple(known)


def _settled(found: Stamp | None, began: int) -> Stamp | None:
    """Return a stamp if whatever changes that later, or did so since a run began, will have another one."""
    return found if found is not None and max(found[:2]) < began - _YOUNG else None


def _remember(
    memory: _Memory,
    files: Iterable[File],
    settings: Mapping[str, str],
    findings: Iterable[Finding],
    bases: Iterable[Basis],
    began: int,
) -> None:
    """Put what was found into the memory, with what that rests on."""
    in_file: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        in_file[finding.filename].append(finding)
    used: dict[str, list[str]] = {}
    for basis in bases:
        for path, source in basis.sources.items():
            memory.files[path] = (_content(source), _imports(source), _settled(stamp(path), began))
        for directory in _telling(basis.directories):
            memory.directories[directory] = (_of_directory(directory), _stamp_of_listing(directory, began))
        memory.roots.update(basis.roots)
        memory.traces.update(basis.traces)
        used.update(basis.used)
    for root in set(memory.roots.values()):
        memory.projects[root] = (_of_project(root), _declared_by(root, began))
    for file in files:
        if file.real in used:  # it is a text
            memory.results[file.real] = _Result(settings[file.real], used[file.real], in_file[file.name])
    needed = {key for result in memory.results.values() for key in result.traces}
    memory.traces = {key: paths for key, paths in memory.traces.items() if key in needed}


def _telling(directories: Iterable[str]) -> Iterator[str]:
    """Leave out the directories that don't exist, most of which imports of libraries ask for, where another one tells
    that of them."""
    every = set(directories)
    return (each for each in every if os.path.dirname(each) not in every or os.path.isdir(each))


def _stamp_of_listing(directory: str, began: int) -> Stamp | None:
    """Return the stamp of a directory, which tells when what is in it has another name; what a link in it leads to may
    become something else without that."""
    try:
        with os.scandir(directory) as entries:
            has_links = any(entry.is_symlink() for entry in entries)
    except OSError:
        return None
    return None if has_links else _settled(stamp(directory), began)


def _read(path: str) -> SourceText | None:
    try:
        return read(path)
    except (OSError, SourceError):
        return None


@cache
def _version() -> str:
    """What made the findings: this seedlint, as its files are, and this Python."""
    return f"{__version__} {platform.python_version()} {_digest(*sorted(_program_files(os.path.dirname(__file__))))}"


def _program_files(folder: str) -> Iterator[tuple[str, Stamp | None]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _program_files(entry.path)
            elif entry.name.endswith((".py", ".json")):
                yield entry.path, stamp(entry.path)


def _content(source: SourceText | None) -> str:
    """What a file says; nothing of one that can't be read."""
    if source is None:
        return ""
    return _digest(source.encoding, source.text if source.notebook is None else source.notebook.raw)


def _imports(source: SourceText | None) -> str:
    """What a file says about imports, and about being run."""
    if source is None:
        return ""
    text = source.text
    return _digest(*local.imports_of(text), local.has_main_guard(text), local.runs_tests(text))


def _of_directory(directory: str) -> str:
    files, directories = local.importable_in(directory)
    return _digest(sorted(files), sorted(directories))


def _declaring(root: str) -> set[str]:
    return {file for file in declaring_files(root) if os.path.exists(file)}


def _declared_by(root: str, began: int) -> dict[str, Stamp | None]:
    return {file: _settled(stamp(file), began) for file in sorted(_declaring(root))}


def _of_project(root: str) -> str:
    return _digest(declared_target(root), entry_points(root))


def _of_settings(settings: Settings) -> str:
    return _digest(
        settings.base, settings.selections, settings.per_file_ignores, settings.target, settings.strict,
        settings.tests, settings.seed, sorted(settings.seeders),
    )  # fmt: skip


def _checksum(body: bytes) -> str:
    return blake2b(body, digest_size=16).hexdigest()


def _digest(*parts: object) -> str:
    return blake2b("\0".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


# -- plain data -------------------------------------------------------------------------------


def _document(memory: _Memory) -> dict[str, Any]:
    """Return the memory as JSON has it: traces name files by their numbers, results traces."""
    numbers = {path: number for number, path in enumerate(memory.files)}
    keys = {key: number for number, key in enumerate(memory.traces)}
    return {
        "files": memory.files,
        "directories": memory.directories,
        "roots": memory.roots,
        "projects": memory.projects,
        "traces": [[key, [numbers[path] for path in paths]] for key, paths in memory.traces.items()],
        "results": {
            path: [result.settings, [keys[key] for key in result.traces], result.findings]
            for path, result in memory.results.items()
        },
    }


def _memory(document: dict[str, Any]) -> _Memory:
    paths = list(document["files"])
    keys = [key for key, _ in document["traces"]]
    memory = _Memory()
    memory.files = {
        path: (content, imports, _stamp(known)) for path, (content, imports, known) in document["files"].items()
    }
    memory.directories = {place: (listed, _stamp(known)) for place, (listed, known) in document["directories"].items()}
    memory.roots = document["roots"]
    memory.projects = {
        root: (declared, {file: _stamp(known) for file, known in files.items()})
        for root, (declared, files) in document["projects"].items()
    }
    memory.traces = {key: [paths[number] for number in numbers] for key, numbers in document["traces"]}
    memory.results = {
        path: _Result(settings, [keys[number] for number in traces], [_finding(found) for found in findings])
        for path, (settings, traces, findings) in document["results"].items()
    }
    return memory


def _stamp(found: list[int] | None) -> Stamp | None:
    return None if found is None else (found[0], found[1], found[2])


def _finding(row: list[Any]) -> Finding:
    """Return the finding that JSON has as a list, as it has all that is inside."""
    *plain, span, streams, related, fix, cell, fingerprint = row
    places = tuple(Related(filename, _span(place), *rest) for filename, place, *rest in related)
    return Finding._make([*plain, _span(span), tuple(streams), places, fix and _fix(*fix), cell, fingerprint])


def _fix(applicability: Any, message: str, edits: list[list[Any]]) -> Fix:
    return Fix(applicability, message, tuple(Edit(_span(span), *rest) for span, *rest in edits))


def _span(span: list[list[int]]) -> Span:
    return Span(*(Position(*position) for position in span))
