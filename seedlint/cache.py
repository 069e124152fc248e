"""Remembers what was found in a project's files, with all that it depends on.

What is found in a file depends on the file, on the modules that run in the programs that reach it, on which file of
the project imports which, on what there is to import (so on names that nothing had, too), and on what the project
declares. All of that is kept beside the findings, by content; whatever has changed makes them forgotten.

A project has one file of JSON, after a line that holds its checksum. It is replaced as a whole, so that several
processes can use it: the last one wins. Summaries are not kept: to read them from here costs as much as to read
them from the source.
"""

from __future__ import annotations

import json
import os
import platform
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seedlint import __version__
from seedlint.finding import Edit, Finding, Fix, Position, Related, Span
from seedlint.replacing import PREFIX, replacing
from seedlint.sources import modules as local
from seedlint.sources.entry_points import entry_points
from seedlint.sources.project import declared_target, look_afresh, root_of
from seedlint.sources.text import SourceError, SourceText, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seedlint.linter import Basis
    from seedlint.settings import Settings

    Check = Callable[[Sequence[SourceText]], tuple[Sequence[Finding], Iterable[Basis]]]
    """Finds what there is in files, and tells what that rests on."""

_NAME: Final = "seedlint-{}.json"
_HEADER: Final = "seedlint-cache"


@dataclass(slots=True)
class _Result:
    """What was found in one file under some settings, and the traces that were looked at for that."""

    settings: str
    traces: list[str]
    findings: list[Finding]


@dataclass(slots=True)
class _Memory:
    """What is known of one project. `files` has the content of each file, and of what it says about imports;
    `directories` what each has to import; `roots` the project of each directory; `projects` what each declares;
    `traces` the files that each ran."""

    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    directories: dict[str, str] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    projects: dict[str, str] = field(default_factory=dict)
    traces: dict[str, list[str]] = field(default_factory=dict)
    results: dict[str, _Result] = field(default_factory=dict)


class Cache:
    """Findings from earlier runs, in `folder`. `warn` is told, once, why the cache can't be used."""

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        self._folder = folder
        self._warn: Callable[[str], None] | None = warn

    def check(
        self,
        files: Sequence[SourceText],
        settings_for: Callable[[Path], Settings],
        check: Check,
    ) -> list[Finding]:
        """Return the findings in `files`, as they are on the disk. `check` finds them where they aren't known."""
        local.list_afresh()
        look_afresh()
        entry_points.cache_clear()
        projects: defaultdict[str, list[SourceText]] = defaultdict(list)
        for source in files:
            projects[root_of(os.path.dirname(source.path))].append(source)
        found = [
            finding
            for root, sources in projects.items()
            for finding in self._check_project(root, sources, settings_for, check)
        ]
        return sorted(found, key=lambda finding: finding.sort_key)

    def _check_project(
        self,
        root: str,
        sources: Sequence[SourceText],
        settings_for: Callable[[Path], Settings],
        check: Check,
    ) -> list[Finding]:
        place = self._folder / _NAME.format(_digest(root, os.getcwd()))
        memory = _still_valid(self._load(place), {str(source.path): source for source in sources})
        settings = {str(source.path): _of_settings(settings_for(source.path)) for source in sources}
        unknown = [
            source
            for source in sources
            if (known := memory.results.get(str(source.path))) is None or known.settings != settings[str(source.path)]
        ]
        if unknown:
            findings, bases = check(unknown)
            _remember(memory, unknown, settings, findings, bases)
            self._save(place, memory)
        return [finding for source in sources for finding in memory.results[str(source.path)].findings]

    # -- the file -----------------------------------------------------------------------------

    def _load(self, place: Path) -> _Memory:
        try:
            header, _, body = place.read_text("utf-8").partition("\n")
        except FileNotFoundError:
            return _Memory()
        except (OSError, UnicodeError) as error:
            self._tell(f"{place} can't be read ({error})")
            return _Memory()
        kind, _, rest = header.partition(" ")
        version, _, checksum = rest.rpartition(" ")
        if kind != _HEADER or checksum != _digest(body):
            self._tell(f"{place} is damaged, and is made anew")
            return _Memory()
        return _memory(json.loads(body)) if version == _version() else _Memory()

    def _save(self, place: Path, memory: _Memory) -> None:
        body = json.dumps(_document(memory), separators=(",", ":"))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with replacing(place) as file:
                file.write(f"{_HEADER} {_version()} {_digest(body)}\n{body}".encode())
        except OSError as error:
            self._tell(f"{self._folder} can't be written ({error.strerror or error})")

    def _tell(self, problem: str) -> None:
        if self._warn is not None:
            self._warn(f"the cache is not used: {problem}; --cache-dir takes another one, --no-cache none")
        self._warn = None


def empty(folder: Path) -> int:
    """Delete what caches have put into `folder`; return how many files that were. OSError if one can't be deleted."""
    found = [*folder.glob(_NAME.format("*")), *folder.glob(f"{PREFIX}*")]
    for file in found:
        file.unlink(missing_ok=True)
    return len(found)


# -- what findings depend on ------------------------------------------------------------------


