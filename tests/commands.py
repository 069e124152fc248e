"""Run the command line in this process, with its output and its errors apart."""

from __future__ import annotations

import inspect
from typing import Any

from click.testing import CliRunner, Result

from seedlint.cli import main

# Before click 8.2 the two were one unless asked for apart; since then they can't be asked for.
_APART: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}


def seedlint(*arguments: str, stdin: str | bytes = "") -> Result:
    """Run `seedlint` with `arguments`."""
    return CliRunner(**_APART).invoke(main, arguments, input=stdin)
