"""How fast seedlint is beside other tools: `python -m tests.benchmarks.peers --folder FOLDER`.

It installs the other tools into environments below the folder, downloads the wheel of tf-models-official into it,
runs every command in turn, several times, and prints the medians, and what seedlint's are of each other one's.
Seconds are those of processors, so that what else the machine does counts little, except where two processes share
the work.
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

from benchmarks.tools import Command, peers, seedlint, with_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_WHEEL: Final = "tf-models-official==2.20.0"
_LIMITS: Final = (
    ("seedlint", "flake8", 0.3),
    ("seedlint", "pylint", 0.1),
    ("seedlint", "TorchFix", 0.08),
    ("seedlint", "Fixit", 0.08),
    ("seedlint", "ruff", 5.0),
    ("seedlint, nothing changed", "ruff, nothing changed", 0.8),
    ("seedlint, a clean file", "import click", 1.6),
    ("seedlint, a file without random numbers", "import click", 1.6),
    ("seedlint, a clean file known", "import click", 1.6),
)
"""How much of another command's time one of seedlint's is to take at most."""
_CLEAN: Final = "import numpy as np\n\nrng = np.random.default_rng(7)\nprint(rng.normal(size=3))\n"
_PLAIN: Final = "import json\nimport sys\n\nprint(json.dumps(sys.argv))\n"
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
    clean, plain = folder / "clean" / "train.py", folder / "plain" / "main.py"
    for file, text in ((clean, _CLEAN), (plain, _PLAIN)):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    alone = (sys.executable, "-m", "seedlint", "check", "--isolated")
    every = [
        Command("import click", (sys.executable, "-c", "import click"), once=True),
        Command("seedlint, a clean file", (*alone, "--no-cache", str(clean)), once=True),
        Command("seedlint, a file without random numbers", (*alone, "--no-cache", str(plain))),
        Command("seedlint, a clean file known", (*alone, f"--cache-dir={folder / 'cache'}", str(clean)), once=True),
        *seedlint(tree, many, folder),
    ]

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
    for ours, theirs, limit in _LIMITS:
        if ours in runs and theirs in runs:
            ratio = median(run.cpu for run in runs[ours]) / median(run.cpu for run in runs[theirs])
            yield f"| {ours} | {theirs} | {ratio:.2f} | {limit} |"
    one, two = runs.get("seedlint"), runs.get("seedlint, 2 processes")
    if one and two:
        ratio = median(run.wall for run in one) / median(run.wall for run in two)
        yield f"\nTwo processes are {ratio:.2f} times as fast as one, by the clock."


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
        for command in wanted:
            runs[command.name].append(measure(command))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return runs


if __name__ == "__main__":
    sys.exit(main())