def _still_valid(memory: _Memory, sources: Mapping[str, SourceText]) -> _Memory:
    """Return what still holds of the memory. `sources` are files that have been read already."""
    changed: dict[str, tuple[str, str]] = {}
    for path, (content, imports) in memory.files.items():
        source = sources.get(path) or _read(path)
        if _content(source) != content:
            changed[path] = (_content(source), _imports(source))
            if changed[path][1] != imports:
                return _Memory()
    if not _is_as_it_was(memory):
        return _Memory()
    touched = {key for key, paths in memory.traces.items() if not changed.keys().isdisjoint(paths)}
    memory.files |= changed
    memory.results = {
        path: result
        for path, result in memory.results.items()
        if path not in changed and touched.isdisjoint(result.traces)
    }
    return memory


def _is_as_it_was(memory: _Memory) -> bool:
    """Tell whether there is the same to import, from the same projects."""
    return (
        all(_of_directory(directory) == known for directory, known in memory.directories.items())
        and all(root_of(directory) == root for directory, root in memory.roots.items())
        and all(_of_project(root) == known for root, known in memory.projects.items())
    )


def _remember(
    memory: _Memory,
    sources: Iterable[SourceText],
    settings: Mapping[str, str],
    findings: Iterable[Finding],
    bases: Iterable[Basis],
) -> None:
    """Put what was found into the memory, with what that rests on."""
    in_file: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        in_file[finding.filename].append(finding)
    used: dict[str, list[str]] = {}
    for basis in bases:
        memory.files.update({path: (_content(source), _imports(source)) for path, source in basis.sources.items()})
        memory.directories.update({directory: _of_directory(directory) for directory in basis.directories})
        memory.roots.update(basis.roots)
        memory.traces.update(basis.traces)
        used.update(basis.used)
    memory.projects.update({root: _of_project(root) for root in set(memory.roots.values())})
    for source in sources:
        path = str(source.path)
        memory.results[path] = _Result(settings[path], used[path], in_file[source.filename])
    needed = {key for result in memory.results.values() for key in result.traces}
    memory.traces = {key: paths for key, paths in memory.traces.items() if key in needed}


def _read(path: str) -> SourceText | None:
    try:
        return read(Path(path))
    except (OSError, SourceError):
        return None


@cache
def _version() -> str:
    """What made the findings: this seedlint, as its files are, and this Python."""
    package = Path(__file__).parent
    stats = [(str(path.relative_to(package)), path.stat()) for path in sorted(package.rglob("*.[pj]*"))]
    files = [(name, stat.st_mtime_ns, stat.st_size) for name, stat in stats if not name.endswith(".pyc")]
    return f"{__version__} {platform.python_version()} {_digest(*files)}"


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


def _of_project(root: str) -> str:
    return _digest(declared_target(Path(root)), entry_points(Path(root)))


def _of_settings(settings: Settings) -> str:
    return _digest(
        settings.base, settings.selections, settings.per_file_ignores, settings.target, settings.strict,
        settings.tests, settings.seed, sorted(settings.seeders),
    )  # fmt: skip


def _digest(*parts: object) -> str:
    return blake2b("\0".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


# -- plain data -------------------------------------------------------------------------------


def _document(memory: _Memory) -> dict[str, Any]:
    """Return the memory as JSON has it: traces name files by their numbers, results traces."""
    numbers = {path: number for number, path in enumerate(memory.files)}
    keys = {key: number for number, key in enumerate(memory.traces)}
    return {
        "files": [[path, *known] for path, known in memory.files.items()],
        "directories": memory.directories,
        "roots": memory.roots,
        "projects": memory.projects,
        "traces": [[key, [numbers[path] for path in paths]] for key, paths in memory.traces.items()],
        "results": {
            path: [result.settings, [keys[key] for key in result.traces], [asdict(found) for found in result.findings]]
            for path, result in memory.results.items()
        },
    }


def _memory(document: dict[str, Any]) -> _Memory:
    paths = [path for path, _, _ in document["files"]]
    keys = [key for key, _ in document["traces"]]
    return _Memory(
        {path: (content, imports) for path, content, imports in document["files"]},
        document["directories"],
        document["roots"],
        document["projects"],
        {key: [paths[number] for number in numbers] for key, numbers in document["traces"]},
        {
            path: _Result(settings, [keys[number] for number in traces], [_finding(found) for found in findings])
            for path, (settings, traces, findings) in document["results"].items()
        },
    )


def _finding(found: dict[str, Any]) -> Finding:
    fix = found["fix"]
    return Finding(
        **found
        | {
            "span": _span(found["span"]),
            "streams": tuple(found["streams"]),
            "related": tuple(Related(**related | {"span": _span(related["span"])}) for related in found["related"]),
            "fix": fix and Fix(fix["applicability"], fix["message"], tuple(_edit(edit) for edit in fix["edits"])),
        }
    )


def _edit(edit: dict[str, Any]) -> Edit:
    return Edit(**edit | {"span": _span(edit["span"])})


def _span(span: dict[str, dict[str, int]]) -> Span:
    return Span(Position(**span["start"]), Position(**span["end"]))
