"""Lint small projects that a test writes down, without the command line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seedlint.fixes.loop import fix_until_stable
from seedlint.linter import Linter
from seedlint.settings import Selection, Settings
from seedlint.sources.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from seedlint.finding import Finding
    from seedlint.fixes import FixResult
    from seedlint.knowledge.model import Target
    from seedlint.sources.text import SourceText


@dataclass(frozen=True, slots=True)
class Project:
    """Files below a folder that is a project's root, and the settings for them."""

    folder: Path
    sources: tuple[SourceText, ...]
    settings: Settings

    def check(self, sources: Sequence[SourceText]) -> list[Finding]:
        """Find what a new linter finds in `sources`: the files, or what has become of them."""
        return Linter(self.settings_for).check(sources)

    def settings_for(self, path: str) -> Settings:
        """Return the settings for a file; other processes can be given this."""
        return self.settings

    def findings(self) -> list[Finding]:
        """Find what there is in all files."""
        return self.check(self.sources)

    def fix(self, *, unsafe: bool = False) -> FixResult:
        """Fix all files, in memory."""
        return fix_until_stable(self.check, self.sources, unsafe=unsafe)

    def fix_again(self, first: FixResult, *, unsafe: bool = False) -> FixResult:
        """Fix what `first` has left."""
        return fix_until_stable(self.check, first.sources, unsafe=unsafe)


_CELL = re.compile(r"^# %%(?: In \[([ \d]*)\])?\n", re.MULTILINE)


def notebook(code: str, **metadata: Any) -> str:
    """Make a notebook of cells that each stand after a row `# %%`, or `# %% In [3]` where it ran."""
    _, *parts = _CELL.split(code)
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": int(count) if count and count.strip() else None,
            "metadata": {},
            "outputs": [],
            "source": source.removesuffix("\n").splitlines(keepends=True),
        }
        for count, source in zip(parts[::2], parts[1::2], strict=True)
    ]
    document = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write_project(
    folder: Path,
    files: Mapping[str, str],
    *,
    target: Target | None = None,
    strict: bool = False,
    extend_select: Sequence[str] = (),
) -> Project:
    """Write `files`, by their names below `folder`, and mark that as the root of a project. The text of a notebook
    is as for `notebook`."""
    (folder / "pyproject.toml").write_text("", "utf-8")
    sources: list[SourceText] = []
    for name, content in files.items():
        text = notebook(content) if name.endswith(".ipynb") else content
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        decoded = decode(text.encode(), path)
        sources.append(decoded._replace(filename=name))
    selection = Selection(extend_select=tuple(extend_select))
    return Project(folder, tuple(sources), Settings(str(folder), (selection,), target=target, strict=strict))


def places(findings: Iterable[Finding]) -> list[tuple[str, int]]:
    """Return the code and the row of each finding, each pair once, in their order."""
    return list(dict.fromkeys((finding.code, finding.span.start.row) for finding in findings))
