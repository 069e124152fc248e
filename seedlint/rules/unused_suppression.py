"""SEED002: a `# noqa: SEED…` that suppresses nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from seedlint.finding import Edit, Finding, Fix, Position, Span
from seedlint.rules.rule import Example, Rule
from seedlint.sources.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from seedlint.rules.rule import Report, View
    from seedlint.suppression import Directive, Outcome

_CODE: Final = r"(?i)[A-Z]+[0-9]+"
_PUNCTUATION: Final = " \t,;:.-–—"
"""What may stand between a directive and its reason."""


def check(view: View) -> Iterable[Report]:
    """Find nothing: what a comment suppresses is known once all rules have been asked."""
    return ()


def unused_suppressions(
    filename: str, text: str, outcome: Outcome, rules: Sequence[str], is_run: Callable[[str], bool]
) -> Iterator[Finding]:
    """Return a finding for each directive in `text` of which `outcome` says that codes of ours are good for nothing.
    `rules` are the codes of all rules, and `is_run` tells which of them were asked about this file."""
    lines = LineIndex(text)
    for directive in outcome.directives:
        codes = dict.fromkeys(directive.codes or ())
        unused = [code for code in codes if (directive, code) not in outcome.used and _is_judged(code, rules, is_run)]
        if unused:
            message = "; ".join(_what_is_wrong(code, rules) for code in unused)
            fix = _remove(directive, frozenset(unused), lines)
            yield Finding(
                RULE.code, RULE.name, message, RULE.severity, "certain", filename, directive.span, fix=fix
            )  # fmt: skip


def _is_judged(code: str, rules: Sequence[str], is_run: Callable[[str], bool]) -> bool:
    """Tell whether it is known that `code`, a rule's code or the beginning of some, has nothing to suppress.
    One that covers this rule may be there to silence it."""
    meant = [rule for rule in rules if rule.startswith(code)]
    return code.startswith("SEED") and RULE.code not in meant and all(map(is_run, meant))


def _what_is_wrong(code: str, rules: Sequence[str]) -> str:
    if any(rule.startswith(code) for rule in rules):
        return f"`# noqa: {code}` suppresses nothing: this statement has no such finding"
    return f"`# noqa: {code}` suppresses nothing: no rule has that code"


def _remove(directive: Directive, unused: Collection[str], lines: LineIndex) -> Fix:
    """Return the fix that takes `unused` out of the directive, or the whole of it, or its comment, if nothing else
    is in that."""
    row, start, end = directive.span.start.row, directive.span.start.column - 1, directive.span.end.column - 1
    line = lines.row(row)
    codes = [match.span() for match in re.compile(_CODE).finditer(line, line.index(":", start, end), end)]
    is_kept = [line[first:last].upper() not in unused for first, last in codes]
    if any(is_kept):
        edits = tuple(_edit(row, *cut) for cut in _cuts(codes, is_kept))
        return Fix("safe", f"delete {' and '.join(sorted(unused))}", edits)
    before, reason = line[:start].rstrip(), line[end:].lstrip(_PUNCTUATION)
    if reason:
        mark = "" if reason.startswith("#") else "# "
        return Fix("safe", "delete the directive", (_edit(row, start, len(line) - len(reason), mark),))
    if before:
        return Fix("safe", "delete the comment", (_edit(row, len(before), len(line)),))
    return Fix("safe", "delete the comment", (Edit(lines.whole_row(row), ""),))


def _cuts(codes: Sequence[tuple[int, int]], is_kept: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Return what to cut out of a row to drop all but some of `codes`, which stand there, with their separators."""
    for index, (start, end) in enumerate(codes):
        if not is_kept[index]:
            yield (codes[index - 1][1], end) if any(is_kept[:index]) else (start, codes[index + 1][0])


def _edit(row: int, start: int, end: int, content: str = "") -> Edit:
    return Edit(Span(Position(row, start + 1), Position(row, end + 1)), content)


RULE = Rule(
    code="SEED002",
    name="unused-suppression",
    severity="note",
    scope="module",
    summary="a `# noqa: SEED…` that suppresses nothing",
    what="Reports codes of seedlint's in `# noqa: …` that suppress no finding, and such as no rule has. Only of rules "
    "that run: with `--select SEED3` a `# noqa: SEED101` is left alone, and so is the beginning of a code (`SEED3`) if "
    "a rule that it covers doesn't run. What counts is this run's target and strictness. A `# noqa` without codes may "
    "be there for another linter, and `# seedlint: ignore-file` for findings to come: they are never reported. Nor is "
    "anything in a file that can't be parsed. `# noqa: SEED002` in the same statement keeps a code that is not needed "
    "now.",
    why="The comment claims a fault that is mended, or one that never was there, and will silence the next one that "
    "comes to its statement. A mistyped code silences nothing, while it looks as if it did.",
    fix_safety="Safe: only the comment changes. Codes of other linters stay, and so does a reason.",
    sources=("https://flake8.pycqa.org/en/latest/user/violations.html: what `# noqa` means to linters",),
    bad=(
        Example(
            code="""\
import numpy as np

rng = np.random.default_rng(0)  # noqa: SEED305
""",
            reason="the generator has a seed",
            found=(3,),
            fixed="""\
import numpy as np

rng = np.random.default_rng(0)
""",
        ),
        Example(
            code="""\
import numpy as np

rng = np.random.default_rng(  # noqa: E501, SEED401,SEED305 differs on purpose
    # noqa: SEED103
)
noise = rng.normal(  # noqa: SEED304 - from a generator # type: ignore
    size=3,
)
""",
            reason="codes of other linters, codes that are needed and reasons stay",
            found=(3, 4, 6),
            fixed="""\
import numpy as np

rng = np.random.default_rng(  # noqa: E501,SEED305 differs on purpose
)
noise = rng.normal(  # from a generator # type: ignore
    size=3,
)
""",
        ),
        Example(
            code="""\
import random

# noqa: SEED304
print(random.random())  # noqa: SEED340
""",
            reason="a comment between statements reaches none; the other has a mistyped code",
            found=(3, 4),
            fixed="""\
import random

random.seed(42)

print(random.random())
""",
        ),
    ),
    good=(
        Example(
            code="""\
import numpy as np

rng = np.random.default_rng(
    None,  # noqa: SEED305
)
""",
            reason="the comment stands on any row of the statement with the finding",
        ),
        Example(
            code="""\
import numpy as np

rng = np.random.default_rng(0)  # noqa
seed = 0  # noqa: S311, NPY002
""",
            reason="they are for other linters",
        ),
        Example(
            code="""\
import numpy as np

rng = np.random.default_rng(0)  # noqa: SEED305, SEED002
""",
            reason="kept on purpose",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)  # noqa: SEED109
""",
            reason="the rule is opt-in, and not selected: whether it finds anything here is not known",
        ),
        Example(
            code="""\
import random


def sample():
    return random.random()  # noqa: SEED304
""",
            filename="tools.py",
            files={
                "seeded.py": "import random\n\nfrom tools import sample\n\nrandom.seed(0)\nprint(sample())\n",
                "train.py": "from tools import sample\n\nprint(sample())\n",
            },
            reason="one of two programs does not seed what the function draws from",
        ),
    ),
    check=check,
)
