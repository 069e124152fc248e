"""`--add-noqa`: each finding gets its comment, the code stays the same, and nothing is reported afterwards."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import seedlint
from linting import notebook

from seedlint.finding import Finding, Position, Span
from seedlint.fixes.edits import apply_edits
from seedlint.fixes.noqa import comments, is_reason
from seedlint.sources.text import decode
from seedlint.suppression import apply

if TYPE_CHECKING:
    from collections.abc import Iterable

FIXTURES = Path(__file__).parent.parent / "fixtures"
DRAW = "import numpy as np\n\nx = np.random.rand(3)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current directory."""
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def suppressed(text: str, found: Iterable[tuple[int, str]], reason: str = "") -> str:
    """The text with comments for findings of these codes in these rows."""
    source = decode(text.encode(), Path("x.py"))
    findings = [
        Finding(code, "name", "message", "error", "certain", "x.py", Span(Position(row, 1), Position(row, 2)))
        for row, code in found
    ]
    result = apply_edits(text, comments(source, findings, reason))
    assert apply(findings, result).kept == ()
    assert ast.dump(ast.parse(result)) == ast.dump(ast.parse(text))
    return result


@pytest.mark.parametrize(
    ("before", "found", "after"),
    [
        ("x = 1\n", [(1, "SEED302")], "x = 1  # noqa: SEED302\n"),
        ("x = 1", [(1, "SEED302")], "x = 1  # noqa: SEED302"),
        ("x = 1 \t\r\ny = 2\r\n", [(1, "SEED302")], "x = 1  # noqa: SEED302\r\ny = 2\r\n"),
        ("x = 1\ry = 2\r", [(2, "SEED302")], "x = 1\ry = 2  # noqa: SEED302\r"),
        ("x = 1\n", [(1, "SEED302"), (1, "SEED101"), (1, "SEED302")], "x = 1  # noqa: SEED101, SEED302\n"),
        ("x = 1; y = 2;\n", [(1, "SEED302")], "x = 1; y = 2;  # noqa: SEED302\n"),
        ("x = 1  # why\n", [(1, "SEED302")], "x = 1  # why  # noqa: SEED302\n"),
        ("x = 1  # type: ignore\n", [(1, "SEED302")], "x = 1  # type: ignore  # noqa: SEED302\n"),
        ("x = 1  # noqa: E501\n", [(1, "SEED302")], "x = 1  # noqa: E501, SEED302\n"),
        ("x = 1  #noqa:E501,F4 why\n", [(1, "SEED302")], "x = 1  #noqa:E501,F4, SEED302 why\n"),
        ("x = 1  # noqa: E501 # type: ignore\n", [(1, "SEED302")], "x = 1  # noqa: E501, SEED302 # type: ignore\n"),
        ("x = 1  # noqa: it is meant\n", [(1, "SEED302")], "x = 1  # noqa: it is meant  # noqa: SEED302\n"),
        ("x = 1  # noqa:\n", [(1, "SEED302")], "x = 1  # noqa:  # noqa: SEED302\n"),
        ("x = f(\n  1,\n  2,\n)\n".replace("f", "max"), [(2, "SEED302"), (3, "SEED301")],
         "x = max(\n  1,  # noqa: SEED302\n  2,  # noqa: SEED301\n)\n"),
        ("x = 1 + \\\n  2\ny = 3\n", [(1, "SEED302")], "x = 1 + \\\n  2  # noqa: SEED302\ny = 3\n"),
        ("x = [1, '''\na''', \\\n2,\n3]\n", [(1, "SEED302")], "x = [1, '''\na''', \\\n2,  # noqa: SEED302\n3]\n"),
        ("x = '''a\n{}\n'''.format(1)\n", [(2, "SEED302")], "x = '''a\n{}\n'''.format(1)  # noqa: SEED302\n"),
        ("x = f'''a\n{1}\n{2} # noqa: E501\n'''\n", [(2, "SEED302")],
         "x = f'''a\n{1}\n{2} # noqa: E501\n'''  # noqa: SEED302\n"),
        ("x = f'''{\n1}'''\n", [(1, "SEED302")], "x = f'''{\n1}'''  # noqa: SEED302\n"),
        ("for x in [\n  1]:\n  y = 2\n", [(1, "SEED302")], "for x in [  # noqa: SEED302\n  1]:\n  y = 2\n"),
        ("if 1: x = 2\nelse: x = 3\n", [(2, "SEED302")], "if 1: x = 2\nelse: x = 3  # noqa: SEED302\n"),
        ("@str\ndef f():\n  pass\n", [(1, "SEED302")], "@str  # noqa: SEED302\ndef f():\n  pass\n"),
        ("\x0cx = 'ä€😀'\n", [(1, "SEED302")], "\x0cx = 'ä€😀'  # noqa: SEED302\n"),
    ],
)  # fmt: skip
def test_comment_goes_where_it_reaches_and_breaks_nothing(
    before: str, found: list[tuple[int, str]], after: str
) -> None:
    assert suppressed(before, found) == after


def test_reason_stands_behind_new_codes() -> None:
    assert suppressed("x = 1\n", [(1, "SEED302")], "it is meant") == "x = 1  # noqa: SEED302 it is meant\n"
    assert suppressed("x = 1  # noqa: E501\n", [(1, "SEED302")], "meant") == "x = 1  # noqa: E501, SEED302 meant\n"
    assert suppressed("x = 1  # noqa: E501 long\n", [(1, "SEED302")], "meant") == "x = 1  # noqa: E501, SEED302 long\n"


