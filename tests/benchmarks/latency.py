"""What the language server does for one keystroke: `python -m tests.benchmarks.latency [--turns N] [FILE]…`.

In files of about 1,600 lines (those of the wheel named below, downloaded into --folder, unless some are named) it types
into one statement, then into a comment, then into a statement without its end, and opens each as if it were new: all
that the server does from the new text up to the diagnostics, without its pause and the transport. Printed are the
medians of processor time, by turns with what they are compared with: Python's `ast.parse`, and `libcst.parse_module`. A
keystroke should cost at most 2.5 times the one, a new file at most 1.5 times the other.

`PYTHON tests/benchmarks/latency.py` measures the seedlint that is installed for PYTHON, such as a compiled one.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import libcst as cst
from pygls.workspace import PositionCodec

sys.path.insert(0, str(Path(__file__).parents[1]))

from realcode.trees import fetch

from seedlint.linter import Linter
from seedlint.program.parsing import parse
from seedlint.server.diagnostics import diagnostic
from seedlint.server.documents import Document, Text
from seedlint.server.places import Places
from seedlint.settings import Settings
from seedlint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WHEEL: Final = "tf-models-official==2.20.0"
_LINES: Final = range(1500, 1700)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one turn took, in seconds of the processor, and how many findings there were."""

    ast: float
    keystroke: float
    comment: float
    unfinished: float
    libcst: float
    new: float
    findings: int


def costs(source: SourceText, turns: int) -> Iterator[Cost]:
    """Type a digit more into a statement in the middle of the file in each turn, then into a comment behind it, then
    into a call without its end, and open the file anew."""
    settings = Settings(os.path.dirname(source.path))
    rows = source.text.splitlines(keepends=True)
    number = _middle(source.text)
    indent = rows[number - 1][: len(rows[number - 1]) - len(rows[number - 1].lstrip())]

    def typed(digits: int, comment: str = "") -> SourceText:
        return with_row(f"typed = {'1' * digits}{comment}")

    def with_row(statement: str) -> SourceText:
        statement = f"{indent}{statement}\n"
        return source._replace(text="".join([*rows[: number - 1], statement, *rows[number - 1 :]]))

    def check(linter: Linter, text: SourceText) -> int:
        places = Places([Document(text, {None: Text("file:///train.py", 1)}, True)], PositionCodec())
        return len([diagnostic(finding, places) for finding in linter.check([text])])

    def new_linter(text: SourceText) -> Linter:
        return Linter(lambda path: settings, {text.path: text}, fixes_later=True)

    linter = new_linter(typed(1))
    check(linter, typed(1))

    def press(text: SourceText) -> int:
        linter.see({text.path: text})
        return check(linter, text)

    def open_anew(text: SourceText) -> int:
        return check(new_linter(text), text)

    for turn in range(2, turns + 2):
        text = typed(turn)
        python, _ = _timed(partial(ast.parse, text.text))
        keystroke, found = _timed(partial(press, text))
        comment, _ = _timed(partial(press, typed(turn, "  # typed")))
        unfinished, _ = _timed(partial(press, with_row(f"typed = f({'1' * turn}")))
        tree, _ = _timed(partial(cst.parse_module, text.text))
        parse.cache_clear()
        new, _ = _timed(partial(open_anew, text))
        yield Cost(python, keystroke, comment, unfinished, tree, new, found)


def _timed(work: Callable[[], object]) -> tuple[float, int]:
    before = time.process_time()
    result = work()
    return time.process_time() - before, result if isinstance(result, int) else 0


def _middle(text: str) -> int:
    """The row of the simple statement that is nearest to the middle of the text."""
    simple = (ast.Assign, ast.Expr, ast.Return)
    rows = [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, simple)]
    return min(rows, key=lambda row: abs(row - text.count("\n") / 2))


def main() -> int:
    """Print the ratios for each file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.latency", description=(__doc__ or "").strip())
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "seedlint-wheels")
    parser.add_argument("files", type=Path, nargs="*")
    options = parser.parse_args()
    gc.set_threshold(1_000_000, 20, 20)  # as the server has it
    print(
        f"{'file':<28} lines findings  keystroke / ast.parse    in a comment    unfinished  new / libcst.parse_module"
    )
    for file in options.files or _files(options.folder):
        text = file.read_text("utf-8")
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "pyproject.toml").touch()
            place = Path(folder).resolve() / "train.py"
            place.write_text(text, "utf-8")
            turns = list(costs(SourceText(str(place), "train.py", text), options.turns))
        keystroke, comment, unfinished, python, new, tree = (
            median(getattr(turn, what) for turn in turns) * 1000
            for what in ("keystroke", "comment", "unfinished", "ast", "new", "libcst")
        )
        lines = text.count("\n")
        print(
            f"{file.name:<28} {lines:5} {turns[-1].findings:8}"
            f"  {keystroke:6.1f} ms /{python:5.1f} ms ={keystroke / python:5.2f}"
            f"  {comment:6.1f} ms ={comment / python:5.2f}  {unfinished:4.1f} ms ={unfinished / python:5.2f}"
            f"  {new:6.1f} ms /{tree:6.1f} ms ={new / tree:5.2f}",
            flush=True,
        )
    return 0


def _files(folder: Path) -> list[Path]:
    files = sorted(fetch(WHEEL, folder).rglob("*.py"))
    return [file for file in files if file.read_bytes().count(b"\n") in _LINES]


if __name__ == "__main__":
    sys.exit(main())
