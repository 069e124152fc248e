"""What the probe was told, for all of its hooks."""

from __future__ import annotations

import contextlib
import os
from numbers import Integral
from typing import TYPE_CHECKING, Any, Final

from seedlint.runtime.probe.places import is_users
from seedlint.runtime.probe.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, ModuleType


class Probe:
    """The one probe of the process. Before `start` it notes nothing and freezes nothing."""

    def __init__(self) -> None:
        self.recorder = Recorder(os.open(os.devnull, os.O_WRONLY))
        self.frozen: frozenset[str] = frozenset()
        self.seed = 0
        self.seed_shift = 0
        self.is_noted = False
        self._given: dict[str, int] = {}

    def start(self, recorder: Recorder, spec: dict[str, Any]) -> None:
        """Record from now on, and freeze what `spec` (of `RunSpec.to_json`) names."""
        self.recorder = recorder
        self.frozen = frozenset(spec["frozen"])
        self.seed = spec["seed"]
        self.seed_shift = spec["seed_shift"]

    @contextlib.contextmanager
    def own_use(self) -> Iterator[None]:
        """What is taken from the operating system meanwhile has been noted already."""
        self.is_noted = True
        try:
            yield
        finally:
            self.is_noted = False

    def loaded(self, module: ModuleType) -> None:
        """Note that a library has been imported."""
        self.recorder.write("loaded", module=module.__name__, version=str(getattr(module, "__version__", "")))

    def next_seed(self, family: str) -> int:
        """A seed for the next thing of this family that asks for entropy: another for each, the same in each run."""
        count = self._given[family] = self._given.get(family, 0) + 1
        return (self.seed + count) % 2**31

    def shifted(self, value: Any) -> Any:
        """A seed of the program's own, as `--vary-seed` wants it."""
        if not self.seed_shift or isinstance(value, bool) or not isinstance(value, Integral):
            return value
        return (int(value) + self.seed_shift) % 2**31

    def shifted_by_user(self, api: str, seed: Any, frame: FrameType) -> Any:
        """The seed of a generator, shifted if the user's own code makes it: a library's comes with a single call, and
        stays. It is noted in shifted runs alone, as a program may make many generators."""
        if not self.seed_shift or seed is None or not is_users(frame.f_code.co_filename):
            return seed
        self.recorder.seed("generator", api, seed, frame)
        return self.shifted(seed)


PROBE: Final = Probe()
