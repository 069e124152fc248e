"""Where findings are remembered, for the commands that do so."""

from __future__ import annotations

from typing import Final

import click

takes_cache_dir: Final = click.option(
    "--cache-dir",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Where to remember findings.",
)


def default_folder() -> str:
    """Return where this system keeps what can be made anew."""
    from platformdirs import user_cache_dir

    return user_cache_dir("seedlint", appauthor=False)
