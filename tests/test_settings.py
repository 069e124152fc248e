"""Settings: where they are found, what they may say, and which rules they select."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from seedlint.settings import (
    DEFAULT_EXCLUDE,
    Selection,
    Settings,
    SettingsError,
    SettingsFinder,
    parse_selectors,
)

if TYPE_CHECKING:
    from pathlib import Path

RULES = {
    "SEED101": "missing-seed",
    "SEED102": "late-seed",
    "SEED302": "unseeded-dropout",
    "SEED401": "unseeded-dataset-shuffle",
}


def settings_of(directory: Path, toml: str) -> Settings:
    (directory / "seedlint.toml").write_text(toml)
    return SettingsFinder(RULES)(str(directory / "train.py"))


def enabled(settings: Settings, name: str = "train.py", opt_in: str = "") -> list[str]:
    return [
        code for code in RULES if settings.rule_enabled(code, os.path.join(settings.base, name), opt_in=code == opt_in)
    ]


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = SettingsFinder(RULES)(str(tmp_path / "train.py"))
    assert settings == Settings(settings.base)
    assert (settings.target, settings.strict, settings.tests, settings.seed) == (None, False, False, 42)
    assert enabled(settings, opt_in="SEED302") == ["SEED101", "SEED102", "SEED401"]


def test_every_key(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
        select = ["SEED1"]
        extend-select = ["SEED302"]
        ignore = ["SEED102"]
        per-file-ignores = {"old/*.py" = ["SEED3"]}
        exclude = ["data"]
        extend-exclude = ["*_pb2.py"]
        target = "keras2"
        strict = true
        tests = true
        seed = 7
        seeders = ["fix_all", "util.seeding.start"]
        baseline = "known.json"
        """,
    )
    assert settings == Settings(
        base=str(tmp_path),
        selections=(Selection(("SEED1",), ("SEED302",), ("SEED102",)),),
        per_file_ignores=(("old/*.py", ("SEED3",)),),
        exclude=("data", "*_pb2.py"),
        target="keras2",
        strict=True,
        tests=True,
        seed=7,
        seeders=frozenset({"fix_all", "util.seeding.start"}),
        baseline=str(tmp_path / "known.json"),
        file=str(tmp_path / "seedlint.toml"),
    )
    assert enabled(settings) == ["SEED101", "SEED302"]
    assert enabled(settings, "old/train.py") == ["SEED101"]


def test_extend_exclude_keeps_the_defaults(tmp_path: Path) -> None:
    assert settings_of(tmp_path, 'extend-exclude = ["x"]').exclude == (*DEFAULT_EXCLUDE, "x")


def test_nearest_file_counts_and_seedlint_toml_first(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.seedlint]\nseed = 1")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1")
    assert SettingsFinder(RULES)(str(inner / "x.py")).seed == 1
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.seedlint]\nseed = 2")
    assert SettingsFinder(RULES)(str(inner / "x.py")).seed == 2
    (tmp_path / "a" / "seedlint.toml").write_text("seed = 3")
    assert SettingsFinder(RULES)(str(inner / "x.py")).seed == 3
    assert SettingsFinder(RULES)(str(tmp_path / "x.py")).seed == 1
    assert SettingsFinder(RULES)(str(inner / "x.py")).base == str(tmp_path / "a")


def test_config_and_isolated_take_the_place_of_what_is_found(tmp_path: Path) -> None:
    (tmp_path / "seedlint.toml").write_text("seed = 1")
    (tmp_path / "other.toml").write_text('seed = 2\nbaseline = "known.json"')
    (tmp_path / "pyproject.toml").write_text("[tool.other]")
    file = tmp_path / "x.py"
    other = SettingsFinder(RULES, config=str(tmp_path / "other.toml"))(str(file))
    assert other.seed == 2
    assert other.baseline == str(tmp_path / "known.json")
    assert SettingsFinder(RULES, config=str(tmp_path / "pyproject.toml"))(str(file)).seed == 42
    assert SettingsFinder(RULES, isolated=True)(str(file)).seed == 42


