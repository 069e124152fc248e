"""Runs `verify` on all programs of fixtures/faults, or on those named, and prints what it found and what it should
have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from running import tensorflow_python

FAULTS: Final = Path(__file__).parents[2] / "fixtures" / "faults"
EXPECTED: Final[dict[str, list[dict[str, Any]]]] = json.loads((FAULTS / "expected.json").read_text("utf-8"))
MOST_RUNS: Final = 12

Found = tuple[str, int, str, int]
"""A cause: its family and row, the code of the finding that `check` has for it (nothing where it can't see it) and the
row of that finding."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `verify` said of a program."""

    name: str
    document: dict[str, Any]
    seconds: float

    @property
    def found(self) -> list[Found]:
        """The causes that were found."""
        return sorted(
            (cause["family"], cause["row"], cause["code"] or "", (cause["finding"] or cause)["row"])
            for cause in self.document["causes"]
        )

    @property
    def arm_runs(self) -> int:
        """How many runs it took to find the causes."""
        return sum(arm["runs"] for arm in self.document["arms"])

    @property
    def is_right(self) -> bool:
        """Whether all is as expected."""
        causes = expected(self.name)
        verdict = "differs" if causes else "repeats"
        return self.document["verdict"] == verdict and self.found == causes and self.arm_runs <= MOST_RUNS


def expected(name: str) -> list[Found]:
    """The causes that the program was written to have."""
    return sorted(
        (cause["family"], cause["row"], cause.get("code", ""), cause.get("finding", cause["row"]))
        for cause in EXPECTED[name]
    )


def verify(name: str, *options: str) -> Outcome:
    """Run `seedlint verify` on the program."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONHASHSEED", "NO_COLOR")}
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    environment["PYTHONPATH"] = str(FAULTS.parents[1])
    started = time.monotonic()
    done = subprocess.run(
        [tensorflow_python() or sys.executable, "-m", "seedlint", "verify", "--output-format", "json", *options, name],
        cwd=FAULTS, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if not done.stdout:
        raise RuntimeError(f"{name}: {done.stderr}")
    return Outcome(name, json.loads(done.stdout), time.monotonic() - started)


def _words(causes: list[Found]) -> str:
    return "; ".join(f"{family} {row} {code or 'unseen'}" for family, row, code, _ in causes) or "none"


def main(names: list[str]) -> int:
    """Print the table; 1 if anything is not as expected."""
    outcomes = []
    for name in names or sorted(EXPECTED):
        outcome = verify(name)
        outcomes.append(outcome)
        mark = "ok " if outcome.is_right else "BAD"
        print(
            f"{mark} {name:<36} {outcome.document['verdict']:<8} {_words(outcome.found):<44}"
            f" expected {_words(expected(name)):<44} {outcome.arm_runs:>2} runs {outcome.seconds:>4.0f} s",
            flush=True,
        )
        if outcome.document["error"] or outcome.document["outside"]:
            print("   ", outcome.document["error"] or outcome.document["outside"], flush=True)
    right = sum(outcome.is_right for outcome in outcomes)
    print(f"{right} of {len(outcomes)} as expected")
    return int(right < len(outcomes))
