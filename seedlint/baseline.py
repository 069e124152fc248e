"""A baseline: the findings that a project had when it was written, which are not reported again.

The file is JSON: `{"version": 1, "findings": {"train.py": {"SEED302": ["<fingerprint>", …]}}}`, all of it sorted, file
names as seen from the baseline's own directory.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final, NamedTuple

from seedlint.fingerprint import fingerprinted
from seedlint.replacing import replacing
from seedlint.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seedlint.finding import Finding
    from seedlint.settings import Settings
    from seedlint.sources.text import SourceText

_VERSION: Final = 1
_UNPARSED: Final = "SEED001"


class BaselineError(SettingsError):
    """A baseline can't be read, understood or written."""


class Known(NamedTuple):
    """A finding that a baseline holds."""

    filename: str
    code: str
    fingerprint: str


def read(file: str) -> frozenset[Known]:
    """The findings that a baseline holds. BaselineError if it can't be had or is damaged."""
    try:
        with open(file, "rb") as opened:
            document = json.loads(opened.read())
    except FileNotFoundError as error:
        raise BaselineError(f"{file}: there is no such baseline; --write-baseline makes it") from error
    except OSError as error:
        raise BaselineError(f"{file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _damaged(file, f"no JSON: {error}") from error
    if not isinstance(document, dict) or "version" not in document:
        raise _damaged(file, "it says no version")
    if document["version"] != _VERSION:
        found = json.dumps(document["version"])[:20]
        raise BaselineError(f"{file}: a baseline of version {found}, and this seedlint knows version {_VERSION} only")
    known: set[Known] = set()
    for filename, by_code in _items(file, document.get("findings"), "`findings`"):
        for code, fingerprints in _items(file, by_code, f"`{filename}`"):
            if not isinstance(fingerprints, list) or not all(isinstance(each, str) for each in fingerprints):
                raise _damaged(file, f"{code} of `{filename}` is no list of strings")
            known.update(Known(filename, code, fingerprint) for fingerprint in fingerprints)
    return frozenset(known)


def write(file: str, known: Iterable[Known]) -> None:
    """Write a baseline, whole or not at all. BaselineError if that can't be."""
    findings: dict[str, dict[str, list[str]]] = {}
    for filename, code, fingerprint in sorted(known):
        findings.setdefault(filename, {}).setdefault(code, []).append(fingerprint)
    text = json.dumps({"version": _VERSION, "findings": findings}, indent=2) + "\n"
    try:
        with replacing(os.path.realpath(file), mode=0o666) as stream:
            stream.write(text.encode("ascii"))
    except OSError as error:
        raise BaselineError(f"{file}: not written: {error.strerror}") from error


class Baselines:
    """The baselines of files, each as its settings name it. BaselineError, from every method, for one that can't be
    had; with `is_made` one that isn't there yet is empty. `opt_in` tells of each rule's code whether it is opt-in."""

    def __init__(
        self, settings_for: Callable[[str], Settings], opt_in: Mapping[str, bool], *, is_made: bool = False
    ) -> None:
        self._settings_for = settings_for
        self._opt_in = opt_in
        self._is_made = is_made
        self._read: dict[str, frozenset[Known]] = {}
        self._found: dict[str, set[Known]] = {}
        """By file with a baseline, all that was found in it when it was last looked at."""

    def new(self, findings: Sequence[Finding], files: Sequence[SourceText]) -> list[Finding]:
        """Those of the findings, which are all in `files` and in what could not be decoded, that no baseline holds."""
        paths = {finding.filename: os.path.realpath(finding.filename) for finding in findings}
        paths |= {source.filename: source.path for source in files}
        paths = {filename: path for filename, path in paths.items() if self._settings_for(path).baseline}
        for path in paths.values():
            self._held_by(self._baseline(path))
            self._found[path] = set()
        result = [finding for finding in findings if finding.filename not in paths]
        texts = {source.filename: source.text for source in files}
        for finding in fingerprinted((finding for finding in findings if finding.filename in paths), texts):
            path = paths[finding.filename]
            baseline = self._baseline(path)
            known = Known(_seen_from(baseline, path), finding.code, finding.fingerprint)
            self._found[path].add(known)
            if known not in self._held_by(baseline):
                result.append(finding)
        return sorted(result, key=lambda finding: finding.sort_key)

    def mended(self) -> dict[str, list[Known]]:
        """What each baseline of the files looked at holds and is found no more: in these files, by the rules that run
        on them, or in files that are gone."""
        return {
            baseline: sorted(known for known in self._held_by(baseline) if self._is_mended(baseline, known))
            for baseline in sorted({self._baseline(path) for path in self._found})
        }

    def write(self) -> dict[str, int]:
        """Put what was found into the baselines and take out what is mended. How many findings each holds now."""
        mended = self.mended()
        counts: dict[str, int] = {}
        for baseline, gone in mended.items():
            found = (known for path in self._found if self._baseline(path) == baseline for known in self._found[path])
            holds = self._held_by(baseline).difference(gone).union(found)
            write(baseline, holds)
            counts[baseline] = len(holds)
        return counts

    def _is_mended(self, baseline: str, known: Known) -> bool:
        path = os.path.realpath(os.path.join(os.path.dirname(baseline), known.filename))
        if path not in self._found:
            return not os.path.exists(path)
        found = self._found[path]
        is_read = known.code == _UNPARSED or all(other.code != _UNPARSED for other in found)
        return known not in found and is_read and self._is_run(known.code, path)

    def _is_run(self, code: str, path: str) -> bool:
        if code not in self._opt_in:
            return True  # no rule has it any more
        return self._settings_for(path).rule_enabled(code, path, opt_in=self._opt_in[code])

    def _baseline(self, path: str) -> str:
        baseline = self._settings_for(path).baseline
        assert baseline is not None  # files without one are in no table here
        return baseline

    def _held_by(self, baseline: str) -> frozenset[Known]:
        if baseline not in self._read:
            is_there = not self._is_made or os.path.exists(baseline)
            self._read[baseline] = read(baseline) if is_there else frozenset()
        return self._read[baseline]


def _seen_from(baseline: str, path: str) -> str:
    return os.path.relpath(path, os.path.realpath(os.path.dirname(baseline))).replace(os.sep, "/")


def _items(file: str, table: object, name: str) -> Iterable[tuple[str, object]]:
    if not isinstance(table, dict):
        raise _damaged(file, f"{name} is no object")
    return table.items()


def _damaged(file: str, what: str) -> BaselineError:
    return BaselineError(f"{file}: no baseline: {what}; take it from version control, or delete it and make it anew")
