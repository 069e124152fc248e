"""What `check` says of a program, draw by draw, beside what it does; and the same again after `--fix`."""

from __future__ import annotations

import tempfile
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from linting import write_project

from agreement.generate import Program
from agreement.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seedlint.finding import Finding
    from seedlint.fixes import FixResult

DRAWS: Final = frozenset(f"SEED{number}" for number in (301, 302, 303, 304, 305, 308, 401, 402, 403, 404, 405))
SEEDING: Final = frozenset({"SEED101", "SEED102", "SEED103", "SEED104", "SEED105"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What `check` says: the draws that differ, and whether anything does."""

    draws: frozenset[int]
    any: bool
    findings: tuple[str, ...]


@dataclass(slots=True)
class Outcome:
    """A program's trial: (really differs, is said to) for each draw and for the whole; what is wrong."""

    program: Program
    draws: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    whole: tuple[bool, bool] = (False, False)
    error: str = ""
    disagreements: list[str] = field(default_factory=list)
    fixed: Mapping[str, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    repeats_when_fixed: bool = True


def claim(findings: Iterable[Finding], program: Program, ran: frozenset[int] | None = None) -> Claim:
    """Return what `findings` say of the draws in `ran`.

    A finding speaks of the draws at its own place and at its related places. A seed that varies is a fact
    about the seed: SEED105 says that something differs only where it names a draw.
    """
    rows = program.rows()
    said: set[int] = set()
    something = False
    texts: list[str] = []
    for finding in findings:
        if finding.code not in DRAWS | SEEDING:
            continue
        places = [(finding.filename, finding.span), *((single.filename, single.span) for single in finding.related)]
        spoken = {rows[place] for name, span in places if (place := (name, span.start.row)) in rows}
        relevant = spoken if ran is None else spoken & ran
        said |= relevant
        something = something or bool(relevant) or (not spoken and finding.code != "SEED105")
        texts.append(f"{finding.filename}:{finding.span.start.row}: {finding.code} {sorted(spoken)} {finding.message}")
    return Claim(frozenset(said), something, tuple(texts))


def lint(program: Program, *, fix: bool = True) -> tuple[Sequence[Finding], FixResult | None]:
    """Return what `check` finds in the program, and what `--fix` makes of it."""
    with tempfile.TemporaryDirectory(prefix="agreement-") as folder:
        project = write_project(Path(folder), program.files, target=program.target)
        return project.findings(), project.fix() if fix else None


def evaluate(program: Program, truth: Callable[[Mapping[str, str], int], Truth], runs: int = 3) -> Outcome:
    """Hold what is said of `program`, before and after fixing it, against what it does."""
    outcome = Outcome(program)
    real = truth(program.files, runs)
    if real.error:
        outcome.error = real.error
        return outcome
    try:
        findings, result = lint(program)
    except Exception:  # noqa: BLE001 - that it never fails is a part of what is tried
        outcome.disagreements.append(traceback.format_exc())
        return outcome
    said = claim(findings, program, real.ran)
    outcome.draws = {draw: (draw in real.differ, draw in said.draws) for draw in sorted(real.ran)}
    outcome.whole = (bool(real.differ), said.any)
    outcome.disagreements += _disagreements("", real, said)
    assert result is not None
    _fixed(outcome, result, truth)
    return outcome


def _fixed(outcome: Outcome, result: FixResult, truth: Callable[[Mapping[str, str], int], Truth]) -> None:
    outcome.fixed = {source.filename: source.text for source in result.sources}
    outcome.disagreements += [f"fix: {failure}" for failure in result.failures]
    if outcome.fixed == outcome.program.files:
        real = Truth(
            frozenset(outcome.draws), frozenset(draw for draw, (differs, _) in outcome.draws.items() if differs)
        )
    else:
        real = truth(outcome.fixed, 2)
    if real.error:
        outcome.disagreements.append(f"fix: the fixed program fails: {real.error}")
        return
    fixed = Program(outcome.program.name, outcome.program.target, dict(outcome.fixed))
    said = claim(result.findings, fixed, real.ran)
    outcome.repeats_when_fixed = not real.differ
    outcome.left = tuple(finding.code for finding in result.findings if finding.code in DRAWS | SEEDING)
    outcome.disagreements += _disagreements("fix: ", real, said)
    if any(f.fix is not None and f.fix.applicability == "safe" for f in result.findings if f.code in DRAWS | SEEDING):
        outcome.disagreements.append("fix: a safe fix was not applied")


def _disagreements(when: str, real: Truth, said: Claim) -> list[str]:
    result = [f"{when}draw {draw} differs, and is not found" for draw in sorted(real.differ - said.draws)]
    result += [f"{when}draw {draw} repeats, and is said to differ" for draw in sorted(said.draws - real.differ)]
    if said.any != bool(real.differ) and not result:
        result.append(f"{when}the program {'differs' if real.differ else 'repeats'}, and is said not to")
    return result + [f"  {text}" for text in said.findings] if result else []
