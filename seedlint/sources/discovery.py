"""From the paths that the user named to the Python files and notebooks to read."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from seedlint.patterns import Patterns, mistake
from seedlint.sources.stamp import Stamp, stamp_of
from seedlint.sources.text import shown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seedlint.settings import Settings

_SUFFIXES: Final = (".py", ".pyw", ".ipynb")


class PathProblem(NamedTuple):
    """A path that can't be worked on, and why."""

    filename: str
    message: str


class File(NamedTuple):
    """A file to read: `path` is as the user named it, absolute, `real` with all links followed, and `name` is what the
    user is shown."""

    path: str
    real: str
    name: str
    stamp: Stamp


class Discovered:
    """The files to read in the order of their names, the directories that were walked, and the paths that are no such
    file."""

    def __init__(self) -> None:
        self.files: list[File] = []
        self.directories: list[str] = []
        self.problems: list[PathProblem] = []


class _Patterns(NamedTuple):
    """The patterns of one .gitignore file, or of the settings."""

    base: str
    patterns: Patterns

    def verdict(self, path: str, root: str) -> bool | None:
        """True if the patterns exclude `path` (a directory's ends with a separator), False if they take it
        back, None if they say nothing. `root` was named by the user, so a pattern that excludes it, and
        everything below with it, is asked about what lies in it alone."""
        base = root if self._check(root, self.base) else self.base
        return self._check(path, base)

    def _check(self, path: str, base: str) -> bool | None:
        if path.startswith(below := os.path.join(base, "")):  # as nearly always, which is told quickly
            return self.patterns.verdict(path[len(below) :].replace(os.sep, "/"))
        relative = os.path.relpath(path, base).replace(os.sep, "/")
        return self.patterns.verdict(relative + "/" if path.endswith(os.sep) else relative)


def discover(paths: Iterable[str], settings_in: Callable[[str], Settings]) -> Discovered:
    """The Python files and notebooks that `paths` mean. A file that is named is taken as it is; a directory is walked,
    without what the settings of each directory, .gitignore files and .git/info/exclude exclude. Links to files are
    taken, links to directories are not followed: what they lead to is inside the tree already, or belongs to
    someone else. Each file comes once."""
    found = Discovered()
    for path in paths:
        absolute = os.path.abspath(path)
        try:
            status = os.stat(absolute)
        except OSError as error:
            found.problems.append(_problem(absolute, error))
            continue
        if stat.S_ISDIR(status.st_mode):
            _walk(absolute, settings_in, found)
        else:
            _take(absolute, os.path.realpath(absolute), status, found)
    found.files = _each_once(found.files)
    return found


def is_excluded(path: str, settings_in: Callable[[str], Settings], below: str | None = None) -> bool:
    """Whether the settings exclude `path`, which need not exist: itself, or a directory that it is in below another
    one, the current one if not told. Where the settings exclude that as well, as for `discover`, what lies in it
    counts alone."""
    step = os.path.abspath(path)
    here = below or os.getcwd()
    if not os.path.join(step, "").startswith(os.path.join(here, "")):
        here = os.path.dirname(step)
    name = os.path.join(step, "") if os.path.isdir(step) else step
    while step != here:
        above = os.path.dirname(step)
        settings = settings_in(above)
        if _Patterns(settings.base, settings.exclude_patterns).verdict(name, here):
            return True
        step, name = above, os.path.join(above, "")
    return False


def _each_once(files: Iterable[File]) -> list[File]:
    """The files in order, of several names for one file the one that is no link, then the first."""
    by_real: dict[str, list[File]] = {}
    for file in files:
        by_real.setdefault(file.real, []).append(file)
    each = (same[0] if len(same) == 1 else min(same, key=_likeliest) for same in by_real.values())
    return sorted(each, key=lambda file: file.name)


def _likeliest(file: File) -> tuple[bool, str]:
    return os.path.islink(file.path), file.name


def _take(path: str, real: str, status: os.stat_result, found: Discovered) -> None:
    if stat.S_ISREG(status.st_mode):
        found.files.append(File(path, real, shown_name(path), stamp_of(status)))
    else:
        # A pipe would be waited on for ever, a device might never end.
        message = "neither a file nor a directory; `-` reads standard input"
        found.problems.append(PathProblem(shown_name(path), message))


