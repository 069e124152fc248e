"""Runs the long trial: `python -m tests.agreement --help`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from agreement.trial import main

sys.exit(main())
