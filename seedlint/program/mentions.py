"""Which names a piece of a summary mentions."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from seedlint.program import summary as ir

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION_WORDS: Final = frozenset(
    {"__version__", "hasattr", "VERSION", "version_info", "tf_version", "TF_VERSION", "is_tf2", "IS_TF2", "tf2",
     "TF2", "TF_2", "is_tf_2", "tf_2", "executing_eagerly", "enabled"}
)  # fmt: skip


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def parts(element: object) -> Iterator[object]:
    """Return `element` and every element of a summary below it."""
    pending: list[object] = [element]
    while pending:
        current = pending.pop()
        if isinstance(current, tuple):
            pending.extend(current)
        elif is_dataclass(current) and not isinstance(current, type):
            yield current
            pending.extend(getattr(current, name) for name in _field_names(type(current)))


def mentioned_names(statements: tuple[ir.Statement, ...]) -> frozenset[str]:
    """Return the names and attributes that `statements` mention."""
    return frozenset(
        part.id if isinstance(part, ir.Name) else part.name
        for part in parts(statements)
        if isinstance(part, ir.Name | ir.Attribute)
    )


def is_version_test(test: ir.Expression) -> bool:
    """Tell whether `test` asks which version of a library is there, or whether a name exists."""
    return bool(mentioned_names((ir.Return(test),)) & _VERSION_WORDS)
