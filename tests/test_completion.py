"""What a shell offers when it is asked to complete a command line."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from commands import seedlint

if TYPE_CHECKING:
    from pathlib import Path

FILES = "<files>"
ON_SEEDING = [f"SEED10{digit}" for digit in range(1, 10)]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("r", ["rule"]),
        ("--ver", ["--version"]),
        ("--force", ["--force-exclude"]),
        ("tra", [FILES]),
        ("--fix tra", [FILES]),
        ("check tra", [FILES]),
        ("verify tra", [FILES]),
        ("check --out", ["--output-format", "--output-file"]),
        ("--output-format j", ["json", "junit"]),
        ("--select SEED10", ON_SEEDING),
        ("config --ignore SEED2,SEED10", [f"SEED2,{code}" for code in ON_SEEDING]),
        ("rule seed10", ON_SEEDING),
        ("rule unseeded-s", ["unseeded-split", "unseeded-shuffle"]),
        ("rule --output-format m", ["markdown"]),
    ],
)
def test_shells_are_told(monkeypatch: pytest.MonkeyPatch, shell: str, line: str, offered: list[str]) -> None:
    words = line.split(" ")
    monkeypatch.setenv("_SEEDLINT_COMPLETE", f"{shell}_complete")
    # fish gives the word itself, the others the number of it.
    monkeypatch.setenv("COMP_WORDS", f"seedlint {line.removesuffix(words[-1]) if shell == 'fish' else line}")
    monkeypatch.setenv("COMP_CWORD", words[-1] if shell == "fish" else str(len(words)))
    result = seedlint()
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    if shell == "zsh":
        values = [FILES if kind == "file" else value for kind, value in zip(lines[::3], lines[1::3], strict=True)]
    else:
        values = [
            FILES if each.startswith("file,") else each.removeprefix("plain,").partition("\t")[0] for each in lines
        ]
    if line in ("r", "--ver", "--force"):
        values.remove(FILES)  # which may be named so
    assert values == offered


def test_first_word_may_be_a_command_a_file_or_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_SEEDLINT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_CWORD", "1")
    monkeypatch.setenv("COMP_WORDS", "seedlint ")
    offered = seedlint().stdout.splitlines()
    assert offered[0].startswith("file,")
    assert {"plain,check", "plain,config", "plain,rule", "plain,verify"} <= set(offered)
    monkeypatch.setenv("COMP_WORDS", "seedlint -")
    offered = seedlint().stdout.splitlines()
    assert {"plain,--version", "plain,--fix", "plain,--help"} <= set(offered)
    assert len(set(offered)) == len(offered)


def test_bash_completes(tmp_path: Path) -> None:
    command = tmp_path / "seedlint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m seedlint "$@"\n')
    command.chmod(0o755)
    (tmp_path / "train.py").touch()
    script = """
        eval "$(_SEEDLINT_COMPLETE=bash_source seedlint)"
        complete -p seedlint
        COMP_WORDS=(seedlint rule SEED10) COMP_CWORD=2
        _seedlint_completion seedlint
        echo "${COMPREPLY[@]}"
    """
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "--norc", "-c", script], env=environment, capture_output=True, text=True, check=True)
    registered, offered = done.stdout.splitlines()
    assert registered == "complete -o nosort -F _seedlint_completion seedlint"
    assert offered.split()[:3] == ["SEED101", "SEED102", "SEED103"]
