"""What the command line asks to check: files, or standard input."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from seedlint.sources.discovery import PathProblem, discover, is_excluded
from seedlint.sources.text import SourceError, SourceText, decode, read, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seedlint.finding import Finding
    from seedlint.settings import SettingsFinder


@dataclass(slots=True)
class Inputs:
    """The texts to check; the findings for files that hold no text; the paths that can't be worked on; and
    what came on standard input, as it came."""

    sources: list[SourceText] = field(default_factory=list)
    undecodable: list[Finding] = field(default_factory=list)
    problems: list[PathProblem] = field(default_factory=list)
    standard_input: bytes = b""


def from_paths(paths: Iterable[str], settings: SettingsFinder, *, force_exclude: bool) -> Inputs:
    """The Python files that the paths mean; with `force_exclude` without those named ones that the settings exclude.
    SettingsError if the settings of one can't be understood."""
    named = [Path(path) for path in paths]
    if force_exclude:
        named = [path for path in named if not is_excluded(path, settings.in_directory)]
    found = discover(named, settings.in_directory)
    inputs = Inputs(problems=found.problems)
    for file in found.files:
        try:
            inputs.sources.append(read(file))
        except OSError as error:
            inputs.problems.append(PathProblem(shown_name(file), error.strerror or str(error)))
        except SourceError as error:
            inputs.undecodable += _undecodable(file, error, settings)
    return inputs


def from_standard_input(filename: str, settings: SettingsFinder, *, force_exclude: bool) -> Inputs:
    """The text on standard input, taken for that of the file `filename`, which need not exist."""
    data = sys.stdin.buffer.read()
    inputs = Inputs(standard_input=data)
    if force_exclude and is_excluded(Path(filename), settings.in_directory):
        return inputs
    try:
        inputs.sources.append(decode(data, Path(filename)))
    except SourceError as error:
        inputs.undecodable += _undecodable(Path(filename), error, settings)
    return inputs


def _undecodable(file: Path, error: SourceError, settings: SettingsFinder) -> list[Finding]:
    """The finding for a file whose bytes are no text, unless it is not wanted."""
    from seedlint.rules.syntax_error import syntax_error  # few files are none

    finding = syntax_error(shown_name(file), error.message, error.position)
    path = file.resolve()
    return [finding] if settings(path).rule_enabled(finding.code, path) else []
