"""The trial in short: programs on which `check` and reality once disagreed, and some new ones.

The long trial is `python -m tests.agreement`; its `--help` says more.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import pytest
from running import tensorflow_python

from agreement.compare import DRAWS, SEEDING, claim, lint
from agreement.generate import MAIN, Program, generate
from agreement.snippets import SNIPPETS
from seedlint.knowledge import TARGETS, load
from seedlint.knowledge.model import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT: Final = Path(__file__).parents[2]
_KNOWN: Final = _ROOT / "fixtures" / "agreement"
_EXPECTED: Final[dict[str, dict[str, Any]]] = json.loads((_KNOWN / "expected.json").read_text("utf-8"))
_SHORT: Final = {"keras3": 60, "keras2": 40}


def known_program(name: str) -> Program:
    files = {path.name: path.read_text("utf-8") for path in sorted((_KNOWN / name).glob("*.py"))}
    return Program(name, _EXPECTED[name]["target"], files)


def fixture_names() -> list[str]:
    return sorted(path.name for path in _KNOWN.iterdir() if path.is_dir())


def test_each_known_program_says_what_it_does() -> None:
    assert fixture_names() == sorted(_EXPECTED)


@pytest.mark.parametrize("name", sorted(_EXPECTED))
def test_check_agrees_with_what_the_program_did(name: str) -> None:
    program, expected = known_program(name), _EXPECTED[name]
    findings, result = lint(program)
    said = claim(findings, program, frozenset(expected["differ"] + expected["repeat"]))
    assert sorted(said.draws) == expected["differ"], said.findings
    assert said.any == bool(expected["differ"])
    assert result is not None
    assert not result.failures
    left = sorted(finding.code for finding in result.findings if finding.code in DRAWS | SEEDING)
    assert left == expected["left"]


@pytest.mark.parametrize("target", TARGETS)
def test_programs_are_the_same_each_time_and_parse(target: Target) -> None:
    for number in range(200):
        program = generate(number, target)
        assert program.files == generate(number, target).files
        assert MAIN in program.files
        for text in program.files.values():
            ast.parse(text)


@pytest.mark.parametrize("target", TARGETS)
def test_programs_draw_from_every_stream_under_every_rule(target: Target) -> None:
    knowledge = load(target)
    tried = {kind for snippet in SNIPPETS if target in snippet.targets for kind in kinds(target, snippet.name)}
    missing = {kind for name in knowledge.names() for kind in kinds(target, name)} - tried
    assert missing <= _NOT_TRIED


_NOT_TRIED: Final = {
    ("keras", "SEED303"),  # keras.ops.image.elastic_transform
    ("numpy", "SEED302"),  # keras.backend.dropout
    ("generator", None),  # methods of the generators that are tried
}


def kinds(target: Target, name: str) -> Iterator[tuple[str, str | None]]:
    api = load(target).get(name)
    for draw in api.draws if api is not None else ():
        if draw.stream != "os":  # what can't be seeded is no matter of seeds
            yield draw.stream, draw.rule


@pytest.mark.tensorflow
@pytest.mark.parametrize("target", get_args(Target))
def test_check_and_fix_agree_with_reality(target: Target) -> None:
    python = tensorflow_python()
    if python is None:
        pytest.skip("needs TensorFlow: install it, or set SEEDLINT_TENSORFLOW_PYTHON")
    command = [python, "-m", "tests.agreement", "--target", target, "--programs", str(_SHORT[target]), "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    done = subprocess.run(
        command, cwd=_ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
