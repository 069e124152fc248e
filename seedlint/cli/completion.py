"""What a shell is offered where a rule is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import click
    from click.shell_completion import CompletionItem

    from seedlint.rules.rule import Rule


def rule(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The rules whose code, or else whose name, begins so."""
    codes = _items(incomplete.upper(), lambda rule: (rule.code, rule.name))
    return codes or _items(incomplete, lambda rule: (rule.name, rule.code))


def selectors(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes that begin as the last of those with commas between them."""
    done, comma, _ = incomplete.rpartition(",")
    return _items(incomplete, lambda rule: (f"{done}{comma}{rule.code}", rule.name))


def _items(incomplete: str, offered: Callable[[Rule], tuple[str, str]]) -> list[CompletionItem]:
    """What each rule offers, a word and what it means, if the word begins so."""
    # Who completes nothing does without these; the rules import all that reads code.
    from click.shell_completion import CompletionItem

    from seedlint.rules import all_rules

    pairs = map(offered, all_rules())
    return [CompletionItem(word, help=meaning) for word, meaning in pairs if word.startswith(incomplete)]
