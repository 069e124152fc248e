"""The recipes that circulate: each as it is today and as `seedlint --fix` leaves it, on real TensorFlow."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

import pytest
from running import Run, run_fresh, start_fresh, tensorflow_python

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
RECIPES = ROOT / "fixtures" / "recipes"
RUNS = int(os.environ.get("SEEDLINT_RECIPE_RUNS", "3"))


class Expected(TypedDict, total=False):
    """One entry of expected.json; fixtures/README.md says what each field means."""

    today: str
    findings: list[list[object]]
    left: list[str]
    later: list[str]


EXPECTED = cast("dict[str, Expected]", json.loads((RECIPES / "expected.json").read_text("utf-8")))

needs_tensorflow = pytest.mark.skipif(tensorflow_python() is None, reason="TensorFlow is not installed")
each_recipe = pytest.mark.parametrize("name", sorted(EXPECTED))


def seedlint(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the real command, and refuse status 2: the command itself failing is never an answer."""
    done = subprocess.run(
        [sys.executable, "-m", "seedlint", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done


def fixed_copy(name: str, folder: Path) -> Path:
    copy = folder / f"{name}.py"
    shutil.copyfile(RECIPES / f"{name}.py", copy)
    seedlint("--fix", copy)
    return copy


def behaviour(runs: Sequence[Run]) -> str:
    """Say of some runs what expected.json says of a recipe: the error, `repeats`, or `differs`."""
    errors = {run.error for run in runs}
    if any(errors):
        assert len(errors) == 1, errors
        return f"crashes: {errors.pop()}"
    outputs = [run.stdout for run in runs]
    assert all(outputs), "a run that prints nothing proves nothing"
    if len(set(outputs)) == 1:
        return "repeats"
    assert len(set(outputs)) == len(outputs), "some runs agree and some do not"
    return "differs"


def test_every_recipe_says_what_to_expect() -> None:
    assert {path.stem for path in RECIPES.glob("*.py")} == set(EXPECTED)


@pytest.mark.tensorflow
@needs_tensorflow
@each_recipe
def test_a_fixed_recipe_repeats_bit_for_bit(name: str, tmp_path: Path) -> None:
    original = start_fresh(RECIPES / f"{name}.py", RUNS)
    fixed = start_fresh(fixed_copy(name, tmp_path), RUNS)

    # An import error names the installed file after the text that people search for.
    assert behaviour([run.result() for run in original]).startswith(EXPECTED[name]["today"])
    assert behaviour([run.result() for run in fixed]) == "repeats"


@each_recipe
def test_only_what_a_person_must_decide_is_left(name: str, tmp_path: Path) -> None:
    report = seedlint("check", fixed_copy(name, tmp_path), "--output-format", "json")

    findings = json.loads(report.stdout)
    assert {finding["code"] for finding in findings} == set(EXPECTED[name]["left"]), findings
    assert report.returncode == bool(findings)


@each_recipe
def test_a_second_fix_changes_nothing(name: str, tmp_path: Path) -> None:
    copy = fixed_copy(name, tmp_path)
    once = copy.read_bytes()
    assert once != (RECIPES / f"{name}.py").read_bytes()

    seedlint("--fix", copy)

    assert copy.read_bytes() == once


@pytest.mark.tensorflow
@needs_tensorflow
def test_the_classic_regression_without_its_crash_prints_another_list_each_time(tmp_path: Path) -> None:
    """What a reader gets who deletes the import that fails: NumPy's seed alone."""
    recipe = (RECIPES / "numpy_first_mlp.py").read_text("utf-8")
    crash = "from tensorflow import set_random_seed\nset_random_seed(2)\n"
    assert crash in recipe
    script = tmp_path / "classic.py"
    script.write_text(recipe.replace(crash, ""), "utf-8")

    lists = [ast.literal_eval(run.stdout.splitlines()[-1]) for run in run_fresh(script, RUNS)]

    assert all(len(errors) == 10 for errors in lists)
    assert len(set(map(tuple, lists))) == RUNS
