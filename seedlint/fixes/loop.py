"""Fixing until nothing changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from seedlint.fixes import FixResult
from seedlint.fixes.edits import edit_source, select_fixes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seedlint.finding import Edit, Finding
    from seedlint.sources.text import SourceText

MAX_ROUNDS: Final = 50


def fix_until_stable(
    check: Callable[[Sequence[SourceText]], Iterable[Finding]],
    files: Sequence[SourceText],
    *,
    unsafe: bool,
    max_rounds: int = MAX_ROUNDS,
) -> FixResult:
    """Apply what `check` finds to fix in `files`, check again, and so on until nothing changes.

    A step after which a file no longer parses, or is as it was before, is taken back, and that file left
    alone from then on; so is the step of the files that still change after `max_rounds`. What an earlier
    step has mended stays mended."""
    current = {source.filename: source for source in files}
    seen = {source.filename: {source.text} for source in files}
    first = findings = tuple(check(files))
    settled: set[str] = set()
    failures: list[str] = []
    for round_number in range(max_rounds + 1):
        fixes = select_fixes((finding for finding in findings if finding.filename not in settled), unsafe=unsafe)
        if not fixes:
            break
        steps = _steps(current, fixes)
        codes = {filename: _codes(fixes, filename) for filename in steps}
        for filename in [name for name, step in steps.items() if step.text in seen[name]]:
            failures.append(f"{filename}: the fixes of {codes[filename]} undo one another")
            settled.add(filename)
            del steps[filename]
        if round_number == max_rounds:
            failures.extend(f"{name}: the fixes of {codes[name]} did not come to an end" for name in steps)
            break
        if not steps:
            continue
        after = tuple(check(tuple((current | steps).values())))
        if broken := steps.keys() & {finding.filename for finding in after if finding.code == "SEED001"}:
            for filename in sorted(broken):
                failures.append(f"{filename}: the fixes of {codes[filename]} leave code that can't be parsed")
                del steps[filename]
            settled |= broken
            after = tuple(check(tuple((current | steps).values())))
        current |= steps
        for filename, step in steps.items():
            seen[filename].add(step.text)
        findings = after
    return FixResult(tuple(current.values()), findings, gone(first, findings), tuple(failures))


def _steps(current: Mapping[str, SourceText], fixes: Iterable[Finding]) -> dict[str, SourceText]:
    """Each file that the fixes change, with its next text."""
    edits: defaultdict[str, list[Edit]] = defaultdict(list)
    for finding in fixes:
        if finding.fix:
            edits[finding.filename].extend(finding.fix.edits)
    return {filename: edit_source(current[filename], of_file) for filename, of_file in edits.items()}


def _codes(fixes: Iterable[Finding], filename: str) -> str:
    return ", ".join(sorted({finding.code for finding in fixes if finding.filename == filename}))


def gone(before: Iterable[Finding], after: Iterable[Finding]) -> dict[str, Counter[str]]:
    """How many findings of each file and code are fewer now. Places don't count: fixes move what is left."""
    gone: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for finding in before:
        gone[finding.filename][finding.code] += 1
    for finding in after:
        gone[finding.filename][finding.code] -= 1
    return {filename: +codes for filename, codes in gone.items() if +codes}
