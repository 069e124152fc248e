"""`seedlint rule`: a rule's documentation."""

from __future__ import annotations

import os
import shutil
import sys

import click

from seedlint.cli import completion
from seedlint.reporting.terminal import Paint, wants_colour
from seedlint.settings import nearest_rule


@click.command("rule")
@click.argument("code", required=False, shell_complete=completion.rule)
@click.option("--all", "every", is_flag=True, help="Every rule's documentation.")
@click.option(
    "--output-format",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="The format.",
)
def command(code: str | None, every: bool, output_format: str) -> int:
    """Print what a rule finds, why it matters and how to mend it.

    CODE is a rule's code or name: SEED103, or incomplete-seed.
    """
    # They import what reads code; --help does without.
    from seedlint.reporting import rules as documentation
    from seedlint.rules import all_rules

    if every == (code is not None):
        raise click.UsageError("say one rule's code, or --all")
    rules = all_rules()
    if code is not None:
        rules = tuple(rule for rule in rules if code.lower() in (rule.code.lower(), rule.name))
        if not rules:
            hint = nearest_rule(code, {rule.code: rule.name for rule in all_rules()})
            raise click.UsageError(f"there is no rule `{code}`{hint}")
    paint = Paint(output_format == "text" and wants_colour(os.environ, is_terminal=sys.stdout.isatty()))
    if output_format == "text":
        text = documentation.as_text(rules, paint, shutil.get_terminal_size((80, 24)).columns)
    elif output_format == "markdown":
        text = documentation.as_reference(rules) if every else documentation.as_markdown(rules[0])
    else:
        text = documentation.as_json(rules, one=not every)
    click.echo(text, nl=False, color=paint.on)
    return 0
