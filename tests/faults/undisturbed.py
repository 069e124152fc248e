"""Holds what programs print under the probe against what they print without it.

What a program draws unseeded would differ anyway: here a few lines before it seed all global streams and make
generators, entropy and the clock give the same in each run, in both. What still differs between two runs without the
probe (races) can't be held against one with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from running import tensorflow_python

from faults.dictionary import EXPECTED, FAULTS
from seedlint.runtime import runner
from seedlint.runtime.output import OutputReader
from seedlint.runtime.probe import bootstrap
from seedlint.runtime.spec import Command, RunSpec

_SEEDED: Final = (
    (("",), "import random; random.seed(1)"),
    (("numpy", "sklearn", "keras", "tensorflow"), "import numpy; numpy.random.seed(1)"),
    (("keras", "tensorflow"), "import tensorflow; tensorflow.random.set_seed(1)"),
    (
        ("get_global_generator",),
        "tensorflow.random.set_global_generator(tensorflow.random.Generator.from_seed(1))",
    ),
    (
        ("urandom", "uuid", "SystemRandom", "default_rng()"),
        "import os; os.urandom = random._urandom = lambda size: bytes(range(1, size + 1))",
    ),
    (("Random()",), "import functools; random.Random = functools.partial(random.Random, 1)"),
    (("time.time",), "import time; time.time = lambda: 1e9; time.time_ns = lambda: 10**18"),
)
"""What a program has to mention for a line to be put before it, and the line."""
_LEGACY: Final = "TF_USE_LEGACY_KERAS"


@dataclass(frozen=True, slots=True)
class Printed:
    """What a program printed, without durations, and how it ended."""

    lines: tuple[str, ...]
    status: int
    errors: str


def environment(script: Path) -> dict[str, str]:
    """The environment in which the script runs."""
    found = {**os.environ, "PYTHONHASHSEED": "0", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    return found | {_LEGACY: "1"} if _LEGACY in script.read_text("utf-8") else found


def command(script: Path, folder: Path, *, probed: bool) -> list[str]:
    """The command that runs the script, under the probe, which records into `folder`, or without it."""
    python = tensorflow_python() or sys.executable
    if not probed:
        return [python, script.name]
    spec = RunSpec(Command("script", script.name), str(script.parent))
    described = folder / "run.json"
    described.write_text(json.dumps(runner.described_run(spec, folder / "recording.jsonl")), "utf-8")
    return [python, bootstrap.__file__, str(described)]


def printed(script: Path, *, probed: bool) -> Printed:
    """Run the script, under the probe or without it."""
    with tempfile.TemporaryDirectory() as folder:
        words = command(script, Path(folder), probed=probed)
        done = subprocess.run(words, cwd=script.parent, env=environment(script), capture_output=True, check=False)
    reader = OutputReader()
    reader.feed(done.stdout)
    return Printed(reader.output().lines, done.returncode, done.stderr.decode(errors="replace"))


def main(names: list[str]) -> int:
    """Run the programs of the dictionary, or those named; 1 if the probe changed what one of them printed."""
    changed = 0
    for name in names or sorted(EXPECTED):
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder, name)
            script.write_text(_seeded((FAULTS / name).read_text("utf-8")), "utf-8")
            first, second, probed = (printed(script, probed=number == 2) for number in range(3))
        same = (first.lines, first.status) == (probed.lines, probed.status)
        varies = (first.lines, first.status) != (second.lines, second.status)
        changed += not same and not varies
        print(f"{'same' if same else 'varies by itself' if varies else 'CHANGED':<17} {name}", flush=True)
    print(f"{changed} changed")
    return int(changed > 0)


def _seeded(text: str) -> str:
    lines = [line for libraries, line in _SEEDED if any(library in text for library in libraries)]
    return "\n".join((*lines, text))
