"""Tells of most code that has nothing to do with random numbers that nothing is to be found in it, from its words.

What reads code takes longer to import than all that is done here for a small program. This may only say that there is
nothing: a test holds it to that.
"""

from __future__ import annotations

import ast
import os
import re
import warnings
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from seedlint.basis import Basis
from seedlint.sources import modules as local
from seedlint.sources.project import is_marked, look_afresh, root_of
from seedlint.sources.text import SourceError, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seedlint.settings import Settings
    from seedlint.sources.text import SourceText

_WORDS: Final = (
    *("rand", "seed", "rng", "numpy", "tensorflow", "keras", "sklearn", "scipy", "pandas", "torch", "theano"),
    *("secrets", "uuid", "environ", "putenv", "determini", "reproducib", "everything", "noqa"),
    *("accelerate", "baselines", "fastai", "flair", "fwd9m", "ignite", "lightning", "monai", "spacy", "thinc"),
    "transformers",
)
"""Parts of words, in small letters, of which a program has one that a rule says anything of: libraries, what the rest
of Python draws and seeds with, variables of the environment, the names that functions have which seed, and comments
that suppress."""
_SEEDS_ALL: Final = r"(?:set|fix|init|reset|setup|seed|control|lock)\w*all\b"
_DEEP: Final = 100
"""So many levels has the tree of no ordinary text; what is nested further is for others to follow."""


def skim(files: Sequence[SourceText], settings_for: Callable[[str], Settings]) -> Basis | None:
    """Return what it rests on that nothing is found in `files`; None if it takes a closer look to know."""
    if not all(_is_plain(file) and not settings_for(file.path).seeders for file in files):
        return None
    local.list_afresh(file.path for file in files)
    look_afresh()
    roots = {directory: root_of(directory) for directory in {os.path.dirname(file.path) for file in files}}
    sources: dict[str, SourceText | None] = {file.path: file for file in files}
    for root in set(roots.values()):
        inside = [path for path in sources if roots.get(os.path.dirname(path)) == root]
        if not all(_is_quiet(path, sources) for path in _reached(root, inside, sources)):
            return None
    trace = f"words {uuid4().hex}"  # what another look at other files reached is not forgotten for it
    return Basis(sources, local.listed(), roots, {trace: sorted(sources)}, {file.path: [trace] for file in files})


def _is_plain(file: SourceText) -> bool:
    """Tell whether a file is Python that can be parsed, whatever follows trees, and has none of the words."""
    if file.notebook is not None or _has_words(file.text):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            level: list[ast.AST] = [ast.parse(file.text)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for _ in range(_DEEP):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return not level


def _has_words(text: str) -> bool:
    small = text.lower()
    return any(word in small for word in _WORDS) or re.search(_SEEDS_ALL, small) is not None


def _is_quiet(path: str, sources: dict[str, SourceText | None]) -> bool:
    source = _source(path, sources)
    return source is None or not _has_words(source.text)


def _reached(root: str, files: Sequence[str], sources: dict[str, SourceText | None]) -> Iterator[str]:
    """Return the files of the project in `root`, and all that they import: programs that reach `files` are among
    them, with what these run."""
    packages_only = not is_marked(root)
    waiting = [*files, *local.python_files(root, packages_only=packages_only, most=local.MOST_PROJECT_FILES)]
    finders: dict[str, local.ModuleFinder] = {}
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        yield path
        source = _source(path, sources)
        directory = os.path.dirname(path)
        finder = finders.setdefault(directory, local.ModuleFinder(root, directory))
        for dotted, level in () if source is None else local.imports_of(source.text):
            waiting += [found.path for found in finder.locate(dotted, level, path) if found.path is not None]


def _source(path: str, sources: dict[str, SourceText | None]) -> SourceText | None:
    if path not in sources:
        try:
            sources[path] = read(path)
        except (OSError, SourceError):
            sources[path] = None
    return sources[path]
