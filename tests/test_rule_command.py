"""`seedlint rule`: each rule's documentation, and the reference of all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import seedlint

from seedlint import rules


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed has 80 columns, and no colours."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "80")


def test_rule_prints_its_documentation() -> None:
    page = seedlint("rule", "SEED103").stdout
    assert page.startswith("SEED103: incomplete-seed\n\nWhat it does\n\n  Reports ")
    assert "\n\nExample\n\n      import " in page
    assert seedlint("rule", "incomplete-seed").stdout == page
    assert seedlint("rule", "seed103").stdout == page
    every = seedlint("rule", "--all").stdout
    assert f"\n{page}\n" in every
    assert every.startswith("SEED001: syntax-error\n")


def test_rule_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in ("60", "80"):
        monkeypatch.setenv("COLUMNS", columns)
        lines = seedlint("rule", "--all").stdout.splitlines()
        assert len(lines) > 1000
        for line in lines:
            # Example code stays as it is, and what can't be broken whole: an address, code in a sentence.
            is_whole = line.startswith("      ") or " " not in re.sub(r"`[^`]*`", "x", line.strip(" -"))
            assert len(line) <= int(columns) or is_whole, line


def test_rule_loses_no_word_on_a_terminal() -> None:
    for code in ("SEED103", "SEED208", "SEED405"):
        text, markdown = seedlint("rule", code).stdout, seedlint("rule", code, "--output-format=markdown").stdout
        assert code in text
        assert text.split() == re.sub(r"^(#+ |```.*)", "", markdown, flags=re.MULTILINE).split()


def test_rule_as_json() -> None:
    every = json.loads(seedlint("rule", "--all", "--output-format=json").stdout)
    assert [rule["code"] for rule in every] == sorted({rule["code"] for rule in every})
    (one,) = (rule for rule in every if rule["code"] == "SEED209")
    assert one == json.loads(seedlint("rule", "SEED209", "--output-format=json").stdout)
    assert (one["name"], one["severity"], one["opt_in"]) == ("legacy-numpy-generator", "note", True)
    assert f"{one['documentation']}\n" == seedlint("rule", "SEED209", "--output-format=markdown").stdout


def test_reference_is_up_to_date() -> None:
    command = "seedlint rule --all --output-format markdown"
    reference = seedlint(*command.split()[1:]).stdout
    written = Path(rules.__file__).parent / "REFERENCE.md"
    assert written.read_text("utf-8") == reference, f"run: {command} > seedlint/rules/REFERENCE.md"
    anchors = re.findall(r"^## (SEED\d+): (.+)$", reference, re.MULTILINE)
    assert re.findall(r"^\| \[SEED\d+\]\(#(.+?)\)", reference, re.MULTILINE) == [
        f"{code.lower()}-{name}" for code, name in anchors
    ]
