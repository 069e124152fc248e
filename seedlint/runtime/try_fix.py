"""`--try-fix`: what `check --fix` would write, run in place of the files and compared like the program itself."""

from __future__ import annotations

import shlex
from dataclasses import replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from seedlint.fixes.diff import source_diff
from seedlint.fixes.loop import fix_until_stable
from seedlint.runtime.blame import check, read_all
from seedlint.runtime.compare import compare
from seedlint.runtime.evidence import files
from seedlint.runtime.result import FixTrial

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedlint.runtime.record import RunRecord
    from seedlint.runtime.spec import RunSpec
    from seedlint.sources.text import SourceText

_Change = tuple["SourceText", "SourceText"]
_NOTHING = "no fix can be applied by itself here: the causes say what to write"


def try_fix(runs: Sequence[RunRecord], launch: Callable[[Sequence[RunSpec]], Sequence[RunRecord]]) -> FixTrial:
    """Run the program of `runs` as often again with its safe fixes, and if that doesn't repeat, with the unsafe ones,
    too. No file is changed: the program sees the fixed texts in place of its own. `launch` carries out several runs."""
    spec = runs[0].spec
    sources = read_all(files(runs[0].recording))
    trial = FixTrial(repeats=False, time_ratio=None, diff="", message=_NOTHING)
    tried: list[_Change] = []
    for unsafe in (False, True):
        fixed = fix_until_stable(partial(check, tests=spec.command.kind == "pytest"), sources, unsafe=unsafe).sources
        changes = [(old, new) for old, new in zip(sources, fixed, strict=True) if old.text != new.text]
        if changes and changes != tried:
            trial = _tried(runs, launch([_with_texts(spec, changes)] * len(runs)), changes, unsafe=unsafe)
        if trial.repeats:
            break
        tried = changes
    return trial


def _with_texts(spec: RunSpec, changes: Sequence[_Change]) -> RunSpec:
    texts = dict(spec.texts) | {new.path: new.text for _, new in changes}
    return replace(spec, texts=tuple(texts.items()))


def _tried(
    runs: Sequence[RunRecord], fixed: Sequence[RunRecord], changes: Sequence[_Change], *, unsafe: bool
) -> FixTrial:
    words = ["seedlint", "--fix", *(["--unsafe-fixes"] if unsafe else []), *(old.filename for old, _ in changes)]
    diff = "".join(line for old, new in changes for line in source_diff(old, new))
    trial = FixTrial(repeats=False, time_ratio=None, diff=diff, command=shlex.join(words))
    if any(run.failed for run in fixed):
        error = next(run.errors for run in fixed if run.failed).strip().rpartition("\n")[2]
        return replace(trial, message=f"the fixed copy does not come to its end: {error}")
    ratio = median(run.seconds for run in fixed) / median(run.seconds for run in runs)
    divergence = compare(fixed).divergence
    return replace(
        trial,
        repeats=divergence is None,
        time_ratio=round(ratio, 3),
        message="" if divergence is None else f"the fixed copy still differs, first in {divergence.stage}",
    )
