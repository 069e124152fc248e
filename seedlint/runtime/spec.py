"""What to run: plain data, so that it can be sent to another process or machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from seedlint.runtime.families import FAMILIES, FROZEN_SEED, Family

if TYPE_CHECKING:
    from collections.abc import Iterable

CommandKind = Literal["script", "notebook", "module", "pytest"]


@dataclass(frozen=True, slots=True)
class Command:
    """The user's program. `target` is the script's or notebook's path as given, or the module's name (`-m`); under
    `pytest` it is empty. `arguments` are its own."""

    kind: CommandKind
    target: str
    arguments: tuple[str, ...] = ()

    def shown(self) -> tuple[str, ...]:
        """The words in which a user names the program on seedlint's command line."""
        first = {"module": ("-m", self.target), "pytest": ("pytest",)}.get(self.kind, (self.target,))
        return (*first, *self.arguments)


@dataclass(frozen=True, slots=True)
class Stop:
    """Ends a run early: at the end of the epoch in which the mark with the ordinal `mark` falls, or that many marks
    later where there are no epochs."""

    mark: int


@dataclass(frozen=True, slots=True)
class RunSpec:
    """One run. `frozen` are the families that the probe keeps from varying, with `seed` for the streams.
    `seed_shift` is added to every whole number that the program itself seeds with (`--vary-seed`): 0 leaves them.
    `timeout` is in seconds. `directory` is where the program runs. `texts` stand in for what files hold, by their
    real paths: the program in a notebook, a fix that is tried."""

    command: Command
    directory: str
    frozen: frozenset[Family] = frozenset()
    seed: int = FROZEN_SEED
    seed_shift: int = 0
    stop: Stop | None = None
    timeout: float | None = None
    texts: tuple[tuple[str, str], ...] = ()

    def freezing(self, families: Iterable[Family], stop: Stop | None = None) -> RunSpec:
        """The same run with these families frozen."""
        return replace(self, frozen=frozenset(families), stop=stop)

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` understands."""
        return {
            "command": [self.command.kind, self.command.target, *self.command.arguments],
            "directory": self.directory,
            "frozen": [family for family in FAMILIES if family in self.frozen],
            "seed": self.seed,
            "seed_shift": self.seed_shift,
            "stop": self.stop.mark if self.stop else None,
            "timeout": self.timeout,
            "texts": dict(self.texts),
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> RunSpec:
        """The run that `document` describes."""
        kind, target, *arguments = document["command"]
        return cls(
            Command(kind, target, tuple(arguments)),
            document["directory"],
            frozenset(document["frozen"]),
            document["seed"],
            document["seed_shift"],
            Stop(document["stop"]) if document["stop"] is not None else None,
            document["timeout"],
            tuple(document["texts"].items()),
        )
