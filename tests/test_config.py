"""`seedlint config`: which settings hold, and where each comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from commands import seedlint

from seedlint.settings import DEFAULT_EXCLUDE

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """\
[project]
select = ["this is another table's"]

[tool.seedlint]
# select = ["nor is this one"]
select = [
    "SEED1",
]
extend-select = ["SEED302"]
ignore = ["SEED107"]
exclude = ["data"]
extend-exclude = ["x"]
target = "keras2"
"strict" = false
tests = true
seed = 7
seeders = ["fix_all"]
baseline = "known.json"

[tool.seedlint.per-file-ignores]  # a table of its own
"a.py" = ["SEED101"]

[tool.other]
seed = 8
"""
ROWS = {
    "select": 6,
    "extend-select": 9,
    "ignore": 10,
    "per-file-ignores": 20,
    "exclude": 11,
    "extend-exclude": 12,
    "target": 13,
    "strict": 14,
    "tests": 15,
    "seed": 16,
    "seeders": 17,
    "baseline": 18,
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, which is the current directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.py").touch()
    return tmp_path


def config(*arguments: str) -> tuple[dict[str, list[tuple[object, object]]], dict[str, Any]]:
    """What each key is set to, with the place that says so; and the whole document."""
    result = seedlint("config", "--output-format=json", *arguments)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    said: dict[str, list[tuple[object, object]]] = {}
    for entry in document["settings"]:
        place = entry["origin"] if entry["origin"] != "file" else (entry["filename"], entry["row"])
        said.setdefault(entry["key"], []).append((entry["value"], place))
    return said, document


def test_each_key_is_told_with_its_file_and_row() -> None:
    said, document = config("a.py")
    assert {key: place for key, ((_, place),) in said.items()} == {
        key: ("pyproject.toml", row) for key, row in ROWS.items()
    }
    assert said["per-file-ignores"][0][0] == {"a.py": ["SEED101"]}
    assert said["seed"][0][0] == 7
    assert document["filename"] == "a.py"
    assert {"SEED101", "SEED107", "SEED304"}.isdisjoint(document["rules"])
    assert {"SEED102", "SEED302"} <= set(document["rules"])
    assert "SEED101" in config()[1]["rules"]


def test_all_keys_are_told_and_the_defaults_where_nobody_says_anything(project: Path) -> None:
    said, document = config("--isolated")
    assert {place for ((_, place),) in said.values()} == {"default"}
    assert said["exclude"] == [(list(DEFAULT_EXCLUDE), "default")]
    assert (said["seed"], said["target"], said["strict"]) == (
        [(42, "default")],
        [(None, "default")],
        [(False, "default")],
    )
    (project / "pyproject.toml").write_text("[tool.seedlint]\nzzz = 1\n")
    keys = seedlint("config").stderr.strip().partition("the keys are ")[2]
    assert keys.split(", ") == list(said)
    assert "SEED304" in document["rules"]
    assert "SEED109" not in document["rules"]  # opt-in


def test_nearest_file_is_the_one_that_counts(project: Path) -> None:
    (project / "sub" / "seedlint.toml").write_text("seed = 3\n[per-file-ignores]\n'x' = []\n")
    said, _ = config("sub")
    assert said["seed"] == [(3, ("sub/seedlint.toml", 1))]
    assert said["per-file-ignores"] == [({"x": []}, ("sub/seedlint.toml", 2))]
    assert said["tests"] == [(False, "default")]
    assert config("--config=sub/seedlint.toml")[0]["seed"] == [(3, ("sub/seedlint.toml", 1))]


def test_command_line_replaces_or_adds() -> None:
    said, document = config("--ignore=SEED102", "--target=keras3", "--strict")
    assert said["ignore"] == [(["SEED107"], ("pyproject.toml", 10)), (["SEED102"], "command line")]
    assert said["target"] == [("keras3", "command line")]
    assert said["strict"] == [(True, "command line")]
    assert "SEED102" not in document["rules"]
    said, document = config("--select=SEED107")
    assert (said["select"], said["ignore"]) == ([(["SEED107"], "command line")], [([], "default")])
    assert document["rules"] == ["SEED107"]


def test_without_an_easy_row_the_file_alone_is_told(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool]\nseedlint = {seed = 1}\n")
    assert config()[0]["seed"] == [(1, ("pyproject.toml", None))]


def test_text_has_a_line_for_each_setting() -> None:
    lines = seedlint("config", "a.py", "--ignore=SEED102").stdout.splitlines()
    assert lines[0].split() == ["select", "pyproject.toml:6", '["SEED1"]']
    assert lines[3].split() == ["ignore", "command", "line", '["SEED102"]']
    assert lines[-1].startswith("rules that run  SEED103 ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.py"], "'missing.py' does not exist"),
        (["--select=SEED999"], "unknown rule code `SEED999`"),
        (["--isolated", "--config=pyproject.toml"], "contradict each other"),
        (["sub"], "sub/seedlint.toml: unknown key `sed`; did you mean `seed`?"),
    ],
)
def test_what_is_wrong_is_said(project: Path, arguments: list[str], words: str) -> None:
    (project / "sub" / "seedlint.toml").write_text("sed = 1")
    result = seedlint("config", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
