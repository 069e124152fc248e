"""What a shell is offered where a rule is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    import click

    from seedlint.rules.rule import Rule


def rule(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The rules whose code, or else whose name, begins so."""
    codes = [CompletionItem(each.code, help=each.name) for each in _rules() if each.code.startswith(incomplete.upper())]
    return codes or [CompletionItem(each.name, help=each.code) for each in _rules() if each.name.startswith(incomplete)]


def selectors(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes that begin as the last of those with commas between them."""
    done, comma, last = incomplete.rpartition(",")
    return [
        CompletionItem(f"{done}{comma}{each.code}", help=each.name) for each in _rules() if each.code.startswith(last)
    ]


def _rules() -> tuple[Rule, ...]:
    from seedlint.rules import all_rules  # it imports what reads code, which other completions do without

    return all_rules()
