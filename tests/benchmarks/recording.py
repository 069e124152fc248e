"""What recording costs: `python -m tests.benchmarks.recording [--pairs N]`.

Runs a small CNN and an input pipeline with the probe and without it, by turns, and prints the ratio of the times that
they took, which should be at most 1.05: of the wall clock, as the programs measure it from their first step to their
last, and of the processor, which says more on a machine that others use, too. The first pair only warms up.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.undisturbed import command, environment

PROGRAMS: Final = Path(__file__).parents[2] / "fixtures" / "benchmarks"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took, in seconds: its work by the wall clock, and the whole process of the processor."""

    wall: float
    processor: float


def cost(script: Path, *, probed: bool) -> Cost:
    """Run the script once."""
    with tempfile.TemporaryDirectory() as folder, open(Path(folder, "printed"), "w+b") as output:
        process = subprocess.Popen(
            command(script, Path(folder), probed=probed),
            cwd=script.parent, env=environment(script), stdout=output, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read().decode()
    if process.returncode:
        raise RuntimeError(f"{script.name} ended with status {process.returncode}")
    return Cost(float(printed.rpartition("seconds:")[2]), usage.ru_utime + usage.ru_stime)


def main() -> int:
    """Print the ratios of each program."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.recording", description=(__doc__ or "").strip())
    parser.add_argument("--pairs", type=int, default=5, help="runs with and without the probe that are compared")
    parser.add_argument("programs", nargs="*", default=["cnn.py", "pipeline.py"])
    options = parser.parse_args()
    for name in options.programs:
        script = PROGRAMS / name
        pairs = [(cost(script, probed=False), cost(script, probed=True)) for _ in range(options.pairs + 1)]
        _show(name, pairs[1:])
    return 0


def _show(name: str, pairs: list[tuple[Cost, Cost]]) -> None:
    for what in ("wall", "processor"):
        without, with_probe = ([getattr(pair[index], what) for pair in pairs] for index in (0, 1))
        ratios = sorted(one / other for one, other in zip(with_probe, without, strict=True))
        print(
            f"{name:<12} {what:<9} {median(without):6.2f} s without, {median(with_probe):6.2f} s with the probe; ratio "
            f"{median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f})",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
