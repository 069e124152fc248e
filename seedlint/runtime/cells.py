"""Rows of the program that a notebook is, as rows in its cells."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from seedlint.finding import Position

if TYPE_CHECKING:
    from seedlint.sources.notebook import Notebook

_T = TypeVar("_T")


def in_cells(value: _T, notebook: Notebook, filename: str) -> _T:
    """A result, or a part of one, with each place in the notebook in its cell. `filename` is how it is shown."""
    found: Any = value
    if isinstance(value, list | tuple):
        found = type(value)(in_cells(single, notebook, filename) for single in value)
    elif is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: in_cells(getattr(value, field.name), notebook, filename) for field in fields(value)}
        if changed.get("filename") == filename and changed.get("row"):
            place = notebook.place(Position(changed["row"], 1))
            changed |= {"cell": place.cell.number, "row": place.position.row}
        found = replace(value, **changed)
    return found  # type: ignore[no-any-return]
