"""Writing the catalogue, which has a file for each library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seedlint.knowledge.catalogue import place
from seedlint.knowledge.tables import library_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def write(catalogue: dict[str, Any], folder: str) -> None:
    """Write a catalogue to a folder. OSError if that can't be."""
    for library, document in _by_library(catalogue).items():
        Path(place(library, folder)).write_text(_render(document), "utf-8")


def _by_library(catalogue: dict[str, Any]) -> dict[tuple[str, ...], dict[str, Any]]:
    """What a catalogue has of each library; what it has nothing of is left out."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for section, content in catalogue.items():
        if section == "keras2":
            for library, part in _by_library(content).items():
                found[library][section] = part
            continue
        for name in content:
            of_library = found.setdefault(library_of(name.partition(".")[0]), {})
            if isinstance(content, dict):
                of_library.setdefault(section, {})[name] = content[name]
            else:
                of_library.setdefault(section, []).append(name)
    return found


def _render(document: dict[str, Any]) -> str:
    """A library's part of the catalogue as JSON with one entry a line, so that a change reads as one."""

    def lines(section: dict[str, Any], indent: str) -> Iterator[str]:
        fields = sorted(section)
        for index, field in enumerate(fields):
            comma = "," if index < len(fields) - 1 else ""
            value = section[field]
            if field in ("entries", "keras2"):
                yield f'{indent}"{field}": {{'
                if field == "keras2":
                    yield from lines(value, indent + " ")
                else:
                    entries = [f"{indent} {json.dumps(name)}: {_compact(value[name])}" for name in sorted(value)]
                    yield ",\n".join(entries)
                yield f"{indent}}}{comma}"
            else:
                yield f'{indent}"{field}": {_compact(value)}{comma}'

    return "\n".join(["{", *lines(document, " "), "}", ""])


def _compact(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
