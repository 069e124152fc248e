"""The options that change or choose settings, for all commands that take them."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, Final

import click

from seedlint.cli import completion
from seedlint.rules import Names
from seedlint.settings import Selection, SettingsFinder, parse_selectors
from seedlint.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedlint.targets import Target

_takes_codes: Final = functools.partial(
    click.option, multiple=True, metavar="CODES", shell_complete=completion.selectors
)
_OPTIONS: Final = (
    _takes_codes("--select", help="Run these rules: codes, or their beginnings."),
    _takes_codes("--extend-select", help="Run these rules too."),
    _takes_codes("--ignore", help="Leave these rules out."),
    click.option("--strict", is_flag=True, help="Ask every draw for a seed of its own."),
    click.option("--target", type=click.Choice(TARGETS), help="The framework generation that the code runs on."),
    click.option(
        "--baseline",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Report nothing that this file holds; --write-baseline makes it.",
    ),
    click.option(
        "--config",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help="Take the settings from this file; its patterns hold from the current directory.",
    ),
    click.option("--isolated", is_flag=True, help="Take no settings from any file."),
)


class Given:
    """What the command line says, by the names of parameters."""

    def __init__(self, **given: Any) -> None:
        vars(self).update(given)


class Chosen(Given):
    """What the command line says of settings."""

    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    strict: bool
    target: Target | None
    baseline: str | None
    config: str | None
    isolated: bool

    def finder(self) -> SettingsFinder:
        """Return the settings of each file. UsageError for what is no rule's code."""
        rules = Names()
        if self.config and self.isolated:
            raise click.UsageError("--config and --isolated contradict each other")

        def selectors(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
            try:
                return parse_selectors(values, rules)
            except ValueError as error:
                raise click.BadParameter(str(error), param_hint=f"'--{name}'") from error

        selection = Selection(
            selectors("select", self.select) if self.select else None,
            selectors("extend-select", self.extend_select),
            selectors("ignore", self.ignore),
        )
        return SettingsFinder(
            rules,
            config=self.config,
            isolated=self.isolated,
            selection=selection,
            strict=self.strict,
            target=self.target,
            baseline=self.baseline and os.path.abspath(self.baseline),
        )


def takes_settings(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command these options, which it gets as `chosen`."""

    @functools.wraps(command)
    def with_chosen(**given: Any) -> int:
        return command(chosen=Chosen(**{name: given.pop(name) for name in Chosen.__annotations__}), **given)

    result: Callable[..., int] = with_chosen
    for option in reversed(_OPTIONS):
        result = option(result)
    return result
