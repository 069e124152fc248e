"""The numbers that a program prints, under the names that it prints them with."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(
    r"(?<![\w.@^])(?<![A-Za-z]-)"  # `conv2d`, `accuracy@5`, `top-5`: part of a name
    r"[-+]?(?:(?P<decimal>\d+\.\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|nan|inf|NaN|Inf)|\d+)"
    r"(?!\w|\.\d|-[A-Za-z])"  # `1.2.3`, `3rd`, `5-fold`
)
_SCALARS: Final = re.compile(r"\b(?:np|numpy)\.\w+\(([^(),]*)\)|\btf\.Tensor\(([^(),]*), shape=\(\), dtype=\w+\)")
_MASKED: Final = re.compile(r"<\w+>")
_MOST: Final = 1_000
"""Numbers that a program prints after so many names are not taken: it prints data, not metrics."""
_LONGEST: Final = 400
"""Of longer lines the beginning is looked at."""


class PrintedNumbers:
    """Takes printed lines as they come; `values` holds the last number under each name.

    A number is taken if it has a decimal point or an exponent, is `nan` or `inf`, or stands behind `name:` or `name=`.
    Its name is the text before it; the numbers of a list after the first are `name (2)` and so on. Numbers without a
    name are `printed number 1` and so on, in the order of the output.

    >>> numbers = PrintedNumbers()
    >>> numbers.take("Epoch 2/2 - loss: 0.5 - acc: [0.8, 0.9]")
    >>> numbers.take("0.25")
    >>> numbers.values
    {'loss': 0.5, 'acc': 0.8, 'acc (2)': 0.9, 'printed number 1': 0.25}
    """

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self._unnamed = 0

    def take(self, line: str) -> None:
        """Take one line, as `output.comparable` leaves it."""
        line = _SCALARS.sub(lambda found: found[1] or found[2], line[:_LONGEST])
        name, count, end = "", 0, 0
        for found in _NUMBER.finditer(line):
            between = line[end : found.start()]
            end = found.end()
            words = _words(between)
            if words:
                name, count = words, 0
            is_set = bool(words) and between.rstrip().endswith((":", "="))
            if found["decimal"] is not None or is_set or line.strip() == found[0]:
                count += 1
                self._set(f"{name} ({count})" if name and count > 1 else name, float(found[0]))

    def _set(self, name: str, value: float) -> None:
        if not name:
            self._unnamed += 1
            name = f"printed number {self._unnamed}"
        if name in self.values or len(self.values) < _MOST:
            self.values[name] = value


def _words(text: str) -> str:
    """The last words of the text; nothing where it has no letter."""
    for part in reversed(_MASKED.split(text)):
        words = re.sub(r"^\W+|\W+$", "", "".join(filter(str.isprintable, part)))
        if any(character.isalpha() for character in words):
            return f"{words})" if words.count("(") > words.count(")") else words
    return ""
