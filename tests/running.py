"""Run a training script as its user would: in new processes that share nothing but the file."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What a developer's own shell may set and a recipe must not inherit: each would change what repeats.
_FOREIGN = (
    "PYTHONHASHSEED",
    "KERAS_BACKEND",
    "TF_USE_LEGACY_KERAS",
    "TF_DETERMINISTIC_OPS",
    "TF_CUDNN_DETERMINISTIC",
    "TF_ENABLE_ONEDNN_OPTS",
)
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}

# A process of TensorFlow keeps a core busy while it starts; more than two at once only wait for each other.
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="fresh")


@dataclass(frozen=True, slots=True)
class Run:
    """What one process left behind."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def error(self) -> str:
        """The exception that ended the run as `Type: text`, or nothing where it ended well."""
        lines = self.stderr.rstrip().splitlines()
        return lines[-1] if self.returncode and lines else ""


@cache
def tensorflow_python() -> str | None:
    """Return an interpreter with TensorFlow: this one, or the one that SEEDLINT_TENSORFLOW_PYTHON names."""
    named = os.environ.get("SEEDLINT_TENSORFLOW_PYTHON")
    if named:
        return named
    return sys.executable if find_spec("tensorflow") else None


def start_fresh(
    script: Path, runs: int = 3, env: Mapping[str, str] | None = None, timeout: float = 180
) -> list[Future[Run]]:
    """Queue `runs` processes of `script`, two at a time over all callers, and return at once."""
    python = tensorflow_python() or sys.executable
    environment = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    environment |= _QUIET | dict(env or {})

    def run() -> Run:
        done = subprocess.run(
            [python, script.name],
            cwd=script.parent,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    return [_pool.submit(run) for _ in range(runs)]


def run_fresh(script: Path, runs: int = 3, env: Mapping[str, str] | None = None, timeout: float = 180) -> list[Run]:
    """Run `script` in `runs` new processes, each with entropy of its own, and wait for all of them."""
    return [future.result() for future in start_fresh(script, runs, env, timeout)]
