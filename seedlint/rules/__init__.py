"""One file a rule. A file in this package, or in `tensorflow` in it, that defines `RULE` is a rule; nothing else lists
them."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedlint.rules.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by code."""
    return _by_code((*rules_on_any_program(), *_rules_in(f"{__name__}.tensorflow")))


@cache
def rules_on_any_program() -> tuple[Rule, ...]:
    """Return the rules that may find something where neither TensorFlow nor Keras is imported, by code. They are half
    of all, and take half as long to import."""
    return _by_code(_rules_in(__name__))


def _rules_in(package: str) -> Iterator[Rule]:
    (folder,) = importlib.import_module(package).__path__
    for name, suffix in map(os.path.splitext, os.listdir(folder)):
        if suffix == ".py" and not name.startswith("_"):
            module = importlib.import_module(f"{package}.{name}")
            if hasattr(module, "RULE"):
                yield module.RULE


def _by_code(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: rule.code))


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
