"""What operators do to values."""

from __future__ import annotations

import operator as operators
from typing import TYPE_CHECKING, Final

from seedlint.program.ordering import combined
from seedlint.program.values import (
    UNKNOWN,
    Constant,
    External,
    Instance,
    Items,
    LocalClass,
    LocalFunction,
    Made,
    Position,
    Table,
    Value,
    Varying,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ORDERS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


def compare(operator: str, left: Value, right: Value) -> Value:
    """Return the outcome of a comparison, where it is known."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        if operator in ("is", "=="):
            return Constant(left.value == right.value)
        if operator in ("is not", "!="):
            return Constant(left.value != right.value)
        if operator in ORDERS and isinstance(left.value, (int, float)) and isinstance(right.value, (int, float)):
            return Constant(ORDERS[operator](left.value, right.value))
    if isinstance(left, Constant) and isinstance(right, Items) and operator in ("in", "not in"):
        known = [single.value for single in right.values if isinstance(single, Constant)]
        if len(known) == len(right.values):
            return Constant((left.value in known) == (operator == "in"))
    if isinstance(left, Constant) and isinstance(right, Table) and operator in ("in", "not in"):
        is_in = left.value in right.values
        return Constant(is_in == (operator == "in")) if is_in or right.complete else UNKNOWN
    none = Constant(None)
    if operator in ("is", "is not") and none in (left, right):
        other = right if left == none else left
        if isinstance(other, (LocalFunction, LocalClass, Instance, Made, Items, Table, External)):
            return Constant(operator == "is not")
    return UNKNOWN


def negate(operator: str, value: Value) -> Value:
    """Return the outcome of a sign, where it is known."""
    if isinstance(value, Constant) and isinstance(value.value, (int, float)):
        return Constant(-value.value if operator == "-" else +value.value) if operator in "+-" else UNKNOWN
    return value if isinstance(value, Varying) else UNKNOWN


def text_of(value: Value) -> str | None:
    """Return the text that `value` is: a literal, or a constant of the module `string`."""
    if isinstance(value, Constant) and isinstance(value.value, str):
        return value.value
    module, _, name = value.path.rpartition(".") if isinstance(value, External) else ("", "", "")
    if module != "string" or name not in _ALPHABETS:
        return None
    import string  # it makes a pattern and classes, which few programs need

    alphabet: str = getattr(string, name)
    return alphabet


_ALPHABETS: Final = frozenset(
    {
        "ascii_letters",
        "ascii_lowercase",
        "ascii_uppercase",
        "digits",
        "hexdigits",
        "octdigits",
        "punctuation",
        "printable",
        "whitespace",
    }
)
_LARGEST_EXPONENT: Final = 128


def compute(operator: str, left: Value, right: Value) -> Value:
    """Return the outcome of an arithmetic operation, where it is known."""
    first, second = text_of(left), text_of(right)
    if operator == "+" and first is not None and second is not None:
        return Constant(first + second)
    if not isinstance(left, Constant) or not isinstance(right, Constant):
        return combined(left, right) or combine([left, right])
    a, b = left.value, right.value
    if not isinstance(a, (int, float)) or not isinstance(b, (int, float)):
        return UNKNOWN
    try:
        match operator:
            case "+":
                return Constant(a + b)
            case "-":
                return Constant(a - b)
            case "*" if abs(a) < 1 << 64 and abs(b) < 1 << 64:
                return Constant(a * b)
            case "//" if b:
                return Constant(a // b)
            case "%" if b:
                return Constant(a % b)
            case "**" if abs(b) <= _LARGEST_EXPONENT and abs(a) <= _LARGEST_EXPONENT:
                result = a**b
                return UNKNOWN if isinstance(result, complex) else Constant(result)
            case "<<" if isinstance(a, int) and isinstance(b, int) and 0 <= b <= _LARGEST_EXPONENT:
                return Constant(a << b)
    except (OverflowError, ZeroDivisionError):
        return UNKNOWN
    return UNKNOWN


def combine(parts: Sequence[Value]) -> Value:
    """Return a value made of `parts`: it varies if one of them does, and is a position if one of them is."""
    found = (part for kind in (Varying, Position) for part in parts if isinstance(part, kind))
    return next(found, UNKNOWN)
