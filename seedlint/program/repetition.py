"""Which loops are the steps of one experiment, not experiments: over epochs, batches or steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from seedlint.program import summary as ir
from seedlint.program.values import Items

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seedlint.program.values import Value

_STEPS: Final = (
    r"_?(?:(?:global|training|train|mini|current|cur|the)_?)?(?:epoch|batch|step)"
    r"(?:_?(?:idx|index|i|num|number|no|nr|id))?"
)


def loop_of_steps(target: ir.Expression, iterable: ir.Expression, value: Value) -> str:
    """Return the name by which a loop over `iterable`, which stands for `value`, says that it goes over epochs,
    batches or steps; nothing if it doesn't. One over a list tries out what is in it: `for epoch in [10, 20, 50]`."""
    if isinstance(value, Items) and not isinstance(iterable, ir.Call):
        return ""
    return next((name for name in _names(target) if re.fullmatch(_STEPS, name.lower())), "")


def names_set(statements: Iterable[ir.Statement]) -> frozenset[str]:
    """Return the names that `statements` assign to, those in the statements in them too."""
    found: set[str] = set()
    for statement in statements:
        match statement:
            case ir.Assign(targets=targets):
                found.update(name for target in targets for name in _names(target))
            case ir.For(target=target, body=body, otherwise=otherwise):
                found.update(_names(target), names_set(body), names_set(otherwise))
            case ir.While(body=body, otherwise=otherwise):
                found |= names_set(body) | names_set(otherwise)
            case ir.If(then=then, otherwise=otherwise):
                found |= names_set(then) | names_set(otherwise)
            case ir.With(body=body):
                found |= names_set(body)
            case ir.Try():
                handlers = [single for handler in statement.handlers for single in handler.body]
                found |= names_set((*statement.body, *handlers, *statement.otherwise, *statement.finally_))
            case ir.Match(cases=cases):
                found |= names_set([single for case in cases for single in case.body])
    return frozenset(found)


def _names(target: ir.Expression) -> Iterator[str]:
    match target:
        case ir.Name(id=name):
            yield name
        case ir.Collection(items=items):
            for item in items:
                yield from _names(item)
        case ir.Unpack(value=value):
            yield from _names(value)
