"""The language server in a real editor, set up as the README says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import seedlint

_NEOVIM = shutil.which("nvim")
_README = Path(__file__).parents[1] / "README.md"
_TRAIN = "import random\n\nprint(random.random())\n"


@pytest.mark.skipif(_NEOVIM is None, reason="Neovim isn't installed (on Debian: apt-get install neovim)")
def test_findings_are_shown_and_fixed_in_neovim(tmp_path: Path) -> None:
    assert _NEOVIM is not None
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    for name in ("train.py", "fixed.py"):
        (tmp_path / name).write_text(_TRAIN, "utf-8")
    (setup,) = [
        code for code in re.findall(r"```lua\n(.*?)```", _README.read_text("utf-8"), re.S) if "start_client" in code
    ]
    (tmp_path / "init.lua").write_text(setup, "utf-8")
    command = tmp_path / "bin" / "seedlint"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m seedlint "$@"\n', "utf-8")
    command.chmod(0o755)
    environment = os.environ | {
        "PATH": os.pathsep.join([str(command.parent), os.environ["PATH"]]),
        "SEEN": str(tmp_path / "seen.json"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    script = Path(__file__).with_name("neovim.lua")
    arguments = [_NEOVIM, "--headless", "-u", "init.lua", "-n", "train.py", "-c", f"luafile {script}"]
    subprocess.run(arguments, cwd=tmp_path, env=environment, check=True, timeout=150, stdin=subprocess.DEVNULL)
    seen: dict[str, Any] = json.loads((tmp_path / "seen.json").read_text("utf-8"))
    steps = seen["steps"]
    assert {name: step["reached"] for name, step in steps.items()} == dict.fromkeys(steps, True)

    def places(name: str) -> list[tuple[str, int, int]]:
        return [(found["code"], found["row"], found["column"]) for found in steps[name]["shown"]]

    assert places("opened") == [("SEED101", 2, 6), ("SEED304", 2, 6)]
    # Neovim counts bytes.
    assert steps["typed"]["text"] == _TRAIN.replace("print(", 'print("漢字 😀", ')
    assert places("typed") == [("SEED101", 2, 21), ("SEED304", 2, 21)]
    seedlint("--fix", str(tmp_path / "fixed.py"))
    assert steps["fixed"]["text"] == (tmp_path / "fixed.py").read_text("utf-8")
    assert seen["offered"][0].startswith("SEED101: ")
    assert places("broken")[0][0] == "SEED001"
