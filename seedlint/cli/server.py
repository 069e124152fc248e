"""`seedlint server`: the language server, for editors."""

from __future__ import annotations

import os

import click

from seedlint.cli.chosen import Chosen, takes_settings
from seedlint.settings import SettingsError


@click.command("server")
@takes_settings
def command(chosen: Chosen) -> int:
    """Run the language server on standard input and output.

    An editor starts it. It tells what `check` finds while you type, and offers the fixes. The code is read,
    never run.
    """
    try:
        from seedlint.server.server import create
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        message = "the language server needs pygls: pip install 'seedlint[server]'"
        raise click.ClickException(message) from error

    try:
        server = create(chosen.finder)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    server.start_io()
    # A check that still runs would be waited for, and Python's own end may break into the parser. All is written.
    os._exit(0)
