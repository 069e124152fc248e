"""One file a rule. A file in this package that defines `RULE` is a rule; nothing else lists them."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedlint.rules.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by code."""
    files = map(os.path.splitext, sorted(os.listdir(*__path__)))
    names = (name for name, suffix in files if suffix == ".py" and not name.startswith("_"))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(sorted((module.RULE for module in modules if hasattr(module, "RULE")), key=lambda rule: rule.code))


class Names(Mapping[str, str]):
    """The name of each rule, by its code. The rules are imported when something is looked up, which for many runs is
    never."""

    def __getitem__(self, code: str) -> str:
        return self._names()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def _names(self) -> Mapping[str, str]:
        return {rule.code: rule.name for rule in all_rules()}
