"""`seedlint clean`: forget what earlier runs found."""

from __future__ import annotations

import click

from seedlint.cli.caching import default_folder, takes_cache_dir
from seedlint.reporting.words import counted


@click.command("clean")
@takes_cache_dir
def command(cache_dir: str | None) -> int:
    """Delete the cache, which makes `seedlint check` quick where nothing has changed."""
    from seedlint.cache import empty

    folder = cache_dir or default_folder()
    try:
        count = empty(folder)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    click.echo(f"Deleted {counted(count, 'file')} in {folder}.")
    return 0
