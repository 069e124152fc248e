"""SEED001: a file that can't be parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.finding import Finding, Position, Span
from seedlint.rules.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seedlint.rules.rule import Report, View


def check(view: View) -> Iterable[Report]:
    """Find nothing: what can be traced has been parsed."""
    return ()


RULE = Rule(
    code="SEED001",
    name="syntax-error",
    severity="error",
    summary="a file that can't be parsed",
    scope="module",
    what="Reports a file that is not valid Python 3, Python 2 code among them, with the place where reading it "
    "stops. The other files are checked all the same.",
    why="What can't be parsed can't be checked, and does not run either.",
    fix_safety="There is no fix: only the author knows what was meant.",
    sources=("The Python Language Reference, chapter 10: Full Grammar specification",),
    bad=(
        Example(
            code='import tensorflow as tf\nprint "version", tf.__version__\n',
            reason="`print` as a statement is Python 2",
            found=(2,),
        ),
        Example(code="model.fit(x, y\n", reason="the file is cut short: the parenthesis is never closed", found=(1,)),
    ),
    good=(
        Example(
            code='import tensorflow as tf\nprint("version", tf.__version__)\n',
            reason="the same in Python 3",
        ),
        Example(
            code="exec = print\nexec('version', 3)\n",
            reason="what was a statement in Python 2 is a name like any other in Python 3",
        ),
    ),
    check=check,
)


def syntax_error(filename: str, message: str, position: Position) -> Finding:
    """Return the finding for a file that can't be parsed at `position`."""
    span = Span(position, position)
    return Finding(RULE.code, RULE.name, f"can't be parsed: {message}", RULE.severity, "certain", filename, span)
