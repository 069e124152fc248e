"""`--baseline` and `--write-baseline`: a project starts at zero, and what is mended can be taken out."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from commands import seedlint
from linting import notebook

if TYPE_CHECKING:
    from pathlib import Path

OLD = """\
import numpy as np


def load():
    return np.random.rand(3)


print(load(), np.random.permutation(3))
"""
MOVED = OLD.replace("import numpy", "import os\nimport sys\n\nimport numpy")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with an old program, which is the current directory."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "train.py").write_text(OLD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*arguments: str) -> list[tuple[str, int]]:
    """The codes and rows of what is reported."""
    result = seedlint("--output-format=json", *arguments)
    assert result.exit_code in (0, 1), result.output
    return [(finding["code"], finding["location"]["row"]) for finding in json.loads(result.stdout)]


def written(*arguments: str) -> str:
    """What is said when the baseline is written."""
    result = seedlint("--write-baseline", *arguments)
    assert (result.exit_code, result.stdout) == (0, "")
    return result.stderr


def test_a_project_starts_at_zero_and_new_findings_are_reported(project: Path) -> None:
    assert found() == [("SEED101", 5), ("SEED304", 5), ("SEED403", 8)]
    assert written("--baseline=known.json") == "known.json holds 3 findings now.\n"
    result = seedlint("--baseline=known.json")
    assert (result.exit_code, result.output) == (0, "All checks passed!\n")
    (project / "train.py").write_text(f"{MOVED}print(np.random.rand(9))\n")
    assert found("--baseline=known.json") == [("SEED304", 12)]


def test_the_file_is_sorted_and_plain(project: Path) -> None:
    (project / "a").mkdir()
    (project / "a" / "b.py").write_text(OLD)
    written("--baseline=known.json")
    text = (project / "known.json").read_text()
    document = json.loads(text)
    assert document["version"] == 1
    assert [(name, list(codes)) for name, codes in document["findings"].items()] == [
        ("a/b.py", ["SEED101", "SEED304", "SEED403"]),
        ("train.py", ["SEED101", "SEED304", "SEED403"]),
    ]
    assert text == json.dumps(document, indent=2) + "\n"
    written("--baseline=known.json", "train.py")
    assert (project / "known.json").read_text() == text


def test_what_is_mended_is_told_without_failing_and_taken_out(project: Path) -> None:
    written("--baseline=known.json")
    (project / "train.py").write_text(MOVED.replace("np.random.permutation(3)", "3"))
    result = seedlint("--baseline=known.json")
    assert (result.exit_code, result.stdout) == (0, "All checks passed!\n")
    assert (
        result.stderr
        == "note: 1 finding in known.json is mended; --write-baseline takes it out:\n  train.py: SEED403\n"
    )
    assert seedlint("-q", "--baseline=known.json").output == ""
    assert written("--baseline=known.json") == "known.json holds 2 findings now.\n"
    assert seedlint("--baseline=known.json").output == "All checks passed!\n"
    (project / "train.py").rename(project / "other.py")
    (project / "other.py").write_text("")
    assert "2 findings in known.json are mended" in seedlint("--baseline=known.json").stderr
    assert written("--baseline=known.json", "-q") == ""
    assert json.loads((project / "known.json").read_text())["findings"] == {}


def test_what_was_not_looked_at_is_not_mended_and_stays(project: Path) -> None:
    (project / "other.py").write_text(OLD)
    written("--baseline=known.json")
    before = (project / "known.json").read_text()
    (project / "train.py").write_text("")
    (project / "other.py").write_text("(")
    assert seedlint("--baseline=known.json", "--select=SEED3", "train.py").stderr.endswith("  train.py: SEED304\n")
    assert seedlint("--baseline=known.json", "pyproject.toml").stderr == ""
    result = seedlint("--baseline=known.json", "other.py")
    assert (result.exit_code, result.stderr) == (1, "")
    assert "SEED001" in result.stdout
    written("--baseline=known.json", "--select=SEED3", "train.py")
    kept = json.loads((project / "known.json").read_text())["findings"]
    assert list(kept["train.py"]) == ["SEED101", "SEED403"]
    assert kept["other.py"] == json.loads(before)["findings"]["other.py"]


def test_files_that_cannot_be_read_as_code_start_at_zero_too(project: Path) -> None:
    (project / "old.py").write_text("print 'x'\n")
    (project / "bytes.py").write_bytes(b"x = '\xff'\n")
    assert written("--baseline=known.json") == "known.json holds 5 findings now.\n"
    assert seedlint("--baseline=known.json").output == "All checks passed!\n"


def test_notebooks(project: Path) -> None:
    cells = "# %%\n%matplotlib inline\nimport numpy as np\n# %%\nnp.random.rand(3)\n"
    (project / "train.ipynb").write_text(notebook(cells))
    written("--baseline=known.json", "train.ipynb")
    (project / "train.ipynb").write_text(notebook(f"# %%\nprint()\n{cells}"))
    assert found("--baseline=known.json", "train.ipynb") == []


def test_settings_name_it_from_where_they_are(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "sub").mkdir()
    (project / "sub" / "train.py").write_text(OLD)
    (project / "sub" / "seedlint.toml").write_text('baseline = "known.json"')
    (project / "seedlint.toml").write_text('baseline = "sub/all.json"')
    assert written() == "sub/all.json holds 3 findings now.\nsub/known.json holds 3 findings now.\n"
    assert list(json.loads((project / "sub" / "all.json").read_text())["findings"]) == ["../train.py"]
    assert list(json.loads((project / "sub" / "known.json").read_text())["findings"]) == ["train.py"]
    monkeypatch.chdir(project / "sub")
    assert seedlint("..").output == "All checks passed!\n"
    assert len(found("--isolated", "..")) == 6
    assert seedlint("--stdin-filename=train.py", "-", stdin=OLD).output == "All checks passed!\n"


def test_fix_leaves_known_findings_alone(project: Path) -> None:
    written("--baseline=known.json")
    (project / "train.py").write_text(f"{OLD}print(np.random.default_rng())\n")
    result = seedlint("--baseline=known.json", "--fix")
    assert result.exit_code == 0
    assert (project / "train.py").read_text() == f"{OLD}print(np.random.default_rng(42))\n"


def test_links_stay(project: Path) -> None:
    (project / "kept").mkdir()
    (project / "known.json").symlink_to("kept/known.json")
    written("--baseline=known.json")
    assert (project / "known.json").is_symlink()
    assert list(json.loads((project / "kept" / "known.json").read_text())["findings"]) == ["train.py"]
    assert found("--baseline=known.json") == []
    assert os.listdir(project / "kept") == ["known.json"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no such baseline; --write-baseline makes it"),
        ("", "no baseline: no JSON"),
        ("[" * 100_000, "no baseline: no JSON"),
        ("\ud800", "no baseline: no JSON"),
        ("[]", "it says no version"),
        ('{"version": 2, "findings": {}}', "version 2, and this seedlint knows version 1 only"),
        ('{"version": 1}', "`findings` is no object"),
        ('{"version": 1, "findings": {"a.py": []}}', "`a.py` is no object"),
        ('{"version": 1, "findings": {"a.py": {"SEED302": "x"}}}', "SEED302 of `a.py` is no list of strings"),
        ('{"version": 1, "findings": {"a.py": {"SEED302": [1]}}}', "SEED302 of `a.py` is no list of strings"),
    ],
)
def test_a_damaged_one_is_an_error_and_stays(project: Path, content: str | None, words: str) -> None:
    file = project / "known.json"
    if content is not None:
        file.write_bytes(content.encode(errors="surrogatepass"))
    for arguments in ([], ["-q", "--fix"], *([["--write-baseline"]] if content is not None else [])):
        result = seedlint("--baseline=known.json", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"Error: {file}: ")
        assert words in result.stderr
    assert (project / "train.py").read_text() == OLD
    assert content is None or file.read_bytes() == content.encode(errors="surrogatepass")


def test_one_that_cannot_be_written_is_an_error(project: Path) -> None:
    result = seedlint("--write-baseline", "--baseline=missing/known.json")
    assert result.exit_code == 2
    assert "missing/known.json: not written: No such file or directory" in result.stderr
    (project / "folder").mkdir()
    (project / "seedlint.toml").write_text('baseline = "folder"')
    assert "folder: Is a directory" in seedlint("--write-baseline").stderr
    assert os.listdir(project / "folder") == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--write-baseline"], "say where the baseline is"),
        (["--write-baseline", "--fix", "--baseline=x"], "leave out --fix"),
        (["--write-baseline", "--add-noqa", "--baseline=x"], "leave out --fix"),
        (["--write-baseline", "--baseline=x", "-"], "leave out --fix"),
    ],
)
def test_contradictions_are_refused(project: Path, arguments: list[str], words: str) -> None:
    result = seedlint(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert sorted(os.listdir(project)) == ["pyproject.toml", "train.py"]
