"""Where findings are remembered, for the commands that do so."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

takes_cache_dir: Final = click.option(
    "--cache-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to remember findings.",
)


def default_folder() -> Path:
    """Return where this system keeps what can be made anew."""
    from platformdirs import user_cache_path

    return user_cache_path("seedlint", appauthor=False)
