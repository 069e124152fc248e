"""`seedlint verify`: run a program again and again, and name what keeps it from repeating."""

from __future__ import annotations

import json
import os
from typing import Any, Final

import click

_STATUS: Final = {"repeats": 0, "differs": 1, "error": 2}


@click.command("verify", context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False})
@click.argument("program", nargs=-1, metavar="SCRIPT [ARGS]...")
@click.option("-m", "module", metavar="MODULE", help="Run a module, as `python -m` does.")
@click.option("--runs", type=click.IntRange(min=2), default=3, show_default=True, help="How often to run it.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End a run that takes longer."
)
@click.option("--no-attribution", is_flag=True, help="Say whether it repeats, and do not look for the cause.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    program: tuple[str, ...],
    module: str | None,
    runs: int,
    timeout: float | None,
    no_attribution: bool,
    output_format: str,
) -> int:
    """Run a program again and again, compare the runs, and name what makes them differ.

    SCRIPT is a Python file, or `pytest`; what follows it is its own. Put seedlint's options before it.

    Exit status: 0 if it repeats, 1 if it does not, 2 if that could not be found out.
    """
    from seedlint.runtime import text
    from seedlint.runtime.verify import Options, VerifyError, verify

    options = Options(_command(program, module), runs, timeout, attribution=not no_attribution)
    try:
        result = verify(options, lambda message: click.echo(message, err=True))
    except VerifyError as error:
        raise click.ClickException(str(error)) from error
    if output_format == "json":
        click.echo(json.dumps(result.to_json(), indent=2))
    else:
        click.echo(text.render(result), nl=False)
    return _STATUS[result.verdict]


def _command(program: tuple[str, ...], module: str | None) -> Any:
    from seedlint.runtime.spec import Command

    if module is not None:
        return Command("module", module, program)
    if not program:
        raise click.UsageError("name the program that is to be run: seedlint verify train.py")
    target, *arguments = program
    if arguments[:1] == ["--"]:
        del arguments[0]
    if target == "pytest" and not os.path.exists(target):
        return Command("pytest", "", tuple(arguments))
    if not os.path.isfile(target):
        raise click.UsageError(f"{target}: there is no such file")
    return Command("script", target, tuple(arguments))
