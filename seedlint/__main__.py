"""`python -m seedlint`, and the command `seedlint`."""

from __future__ import annotations

import gc
import os
import sys
from typing import Final, NoReturn

_INTERRUPTED: Final = 130
_GARBAGE: Final = (1_000_000, 20, 20)
"""What is read lives until the end, and is much; little else waits for a search. Searching as often as Python does
would cost a fifth of a long check, and a thirtieth of a short one, where all is imported."""


def main() -> NoReturn:
    """Run the command line, until its end or until it is interrupted, wherever that catches it."""
    gc.set_threshold(*_GARBAGE)
    try:
        from seedlint.cli import main as command_line

        sys.exit(command_line(prog_name="seedlint"))
    except KeyboardInterrupt:
        _leave_at_once(_INTERRUPTED)
    except SystemExit as end:
        if isinstance(end.code, int):
            _leave_at_once(end.code)
        raise


def _leave_at_once(status: int) -> NoReturn:
    """Exit without taking down all that was read, object by object, which after a large tree takes a second; and
    without waiting for the thread that reads code: Python's own way out ends it in the middle of the parser, which
    takes that for a fault and aborts the process."""
    while True:
        try:
            if status != _INTERRUPTED:
                sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        except KeyboardInterrupt:
            continue  # there is nothing left to interrupt


if __name__ == "__main__":
    main()
