"""The functions that a project installs as commands: each is where a program starts."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from seedlint.sources.project import at, pyproject, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFERENCE: Final = r"\s*(?P<module>[A-Za-z_][\w.]*)\s*:\s*(?P<function>[A-Za-z_][\w.]*)\s*(?:\[|$)"
"""`package.module:function [extra]`, as https://packaging.python.org/specifications/entry-points/ has it."""
_IN_SETUP_PY: Final = r"""['"]\s*[\w.-]+\s*=\s*([A-Za-z_][\w.]*\s*:\s*[A-Za-z_][\w.]*)"""
_GROUPS: Final = ("console_scripts", "gui_scripts")


EntryPoint = tuple[str, str]
"""A module's dotted name, and the function in it (or a method, with its class) that a command calls."""


@lru_cache(maxsize=256)
def entry_points(root: str) -> tuple[EntryPoint, ...]:
    """Return what the commands of the project in `root` call, each once; nothing of what can't be understood."""
    references = [*_in_pyproject(root), *_in_setup_cfg(root), *_in_setup_py(root)]
    found = [re.match(_REFERENCE, reference) for reference in references]
    return tuple(dict.fromkeys((match["module"], match["function"]) for match in found if match))


def _in_pyproject(root: str) -> Iterator[str]:
    table = pyproject(root)
    project, poetry = at(table, "project"), at(at(table, "tool"), "poetry")
    for scripts in (at(project, "scripts"), at(project, "gui-scripts"), at(poetry, "scripts")):
        for script in scripts.values() if isinstance(scripts, dict) else ():
            # Poetry may give more than the name: `{ reference = "package.module:function", type = "console" }`.
            reference = script if isinstance(script, str) else at(script, "reference") or at(script, "callable")
            if isinstance(reference, str):
                yield reference


def _in_setup_cfg(root: str) -> Iterator[str]:
    text = text_of(os.path.join(root, "setup.cfg"))
    if not text:
        return
    import configparser

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for group in _GROUPS:
        for line in parser.get("options.entry_points", group, fallback="").splitlines():
            yield line.partition("=")[2]


def _in_setup_py(root: str) -> Iterator[str]:
    text = text_of(os.path.join(root, "setup.py"))
    if any(group in text for group in _GROUPS):
        yield from re.findall(_IN_SETUP_PY, text)
