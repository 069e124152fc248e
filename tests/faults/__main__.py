"""Run `verify` on the fault dictionary: `python -m tests.faults [NAME]…`; with `--undisturbed`, see that the probe
changes nothing that the programs print."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults import dictionary, undisturbed

names = [name for name in sys.argv[1:] if name != "--undisturbed"]
sys.exit((undisturbed if "--undisturbed" in sys.argv else dictionary).main(names))
