"""Where Python would find a module of the project, and which of a project's files import which."""

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LIBRARIES: Final = frozenset(
    {"tensorflow", "keras", "tf_keras", "numpy", "pandas", "scipy", "sklearn", "torch", "jax", "transformers"}
)
KNOWN_ELSEWHERE: Final = _LIBRARIES | sys.stdlib_module_names
"""Modules that a program of that name in some directory above the importer does not stand in for."""
_IMPORT: Final = re.compile(
    r"[ \t]*(?:from[ \t]+(?P<dots>\.*)[ \t]*(?P<module>[\w.]*)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n#;]*)"
    r"|import[ \t]+(?P<modules>[^\n#;]+))"
)
_SUFFIXES: Final = (".py", ".ipynb")
_TEST_MAIN: Final = r"(?m)^[ \t].*\b(?:test|unittest|absltest|pytest)\.main\("


class Located(NamedTuple):
    """A module of the project; `path` is None for a package without an `__init__.py`."""

    path: str | None
    name: str
    package: bool


class ModuleFinder:
    """Finds the modules of the project in `root`, as Python would for a program in `directory`."""

    def __init__(self, root: str, directory: str) -> None:
        self._first = tuple(dict.fromkeys([directory, root, os.path.join(root, "src")]))
        self._root = root
        self._installed = installed(root)
        self._found: dict[tuple[str, int, str], Sequence[Located]] = {}

    def locate(self, dotted: str, level: int, importer: str) -> Sequence[Located]:
        """Return the module `dotted` as the file `importer` sees it, after the packages that it is in, as
        far as they exist; nothing if it is not one of the project's."""
        key = (dotted, level, os.path.dirname(importer))
        if key not in self._found:
            self._found[key] = self._locate(dotted, level, importer)
        return self._found[key]

    def _locate(self, dotted: str, level: int, importer: str) -> Sequence[Located]:
        if level:
            return self._relative(dotted, level, importer)
        first = dotted.partition(".")[0]
        if self._installed is not None:
            place, package = self._installed
            return _chain(place, dotted, "") if first == package else ()
        searched: Iterable[str] = self._first
        if first not in KNOWN_ELSEWHERE:
            searched = dict.fromkeys([*self._first, *_above(os.path.dirname(importer), self._root)])
        for directory in searched:
            found = _chain(directory, dotted, "")
            # A directory without an `__init__.py` stands behind any package of that name that is installed.
            if found and (found[0].path is not None or first not in KNOWN_ELSEWHERE):
                return found
        return ()

    def _relative(self, dotted: str, level: int, importer: str) -> Sequence[Located]:
        directory = os.path.dirname(importer)
        for _ in range(level - 1):
            directory = os.path.dirname(directory)
        name = package_name(directory)
        packages = _packages_down_to(directory, name)
        return [*packages, *_chain(directory, dotted, name)] if dotted else packages


@cache
def installed(directory: str) -> tuple[str, str] | None:
    """Return the directory that has a Python's own modules, or what is installed for it, and the package there that
    `directory` belongs to, or "" if it is that directory itself; None if it lies in none. Nothing there is of one
    project with another package."""
    parts = directory.split(os.sep)
    for end in range(len(parts), 1, -1):
        above, name = parts[end - 2 : end]
        if name in ("site-packages", "dist-packages") or (name.startswith("python3.") and above in ("lib", "lib64")):
            return os.sep.join(parts[:end]), "".join(parts[end : end + 1])
    return None


@cache
def _above(directory: str, root: str) -> Sequence[str]:
    """The directories from an importer's up to the project's root: people run programs from any."""
    found: list[str] = []
    while directory.startswith(root) and directory not in found:
        found.append(directory)
        directory = os.path.dirname(directory)
    return found


def package_name(directory: str) -> str:
    """Return the dotted name of the package in `directory`, or "" if it is none."""
    parts: list[str] = []
    while _is_file(os.path.join(directory, "__init__.py")):
        parts.append(os.path.basename(directory))
        directory = os.path.dirname(directory)
    return ".".join(reversed(parts))


def module_name(path: str) -> str:
    """Return the dotted name of the module in the file `path`."""
    directory, base = os.path.split(path)
    stem = base.rpartition(".")[0] or base
    package = package_name(directory)
    if stem == "__init__":
        return package
    return f"{package}.{stem}" if package else stem


def is_in_package(path: str, root: str) -> bool:
    """Tell whether the file `path` of the project in `root` is part of a package, if only as a directory
    without an `__init__.py` in one that has it; what is installed is."""
    if installed(root) is not None:
        return True
    directory = os.path.dirname(path)
    while directory.startswith(root) and len(directory) > len(root):
        if _is_file(os.path.join(directory, "__init__.py")):
            return True
        directory = os.path.dirname(directory)
    return False


def has_main_guard(text: str) -> bool:
    """Tell whether `text` has a top-level `if __name__ == …:`."""
    return _guard(text) is not None


def runs_tests(text: str) -> bool:
    """Tell whether what `text` does when it is run is to run the tests in it."""
    guard = _guard(text)
    return guard is not None and re.compile(_TEST_MAIN).search(text, guard) is not None


