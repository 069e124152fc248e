"""The long trial, where TensorFlow is installed: `python -m tests.agreement --programs 3000 --target keras3`.

With `--truths FILE` it can be stopped, and goes on later: what a program did is kept there and not run again, so
that a change of seedlint is tried in a fraction of the time. With `--each` it tries each kind of draw by itself.
It prints every disagreement in full, and at the end how often what `check` says and what happens go together.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from agreement.compare import Outcome, evaluate
from agreement.generate import Program, generate, one_by_one
from agreement.truth import Truth, in_new_process, prepare, truth, write_inputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seedlint.knowledge.model import Target


_known: dict[str, Truth] = {}
"""What programs did, by `_key`. Workers have what was known when they were forked."""


def _key(target: Target, files: Mapping[str, str], runs: int) -> str:
    return hashlib.sha256(json.dumps([target, runs, sorted(files.items())]).encode()).hexdigest()[:24]


def try_program(job: tuple[Program, int, str, int, bool]) -> tuple[dict[str, Any], dict[str, Truth]]:
    """Try one program; return its record, and what was learned by running."""
    program, number, inputs, runs, fresh = job
    os.chdir(inputs)
    once = partial(in_new_process, target=program.target) if fresh else None
    learned: dict[str, Truth] = {}

    def known_or_run(files: Mapping[str, str], runs: int) -> Truth:
        key = _key(program.target, files, runs)
        if key not in _known:
            _known[key] = learned[key] = truth(files, runs, once)
        return _known[key]

    return {**_record(evaluate(program, known_or_run, runs)), "number": number}, learned


def _read(truths: Path) -> None:
    for line in truths.read_text("utf-8").splitlines():
        document = json.loads(line)
        _known[document["key"]] = Truth(frozenset(document["ran"]), frozenset(document["differ"]), document["error"])


def _line(key: str, real: Truth) -> str:
    return json.dumps({"key": key, "ran": sorted(real.ran), "differ": sorted(real.differ), "error": real.error}) + "\n"


def _record(outcome: Outcome) -> dict[str, Any]:
    record: dict[str, Any] = {
        "draws": {str(draw): list(pair) for draw, pair in outcome.draws.items()},
        "whole": list(outcome.whole),
        "left": list(outcome.left),
        "repeats_when_fixed": outcome.repeats_when_fixed,
        "error": outcome.error,
        "disagreements": outcome.disagreements,
    }
    if outcome.disagreements or outcome.error:
        record |= {"files": outcome.program.files, "fixed": dict(outcome.fixed)}
    return record


def summary(records: Iterable[dict[str, Any]]) -> str:
    """Return the confusion matrices, and what `--fix` left."""
    records = list(records)
    tried = [record for record in records if not record["error"]]
    programs = Counter(tuple(record["whole"]) for record in tried)
    draws = Counter(tuple(pair) for record in tried for pair in record["draws"].values())
    left = Counter(code for record in tried for code in record["left"])
    wrong = [record["number"] for record in tried if record["disagreements"]]
    differing = sum(not record["repeats_when_fixed"] for record in tried)
    return "\n".join(
        [
            f"{len(tried)} programs, {sum(draws.values())} draws; {len(records) - len(tried)} failed by themselves",
            *_matrix("programs", programs),
            *_matrix("draws", draws),
            f"after --fix: {differing} programs still differ; findings left: {dict(left) or 'none'}",
            f"disagreements: {len(wrong)} {wrong[:40] if wrong else ''}",
        ]
    )


def _matrix(what: str, pairs: Counter[tuple[bool, ...]]) -> Iterator[str]:
    yield f"{what:>9} |  said to differ  said to repeat"
    for label, real in (("differ", True), ("repeat", False)):
        yield f"{label:>9} | {pairs[(real, True)]:15} {pairs[(real, False)]:15}"


def show(record: dict[str, Any]) -> str:
    """Return a disagreement with all that is needed to understand it."""
    texts = [f"=== program {record['number']}: {record['error'] or ''}", *record["disagreements"]]
    for kind in ("files", "fixed"):
        if kind == "files" or any("fix" in line[:4] for line in record["disagreements"]):
            for name, text in record[kind].items():
                texts.append(f"--- {kind}: {name}\n{text}")
    return "\n".join(texts)


def main() -> int:
    """Run the trial."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.agreement", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programs", type=int, default=3000)
    parser.add_argument("--start", type=int, default=0, help="the number of the first program")
    parser.add_argument("--target", choices=("keras3", "keras2"), default="keras3")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--truths", type=Path, help="keep here what programs did, and don't run those again")
    parser.add_argument("--fresh", action="store_true", help="run new processes instead of forks: much slower")
    parser.add_argument("--each", action="store_true", help="try each kind of draw alone, with and without a seed")
    parser.add_argument("--numbers", type=int, nargs="*", help="try these programs")
    options = parser.parse_args()
    target = cast("Target", options.target)
    numbers = options.numbers or range(options.start, options.start + options.programs)
    records: list[dict[str, Any]] = []
    if options.truths is not None and options.truths.exists():
        _read(options.truths)
    prepare(target)
    with tempfile.TemporaryDirectory(prefix="agreement-") as inputs:
        write_inputs(Path(inputs))
        make = one_by_one if options.each else generate
        programs = ((make(number, target), number) for number in numbers)
        jobs = (
            (program, number, inputs, options.runs, options.fresh)
            for program, number in programs
            if program is not None
        )
        with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
            for record, learned in pool.imap_unordered(try_program, jobs):
                records.append(record)
                if options.truths is not None and learned:
                    with options.truths.open("a", encoding="utf-8") as truths:
                        truths.writelines(_line(key, real) for key, real in learned.items())
                if record["disagreements"] or record["error"]:
                    print(show(record), flush=True)
    print(summary(records))
    failed = any(record["disagreements"] or record["error"] for record in records)
    return 1 if failed else 0
