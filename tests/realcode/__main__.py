"""Runs the report on real code: `python -m tests.realcode --help`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from realcode.report import main

sys.exit(main())
