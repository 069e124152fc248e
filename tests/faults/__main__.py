"""Run `verify` on the fault dictionary: `python -m tests.faults [NAME]…`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.dictionary import main

sys.exit(main(sys.argv[1:]))
