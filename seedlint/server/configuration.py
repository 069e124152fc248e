"""The settings of files, read again whenever the files that hold them change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from seedlint.baseline import BaselineError, Baselines
from seedlint.rules import all_rules
from seedlint.settings import SETTINGS_FILES, Settings, SettingsError
from seedlint.sources.discovery import is_excluded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from seedlint.finding import Finding
    from seedlint.settings import SettingsFinder
    from seedlint.sources.text import SourceText

_State = dict[str, tuple[int, int] | None]


class Configuration:
    """The settings of each file. What can't be understood is told once, and what held before goes on holding."""

    def __init__(self, make_finder: Callable[[], SettingsFinder], tell: Callable[[str], None]) -> None:
        """`make_finder` gives the settings as the files now have them; `tell` shows the user a message."""
        self._make_finder = make_finder
        self._tell = tell
        self._finder = make_finder()
        self.times_read = 1
        self._last: dict[str, Settings] = {}
        self._excluded: dict[str, bool] = {}
        self._told: set[str] = set()
        self._state: _State = {}
        self._opt_in = {rule.code: rule.opt_in for rule in all_rules()}
        self._baselines = Baselines(self, self._opt_in)

    def __call__(self, path: str) -> Settings:
        """The settings of the file `path`."""
        return self.in_directory(os.path.dirname(path))

    def in_directory(self, directory: str) -> Settings:
        """The settings of the files in `directory`."""
        try:
            self._last[directory] = self._finder.in_directory(directory)
        except SettingsError as error:
            self._tell_once(error)
        return self._last.get(directory) or Settings(directory)

    def new(self, findings: list[Finding], files: Sequence[SourceText]) -> list[Finding]:
        """Those of the findings in `files` that no baseline holds."""
        try:
            return self._baselines.new(findings, files)
        except BaselineError as error:
            self._tell_once(error)
            return findings

    def excludes(self, path: str, folders: Iterable[str]) -> bool:
        """Whether a check of the folder that the file is in would pass over it; of a file in none, whether its
        settings say so."""
        if path not in self._excluded:
            around = [folder for folder in folders if path.startswith(os.path.join(folder, ""))]
            root = max(around, key=len, default=self(path).base)
            self._excluded[path] = is_excluded(path, self.in_directory, root)
        return self._excluded[path]

    def refresh(self, paths: Iterable[str]) -> None:
        """Read the settings again if a file that may hold those of `paths`, or a baseline, has changed."""
        paths = list(paths)
        files = {str(above / name) for path in paths for above in Path(path).parents for name in SETTINGS_FILES}
        state = _state_of(files | {baseline for path in paths if (baseline := self(path).baseline)})
        if any(self._state.get(file, then) != then for file, then in state.items()):
            self.reload()
        self._state = state

    def reload(self) -> None:
        """Read all settings again, as anything may have changed on the disk."""
        self.times_read += 1
        self._told.clear()
        try:
            self._finder = self._make_finder()
        except SettingsError as error:
            self._tell_once(error)
        self._excluded.clear()
        self._baselines = Baselines(self, self._opt_in)

    def _tell_once(self, error: SettingsError | BaselineError) -> None:
        if str(error) not in self._told:
            self._told.add(str(error))
            self._tell(str(error))


def _state_of(files: Iterable[str]) -> _State:
    """When each file was changed last, and its size; None where there is none."""
    state: _State = {}
    for file in files:
        try:
            status = os.stat(file)
            state[file] = status.st_mtime_ns, status.st_size
        except OSError:
            state[file] = None
    return state
