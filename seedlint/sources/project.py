"""The project that a file belongs to, and the framework generation that it says it runs on."""

from __future__ import annotations

import os
import re
import sys
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from seedlint.sources.modules import KNOWN_ELSEWHERE, imports_of, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.targets import Target

_ROOT_MARKS: Final = ("pyproject.toml", "seedlint.toml", "setup.py", "setup.cfg", ".git")
_MOST_LEVELS: Final = 4
_MOST_SCRIPTS: Final = 200
_PLAIN_FILES: Final = ("setup.cfg", "environment.yml", "environment.yaml", "Pipfile")
_TENSORFLOW: Final = frozenset(
    {"tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-intel", "tensorflow-macos"}
)
# A requirement as pip, conda, Poetry and Pipfile write it; the name is the whole word.
_REQUIREMENT: Final = (
    r"""^[\s\-'"]*(?P<name>[A-Za-z][\w.-]*)['"]?\s*(?:\[[^\]]*\])?\s*=?\s*['"]?(?P<versions>[<>=!~^*\d][^;#'"]*)?"""
)
_CLAUSE: Final = r"(?P<operator>[<>=!~^]*)\s*v?(?P<version>\d+(?:\.\d+)*)"
_QUOTED: Final = r"""['"]([^'"\n]+)['"]"""
_FIRST_KERAS3: Final = {"tensorflow": (2, 16), "keras": (3,)}


def look_afresh() -> None:
    """Look at directories and at what lies in them afresh from here on."""
    for known in (is_marked, _marked_above, _above_package, _imported_in, declared_target):
        known.cache_clear()


def root_of(directory: str) -> str:
    """The nearest directory above files in `directory` (absolute) that marks a project, else the one from which
    scripts import them, else the one that their package is in; of what is installed, its package."""
    if found := installed(directory):
        return os.path.join(*filter(None, found))
    return _marked_above(directory) or _beside_importers(_above_package(directory))


@cache
def is_marked(directory: str) -> bool:
    """Whether something in `directory` says that a project lies there."""
    return any(os.path.exists(os.path.join(directory, mark)) for mark in _ROOT_MARKS)


@cache
def _marked_above(directory: str) -> str:
    """The directory itself or the nearest one above it that marks a project; nothing if none does."""
    if is_marked(directory):
        return directory
    above = os.path.dirname(directory)
    return "" if above == directory else _marked_above(above)


@cache
def _above_package(directory: str) -> str:
    """The directory that the outermost package lies in that the directory is part of, else itself. A directory of a
    package may lack an `__init__.py`, so the one above is asked too."""
    found, below = directory, directory
    while (above := os.path.dirname(below)) != below:
        if _has_init(below):
            found = above
        elif not _has_init(above):
            break
        below = above
    return found


def _has_init(directory: str) -> bool:
    return os.path.exists(os.path.join(directory, "__init__.py"))


def _beside_importers(directory: str) -> str:
    """The outermost of the nearest directories above that has a script which imports from where `directory` is, else
    itself: `models/net.py` belongs to the `train.py` beside `models`."""
    found = below = directory
    for _ in range(_MOST_LEVELS):
        above, name = os.path.split(below)
        if above == below:
            break
        if name not in KNOWN_ELSEWHERE and name in _imported_in(above):
            found = above
        below = above
    return found


@cache
def _imported_in(directory: str) -> frozenset[str]:
    """The first words of what the scripts in `directory` import."""
    scripts = [name for name in _names_in(directory) if name.endswith(".py")][:_MOST_SCRIPTS]
    imports = (imports_of(text_of(os.path.join(directory, name))) for name in scripts)
    return frozenset(dotted.partition(".")[0] for found in imports for dotted, level in found if not level)


def _names_in(directory: str) -> list[str]:
    """The names of what is in a directory, in order; none where it can't be read."""
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


@lru_cache(maxsize=256)
def declared_target(root: str) -> Target | None:
    """The target that the dependencies of the project in `root` ask for: keras2 for one that wants
    `tf_keras`, or TensorFlow or Keras of versions before Keras 3 only, keras3 for one that wants only later
    ones, None where nothing is said, or both. A file that can't be read or understood says nothing."""
    declared: set[Target] = set()
    for line in _requirements(root):
        if target := _asked_for(line):
            declared.add(target)
    # A project that asks for both generations (`keras>=3` and `tf_keras`, say) has not decided.
    return declared.pop() if len(declared) == 1 else None


