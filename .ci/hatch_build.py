"""Compiles modules with mypyc while a wheel is built, where `HATCH_BUILD_HOOKS_ENABLE=1` asks for it.

Nothing is left in the tree: Python would import what is compiled there in place of the code that is worked on. That,
and that it moves pyproject.toml away as long as it builds, is why the plugin hatch-mypyc is not used.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Compiling(BuildHookInterface[BuilderConfig]):
    """The hook. Its option `modules` names the files, whose compiled modules are packed beside them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, unless what is installed is to be edited."""
        if version == "editable":
            return
        folder = Path(tempfile.mkdtemp())
        atexit.register(shutil.rmtree, folder)
        for path in _compiled(self.config["modules"], folder):
            build_data["force_include"][str(path)] = path.relative_to(folder / "built").as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def _compiled(modules: list[str], folder: Path) -> list[Path]:
    """Compile the modules into `built` in the folder, and return the files that are there then."""
    from mypyc.build import mypycify
    from setuptools import Distribution

    settings = ["--config-file=", "--ignore-missing-imports", f"--cache-dir={os.devnull}"]
    extensions = mypycify(
        [*settings, *modules], debug_level="0", target_dir=str(folder / "sources"), group_name="seedlint"
    )
    command = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(folder / "built"), str(folder / "objects")
    command.ensure_finalized()
    command.run()
    return [Path(path) for path in command.get_outputs()]