@pytest.mark.parametrize("reason", ["a\nb", "SEED101 too", "GH12", "# noqa", "# seedlint: ignore-file", "\x1b[0m"])
def test_what_would_be_no_reason_is_refused(reason: str, project: Path) -> None:
    assert not is_reason(reason)
    (project / "train.py").write_text(DRAW)
    result = seedlint(f"--add-noqa={reason}")
    assert (result.exit_code, (project / "train.py").read_text()) == (2, DRAW)


@pytest.mark.parametrize("arguments", [["--fix"], ["--diff"], ["-"]])
def test_contradictions_are_refused(arguments: list[str]) -> None:
    result = seedlint("--add-noqa", *arguments)
    assert result.exit_code == 2
    assert "--add-noqa changes files" in result.stderr


def test_afterwards_nothing_is_found_in_real_programs(project: Path) -> None:
    for path in sorted((FIXTURES / "recipes").glob("*.py"))[::3]:
        (project / path.name).write_bytes(path.read_bytes())
    before = {path: path.read_text() for path in project.glob("*.py")}
    count = len(json.loads(seedlint("--output-format=json").stdout))
    assert count > 20

    result = seedlint("--add-noqa=known")

    assert (result.exit_code, result.stdout) == (0, "All checks passed!\n")
    assert result.stderr == f"Added `# noqa` for {count} findings.\n"
    assert seedlint("--output-format=json").stdout == "[]\n"
    for path, text in before.items():
        assert ast.dump(ast.parse(path.read_text())) == ast.dump(ast.parse(text))
    assert sum(path.read_text() != text for path, text in before.items()) > 4


def test_what_suppresses_nothing_is_taken_out_and_other_codes_stay(project: Path) -> None:
    (project / "train.py").write_text(
        "import numpy as np  # noqa: SEED401\n\nx = np.random.rand(3)  # noqa: SEED302, E501\ny = 1  # noqa: F841\n"
    )
    assert seedlint("train.py", "--add-noqa").exit_code == 0
    assert (project / "train.py").read_text() == (
        "import numpy as np\n\nx = np.random.rand(3)  # noqa: E501, SEED101, SEED304\ny = 1  # noqa: F841\n"
    )
    assert seedlint().stdout == "All checks passed!\n"


def test_a_path_behind_it_is_no_reason(project: Path) -> None:
    (project / "train.py").write_text(DRAW)
    (project / "--add-noqa").write_text(DRAW)
    assert seedlint("--add-noqa", "train.py").exit_code == 0
    assert (project / "train.py").read_text() == DRAW.replace("(3)\n", "(3)  # noqa: SEED101, SEED304\n")
    assert seedlint("--", "--add-noqa").exit_code == 1
    assert (project / "--add-noqa").read_text() == DRAW


def test_only_rules_that_run_are_suppressed(project: Path) -> None:
    (project / "train.py").write_text(DRAW)
    assert seedlint("--add-noqa", "--select=SEED3").exit_code == 0
    assert (project / "train.py").read_text().endswith("  # noqa: SEED304\n")
    assert "SEED101" in seedlint().stdout


def test_notebooks_change_in_source_lines_only(project: Path) -> None:
    cells = (
        "# %%\nimport numpy as np\n# %%\n%matplotlib inline\nx = np.random.rand(\n    3\n)\n"
        "# %%\n%time np.random.rand(3)\n"
    )
    (project / "a.ipynb").write_text(notebook(cells))
    document = json.dumps(json.loads(notebook(cells)), separators=(",", ":"))
    (project / "b.ipynb").write_bytes(document.replace("rand(", "r\\u0061nd(").encode())
    before = {name: (project / name).read_text() for name in ("a.ipynb", "b.ipynb")}

    assert seedlint("--add-noqa").exit_code == 0

    for name, text in before.items():
        expected = text.replace("nd(\\n", "nd(  # noqa: SEED101, SEED304\\n").replace("nd(3)", "nd(3)  # noqa: SEED304")
        assert (project / name).read_text() == expected
    assert seedlint().stdout == "All checks passed!\n"


def test_what_no_comment_can_suppress_is_left_and_told(project: Path) -> None:
    cells = "# %% In [2]\nx = 1\n# %% In [1]\n%matplotlib inline\n"
    (project / "a.ipynb").write_text(notebook(cells))
    (project / "b.py").write_text("x = '''\n")
    (project / "c.py").write_bytes(b"x = '\xff'\n")
    before = {path.name: path.read_bytes() for path in project.iterdir()}
    result = seedlint("--add-noqa", "--output-format=json")
    assert result.exit_code == 1
    assert [(each["filename"], each["code"]) for each in json.loads(result.stdout)] == [
        ("a.ipynb", "SEED110"),
        ("b.py", "SEED001"),
        ("c.py", "SEED001"),
    ]
    assert {path.name: path.read_bytes() for path in project.iterdir()} == before


def test_a_file_that_cannot_be_written_is_an_error_and_stays(project: Path) -> None:
    (project / "a.py").write_text(DRAW)
    (project / "b.py").write_text(f"import os  # noqa: SEED101\n{DRAW}")
    (project / "b.py").chmod(0o400)
    result = seedlint("--add-noqa")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "Added `# noqa` for 2 findings.",
        "error: b.py: not changed: the file is read-only",
    ]
    assert (project / "b.py").read_text() == f"import os  # noqa: SEED101\n{DRAW}"
    assert "# noqa" in (project / "a.py").read_text()
    assert sorted(os.listdir(project)) == ["a.py", "b.py", "pyproject.toml"]
