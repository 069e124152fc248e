"""Patterns as .gitignore files have them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pathspec import GitIgnoreSpec

_NAME: Final = r"(?a)[\w.-]*\w[\w.-]*"
"""A pattern that is the name of a file or a directory, wherever it lies, as most are that exclude something."""


class Patterns:
    """Patterns, of which the last that matches counts, `!` before it taking back. Where all are names, which they
    match as they are, the library that knows patterns is not imported: that takes as long as all of click."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """ValueError from `verdict` if one is none: `mistake` tells before."""
        self._patterns = tuple(patterns)
        takes_back = any(pattern.startswith("!") for pattern in self._patterns)
        names = () if takes_back else self._patterns
        self._names = frozenset(name for name in names if re.fullmatch(_NAME, name))
        self._has_more = not self._names.issuperset(self._patterns)

    def verdict(self, path: str) -> bool | None:
        """True if the patterns match `path`, which is relative, with `/` between its parts and, of a directory, at its
        end; False if they take it back, None if they say nothing."""
        if self._names and not self._names.isdisjoint(path.split("/")):
            return True
        return self._spec.check_file(path).include if self._has_more else None

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(pattern for pattern in self._patterns if pattern not in self._names)


def mistake(pattern: str) -> str | None:
    """Return what is wrong with a pattern, if anything is."""
    if re.fullmatch(_NAME, pattern):
        return None
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([pattern])
    except ValueError as error:
        return str(error)
    return None
