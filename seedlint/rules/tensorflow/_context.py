"""Whether TensorFlow's context exists: from then on threads and devices are fixed, and switches are not read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seedlint.knowledge.tables.session_options import CONTEXT, WITHOUT_CONTEXT

if TYPE_CHECKING:
    from seedlint.rules.rule import View

_WERE_QUIET: Final = ("SEED201", "SEED202", "SEED203")
"""The rules on names that are gone and that never made a context."""


def context_may_exist(view: View, order: int) -> bool:
    """Tell whether TensorFlow's context may have been made before that: threads and devices are fixed then."""
    before = [path for path, first in view.trace.external.items() if first < order]
    return any(_may_make_context(view, path) for path in before)


def _may_make_context(view: View, path: str) -> bool:
    name = view.knowledge.canonical(path)
    if name.partition(".")[0] not in ("tensorflow", "keras"):
        return False
    api = view.knowledge.get(path)
    if api is not None and api.removed is not None and api.removed.rule in _WERE_QUIET:
        return False
    quiet = any(name == single or (single.endswith(".") and name.startswith(single)) for single in WITHOUT_CONTEXT)
    return name in CONTEXT or not quiet
