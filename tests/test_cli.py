"""The command line, as users and other programs see it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from commands import seedlint

from seedlint import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

MODEL = "model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])\n"
BROKEN = f"import tensorflow as tf\n\ntf.random.set_seed(42)\n{MODEL}"
MENDED = f"import tensorflow as tf\n\ntf.keras.utils.set_random_seed(42)\n{MODEL}"
CLEAN = "print('nothing random here')\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current directory."""
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(*arguments: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "seedlint", *arguments]
    return subprocess.run(command, capture_output=True, check=False, **more)  # type: ignore[call-overload, no-any-return]


def found(result: Result) -> list[str]:
    return [finding["code"] for finding in json.loads(result.stdout)]


# Which command is meant


def test_without_a_command_check_is_meant(project: Path) -> None:
    (project / "train.py").write_text(BROKEN)
    expected = seedlint("check", "train.py")
    assert expected.exit_code == 1
    assert "train.py:3:1: SEED103" in expected.stdout
    for arguments in (["train.py"], [], ["."], ["--", "train.py"], ["--strict", "--target=keras3", "train.py"]):
        result = seedlint(*arguments)
        assert result.exit_code == 1, arguments
        assert "train.py:3:1: SEED103" in result.stdout


def test_files_named_like_commands_can_be_checked(project: Path) -> None:
    (project / "rule").mkdir()
    (project / "rule" / "train.py").write_text(BROKEN)
    (project / "check").write_text(BROKEN)
    (project / "--fix.py").write_text(BROKEN)
    assert found(seedlint("./rule", "--output-format=json")) == ["SEED103"]
    assert found(seedlint("check", "rule", "--output-format=json")) == ["SEED103"]
    assert found(seedlint("./check", "--output-format=json")) == ["SEED103"]
    assert found(seedlint("--output-format=json", "--", "--fix.py")) == ["SEED103"]


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["-h"], ["check", "-h"], ["rule", "--help"], ["rule", "SEED101"], ["config"]],
)
def test_what_reads_no_code_imports_no_libcst(arguments: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "seedlint", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "libcst" not in result.stderr
    assert (f"seedlint {__version__} (compiled: " in result.stdout) is (arguments == ["--version"])


# Status


def test_status(project: Path) -> None:
    (project / "clean.py").write_text(CLEAN)
    (project / "broken.py").write_text(BROKEN)
    assert seedlint("clean.py").exit_code == 0
    assert seedlint("broken.py").exit_code == 1
    assert seedlint("broken.py", "--exit-zero").exit_code == 0
    assert seedlint("missing.py").exit_code == 2
    assert seedlint("missing.py", "broken.py", "--exit-zero").exit_code == 2
    assert seedlint("--fix", "broken.py").exit_code == 0


def test_clean_code_is_said_to_be(project: Path) -> None:
    (project / "clean.py").write_text(CLEAN)
    assert seedlint().stdout == "All checks passed!\n"
    assert seedlint("-q").output == ""


def test_nothing_to_check_is_a_warning(project: Path) -> None:
    result = seedlint()
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "warning: no Python files were found here\n"
    assert seedlint("--quiet").output == ""


def test_others_are_checked_when_a_path_is_a_problem(project: Path) -> None:
    (project / "broken.py").write_text(BROKEN)
    (project / "link.py").symlink_to("nowhere.py")
    result = seedlint("missing.py", ".")
    assert result.exit_code == 2
    assert "broken.py:3:1: SEED103" in result.stdout
    assert result.stderr.splitlines() == [
        "error: missing.py: No such file or directory",
        "error: link.py: a broken link: nowhere.py does not exist",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--selct=SEED1"], "--select"),
        (["--select=SEED30x"], "unknown rule code `SEED30x`"),
        (["--ignore=incomplete-sed"], "did you mean `SEED103`?"),
        (["--extend-select", "F401"], "--extend-select"),
        (["--target=keras4"], "keras3"),
        (["--output-format=xml"], "concise"),
        (["--config=nowhere.toml"], "nowhere.toml"),
        (["--config=pyproject.toml", "--isolated"], "contradict"),
        (["-", "x.py"], "`-` can't be checked together"),
        (["--stdin-filename=x.py"], "`-`"),
        ([""], "a path is empty"),
        (["rule"], "--all"),
        (["rule", "SEED103", "--all"], "--all"),
        (["rule", "SEED1O3"], "did you mean `SEED103`?"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], words: str) -> None:
    result = seedlint(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_wrong_settings_are_told(project: Path) -> None:
    (project / "broken.py").write_text(BROKEN)
    (project / "pyproject.toml").write_text("[tool.seedlint]\nselct = []\n")
    result = seedlint()
    assert result.exit_code == 2
    assert "pyproject.toml: [tool.seedlint]: unknown key `selct`; did you mean `select`?" in result.stderr
    assert seedlint("--isolated").exit_code == 1


# Selection and settings


def test_selection(project: Path) -> None:
    (project / "broken.py").write_text(BROKEN)
    for arguments, codes in [
        (["--select=SEED1"], ["SEED103"]),
        (["--select=SEED2,SEED3"], []),
        (["--select", "SEED2", "--select", "SEED103"], ["SEED103"]),
        (["--ignore=SEED103"], []),
        (["--select=ALL", "--ignore=SEED10"], []),
        (["--select=SEED2", "--extend-select=SEED103"], ["SEED103"]),
    ]:
        assert found(seedlint("--output-format=json", *arguments)) == codes, arguments


def test_settings_are_read_and_the_command_line_wins(project: Path) -> None:
    (project / "broken.py").write_text(BROKEN)
    (project / "pyproject.toml").write_text('[tool.seedlint]\nignore = ["SEED103"]\n')
    (project / "other.toml").write_text('per-file-ignores = {"sub/*.py" = ["SEED1"]}\n')
    assert seedlint().exit_code == 0
    assert seedlint("--select=SEED1").exit_code == 1
    assert seedlint("--isolated").exit_code == 1
    assert seedlint("--config=other.toml").exit_code == 1
    (project / "sub").mkdir()
    (project / "broken.py").rename(project / "sub" / "broken.py")
    assert seedlint("--config=other.toml").exit_code == 0


def test_excluded_files_that_are_named_are_passed_over_on_demand(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "vendored" / "deep").mkdir(parents=True)
    for name in ("broken.py", "vendored/broken.py", "vendored/deep/broken.py"):
        (project / name).write_text(BROKEN)
    (project / "seedlint.toml").write_text('exclude = ["vendored"]\n')
    named = ["--output-format=json", "broken.py", "vendored/broken.py", "vendored/deep"]
    assert found(seedlint(*named)) == ["SEED103"] * 3
    assert found(seedlint(*named, "--force-exclude")) == ["SEED103"]
    from_editor = ("--force-exclude", "--fix", "-", "--stdin-filename=vendored/new.py")
    assert seedlint(*from_editor, stdin=BROKEN).stdout == BROKEN
    # Whoever stands inside means what lies there.
    monkeypatch.chdir(project / "vendored")
    assert found(seedlint("--output-format=json", "broken.py", "--force-exclude")) == ["SEED103"]


def test_suppressed_findings_are_neither_shown_nor_fixed(project: Path) -> None:
    text = BROKEN.replace("(42)", "(42)  # noqa: SEED103")
    (project / "broken.py").write_text(text)
    assert seedlint().exit_code == 0
    assert seedlint("--fix").exit_code == 0
    assert (project / "broken.py").read_text() == text


# Fixing


def test_fix_writes_the_files_and_a_second_one_nothing(project: Path) -> None:
    file = project / "broken.py"
    file.write_text(BROKEN)
    result = seedlint("--fix")
    assert result.stdout == "Fixed 1 finding. Nothing is left.\n"
    assert file.read_text() == MENDED
    before = file.stat()
    assert seedlint("--fix").stdout == "All checks passed!\n"
    assert file.stat() == before


def test_diff_changes_nothing(project: Path) -> None:
    (project / "broken.py").write_text(BROKEN)
    (project / "clean.py").write_text(CLEAN)
    result = seedlint("--diff", "--fix")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:2] == ["--- broken.py", "+++ broken.py"]
    assert "\n-tf.random.set_seed(42)\n+tf.keras.utils.set_random_seed(42)\n" in result.stdout
    assert result.stderr == "Would fix 1 finding in 1 file.\n"
    assert (project / "broken.py").read_text() == BROKEN
    assert seedlint("--diff", "--exit-zero").exit_code == 0
    assert seedlint("--diff", "clean.py").exit_code == 0
    assert seedlint("--diff", "-q").stderr == ""


def test_diff_can_be_applied_in_any_encoding(project: Path) -> None:
    text = "# -*- coding: latin-1 -*-\r\n# é\r\n" + BROKEN.replace("\n", "\r\n")
    (project / "broken.py").write_bytes(text.encode("latin-1"))
    diff = run("--diff").stdout
    subprocess.run(["git", "apply", "-p0", "--whitespace=nowarn", "-"], input=diff, check=True)
    mended = text.replace("tf.random.set_seed", "tf.keras.utils.set_random_seed")
    assert (project / "broken.py").read_bytes() == mended.encode("latin-1")


def test_file_that_cannot_be_written_is_told_and_the_others_are_fixed(project: Path) -> None:
    for name in ("a.py", "b.py"):
        (project / name).write_text(BROKEN)
    (project / "a.py").chmod(0o444)
    result = seedlint("--fix")
    assert result.exit_code == 2
    assert result.stderr == "error: a.py: not changed: the file is read-only\n"
    assert result.stdout.startswith("Fixed 1 finding.")
    assert (project / "a.py").read_text() == BROKEN
    assert (project / "b.py").read_text() == MENDED


# Standard input


def test_standard_input_is_checked(project: Path) -> None:
    result = seedlint("-", stdin=BROKEN)
    assert result.exit_code == 1
    assert result.stdout.startswith("-:3:1: SEED103")
    result = seedlint("-", "--stdin-filename", "sub/train.py", stdin=BROKEN)
    assert result.stdout.startswith("sub/train.py:3:1: SEED103")
    assert list(project.iterdir()) == [project / "pyproject.toml"]


def test_settings_hold_for_standard_input(project: Path) -> None:
    (project / "seedlint.toml").write_text('per-file-ignores = {"sub/" = ["SEED1"]}')
    assert seedlint("-", "--stdin-filename", "sub/train.py", stdin=BROKEN).exit_code == 0
    assert seedlint("-", "--stdin-filename", "train.py", stdin=BROKEN).exit_code == 1


def test_standard_input_is_fixed_to_standard_output(project: Path) -> None:
    text = "\ufeff" + BROKEN.replace("\n", "\r\n")
    mended = "\ufeff" + MENDED.replace("\n", "\r\n")
    result = run("--fix", "-", input=text.encode())
    assert (result.returncode, result.stdout) == (0, mended.encode())
    assert result.stderr.decode() == "Fixed 1 finding. Nothing is left.\n"
    result = run("--diff", "-", "--stdin-filename", "train.py", input=text.encode())
    assert result.returncode == 1
    assert result.stdout.startswith(b"--- train.py\n+++ train.py\n")


@pytest.mark.parametrize("data", [b"x = (\n", b"x = '\xff'\n", CLEAN.encode(), b""])
def test_standard_input_that_cannot_be_fixed_comes_back(data: bytes) -> None:
    assert run("--fix", "-", input=data).stdout == data


# Output


def test_json_of_nothing_is_an_empty_array(project: Path) -> None:
    (project / "clean.py").write_text(CLEAN)
    assert json.loads(seedlint("--output-format=json").stdout) == []


def test_concise(project: Path) -> None:
    (project / "broken.py").write_text(BROKEN)
    lines = seedlint("--output-format=concise").stdout.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("broken.py:3:1: SEED103 incomplete-seed [*] ")


def test_output_file(project: Path) -> None:
    (project / "broken.py").write_text(BROKEN)
    result = seedlint("--output-format=json", "--output-file=report.json")
    assert (result.exit_code, result.output) == (1, "")
    assert json.loads((project / "report.json").read_text())[0]["code"] == "SEED103"
    result = seedlint("--output-file=nowhere/report.txt")
    assert result.exit_code == 2
    assert "nowhere/report.txt: No such file or directory" in result.stderr


def test_statistics(project: Path) -> None:
    (project / "a.py").write_text(BROKEN)
    (project / "b.py").write_text(BROKEN)
    assert seedlint("--statistics").stdout == "2  SEED103  [*]  incomplete-seed\n"
    counts = json.loads(seedlint("--statistics", "--output-format=json").stdout)
    assert counts == [{"code": "SEED103", "name": "incomplete-seed", "count": 2, "fixable": 2}]


def test_colour_is_for_terminals_and_those_who_ask(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "broken.py").write_text(BROKEN)
    assert "\x1b[" not in seedlint().output
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ";1mSEED103\x1b[0m" in seedlint().stdout
    assert "\x1b[32m+tf.keras" in seedlint("--diff").stdout
    assert "\x1b[1mWhat it does\x1b[0m\n" in seedlint("rule", "SEED103").stdout
    assert "\x1b[" not in seedlint("--output-format=json").stdout
    assert "\x1b[" not in seedlint("rule", "SEED103", "--output-format=markdown").stdout
    seedlint("--output-file=report.txt")
    assert "\x1b[" not in (project / "report.txt").read_text()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in seedlint().output


def test_output_that_the_terminal_cannot_show_does_not_fail(project: Path) -> None:
    (project / "日\udcff.py").write_text(BROKEN)
    for encoding, name in (("latin-1", b"\\u65e5\\udcff.py"), ("utf-8", "日".encode() + b"\\udcff.py")):
        result = run(env={**os.environ, "PYTHONIOENCODING": encoding})
        assert result.returncode == 1
        assert result.stdout.startswith(name + b":3:1: SEED103")


def test_reader_that_goes_away_is_no_crash(project: Path) -> None:
    for number in range(40):
        (project / f"broken_{number}.py").write_text(BROKEN * 20)
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run([sys.executable, "-m", "seedlint"], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (result.returncode, result.stderr) == (2, b"")


def test_interruption_is_no_crash(project: Path) -> None:
    # It waits for standard input, so it can't have ended before the signal comes.
    process = subprocess.Popen(
        [sys.executable, "-m", "seedlint", "--fix", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONVERBOSE": "1"},
    )
    assert process.stderr is not None
    for line in process.stderr:
        if b"import 'seedlint.cli.inputs'" in line:
            break
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate()
    assert process.returncode == 130
    assert output == b""
    assert b"Traceback" not in errors
