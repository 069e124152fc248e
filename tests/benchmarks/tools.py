"""The tools that are measured, each in an environment of its own, and how each is run on one processor."""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Command:
    """One way to run a tool. `once` is run before it is measured: it fills a cache."""

    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    once: bool = False


def installed(requirement: str, folder: Path) -> Path:
    """Return the folder of the programs of an environment that has `requirement`; make it unless it is there."""
    place = folder / "environments" / requirement
    programs = place / ("Scripts" if sys.platform == "win32" else "bin")
    if not programs.exists():
        venv.create(place, with_pip=True)
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", requirement], check=True)
    return programs


def seedlint(tree: Path, folder: Path) -> list[Command]:
    """Return how seedlint is run: afresh, afresh in two processes, and where nothing has changed."""
    words = (sys.executable, "-m", "seedlint", "check", "--isolated", "--exit-zero", "--output-format=json", str(tree))
    warm = (*words, f"--cache-dir={folder / 'cache'}")
    return [
        Command("seedlint", (*words, "--no-cache", "--jobs=1")),
        Command("seedlint, 2 processes", (*words, "--no-cache", "--jobs=2")),
        Command("seedlint, nothing changed", warm, once=True),
    ]


def peers(tree: Path, marked: Path, folder: Path) -> list[Command]:
    """Return how the others are run. `marked` are the same files with the word that TorchFix skips files without."""

    def program(requirement: str) -> str:
        return str(installed(requirement, folder) / requirement.partition("==")[0])

    ruff = (program("ruff==0.17.5"), "check", "--isolated", "--select=ALL", "--exit-zero", "--quiet")
    return [
        Command("flake8", (program("flake8==7.5.0"), "--isolated", "--jobs=1", "--exit-zero", str(tree))),
        Command("pylint", (program("pylint==4.1.4"), "--rcfile=", "--jobs=1", "--recursive=y", str(tree))),
        Command("TorchFix", (program("torchfix==0.7.0"), str(marked))),
        Command("Fixit", (program("fixit==2.2.1"), "--quiet", "lint", str(tree))),
        Command("ruff", (*ruff, "--no-cache", str(tree)), {"RAYON_NUM_THREADS": "1"}),
        Command("ruff, nothing changed", (*ruff, f"--cache-dir={folder / 'ruff'}", str(tree)), once=True),
    ]
