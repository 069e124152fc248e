"""SEED107: `PYTHONHASHSEED` set in the running process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from seedlint.program.values import Constant
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.program.events import EnvironmentEvent
    from seedlint.program.values import Value
    from seedlint.rules.rule import View

_VARIABLE: Final = "PYTHONHASHSEED"
_STARTS_PROCESSES: Final = (
    "subprocess.",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "os.system",
    "os.popen",
    "asyncio.create_subprocess",
    "multiprocessing.Process",
    "multiprocessing.Pool",
    "multiprocessing.pool.Pool",
    "multiprocessing.Manager",
    "multiprocessing.get_context",
    "multiprocessing.set_start_method",
    "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.process.ProcessPoolExecutor",
    "joblib.Parallel",
)


def check(view: View) -> Iterator[Report]:
    """Report assignments to PYTHONHASHSEED that no process can start with."""
    for event in view.trace.environment:
        if event.name == _VARIABLE and not _reaches_a_process(view, event):
            yield Report(
                event.place,
                f"Python reads {_VARIABLE} when it starts: set here, it leaves the `hash` stream of this process "
                f"random, and reaches child processes only; set it outside: "
                f"`{_VARIABLE}={_number(event.value)} python {_script(view)}`",
                streams=("hash",),
            )


def _reaches_a_process(view: View, event: EnvironmentEvent) -> bool:
    """Tell whether a process is started, or the program started anew, after `event`."""
    runs = [
        (program, set_at) for program in view.programs for place, set_at in program.environment if place == event.place
    ]
    if not runs:
        # Nobody is seen to get here, so nothing is known about what comes after.
        return any(map(_starts_processes, view.trace.external))
    return any(
        order > set_at and _starts_processes(path)
        for program, set_at in runs
        for path, order in program.external.items()
    )


def _starts_processes(path: str) -> bool:
    return path.startswith(_STARTS_PROCESSES)


def _number(value: Value) -> str:
    number = str(value.value) if isinstance(value, Constant) else ""
    return number if number.isdecimal() and int(number) < 2**32 else "0"


def _script(view: View) -> str:
    entries = [program.entry for program in view.programs]
    return os.path.basename(entries[0] if entries else view.trace.entry)


RULE = Rule(
    code="SEED107",
    name="hash-seed-too-late",
    severity="note",
    scope="module",
    summary='`os.environ["PYTHONHASHSEED"] = …` in the running process: it reaches child processes only',
    what="Reports a program that sets `PYTHONHASHSEED` for itself, by `os.environ[…] = …`, `setdefault`, `update` or "
    "`os.putenv`. A program that starts processes afterwards, or itself anew (`os.execv`), is left alone: the "
    "variable reaches those.",
    why="Python decides how it hashes strings before it runs the first line. Set in the program, the variable changes "
    "nothing, though the line looks as if sets and `hash()` were seeded: the order of a set of strings still differs "
    "in every run. Nothing in TensorFlow or Keras depends on it; code that iterates over sets does, and is better "
    "served by `sorted(…)`.",
    fix_safety="There is no fix: where the program is started is not in this file. Start it with the variable set, or "
    "delete the line if nothing depends on the order of sets.",
    sources=(
        "https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED",
        "Experiment: with the assignment in the script, `hash('abc')` and the order of a set of strings differed in "
        "three of three processes; with the variable set outside, and in the children of the assignment (started by "
        "spawn, forkserver, subprocess or `os.execv`), they were the same",
    ),
    bad=(
        Example(
            code="""\
import os
import random

os.environ["PYTHONHASHSEED"] = "0"
random.seed(0)
print(random.choice(sorted({"a", "b", "c"})))
""",
            reason="it comes too late for this process, and the program starts no other",
            found=(4,),
        ),
        Example(
            code="""\
import os

import numpy as np


def seed_everything(seed=42):
    os.environ.setdefault("PYTHONHASHSEED", str(seed))
    np.random.seed(seed)


seed_everything()
print(np.random.rand())
""",
            reason="the same in a function that seeds everything else",
            found=(7,),
        ),
        Example(
            code="""\
import os
import subprocess

revision = subprocess.check_output(["git", "rev-parse", "HEAD"])
os.environ.update(PYTHONHASHSEED="7")
print(revision)
""",
            reason="the process that is started was there before",
            found=(5,),
        ),
    ),
    good=(
        Example(
            code="""\
import random

random.seed(0)
print(random.choice(sorted({"a", "b", "c"})))
""",
            reason="no variable is needed where the set is sorted",
        ),
        Example(
            code="""\
import os
import random

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
random.seed(0)
print(random.choice(sorted({"a", "b", "c"})))
""",
            reason="another variable, which is read later",
        ),
        Example(
            code="""\
import os
import sys

if os.environ.get("PYTHONHASHSEED") != "0":
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable, *sys.argv])
print(hash("abc"))
""",
            reason="the program starts itself anew, with the variable set",
        ),
        Example(
            code="""\
import os
import subprocess
import sys

os.environ["PYTHONHASHSEED"] = "0"
for fold in range(5):
    subprocess.run([sys.executable, "train.py", str(fold)], check=True)
""",
            reason="it is meant for the processes that are started next",
        ),
        Example(
            code="""\
import os
import subprocess
import sys

environment = os.environ.copy()
environment["PYTHONHASHSEED"] = "0"
subprocess.run([sys.executable, "train.py"], env=environment, check=True)
""",
            reason="a copy for another process, not this one's environment",
        ),
    ),
    check=check,
)
