"""The command line: which command is meant, and the exit status when a command can't do its work."""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from seedlint import __version__
from seedlint.later import import_libcst_later

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_COMMANDS: Final = ("check", "clean", "config", "rule", "server", "verify")
_OWN_OPTIONS: Final = ("-h", "--help", "--version")
_INTERRUPTED: Final = 130
_FAILED: Final = 2


class _Seedlint(click.Group):
    """The commands, each imported when it is asked for. What names no command is meant for `check`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{cmd_name}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # A shell that completes the first word gives none: it may become a command's name.
        if not (args or ctx.resilient_parsing) or (args and args[0] not in (*_COMMANDS, *_OWN_OPTIONS)):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What the first word may be: a command or one of its own options, and all that it may be to `check`."""
        from click.shell_completion import CompletionItem

        check = self.get_command(ctx, "check")
        assert check is not None
        of_check = check.shell_complete(click.Context(check, parent=ctx), incomplete)
        # The file first: of what comes before it, bash forgets all.
        found = [CompletionItem(incomplete, type="file"), *super().shell_complete(ctx, incomplete), *of_check]
        return list({item.value: item for item in found}.values())

    def invoke(self, ctx: click.Context) -> Any:
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read the output has gone; nothing more is to be written, at the exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return _FAILED
        return status

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run the command line and exit. Status 1 means findings and nothing else."""
        import_libcst_later()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            status = super().main(*args, **extra | {"standalone_mode": False})
        except click.ClickException as error:
            error.show()
            status = _FAILED
        except click.Abort:
            status = _INTERRUPTED
        except Exception as error:  # noqa: BLE001 - by itself Python would exit with the status of findings
            status = _FAILED
            # Of a file it is said where that is read or written; the stream that is printed to has no name.
            if isinstance(error, OSError) and error.filename is None:
                click.echo(f"error: the output can't be written: {error.strerror}", err=True)
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            else:
                import traceback

                traceback.print_exc()
                click.echo("seedlint failed: this is a fault of its own; please report the above.", err=True)
        sys.exit(status)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from seedlint.program import spans  # which is compiled if anything is

    compiled = "no" if spans.__file__.endswith(".py") else "yes"
    click.echo(f"seedlint {__version__} (compiled: {compiled})")
    ctx.exit()


@click.group(
    "seedlint",
    cls=_Seedlint,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="[COMMAND] [ARGS]...",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version, and whether it is compiled, and exit.",
)
def main() -> None:
    """Find and mend what keeps a TensorFlow/Keras run from repeating.

    Without a command, `check` is meant: `seedlint --fix train.py`. A file that is called like a
    command is `./rule`.
    """
