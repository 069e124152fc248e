"""`--watch`: check again whenever something has changed that the findings depend on.

The standard library asks the file system again and again, instead of a library that is told by it: a look at a few
thousand files costs some hundredths of a second, and it also works on network and container disks, which tell nothing.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from seedlint.settings import SettingsError
from seedlint.sources.discovery import discover
from seedlint.sources.modules import MOST_PROJECT_FILES, python_files
from seedlint.sources.project import is_marked, look_afresh, root_of
from seedlint.sources.stamp import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from seedlint.settings import SettingsFinder

_PAUSE: Final = 0.4
"""Seconds between two looks."""
_LEAST_REST: Final = 10
"""How many times as long as a look takes the pause is at least."""
_SETTINGS: Final = ("pyproject.toml", "seedlint.toml", ".gitignore")
_SUFFIXES: Final = (".py", ".pyw", ".ipynb", ".toml", ".cfg", ".yml", ".yaml", "Pipfile", ".gitignore")
_REQUIREMENTS: Final = "requirements"


@dataclass(slots=True)
class Places:
    """What is looked at: directories with the code and the settings that lie in them, and single files."""

    directories: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    def state(self) -> Mapping[str, object]:
        """All that can be seen to change."""
        state: dict[str, object] = {file: stamp(file) for file in self.files}
        for directory in self.directories:
            try:
                entries = list(os.scandir(directory))
            except OSError:
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    state[entry.path] = None
                elif entry.name.endswith(_SUFFIXES) or _REQUIREMENTS in entry.name:
                    state[entry.path] = stamp(entry.path)
        return state


def watch(check: Callable[[], object], places: Callable[[], Places], *, quiet: bool) -> NoReturn:
    """Check, and again after each change in `places`, until interrupted. Mistakes in settings are told, and waited for
    to be mended; but for those at the start: SettingsError."""
    current = places()
    while True:
        state = current.state()  # what changes while it is checked must be seen
        click.clear()
        try:
            check()
        except SettingsError as error:
            click.ClickException(str(error)).show()
        if not quiet:
            click.echo(f"[{time.strftime('%H:%M:%S')}] Watching for changes; Ctrl-C ends it.", err=True)
        _wait_for_change(current, state)
        try:
            current = places()
        except SettingsError:
            continue  # the check tells of it


def _wait_for_change(places: Places, state: Mapping[str, object]) -> None:
    pause = _PAUSE
    while True:
        time.sleep(pause)
        began = time.perf_counter()
        if places.state() != state:
            return
        pause = max(_PAUSE, _LEAST_REST * (time.perf_counter() - began))


def places_of(paths: Iterable[str], settings: SettingsFinder, more: Iterable[str]) -> Places:
    """Where that lies which the findings in `paths` depend on: the projects' code, what excludes and selects, and
    `more` files. SettingsError if the settings can't be understood."""
    look_afresh()
    found = discover(paths, settings.in_directory)
    places = Places(directories={os.path.abspath(directory) for directory in found.directories})
    directories = {os.path.dirname(file.path) for file in found.files}
    for root in {*map(root_of, directories)}:
        code = python_files(root, packages_only=not is_marked(root), most=MOST_PROJECT_FILES)
        places.directories |= {root, *map(os.path.dirname, code)}
    places.directories |= directories
    baselines = {settings.in_directory(directory).baseline for directory in directories}
    places.files = {file for file in (*more, *baselines) if file is not None}
    for path in map(Path, map(os.path.abspath, paths)):
        places.files |= {str(above / name) for above in (path, *path.parents) for name in _SETTINGS}
    return places
