"""`seedlint rule`: the documentation of rules, for a terminal, as Markdown and as JSON."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seedlint.reporting.terminal import Paint
    from seedlint.rules.rule import Rule

_WIDEST: Final = 100
_FENCE: Final = "```"
_INLINE_CODE: Final = re.compile(r"`([^`]+)`")
_KEPT_TOGETHER: Final = "\N{NO-BREAK SPACE}"
_INTRODUCTION: Final = """\
# The rules of seedlint

`seedlint rule --all --output-format markdown` makes this page from the rules themselves.

| code | name | what it finds | by default |
|---|---|---|---|
"""


def as_text(rules: Iterable[Rule], paint: Paint, width: int) -> str:
    """The pages of rules for a terminal that many columns wide."""
    pages = (_page(rule.documentation(), paint, min(width, _WIDEST)) for rule in rules)
    return "\n\n".join("".join(f"{line}\n" for line in page) for page in pages)


def as_markdown(rule: Rule) -> str:
    """The page of a rule."""
    return f"{rule.documentation()}\n"


def as_reference(rules: Sequence[Rule]) -> str:
    """One page for all rules, in Markdown, with a table at its top."""
    rows = (
        f"| [{rule.code}](#{rule.code.lower()}-{rule.name}) | {rule.name} | {rule.summary} "
        f"| {'off' if rule.opt_in else rule.severity} |\n"
        for rule in rules
    )
    pages = (f"\n{line}\n" if line.startswith("## SEED") else f"{line}\n" for rule in rules for line in _lowered(rule))
    return "".join((_INTRODUCTION, *rows, *pages))


def as_json(rules: Sequence[Rule], *, one: bool) -> str:
    """An array of rules, or the only one, in ASCII."""
    documents = [
        {
            "code": rule.code,
            "name": rule.name,
            "summary": rule.summary,
            "severity": rule.severity,
            "opt_in": rule.opt_in,
            "documentation": rule.documentation(),
        }
        for rule in rules
    ]
    return json.dumps(documents[0] if one else documents, indent=2) + "\n"


def _lowered(rule: Rule) -> Iterator[str]:
    """The lines of a rule's page with each heading a level further down."""
    in_code = False
    for line in rule.documentation().splitlines():
        in_code ^= line.startswith(_FENCE)
        yield f"#{line}" if line.startswith("#") and not in_code else line


def _page(markdown: str, paint: Paint, width: int) -> Iterator[str]:
    """The lines of a page, as a manual has it: headings at the margin, and what is below them a little to the right."""
    in_code = False
    shown = 1 if paint.on else 0  # colour takes the place of the backticks
    for line in markdown.splitlines():
        if line.startswith(_FENCE):
            in_code = not in_code
        elif in_code:
            yield f"      {paint(line, 'green')}".rstrip()
        elif line.startswith("#"):
            yield paint(line.lstrip("# "), "bold")
        else:
            hanging = "    " if line.startswith("- ") else "  "
            # Code in a sentence is not broken, so that it can be copied.
            whole = _INLINE_CODE.sub(lambda match: match[0].replace(" ", _KEPT_TOGETHER), line)
            wrapped = textwrap.wrap(
                whole,
                width,
                initial_indent="  ",
                subsequent_indent=hanging,
                break_long_words=False,
                break_on_hyphens=False,
            )
            for row in wrapped or [""]:
                yield _INLINE_CODE.sub(lambda match: paint(match[shown], "cyan"), row.replace(_KEPT_TOGETHER, " "))
