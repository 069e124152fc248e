"""Orders that differ: where they come from, what keeps them, and what depends on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seedlint.knowledge.tables.order import (
    KEEPING_METHODS,
    KEEPS_ORDER,
    MIXING_RULES,
    MIXING_WORDS,
    MODELS,
    NUMBERING_PARAMETERS,
    SETS,
    SORTS,
    SPLITS,
    TRAINS,
    WALKS,
    WITH_Y,
)
from seedlint.program.values import (
    STRINGS,
    UNKNOWN,
    Alternatives,
    Constant,
    Instance,
    Items,
    Made,
    Method,
    Order,
    Strings,
    Table,
    Unordered,
    Value,
    alternatives,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seedlint.program.evaluate import Given
    from seedlint.program.events import DrawEvent, Place


def listing(source: str, place: Place) -> Unordered:
    """Return what `source`, called at `place`, lists of a directory."""
    listed = Unordered((Order(place, source),), STRINGS)
    if source in WALKS:
        # Who sorts the directories in a row sorts the rows to come.
        listed.element = Items("tuple", (STRINGS, listed, Unordered(listed.orders, STRINGS)))
    return listed


def iterated(value: Value, place: Place) -> Value:
    """Return what going through `value` at `place` goes through: the strings of a set have an order only then."""
    if isinstance(value, Items) and value.kind == "set" and value.values and all(map(_is_string, value.values)):
        return Unordered((Order(place, SETS),), STRINGS)
    return value


def make_set(element: Value) -> Value:
    """Return a set of values like `element`: what is in it matters if it is strings."""
    return Items("set", (STRINGS,)) if _is_string(element) else UNKNOWN


def _is_string(value: Value) -> bool:
    return all(
        isinstance(single, Strings) or (isinstance(single, Constant) and isinstance(single.value, str))
        for single in alternatives(value)
    )


def orders_of(value: Value) -> tuple[Order, ...]:
    """Return the orders on which that of `value` depends, however the program got there."""
    match value:
        case Unordered(orders=orders) | Made(orders=orders) | Items(orders=orders):
            return orders
        case Alternatives(values):
            return own_orders(values) if all(map(orders_of, values)) else ()
        case Method(receiver, name) if name in KEEPING_METHODS:
            return orders_of(receiver)
    return ()


def own_orders(values: Iterable[Value]) -> tuple[Order, ...]:
    """Return the orders on which those of `values` themselves depend."""
    return tuple(dict.fromkeys(order for value in values for order in orders_of(value)))


def may_have_order(values: Iterable[Value | None]) -> bool:
    """Tell whether `orders_among` may find anything in `values`, at a glance."""
    return not _MAY_HAVE_ORDER.isdisjoint(map(type, values))


_MAY_HAVE_ORDER: Final = frozenset({Unordered, Made, Items, Alternatives, Method, Table, Instance})
_DEEPEST: Final = 4


def orders_among(values: Iterable[Value], depth: int = _DEEPEST) -> tuple[Order, ...]:
    """Return the orders on which those of `values`, and of what is in them, depend."""
    found: dict[Order, None] = {}
    for value in values if depth else ():
        found.update(dict.fromkeys(orders_of(value)))
        match value:
            case Items(values=parts):
                found.update(dict.fromkeys(orders_among(parts, depth - 1)))
            case Table(table, _):
                found.update(dict.fromkeys(orders_among(table.values(), depth - 1)))
            case Instance(attributes=table):
                found.update(dict.fromkeys(own_orders(table.values())))
    return tuple(found)


def combined(left: Value, right: Value) -> Value | None:
    """Return what an operator makes of sets of strings, and of values in an order that differs; None of others."""
    for value in (left, right):
        if isinstance(value, Items) and value.kind == "set":
            return value
    orders = own_orders((left, right))
    return Unordered(orders, element_of((left, right))) if orders else None


def element_of(values: Iterable[Value]) -> Value:
    """Return what is in the first of `values` that have an order that differs."""
    return next((value.element for value in values if isinstance(value, Unordered)), UNKNOWN)


def sorted_(value: Items | Unordered) -> Value:
    """Return `sorted(value)`."""
    return Items("list", value.values) if isinstance(value, Items) else Unordered((), value.element)


def passed_on(name: str, receiver: Value | None, given: Given, result: Value) -> Value:
    """Return `result`, which calling `name` gives, in the order of what that was given, if it keeps it."""
    keeps = name in KEEPS_ORDER if receiver is None else name in KEEPING_METHODS
    values = [*_known(receiver), *given.values]
    orders = orders_among(values) if keeps else ()
    if orders and isinstance(result, Made):
        result.orders = orders
    return Unordered(orders, element_of(values)) if orders and result is UNKNOWN else result


def dependence(
    name: str, receiver: Value | None, given: Given, drawn: Sequence[DrawEvent]
) -> tuple[tuple[Order, ...], str]:
    """Return the orders on which calling `name` depends, and what happens in them. What a draw that differs in every
    run mixes has no order to depend on."""
    word = name.rpartition(".")[2]
    if any(not draw.covered for draw in drawn) or _sorts_first(word, receiver):
        return (), ""
    if any(_mixes(draw) for draw in drawn):
        return orders_among([*_known(receiver), *given.values]), "a seed splits or mixes them"
    if word in SPLITS:
        return orders_among(given.values), "they are split"
    named = {key: value for key, value, _ in given.keywords}
    if receiver is not None and word in TRAINS and _is_model(receiver, given, named):
        data = [*given.first[:2], *(named[key] for key in ("x", "X", "y") if key in named)]
        return orders_among(data), "a model is trained on them"
    if receiver is not None and word == "index":
        return orders_of(receiver), "they are numbered"
    numbered = [value for key, value in named.items() if key in NUMBERING_PARAMETERS]
    return orders_among(numbered), "they are numbered"


def _sorts_first(word: str, receiver: Value | None) -> bool:
    """Tell whether what is called sorts what it is given: file names, or the groups by which it splits."""
    return word in SORTS or (isinstance(receiver, Made) and "Group" in receiver.type)


def _is_model(receiver: Value, given: Given, named: Mapping[str, Value]) -> bool:
    """Tell whether what is fitted is a model: a scaler takes no `y`, and cares for no order."""
    return (
        (isinstance(receiver, Made) and receiver.type in MODELS) or len(given.first) > 1 or not WITH_Y.isdisjoint(named)
    )


def _known(receiver: Value | None) -> Sequence[Value]:
    return () if receiver is None else (receiver,)


def mixed(drawn: Sequence[DrawEvent], given: Given) -> Sequence[Items | Unordered]:
    """Return what is given to draws that mix it into another order in every run."""
    mix = any(_mixes(draw) and not draw.covered for draw in drawn)
    return [value for value in given.values if isinstance(value, (Items, Unordered))] if mix else ()


def _mixes(draw: DrawEvent) -> bool:
    return draw.rule in MIXING_RULES or draw.call.api.name.rpartition(".")[2] in MIXING_WORDS
