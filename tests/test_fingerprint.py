"""A finding is the same finding after edits elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from linting import write_project

from seedlint.fingerprint import fingerprinted

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """\
import numpy as np


class Noise:
    def sample(self):
        return np.random.rand(3)


def load():
    a = np.random.rand(3)
    b = np.random.permutation(
        10
    )
    return a, b


print(load(), Noise().sample(), np.random.rand(3))
"""


def known(folder: Path, text: str, filename: str = "train.py") -> dict[str, tuple[str, int]]:
    """Each finding's code and row by its fingerprint, which no two share."""
    folder.mkdir(exist_ok=True)
    project = write_project(folder, {filename: text})
    findings = fingerprinted(project.findings(), {source.filename: source.text for source in project.sources})
    result = {finding.fingerprint: (finding.code, finding.span.start.row) for finding in findings}
    assert len(result) == len(findings)
    return result


def test_findings_are_told_apart(tmp_path: Path) -> None:
    # 101, and each of the four draws, three of which are written alike.
    assert sorted(known(tmp_path, PROGRAM).values()) == [
        ("SEED101", 10),
        ("SEED304", 6),
        ("SEED304", 10),
        ("SEED304", 17),
        ("SEED403", 11),
    ]


@pytest.mark.parametrize(
    "edited",
    [
        PROGRAM.replace("import numpy as np\n", '"""What it is for."""\n\nimport os\nimport numpy as np\n'),
        PROGRAM.replace("    a =", "    print('loading')\n    with_noise ="),
        PROGRAM.replace("(\n        10\n    )", "(10)"),
        PROGRAM.replace("\n    return a, b", "  # as before\n    return a, b"),
        PROGRAM.replace("\n", "\r\n"),
        PROGRAM.replace("    ", "\t"),
    ],
    ids=["moved down", "moved and assigned to another name", "laid out anew", "comment", "line ends", "indentation"],
)
def test_fingerprints_outlive_edits_elsewhere(tmp_path: Path, edited: str) -> None:
    assert edited != PROGRAM
    before, after = known(tmp_path / "before", PROGRAM), known(tmp_path / "after", edited)
    assert before.keys() == after.keys()
    assert {mark: code for mark, (code, _) in before.items()} == {mark: code for mark, (code, _) in after.items()}


def test_moved_functions_keep_theirs(tmp_path: Path) -> None:
    head, noise, load, run = PROGRAM.split("\n\n\n")
    before, after = (
        known(tmp_path / "before", PROGRAM),
        known(tmp_path / "after", "\n\n\n".join((head, load, noise, run))),
    )
    assert {before[mark][1]: after[mark][1] for mark in before} == {6: 14, 10: 5, 11: 6, 17: 17}


def test_one_more_of_the_same_is_one_more(tmp_path: Path) -> None:
    more = PROGRAM.replace("    a =", "    c = np.random.rand(3)\n    a =")
    before, after = known(tmp_path / "before", PROGRAM), known(tmp_path / "after", more)
    assert before.keys() < after.keys()
    assert len(after) == len(before) + 1


def test_mended_finding_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    mended = PROGRAM.replace(
        "b = np.random.permutation(\n        10\n    )", "b = np.random.default_rng(1).permutation(10)"
    )
    before, after = known(tmp_path / "before", PROGRAM), known(tmp_path / "after", mended)
    assert [before[mark] for mark in before.keys() - after.keys()] == [("SEED403", 11)]
    assert after.keys() < before.keys()


def test_fingerprints_stay_when_others_are_taken_away(tmp_path: Path) -> None:
    project = write_project(tmp_path, {"train.py": "import numpy as np\nnp.random.rand()\nnp.random.rand()\n"})
    texts = {source.filename: source.text for source in project.sources}
    findings = fingerprinted(project.findings(), texts)
    last = findings[-1:]
    assert len(findings) > 1
    assert fingerprinted(last, texts) == last


def test_what_cannot_be_parsed_has_one_too(tmp_path: Path) -> None:
    broken = "import os\nprint 'x'\n"
    assert known(tmp_path / "before", broken).keys() == known(tmp_path / "after", f"import sys\n{broken}").keys()


def test_cells_moved_in_a_notebook(tmp_path: Path) -> None:
    cells = "# %%\nimport numpy as np\n# %%\n%time x = 1\n# %%\nnp.random.rand(3)\n"
    moved = cells.replace("# %%\n%time x = 1\n", "# %%\nprint()\n# %%\nprint(1)\n")
    before, after = known(tmp_path / "before", cells, "a.ipynb"), known(tmp_path / "after", moved, "a.ipynb")
    assert before.keys() == after.keys()
    assert before
