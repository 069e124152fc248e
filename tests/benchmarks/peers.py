"""How fast seedlint is beside other tools: `python -m tests.benchmarks.peers --folder FOLDER`.

It installs seedlint, as it is and compiled with mypyc, and the other tools into environments below the folder,
downloads the wheel of tf-models-official into it, runs every command in turn, several times, and prints the medians,
and what seedlint's are of each other one's. Seconds are those of processors, so that what else the machine does counts
little, except where two processes share the work.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from realcode.trees import fetch

from benchmarks.tools import BUILDS, SEVERAL, Command, built, peers, seedlint, with_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_WHEEL: Final = "tf-models-official==2.20.0"
_LIMITS: Final = (
    ("", "flake8", 0.3),
    ("", "pylint", 0.1),
    ("", "TorchFix", 0.08),
    ("", "Fixit", 0.08),
    ("", "ruff", 5.0),
    (", nothing changed", "ruff, nothing changed", 0.8),
    (", a clean file", "import click", 1.6),
    (", a file without random numbers", "import click", 1.6),
    (", a clean file known", "import click", 1.6),
)
"""How much of another command's time one of seedlint's, by what its name has after the build's, is to take at most."""
_COPIES: Final = 4
"""So many copies of the wheel have 5,000 files."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took: seconds of processors and of the clock, and megabytes at most."""

    cpu: float
    wall: float
    memory: float


def measure(command: Command) -> Run:
    """Run a command once. Python keeps what it compiles, as where it is installed."""
    environment = os.environ | dict(command.environment)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.pop("PYTHONPATH", None)  # each tool has an environment of its own
    started = time.perf_counter()
    process = subprocess.Popen(
        command.words,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, _, usage = os.wait4(process.pid, 0)
    return Run(usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss / 1024)


def commands(folder: Path, below: str, names: Sequence[str]) -> list[Command]:
    """Return what is to be measured, on the part of the wheel that is `below`."""
    tree = fetch(_WHEEL, folder) / below
    marked = folder / "marked"
    shutil.rmtree(marked, ignore_errors=True)
    for path in sorted(tree.rglob("*.py")):
        copy = marked / path.relative_to(tree)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes() + b"\n# torch\n")
    many = folder / "many"
    for number in range(_COPIES):
        shutil.copytree(tree, many / str(number), dirs_exist_ok=True)
    programs = {build: built(build, folder) for build in BUILDS}
    python = next(iter(programs.values())) / "python"
    every = [Command("import click", (str(python), "-c", "import click"), once=True, times=SEVERAL)]
    for build, place in programs.items():
        every += seedlint(build, place / "seedlint", tree, many, folder)

    def is_wanted(command: Command) -> bool:
        return not names or any(command.name.startswith(name) for name in names)

    others = (with_program(command, folder) for command in peers(tree, many, marked, folder) if is_wanted(command))
    return [*filter(is_wanted, every), *others]


def table(runs: Mapping[str, Sequence[Run]]) -> Iterator[str]:
    """Write the medians, and what seedlint's are of the others', in Markdown."""
    yield "| command | processor, s | clock, s | peak MB |"
    yield "|---|---|---|---|"
    for name, of_command in runs.items():
        cpu, wall, memory = (median(getattr(run, key) for run in of_command) for key in ("cpu", "wall", "memory"))
        yield f"| {name} | {cpu:.3f} | {wall:.3f} | {memory:.0f} |"
    yield "\n| seedlint | beside | takes | to be reached |"
    yield "|---|---|---|---|"
    for ours, theirs, limit in ((build + what, theirs, limit) for what, theirs, limit in _LIMITS for build in BUILDS):
        if ours in runs and theirs in runs:
            ratio = median(run.cpu for run in runs[ours]) / median(run.cpu for run in runs[theirs])
            yield f"| {ours} | {theirs} | {ratio:.2f} | {limit} |"
    for build in BUILDS:
        one, two = runs.get(build), runs.get(f"{build}, 2 processes")
        if one and two:
            ratio = median(run.wall for run in one) / median(run.wall for run in two)
            yield f"\nTwo processes of {build} are {ratio:.2f} times as fast as one, by the clock."


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=(__doc__ or "").strip())
    parser.add_argument("--folder", type=Path, required=True, help="where wheels and environments are kept")
    parser.add_argument("--rounds", type=int, default=5, help="how often each command is run")
    parser.add_argument("--below", default="", help="a part of the wheel, such as official/vision")
    parser.add_argument("--only", nargs="*", default=[], help="commands whose names begin with one of these")
    options = parser.parse_args()
    wanted = commands(options.folder.absolute(), options.below, options.only)
    for command in wanted:
        if command.once:
            measure(command)
    for line in table(_rounds(wanted, options.rounds)):
        print(line)
    return 0


def _rounds(wanted: Iterable[Command], rounds: int) -> Mapping[str, Sequence[Run]]:
    runs: defaultdict[str, list[Run]] = defaultdict(list)
    for number in range(rounds):
        for turn in range(SEVERAL):  # by turns with what it is compared with
            for command in wanted:
                if turn < command.times:
                    runs[command.name].append(measure(command))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return runs


if __name__ == "__main__":
    sys.exit(main())
