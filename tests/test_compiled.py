"""A compiled seedlint beside the same one that is not: an installed wheel has both, each compiled module's code too."""

from __future__ import annotations

import ast
import importlib
import importlib.machinery
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

import seedlint
from seedlint.program import spans

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT: Final = Path(__file__).parents[1]
COMPILED: Final = tuple(importlib.machinery.EXTENSION_SUFFIXES)


needs_compiled = pytest.mark.skipif(
    not spans.__file__.endswith(COMPILED), reason="this seedlint isn't compiled: .ci/compiled makes one that is"
)


@pytest.fixture(scope="module")
def pure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of this seedlint in which nothing is compiled."""
    folder = tmp_path_factory.mktemp("pure")
    compiled = shutil.ignore_patterns("__pycache__", *(f"*{suffix}" for suffix in COMPILED))
    shutil.copytree(Path(seedlint.__file__).parent, folder / "seedlint", ignore=compiled)
    return folder


def printed(*arguments: str, path: Path | None = None) -> str:
    environment = dict(os.environ) if path is None else {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, "-m", "seedlint", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def to_be_compiled() -> list[str]:
    hooks = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]
    modules: list[str] = hooks["custom"]["modules"]
    return modules


@pytest.mark.parametrize("path", to_be_compiled())
def test_what_is_to_be_compiled_means_the_same_then(path: str) -> None:
    source = Path(seedlint.__file__).parents[1] / path
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        match node:
            case ast.ClassDef(keywords=[_, *_]) | ast.ClassDef(bases=[ast.Name("Struct" | "NamedTuple"), *_]):
                pytest.fail(f"{node.name}: mypyc passes no keywords on to the class that makes this one")
            case ast.Name("cached_property") | ast.Attribute(attr="cached_property"):
                pytest.fail("what mypyc compiles has no dictionary in which this could be kept")


@needs_compiled
def test_what_is_to_be_compiled_is() -> None:
    names = [path.removesuffix(".py").replace("/", ".") for path in to_be_compiled()]
    assert names
    for name in names:
        assert str(importlib.import_module(name).__file__).endswith(COMPILED), name
    assert printed("--version").endswith("(compiled: yes)\n")


def test_a_version_that_is_not_compiled_says_so(pure: Path) -> None:
    assert printed("--version", path=pure) == f"seedlint {seedlint.__version__} (compiled: no)\n"


@needs_compiled
def test_compiled_or_not_it_finds_and_mends_the_same(pure: Path, tmp_path: Path) -> None:
    scipy = find_spec("scipy")
    assert scipy is not None
    assert scipy.origin is not None
    shutil.copytree(Path(scipy.origin).parent, tmp_path / "scipy")  # away from all else that is installed
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    arguments = ("check", "--isolated", "--no-cache", "--select=ALL", "--strict", "--output-format=json", str(tmp_path))
    found = printed(*arguments)
    assert found == printed(*arguments, path=pure)
    assert len(json.loads(found)) > 1000