def _guard(text: str) -> int | None:
    """Return where `if __name__ ==` ends at the top level. Words are found faster than beginnings of rows."""
    for test in re.finditer(r"__name__[ \t]*==", text) if "__name__" in text else ():
        if re.fullmatch(r"if[ \t]*\(?[ \t]*", text[_row_start(text, test) : test.start()]):
            return test.end()
    return None


def _row_start(text: str, match: re.Match[str]) -> int:
    return text.rfind("\n", 0, match.start()) + 1


def imports_of(text: str) -> Iterator[tuple[str, int]]:
    """Return the modules that `text` may import, as (dotted name, leading dots); each name that is imported
    from a package may be a module of its own."""
    for match in _import_statements(text):
        if match["modules"] is not None:
            for part in match["modules"].split(","):
                words = part.split()
                if words:
                    yield words[0], 0
            continue
        level, module = len(match["dots"]), match["module"]
        yield module, level
        for name in re.findall(r"\w+", match["names"]):
            yield f"{module}.{name}" if module else name, level


def _import_statements(text: str) -> Iterator[re.Match[str]]:
    end = 0
    for word in re.finditer("import", text):
        start = _row_start(text, word)
        match = _IMPORT.match(text, start) if start >= end else None
        if match is not None:
            end = match.end()
            yield match


def _chain(directory: str, dotted: str, package: str) -> list[Located]:
    """Follow `dotted` down from `directory`, as far as its parts exist there."""
    found: list[Located] = []
    for part in dotted.split("."):
        package = f"{package}.{part}" if package else part
        below = os.path.join(directory, part)
        files, directories = _listing(directory)
        # What isn't there is asked for most: only where it may be anything is it looked into.
        if (part in directories or below in _unsaved) and "__init__.py" in _listing(below)[0]:
            found.append(Located(os.path.join(below, "__init__.py"), package, True))
        elif f"{part}.py" in files:
            found.append(Located(f"{below}.py", package, False))
            break
        elif part in directories:
            found.append(Located(None, package, True))
        else:
            break
        directory = below
    while found and found[-1].path is None:
        found.pop()
    return found


def _packages_down_to(directory: str, name: str) -> list[Located]:
    packages: list[Located] = []
    if not name:
        init = os.path.join(directory, "__init__.py")
        return [Located(init if _is_file(init) else None, os.path.basename(directory), True)]
    while name:
        packages.append(Located(os.path.join(directory, "__init__.py"), name, True))
        directory = os.path.dirname(directory)
        name = name.rpartition(".")[0]
    return packages[::-1]


_Listing = tuple[frozenset[str], frozenset[str]]
_listings: Final[dict[str, _Listing]] = {}


def _listing(directory: str) -> _Listing:
    if directory not in _listings:
        files: set[str] = set()
        directories: set[str] = set()
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    (directories if entry.is_dir() else files).add(entry.name)
        except OSError:
            pass
        _listings[directory] = (frozenset(files | _unsaved[directory]), frozenset(directories))
    return _listings[directory]


def listed() -> list[str]:
    """Return the directories that have been looked at since they were to be listed afresh."""
    return list(_listings)


def importable_in(directory: str) -> _Listing:
    """Return the names of the files and of the directories in `directory` that may be modules."""
    files, directories = _listing(directory)
    modules = frozenset(name for name in files if name.endswith(_SUFFIXES))
    return modules, frozenset(name for name in directories if not name.startswith((".", "__pycache__")))


_unsaved: Final[defaultdict[str, set[str]]] = defaultdict(set)
"""The names of files, by their directory, that are there although the disk may not have them yet."""


def _is_file(path: str) -> bool:
    directory, name = os.path.split(path)
    return name in _listing(directory)[0]


def list_afresh(unsaved: Iterable[str] = ()) -> None:
    """Look at the directories afresh from here on, and see the files `unsaved` in them, which the disk may not have."""
    _listings.clear()
    _unsaved.clear()
    for path in unsaved:
        directory, name = os.path.split(path)
        _unsaved[directory].add(name)


MOST_PROJECT_FILES: Final = 20_000
_PASSED_OVER: Final = frozenset(
    {"__pycache__", "node_modules", "site-packages", "venv", "env", "build", "dist", "__pypackages__"}
)


def python_files(root: str, *, packages_only: bool, most: int) -> Iterator[str]:
    """Return the Python files and notebooks in and below `root`, at most so many. `packages_only`: below it only
    those of packages; where nothing marks a project, `root` may be anybody's home directory. Where packages are
    installed it is only what lies there itself."""
    count = 0
    is_place = installed(root) == (root, "")
    for directory, directories, files in os.walk(root):
        _listing(directory)  # what is in it matters
        directories[:] = sorted(
            name
            for name in directories
            if not is_place
            and name not in _PASSED_OVER
            and not name.startswith(".")
            and not (packages_only and not _is_file(os.path.join(directory, name, "__init__.py")))
        )
        for name in sorted(files):
            if name.endswith(_SUFFIXES):
                yield os.path.join(directory, name)
                count += 1
        if count >= most:
            return


def is_test(path: str) -> bool:
    """Tell whether pytest would take the file for tests or their configuration."""
    name = os.path.basename(path)
    return name == "conftest.py" or (name.startswith("test_") and name.endswith(".py")) or name.endswith("_test.py")
