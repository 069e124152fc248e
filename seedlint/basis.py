"""What findings rest on: what the cache remembers beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seedlint.sources.text import SourceText


class Basis(NamedTuple):
    """`sources` are the files that were read (None: it can't be), `directories` those that were looked at, `roots` the
    project of each directory, `traces` the files that each ran, and `used` the traces that were looked at for each
    checked file."""

    sources: Mapping[str, SourceText | None]
    directories: Sequence[str]
    roots: Mapping[str, str]
    traces: Mapping[str, list[str]]
    used: Mapping[str, list[str]]
