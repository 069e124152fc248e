"""The report on real code: `python -m tests.realcode --folder FOLDER --report report.md`.

It downloads wheels (named, with versions, in trees.py) into the folder, lints each as it is, then applies all fixes
to it in memory, unsafe ones too. What it counts: findings by rule, time, files that made seedlint fail, fixes that
leave a file unparseable or undo one another, files that a second fix changes. At the end it shows findings drawn at
random over all rules, with the lines around them, to be read by a person: how many are right is the precision.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import random
import resource
import time
import traceback
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from realcode.trees import WHEELS, fetch
from seedlint.fixes.loop import fix_until_stable
from seedlint.linter import Linter
from seedlint.reporting.json import document
from seedlint.settings import Settings
from seedlint.sources.text import SourceError, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seedlint.finding import Finding
    from seedlint.sources.text import SourceText

_AROUND: Final = 4
"""Lines shown before and after a finding."""


@dataclass(slots=True)
class Tree:
    """What came of one wheel."""

    name: str
    files: int = 0
    lines: int = 0
    seconds: float = 0.0
    fix_seconds: float = 0.0
    memory: float = 0.0
    findings: list[dict[str, Any]] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    changed: int = 0
    changed_again: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)


def examine(job: tuple[str, Path, bool, bool]) -> Tree:
    """Lint the wheel, once more by way of libcst if `compare`, and `fix` it in memory; SourceError and the like
    become part of what is returned."""
    requirement, folder, fix, compare = job
    root = fetch(requirement, folder)
    tree = Tree(requirement)
    sources: list[SourceText] = []
    for path in sorted(root.rglob("*.py")):
        try:
            sources.append(read(path))
        except (OSError, SourceError) as error:
            tree.unreadable.append(f"{path.relative_to(root)}: {error}")
    tree.files = len(sources)
    tree.lines = sum(source.text.count("\n") for source in sources)
    settings = Settings(str(root))

    def check(files: Sequence[SourceText]) -> list[Finding]:
        return Linter(lambda path: settings).check(files)

    try:
        started = time.process_time()
        findings = check(sources)
        tree.seconds = time.process_time() - started
        tree.findings = [document(finding) for finding in findings]
        if compare:
            slowly = Linter(lambda path: settings, by_libcst=True).check(sources)
            tree.otherwise = sorted({finding.filename for finding in {*findings} ^ {*slowly}})
        if fix:
            found_in = {finding.filename for finding in findings}
            _fix(tree, [source for source in sources if source.filename in found_in], check)
    except Exception:  # noqa: BLE001 - what fails, and with what, is the question
        tree.crashes.append(traceback.format_exc())
    tree.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return tree


def _fix(tree: Tree, sources: Sequence[SourceText], check: Callable[[Sequence[SourceText]], Iterable[Finding]]) -> None:
    started = time.process_time()
    first = fix_until_stable(check, sources, unsafe=True)
    tree.faults += first.failures
    tree.changed = sum(before.text != after.text for before, after in zip(sources, first.sources, strict=True))
    again = fix_until_stable(check, first.sources, unsafe=True)
    pairs = zip(first.sources, again.sources, strict=True)
    tree.changed_again += [before.filename for before, after in pairs if before.text != after.text]
    tree.fix_seconds = time.process_time() - started


def drawn(trees: Sequence[Tree], size: int) -> list[dict[str, Any]]:
    """Return `size` findings drawn at random, as many of each rule as there can be."""
    rng = random.Random(20)
    by_rule: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for tree in trees:
        for finding in tree.findings:
            by_rule[finding["code"]].append(finding)
    for findings in by_rule.values():
        rng.shuffle(findings)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*(by_rule[code] for code in sorted(by_rule))))
    chosen = [finding for finding in turns if finding is not None][:size]
    return sorted(chosen, key=lambda finding: (finding["code"], finding["filename"], finding["location"]["row"]))


def report(trees: Sequence[Tree], size: int, folder: Path) -> Iterator[str]:
    """Write the report, in Markdown."""
    codes = Counter(finding["code"] for tree in trees for finding in tree.findings)
    yield "# seedlint on real code\n"
    yield "| wheel | files | lines | findings | check, CPU s | fix, CPU s | peak MB | files that fixes change |"
    yield "|---|---|---|---|---|---|---|---|"
    for tree in trees:
        yield (
            f"| {tree.name} | {tree.files} | {tree.lines} | {len(tree.findings)} | {tree.seconds:.1f} "
            f"| {tree.fix_seconds:.1f} | {tree.memory:.0f} | {tree.changed} |"
        )
    yield (
        f"| all | {sum(tree.files for tree in trees)} | {sum(tree.lines for tree in trees)} "
        f"| {sum(codes.values())} | {sum(tree.seconds for tree in trees):.1f} "
        f"| {sum(tree.fix_seconds for tree in trees):.1f} | | {sum(tree.changed for tree in trees)} |\n"
    )
    for title, texts in (
        ("Crashes", [text for tree in trees for text in tree.crashes]),
        ("Faults of fixes", [text for tree in trees for text in tree.faults]),
        ("Files that a second fix changes", [text for tree in trees for text in tree.changed_again]),
        ("Files with other findings by way of libcst", [text for tree in trees for text in tree.otherwise]),
        ("Files that can't be read", [text for tree in trees for text in tree.unreadable]),
    ):
        yield f"{title}: {len(texts) or 'none'}"
        yield from (f"    {line}" for text in texts for line in text.splitlines())
    yield "\n| rule | findings | certain |\n|---|---|---|"
    certain = Counter(
        finding["code"] for tree in trees for finding in tree.findings if finding["certainty"] == "certain"
    )
    yield from (f"| {code} | {count} | {certain[code]} |" for code, count in sorted(codes.items()))
    yield f"\n# {size} findings drawn at random over all rules\n"
    for number, finding in enumerate(drawn(trees, size), 1):
        yield from _shown(number, finding, folder)


def _shown(number: int, finding: dict[str, Any], folder: Path) -> Iterable[str]:
    path, row = Path(finding["filename"]), finding["location"]["row"]
    name = path.relative_to(folder) if path.is_relative_to(folder) else path
    yield f"## {number}. {finding['code']} {name}:{row} ({finding['certainty']})\n\n{finding['message']}\n"
    for related in finding["related"][:6]:
        yield f"- {Path(related['filename']).name}:{related['location']['row']}: {related['message']}"
    lines = path.read_text("utf-8", "replace").splitlines()
    yield "\n```python"
    for index in range(max(1, row - _AROUND), min(len(lines), row + _AROUND) + 1):
        yield f"{'>' if index == row else ' '}{index:5} {lines[index - 1]}"
    yield "```\n"


def main() -> int:
    """Make the report; the status is 1 if anything failed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.realcode", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, required=True, help="where wheels are kept")
    parser.add_argument("--report", type=Path, required=True, help="the file to write")
    parser.add_argument("--findings", type=Path, help="write all findings here, as JSON")
    parser.add_argument("--sample", type=int, default=150, help="findings to draw for reading")
    parser.add_argument("--only", nargs="*", default=[], help="wheels whose names contain one of these")
    parser.add_argument("--no-fix", action="store_true", help="don't try the fixes")
    parser.add_argument("--compare-libcst", action="store_true", help="check by way of libcst, too, and compare")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    folder = options.folder.absolute()
    wanted = [name for name in WHEELS if not options.only or any(part in name for part in options.only)]
    trees: list[Tree] = []
    # A process for each wheel: its peak memory is its own.
    with multiprocessing.get_context("fork").Pool(options.jobs, maxtasksperchild=1) as pool:
        for tree in pool.imap_unordered(
            examine, [(name, folder, not options.no_fix, options.compare_libcst) for name in wanted]
        ):
            trees.append(tree)
            print(f"{tree.name}: {tree.files} files, {len(tree.findings)} findings, {tree.seconds:.1f} s", flush=True)
    trees.sort(key=lambda tree: tree.name)
    options.report.write_text("\n".join(report(trees, options.sample, folder)) + "\n", "utf-8")
    if options.findings:
        options.findings.write_text(json.dumps([finding for tree in trees for finding in tree.findings], indent=1))
    return int(any(tree.crashes or tree.faults or tree.changed_again or tree.otherwise for tree in trees))
