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
EXPECTED: Final[dict[str, dict[str, Any]]] = json.loads((FAULTS / "expected.json").read_text("utf-8"))
MOST_RUNS: Final = 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `verify` said of a program."""

    name: str
    document: dict[str, Any]
    seconds: float

    @property
    def found(self) -> list[tuple[str, int]]:
        """The causes, as family and row."""
        return sorted((cause["family"], cause["row"]) for cause in self.document["causes"])

    @property
    def expected(self) -> list[tuple[str, int]]:
        """The causes that the program was written to have."""
        return sorted((cause["family"], cause["row"]) for cause in EXPECTED[self.name]["causes"])

    @property
    def unseen(self) -> list[str]:
        """The families of the causes for which `check` has no finding."""
        return [cause["family"] for cause in self.document["causes"] if cause["code"] is None]

    @property
    def arm_runs(self) -> int:
        """How many runs it took to find the causes."""
        return sum(arm["runs"] for arm in self.document["arms"])

    @property
    def is_right(self) -> bool:
        """Whether all is as expected."""
        verdict = "differs" if self.expected else "repeats"
        return (
            self.document["verdict"] == verdict
            and self.found == self.expected
            and set(self.unseen) <= set(EXPECTED[self.name].get("unseen", []))
            and self.arm_runs <= MOST_RUNS
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


def main(names: list[str]) -> int:
    """Print the table; 1 if anything is not as expected."""
    outcomes = []
    for name in names or sorted(EXPECTED):
        outcome = verify(name)
        outcomes.append(outcome)
        causes = "; ".join(
            f"{cause['family']} {cause['row']} {cause['code'] or '-'}" for cause in outcome.document["causes"]
        )
        expected = "; ".join(f"{family} {row}" for family, row in outcome.expected)
        mark = "ok " if outcome.is_right else "BAD"
        print(
            f"{mark} {name:<36} {outcome.document['verdict']:<8} {causes or 'none':<44}"
            f" expected {expected or 'none':<32} {outcome.arm_runs:>2} runs {outcome.seconds:>4.0f} s",
            flush=True,
        )
        if outcome.document["error"] or outcome.document["outside"]:
            print("   ", outcome.document["error"] or outcome.document["outside"], flush=True)
    right = sum(outcome.is_right for outcome in outcomes)
    print(f"{right} of {len(outcomes)} as expected")
    return int(right < len(outcomes))
