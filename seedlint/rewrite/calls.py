"""Adding, setting and removing the arguments of a call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.rewrite import items
from seedlint.rewrite.document import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.rewrite.document import Document

_KEYWORD: Final = re.compile(r"\s*(\w+)\s*=(?!=)")


def add_argument(document: Document, call: cst.Call, code: str) -> Sequence[Change] | None:
    """Append the keyword argument `code`; None if it is none, or the call has one of that name."""
    keyword = _KEYWORD.match(code)
    if keyword is None or find_keyword(call, keyword[1]) is not None:
        return None
    if not call.args:
        return [_first_argument(document, call, code)]
    parentheses = _generator_parentheses(document, call)
    return [*parentheses, *items.append(document, items.items_of(document, call.args), code)]


def set_argument(
    document: Document, call: cst.Call, name: str, position: int | None, code: str
) -> Sequence[Change] | None:
    """Give the parameter `name` the value `code`, in the place of the value that it has.

    `position` is the parameter's number among the positional ones, from 0, None if it is keyword-only.
    None if `*arguments` may hold the value.
    """
    given = find_argument(call, name, position)
    if given is not None:
        start, end = document.positions.full_span(given.value)
        return [Change(start, end, code)]
    if position is not None and any(argument.star == "*" for argument in call.args):
        return None
    return add_argument(document, call, f"{name}={code}")


def remove_argument(document: Document, call: cst.Call, argument: cst.Arg) -> Sequence[Change] | None:
    """Take out one argument with its comma; None if it isn't an argument of this call."""
    numbers = [number for number, candidate in enumerate(call.args) if candidate is argument]
    if not numbers:
        return None
    if len(call.args) > 1:
        return items.remove(document, items.items_of(document, call.args), numbers)
    (item,) = items.items_of(document, call.args)
    opening, closing = _parentheses(document, call)
    after = item.end if item.comma is None else item.comma + 1
    if document.blank_between(opening, item.start) and document.blank_between(after, closing):
        return [Change(opening, closing)]
    return [Change(item.start, after)]


def find_keyword(call: cst.Call, name: str) -> cst.Arg | None:
    """The argument given by the keyword `name`."""
    for argument in call.args:
        if argument.keyword is not None and argument.keyword.value == name:
            return argument
    return None


def find_argument(call: cst.Call, name: str, position: int | None) -> cst.Arg | None:
    """The argument given to the parameter `name`, by keyword or in its `position`.

    None if there is none, or if a `*` before the position hides which it would be.
    """
    by_keyword = find_keyword(call, name)
    if by_keyword is not None or position is None or position >= len(call.args):
        return by_keyword
    if any(argument.star or argument.keyword for argument in call.args[: position + 1]):
        return None
    return call.args[position]


def _parentheses(document: Document, call: cst.Call) -> tuple[int, int]:
    """The offsets after the opening parenthesis of a call and of the closing one."""
    opening = document.positions.full_span(call.whitespace_after_func, call)[1] + 1
    return opening, document.positions.span(call)[1] - 1


def _first_argument(document: Document, call: cst.Call, code: str) -> Change:
    """Put an argument between empty parentheses: on a row of its own if comments stand between them."""
    opening, closing = _parentheses(document, call)
    if document.blank_between(opening, closing):
        return Change(opening, closing, code)
    row = document.row_start(closing)  # nothing but blanks before it: a comment ends the row above
    above = document.text[document.row_start(row - 1) : row]
    indent = above[: len(above) - len(above.lstrip())]
    if not above.lstrip().startswith("#"):
        indent = document.text[row:closing] + document.module.default_indent
    return Change(row, row, f"{indent}{code},{document.newline(row - 1)}")


def _generator_parentheses(document: Document, call: cst.Call) -> list[Change]:
    """The parentheses that a generator expression needs once it is no longer the only argument."""
    value = call.args[0].value
    if not isinstance(value, cst.GeneratorExp) or value.lpar:
        return []
    start, end = document.positions.span(value)
    return [Change(start, start, "("), Change(end, end, ")")]
