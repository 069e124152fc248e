"""Colour on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Colour = Literal["bold", "dim", "red", "green", "yellow", "blue", "cyan"]
_CODES: Final[Mapping[Colour, int]] = {
    "bold": 1,
    "dim": 2,
    "red": 31,
    "green": 32,
    "yellow": 33,
    "blue": 34,
    "cyan": 36,
}


class Paint(NamedTuple):
    """Colours text, or leaves it as it is."""

    on: bool = False

    def __call__(self, text: str, *colours: Colour) -> str:
        """`text` in `colours`."""
        if not self.on or not text:
            return text
        return f"\x1b[{';'.join(str(_CODES[colour]) for colour in colours)}m{text}\x1b[0m"


def wants_colour(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether to colour: NO_COLOR forbids it, FORCE_COLOR asks for it, else on a terminal that can."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") != "0":
        return True
    return is_terminal and environment.get("TERM") != "dumb"
