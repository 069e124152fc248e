"""What the command line does with baselines: write them, and say what can be taken out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seedlint.reporting.words import counted
from seedlint.sources.text import shown_name

if TYPE_CHECKING:
    from seedlint.baseline import Baselines
    from seedlint.cli.inputs import Inputs


def write_baselines(baselines: Baselines, inputs: Inputs, *, quiet: bool) -> None:
    """Write what was found in `inputs`. UsageError if nothing says where, BaselineError if that can't be."""
    counts = baselines.write()
    if not counts and inputs.texts:
        raise click.UsageError("say where the baseline is: --baseline FILE, or `baseline` in the settings")
    if not quiet:
        for baseline, count in counts.items():
            click.echo(f"{shown_name(baseline)} holds {counted(count, 'finding')} now.", err=True)


def show_mended(baselines: Baselines) -> None:
    """Say which findings in baselines are mended: to know it is worth something, to fail for it nothing."""
    for baseline, mended in baselines.mended().items():
        files: dict[str, list[str]] = {}
        for known in mended:
            files.setdefault(known.filename, []).append(known.code)
        if files:
            are, them = ("is", "it") if len(mended) == 1 else ("are", "them")
            what = f"{counted(len(mended), 'finding')} in {shown_name(baseline)} {are} mended"
            click.echo(f"note: {what}; --write-baseline takes {them} out:", err=True)
        for filename, codes in files.items():
            click.echo(f"  {filename}: {', '.join(codes)}", err=True)