def _walk(root: str, settings_in: Callable[[str], Settings], found: Discovered) -> None:
    """Add the Python files and notebooks below `root`, and what could not be read on the way."""
    pending = [(root, os.path.realpath(root), _above(root, found))]
    while pending:
        directory, real, above = pending.pop()
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError as error:
            found.problems.append(_problem(directory, error))
            continue
        found.directories.append(directory)
        if directory != root and any(entry.name == ".git" for entry in entries):
            above = _of_repository(directory, found)  # a repository in another has its own say
        ignores = (*above, *_gitignore(directory, found))
        settings = settings_in(directory)
        excludes = _Patterns(settings.base, settings.exclude_patterns)
        for entry in entries:
            is_directory = entry.is_dir(follow_symlinks=False)
            if not is_directory and not entry.name.endswith(_SUFFIXES):
                continue
            path = os.path.join(entry.path, "") if is_directory else entry.path
            if excludes.verdict(path, root) or _ignored(path, root, ignores):
                continue
            if is_directory:
                pending.append((entry.path, os.path.join(real, entry.name), ignores))
                continue
            try:
                status = entry.stat()
            except OSError as error:
                found.problems.append(_problem(entry.path, error))
                continue
            if not stat.S_ISDIR(status.st_mode):
                # A directory is no link, as none is followed.
                is_link = entry.is_symlink()
                target = os.path.realpath(entry.path) if is_link else os.path.join(real, entry.name)
                _take(entry.path, target, status, found)


def _ignored(path: str, root: str, ignores: tuple[_Patterns, ...]) -> bool:
    """What .gitignore files say: the innermost one that says anything."""
    for patterns in reversed(ignores):
        verdict = patterns.verdict(path, root)
        if verdict is not None:
            return verdict
    return False


def _above(root: str, found: Discovered) -> tuple[_Patterns, ...]:
    """What holds in `root` by the repository that it lies in: its own excludes, and the .gitignore files from its top
    down to above `root`."""
    ignores: list[_Patterns] = []
    directory = root
    while not os.path.lexists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return ()
        ignores[:0] = _gitignore(parent, found)
        directory = parent
    return (*_of_repository(directory, found), *ignores)


def _gitignore(directory: str, found: Discovered) -> tuple[_Patterns, ...]:
    """The patterns of the directory's .gitignore, if it has one."""
    return _patterns(os.path.join(directory, ".gitignore"), directory, found)


def _of_repository(top: str, found: Discovered) -> tuple[_Patterns, ...]:
    """The patterns in `.git/info/exclude` of the repository whose top directory is `top`, which hold as if they stood
    there. In a work tree or a submodule `.git` is a file that says where to look
    (https://git-scm.com/docs/gitrepository-layout)."""
    git = os.path.join(top, ".git")
    if link := _first_line(git).removeprefix("gitdir: "):
        git = os.path.join(top, link)
        git = os.path.join(git, _first_line(os.path.join(git, "commondir")))
    return _patterns(os.path.join(git, "info", "exclude"), top, found)


def _first_line(file: str) -> str:
    """The first line of a file; nothing where there is none to read."""
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as lines:
            return lines.readline().strip()
    except OSError:
        return ""


def _patterns(file: str, base: str, found: Discovered) -> tuple[_Patterns, ...]:
    """The patterns of a file, if there is one, which are meant from `base`."""
    try:
        # As git does: a form feed, say, ends no line.
        with open(file, encoding="utf-8-sig", errors="surrogateescape") as opened:
            lines = opened.read().split("\n")
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        found.problems.append(_problem(file, error))
        return ()
    # One that can't match anything, git passes over without a word.
    return (_Patterns(base, Patterns(line for line in lines if not mistake(line))),)


def _problem(path: str, error: OSError) -> PathProblem:
    """What keeps a path from being read."""
    message = error.strerror or str(error)
    if error.errno == errno.ELOOP:
        message = "a link that leads back to itself"
    elif isinstance(error, FileNotFoundError) and os.path.islink(path):
        message = f"a broken link: {os.readlink(path)} does not exist"
    return PathProblem(shown_name(path), message)
