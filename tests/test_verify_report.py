"""The reports of `seedlint verify`: what real programs lead to, as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, fields, is_dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, get_args

import pytest
from jsonschema import Draft202012Validator

from seedlint.runtime import result
from seedlint.runtime.families import FAMILIES
from seedlint.runtime.recording import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA: Final[dict[str, Any]] = json.loads((files("seedlint.runtime") / "schema.json").read_text("utf-8"))

TWO_CAUSES: Final = """\
import random

import numpy as np

random.seed(7)
heights = np.random.normal(size=20)
weights = np.random.default_rng().normal(size=20)
order = random.sample(range(20), 20)
print("first:", order[0])
print("heights:", heights.mean())
print("weights:", weights.mean())
"""
REPEATS: Final = "import random\n\nrandom.seed(7)\nprint(random.random())\n"
FAILS: Final = "import random\n\nprint(random.random())\nraise ValueError('<script>alert(1)</script>\\x1b[31m')\n"


@dataclass(frozen=True, slots=True)
class Report:
    """What one `seedlint verify` left behind."""

    status: int
    document: dict[str, Any]
    errors: str


def verify(folder: Path, program: str, name: str = "train.py", *options: str) -> Report:
    """`seedlint verify` of a program, in a process of its own."""
    (folder / name).write_text(program, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "seedlint", "verify", "--output-format", "json", *options, name],
        cwd=folder, env=environment(), capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return Report(done.returncode, json.loads(done.stdout), done.stderr)


def environment() -> dict[str, str]:
    """This process's own, without what changes how programs repeat or how text is coloured."""
    foreign = ("PYTHONHASHSEED", "NO_COLOR", "FORCE_COLOR")
    return {name: value for name, value in os.environ.items() if name not in foreign}


@pytest.fixture(scope="module")
def two_causes(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return verify(tmp_path_factory.mktemp("two"), TWO_CAUSES)


@pytest.fixture(scope="module")
def repeats(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return verify(tmp_path_factory.mktemp("repeats"), REPEATS)


@pytest.fixture(scope="module")
def fails(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return verify(tmp_path_factory.mktemp("fails"), FAILS)


# -- JSON -------------------------------------------------------------------------------------


def closed(schema: Any) -> Any:
    """The schema, with no key allowed that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: closed(part) for key, part in schema.items()}
    return {"additionalProperties": False, **parts} if "properties" in schema else parts


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """All descriptions of objects with known keys in the schema."""
    if isinstance(schema, dict):
        if "required" in schema:
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from objects(part)


def test_schema_is_one_and_asks_for_every_key() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for described in objects(SCHEMA):
        assert list(described["properties"]) == described["required"]


def test_schema_describes_all_that_a_result_has() -> None:
    described = {frozenset(single["properties"]) for single in objects(SCHEMA)}
    classes = [single for single in vars(result).values() if isinstance(single, type) and is_dataclass(single)]
    assert len(classes) > 10
    for single in classes:
        names = {field.name for field in fields(single)}
        assert (names | {"schema"} if single is result.VerifyResult else names) in described, single.__name__
    assert set(SCHEMA["$defs"]["stage"]["enum"]) == set(STAGES)
    assert SCHEMA["$defs"]["family"]["enum"] == list(FAMILIES)
    assert SCHEMA["$defs"]["divergence"]["properties"]["grade"]["enum"] == list(get_args(result.Grade))
    assert SCHEMA["properties"]["schema"]["const"] == result.SCHEMA


@pytest.mark.parametrize(
    ("name", "verdict", "status"), [("two_causes", "differs", 1), ("repeats", "repeats", 0), ("fails", "error", 2)]
)
def test_results_are_as_the_schema_says(name: str, verdict: str, status: int, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(name)
    assert (report.document["verdict"], report.status) == (verdict, status)
    problems = [error.message for error in Draft202012Validator(closed(SCHEMA)).iter_errors(report.document)]
    assert not problems


def test_digests_of_a_stage_are_equal_where_the_runs_agree(two_causes: Report, repeats: Report) -> None:
    for report, results in ((two_causes, 3), (repeats, 1)):
        digests = {run["digests"]["output"] for run in report.document["run_summaries"]}
        assert len(digests) == results
