"""Run the command line in this process, with its output and its errors apart."""

from __future__ import annotations

import ctypes
import inspect
import os
import sys
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from seedlint.cli import main

# Before click 8.2 the two were one unless asked for apart; since then they can't be asked for.
_APART: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}


def seedlint(*arguments: str, stdin: str | bytes = "") -> Result:
    """Run `seedlint` with `arguments`."""
    return CliRunner(**_APART).invoke(main, arguments, input=stdin)


_DROP_FROM_BOUNDING_SET: Final = 24
_OVERRIDES: Final = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: https://man7.org/linux/man-pages/man7/capabilities.7.html."""


def obey_permissions() -> None:
    """Between fork and exec: let permissions hold for what is executed, though root runs it."""
    for override in _OVERRIDES if os.geteuid() == 0 else ():
        if ctypes.CDLL(None).prctl(_DROP_FROM_BOUNDING_SET, override, 0, 0, 0) != 0:
            raise OSError("root's rights can't be dropped here")


needs_permissions = pytest.mark.skipif(
    os.geteuid() == 0 and not sys.platform.startswith("linux"), reason="root may do everything here"
)
"""For a test that runs a process before which `obey_permissions` is called."""
