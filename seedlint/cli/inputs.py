"""What the command line asks to check: files, or standard input."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from seedlint.sources.discovery import PathProblem, discover, is_excluded
from seedlint.sources.text import SourceError, decode, read, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seedlint.finding import Finding
    from seedlint.settings import SettingsFinder
    from seedlint.sources.discovery import File
    from seedlint.sources.text import SourceText


class Inputs:
    """The files to check, each read when it is asked for; the findings for those read that hold no text; the paths that
    can't be worked on; and what came on standard input, as it came."""

    def __init__(
        self,
        settings: SettingsFinder,
        files: Sequence[File] = (),
        problems: Iterable[PathProblem] = (),
        standard_input: bytes = b"",
    ) -> None:
        self.files = files
        self.problems = [*problems]
        self.undecodable: list[Finding] = []
        self.standard_input = standard_input
        self._settings = settings
        self._texts: dict[str, SourceText | None] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to check, as far as is known."""
        return all(file.real in self._texts for file in self.files) and not self.texts

    @property
    def texts(self) -> list[SourceText]:
        """The texts that have been read."""
        return [text for text in self._texts.values() if text is not None]

    def read(self, files: Iterable[File] | None = None) -> list[SourceText]:
        """The texts of some of the files, or of all that there is to check. SettingsError if the settings of one can't
        be understood."""
        if files is None and not self.files:
            return self.texts
        wanted = list(self.files if files is None else files)
        for file in wanted:
            if file.real not in self._texts:
                self._texts[file.real] = self._text(file)
        texts = [self._texts[file.real] for file in wanted]
        return [text for text in texts if text is not None]

    def _text(self, file: File) -> SourceText | None:
        try:
            return read(file.path)
        except OSError as error:
            self.problems.append(PathProblem(file.name, error.strerror or str(error)))
        except SourceError as error:
            self._undecoded(file.path, error)
        return None

    def take(self, data: bytes, path: str) -> None:
        """Check this text too, which a file of that name, which need not exist, would hold."""
        try:
            text = decode(data, path)
        except SourceError as error:
            self._undecoded(path, error)
        else:
            self._texts[text.path] = text

    def _undecoded(self, path: str, error: SourceError) -> None:
        """Note the finding for a file whose bytes are no text, unless it is not wanted."""
        from seedlint.rules.syntax_error import syntax_error  # few files are none

        finding = syntax_error(shown_name(path), error.message, error.position)
        real = os.path.realpath(path)
        if self._settings(real).rule_enabled(finding.code, real):
            self.undecodable.append(finding)


def from_paths(paths: Iterable[str], settings: SettingsFinder, *, force_exclude: bool) -> Inputs:
    """The Python files that the paths mean; with `force_exclude` without those named ones that the settings exclude.
    SettingsError if the settings of one can't be understood."""
    if force_exclude:
        paths = [path for path in paths if not is_excluded(path, settings.in_directory)]
    found = discover(paths, settings.in_directory)
    return Inputs(settings, found.files, found.problems)


def from_standard_input(filename: str, settings: SettingsFinder, *, force_exclude: bool) -> Inputs:
    """The text on standard input, taken for that of the file `filename`, which need not exist."""
    data = sys.stdin.buffer.read()
    inputs = Inputs(settings, standard_input=data)
    if not (force_exclude and is_excluded(filename, settings.in_directory)):
        inputs.take(data, filename)
    return inputs
