"""`seedlint config`: the settings that hold for a file, and where each comes from."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from seedlint.cli.chosen import Chosen, takes_settings
from seedlint.reporting.terminal import Paint, wants_colour
from seedlint.settings import Settings, SettingsError, settings_table, table_of_settings
from seedlint.sources.text import shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ADDED: Final = ("extend-select", "ignore")
"""Keys of which the command line adds to what a file says."""

_TABLE: Final = re.compile(r"\s*\[\s*(?P<name>[^\[\]]+?)\s*\]\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""\s*(?P<quote>["']?)(?P<name>[\w-]+)(?P=quote)\s*[.=]""")
_UNSET: Final = {
    "select": "every rule that isn't opt-in",
    "target": "what the code, or the dependencies that the project declares, ask for; else keras3",
    "baseline": "none",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a key is set to by one of those that have a say in it: `origin` is "default", "file" or "command line"."""

    key: str
    value: object
    origin: str
    filename: str | None = None
    row: int | None = None

    @property
    def place(self) -> str:
        """Where the value comes from, for people."""
        if self.filename is None:
            return self.origin
        return self.filename if self.row is None else f"{self.filename}:{self.row}"


@click.command("config")
@click.argument("path", metavar="[FILE]", default=".", type=click.Path(exists=True))
@takes_settings
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(path: str, chosen: Chosen, output_format: str) -> int:
    """Print the settings that hold for FILE, or in a directory, and where each comes from.

    Without FILE: those in the current directory. It takes the options of `check` about settings, so that
    what they change can be seen.
    """
    # It imports what reads code; --help does without.
    from seedlint.rules import all_rules

    rules = all_rules()
    finder = chosen.finder()
    absolute = os.path.realpath(path)
    try:
        settings = finder.in_directory(absolute) if os.path.isdir(absolute) else finder(absolute)
        entries = list(_entries(settings, chosen))
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    run = [rule.code for rule in rules if settings.rule_enabled(rule.code, absolute, opt_in=rule.opt_in)]
    if output_format == "json":
        document = {"filename": shown_name(path), "settings": [asdict(entry) for entry in entries], "rules": run}
        click.echo(json.dumps(document, indent=2))
    else:
        paint = Paint(wants_colour(os.environ, is_terminal=sys.stdout.isatty()))
        click.echo("".join(_lines(entries, run, paint)), nl=False, color=paint.on)
    return 0


def _lines(entries: list[Entry], run: list[str], paint: Paint) -> Iterator[str]:
    keys = max(len(entry.key) for entry in entries)
    places = max(len(entry.place) for entry in entries)
    for entry in entries:
        value = _UNSET.get(entry.key) if entry.value is None else None
        shown = value or json.dumps(entry.value, ensure_ascii=False)
        key, place = entry.key.ljust(keys), entry.place.ljust(places)
        colour = () if entry.origin == "default" else ("cyan",)
        yield f"{paint(key, 'bold')}  {paint(place, *colour)}  {shown}\n"
    yield f"\n{paint('rules that run', 'bold')}  {' '.join(run)}\n"


def _entries(settings: Settings, chosen: Chosen) -> Iterator[Entry]:
    """What each key is set to. One that several have a say in comes several times."""
    by_file = _in_file(settings.file) if settings.file else {}
    by_command_line = _on_command_line(chosen)
    for key, default in _defaults().items():
        said = [by_file[key]] if key in by_file else []
        if key in by_command_line:
            said = [*(said if key in _ADDED else ()), Entry(key, by_command_line[key], "command line")]
        elif "select" in by_command_line and key in _ADDED:
            said = []  # it begins anew
        yield from said or [Entry(key, default, "default")]


def _defaults() -> Mapping[str, object]:
    """Every key, and what holds where nobody says anything."""
    plain = Settings(".")
    return {
        "select": None,
        "extend-select": [],
        "ignore": [],
        "per-file-ignores": {},
        "exclude": list(plain.exclude),
        "extend-exclude": [],
        "target": plain.target,
        "strict": plain.strict,
        "tests": plain.tests,
        "seed": plain.seed,
        "seeders": [],
        "baseline": None,
    }


def _on_command_line(chosen: Chosen) -> Mapping[str, object]:
    given: dict[str, Any] = {
        "select": list(chosen.select),
        "extend-select": list(chosen.extend_select),
        "ignore": list(chosen.ignore),
        "target": chosen.target,
        "strict": chosen.strict,
        "baseline": chosen.baseline,
    }
    return {key: value for key, value in given.items() if value}


def _in_file(file: str) -> Mapping[str, Entry]:
    """What a file of settings says, with the rows at which it does where they are easily seen."""
    rows: dict[str, int] = {}
    wanted = list(table_of_settings(file))
    table: list[str] = []
    for row, line in enumerate(Path(file).read_text("utf-8").splitlines(), 1):
        if header := _TABLE.match(line):
            table = [part.strip(" \"'") for part in header["name"].split(".")]
            if table[:-1] == wanted:
                rows.setdefault(table[-1], row)
        elif table == wanted and (key := _KEY.match(line)):
            rows.setdefault(key["name"], row)
    given = settings_table(file) or {}
    return {key: Entry(key, value, "file", shown_name(file), rows.get(key)) for key, value in given.items()}
