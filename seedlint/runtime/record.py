"""What one run left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedlint.runtime.recording import Recording
    from seedlint.runtime.spec import RunSpec

Ending = Literal["exit", "signal", "timeout", "stop"]


@dataclass(frozen=True, slots=True)
class Output:
    """What a run printed. `lines` are its first lines, as they are compared: without durations, addresses and progress
    bars that overwrote themselves. `digest` is of all of it, `size` in bytes as written. `numbers` are the last that
    it printed under each name."""

    lines: tuple[str, ...]
    digest: str
    size: int
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. `status` is the exit status, negative for the signal that ended it. `errors` is the end of what the run
    wrote to standard error."""

    spec: RunSpec
    ending: Ending
    status: int
    seconds: float
    output: Output
    errors: str
    recording: Recording

    @property
    def failed(self) -> bool:
        """Whether the run did not come to a good end of its own, or to the early one that was asked for."""
        return self.is_cut or (self.ending == "exit" and self.status != 0)

    @property
    def is_cut(self) -> bool:
        """Whether something ended the run in the middle of what it did."""
        return self.ending in ("signal", "timeout")
