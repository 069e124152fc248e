"""The framework generations that code runs on: what the command line and the settings offer."""

from __future__ import annotations

from typing import Final, Literal

Target = Literal["keras3", "keras2"]
TARGETS: Final[tuple[Target, ...]] = ("keras3", "keras2")