def _asked_for(line: str) -> Target | None:
    """The target that one requirement implies."""
    requirement = re.match(_REQUIREMENT, line)
    if requirement is None:
        return None
    name = re.sub(r"[-_.]+", "-", requirement["name"].lower())
    if name == "tf-keras":
        return "keras2"
    package = "tensorflow" if name in _TENSORFLOW else name
    if package not in _FIRST_KERAS3:
        return None
    for clause in re.finditer(_CLAUSE, requirement["versions"] or ""):
        if target := _bound(clause, _FIRST_KERAS3[package]):
            return target
    return None


def _bound(clause: re.Match[str], first: tuple[int, ...]) -> Target | None:
    """What one version clause says of versions before and from `first` on."""
    version = tuple(int(part) for part in clause["version"].split("."))
    operator = clause["operator"]
    at_least = version[: len(first)] >= first
    if operator in (">=", ">"):
        return "keras3" if at_least else None
    if operator == "!=":
        return None
    if operator == "<":
        exactly_first = version[: len(first)] == first and not any(version[len(first) :])
        return "keras2" if exactly_first or not at_least else None
    if operator == "<=":
        return None if at_least else "keras2"
    # `^2.10` means up to, not including, 3, `~=2.15` too; `~2.15` and `~=2.15.0` stay within 2.15.
    reaches_on = {"^": 1, "~": 2, "~=": len(version) - 1}.get(operator, len(version))
    if at_least:
        return "keras3"
    return "keras2" if version[:reaches_on] != first[:reaches_on] else None


def _requirements(root: str) -> Iterator[str]:
    """Every line that may be a requirement, from the files in which projects declare them."""
    yield from _pyproject_requirements(root)
    for file in _requirement_files(root):
        yield from text_of(file).splitlines()
    if text := text_of(os.path.join(root, "setup.py")):
        yield from re.findall(_QUOTED, text)


def _requirement_files(root: str) -> Iterator[str]:
    yield from (os.path.join(root, name) for name in _PLAIN_FILES)
    for folder, begin in ((root, "requirements"), (os.path.join(root, "requirements"), "")):
        names = (name for name in _names_in(folder) if name.startswith(begin) and name.endswith(".txt"))
        yield from (os.path.join(folder, name) for name in names)


def declaring_files(root: str) -> Iterator[str]:
    """Return every file from which it is read what the project in `root` needs and installs. Some may not exist."""
    yield from (os.path.join(root, "pyproject.toml"), os.path.join(root, "setup.py"))
    yield from _requirement_files(root)


def pyproject(root: str) -> object:
    """The contents of the project's pyproject.toml; None if there is none that can be understood."""
    text = text_of(os.path.join(root, "pyproject.toml"))
    if not text:
        return None
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _pyproject_requirements(root: str) -> Iterator[str]:
    table = pyproject(root)
    project = at(table, "project")
    yield from _strings(at(project, "dependencies"))
    yield from _strings(at(project, "optional-dependencies"))
    yield from _strings(at(table, "dependency-groups"))
    poetry = at(at(table, "tool"), "poetry")
    groups = at(poetry, "group")
    tables = [poetry, *(groups.values() if isinstance(groups, dict) else ())]
    for dependencies in (at(each, "dependencies") for each in tables):
        if isinstance(dependencies, dict):
            for name, version in dependencies.items():
                spec = version if isinstance(version, str) else at(version, "version")
                yield f"{name} = {spec}" if isinstance(spec, str) else str(name)


def at(table: object, key: str) -> object:
    """What a table of a pyproject.toml has for `key`; None if it has nothing, or is no table."""
    return table.get(key) if isinstance(table, dict) else None


def _strings(value: object) -> Iterator[str]:
    """The strings in a list, or in the lists of a table."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))


def text_of(file: str) -> str:
    """The text of a file that says something about a project, or nothing."""
    try:
        with open(file, "rb", buffering=0) as opened:  # of many small files half the time
            return opened.read().decode(errors="replace")
    except OSError:
        return ""
