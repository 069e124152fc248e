"""`seedlint rule`: a rule's documentation."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import click

from seedlint.reporting.terminal import Paint, wants_colour
from seedlint.settings import nearest_rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command("rule")
@click.argument("code", required=False)
@click.option("--all", "every", is_flag=True, help="Every rule's documentation.")
def command(code: str | None, every: bool) -> int:
    """Print what a rule finds, why it matters and how to mend it.

    CODE is a rule's code or name: SEED103, or incomplete-seed.
    """
    # It imports what reads code; --help does without.
    from seedlint.rules import all_rules

    if every == (code is not None):
        raise click.UsageError("say one rule's code, or --all")
    rules = all_rules()
    if code is not None:
        rules = tuple(rule for rule in rules if code.lower() in (rule.code.lower(), rule.name))
        if not rules:
            hint = nearest_rule(code, {rule.code: rule.name for rule in all_rules()})
            raise click.UsageError(f"there is no rule `{code}`{hint}")
    paint = Paint(wants_colour(os.environ, is_terminal=sys.stdout.isatty()))
    pages = (rule.documentation().strip() for rule in rules)
    text = "\n\n".join("\n".join(_for_terminal(page, paint)) if paint.on else page for page in pages)
    click.echo(text, color=paint.on)
    return 0


def _for_terminal(markdown: str, paint: Paint) -> Iterator[str]:
    """The lines of a page with headings in bold, and code indented and coloured."""
    in_code = False
    for line in markdown.splitlines():
        if line.startswith("```"):
            in_code = not in_code
        elif in_code:
            yield f"    {paint(line, 'green')}"
        elif line.startswith("#"):
            yield paint(line.lstrip("# "), "bold")
        else:
            yield re.sub(r"`([^`]+)`", lambda match: paint(match[1], "cyan"), line)