def test_command_line_wins(tmp_path: Path) -> None:
    (tmp_path / "seedlint.toml").write_text('target = "keras2"\nignore = ["SEED101"]')
    finder = SettingsFinder(RULES, selection=Selection(None, ("SEED101",)), strict=True, target="keras3")
    settings = finder(str(tmp_path / "x.py"))
    assert settings.target == "keras3"
    assert settings.strict
    assert enabled(settings) == list(RULES)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], ["SEED101", "SEED102", "SEED401"]),
        ([Selection(("ALL",))], ["SEED101", "SEED102", "SEED302", "SEED401"]),
        ([Selection(("SEED",), (), ("SEED10",))], ["SEED302", "SEED401"]),
        ([Selection((), (), ())], []),
        ([Selection(("SEED1", "SEED302"))], ["SEED101", "SEED102", "SEED302"]),
        ([Selection(("SEED1",), (), ("SEED102",))], ["SEED101"]),
        ([Selection(("SEED102",), (), ("SEED1",))], ["SEED102"]),
        ([Selection(("SEED1",), (), ("SEED1",))], []),
        ([Selection(None, ("SEED302",))], ["SEED101", "SEED102", "SEED302", "SEED401"]),
        ([Selection(None, (), ("ALL",))], []),
        ([Selection(None, (), ("SEED1",)), Selection(None, ("SEED102",))], ["SEED102", "SEED401"]),
        ([Selection(("SEED1",)), Selection(("SEED4",))], ["SEED401"]),
        ([Selection(("ALL",), (), ("SEED4",)), Selection(("SEED4",))], ["SEED401"]),
        ([Selection(("SEED1",)), Selection(None, (), ("SEED102",))], ["SEED101"]),
    ],
)
def test_selection(layers: list[Selection], expected: list[str]) -> None:
    settings = Settings("/project", selections=tuple(layers))
    assert enabled(settings, opt_in="SEED302") == expected


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("tests", "tests/a/b.py", True),
        ("tests/*.py", "tests/b.py", True),
        ("tests/*.py", "sub/tests/b.py", False),
        ("conftest.py", "a/b/conftest.py", True),
        ("/a.py", "b/a.py", False),
        ("*.py", "../outside.py", True),
        ("!src", "src/a.py", False),
        ("!src", "tests/a.py", True),
    ],
)
def test_per_file_ignores_are_patterns_as_in_gitignore(pattern: str, name: str, matches: bool) -> None:
    settings = Settings("/project", per_file_ignores=((pattern, ("ALL",)),))
    assert settings.rule_enabled("SEED101", f"/project/{name}") is not matches


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("selct = []", ["unknown key `selct`", "did you mean `select`?"]),
        ("extend_select = []", ["did you mean `extend-select`?"]),
        ("zzz = 1", ["unknown key `zzz`", "the keys are select, extend-select"]),
        ("baseline = true", ["`baseline`: must be the name of a file"]),
        ('baseline = ""', ["`baseline`: must be the name of a file"]),
        ('baselin = "x"', ["did you mean `baseline`?"]),
        ('select = ["SEED30x"]', ["`select`", "unknown rule code `SEED30x`", "did you mean `SEED302`?"]),
        ('ignore = ["late-seed"]', ["did you mean `SEED102`?"]),
        ('select = ["SEDE1"]', ["unknown rule code `SEDE1`", "did you mean `SEED1`?"]),
        ('ignore = ["seed102"]', ["did you mean `SEED102`?"]),
        ('per-file-ignores = {"a.py" = ["F401"]}', ["`per-file-ignores`", "unknown rule code `F401`"]),
        ('per-file-ignores = ["a.py"]', ["must be a table"]),
        ('per-file-ignores = {"a.py" = "SEED1"}', ["must be a list of strings"]),
        ('select = "SEED1"', ["`select`: must be a list of strings"]),
        ("exclude = [1]", ["`exclude`: must be a list of strings"]),
        ('exclude = ["!"]', ["`exclude`", "no pattern"]),
        ('target = "keras4"', ["`target`", "keras3, keras2", "'keras4'"]),
        ('strict = "yes"', ["`strict`: must be true or false"]),
        ("tests = 1", ["`tests`: must be true or false"]),
        ("seed = -1", ["`seed`", "-1"]),
        ("seed = 4294967296", ["`seed`", "4294967296"]),
        ("seed = true", ["`seed`"]),
        ("seed = 1.5", ["`seed`"]),
        ('seeders = ["fix all"]', ["`seeders`", "'fix all'"]),
        ("seed = ", ["not valid TOML"]),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(tmp_path: Path, toml: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(tmp_path, toml)
    message = str(caught.value)
    assert message.startswith(str(tmp_path / "seedlint.toml"))
    for word in words:
        assert word in message


@pytest.mark.parametrize("text", ["[tool]\nseedlint = 3", "[[tool.seedlint]]\nseed = 1"])
def test_table_of_another_type(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"\[tool.seedlint\]: must be a table"):
        SettingsFinder(RULES)(str(tmp_path / "x.py"))


def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        SettingsFinder(RULES, config=str(tmp_path / "nowhere.toml"))
    (tmp_path / "seedlint.toml").write_bytes(b"seed = '\xff'")
    with pytest.raises(SettingsError, match="not valid UTF-8"):
        SettingsFinder(RULES)(str(tmp_path / "x.py"))


def test_selectors_may_share_a_text() -> None:
    assert parse_selectors(["SEED1, SEED302", "ALL,"], RULES) == ("SEED1", "SEED302", "ALL")
    with pytest.raises(ValueError, match="did you mean `SEED302`"):
        parse_selectors(["SEED1,unseeded-dropuot"], RULES)
