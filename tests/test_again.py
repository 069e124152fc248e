"""What is checked again is found as if nobody had looked at it before, and what nothing reaches is not looked at."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from linting import write_project

from seedlint import parallel
from seedlint.fixes.loop import fix_until_stable
from seedlint.linter import Linter
from seedlint.parallel import Checks
from seedlint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from linting import Project

    from seedlint.finding import Finding
    from seedlint.settings import Settings

    Check = Callable[[Sequence[SourceText]], list[Finding]]

PICK = "import random\n\n\ndef pick():\n    return random.random()\n"
PRINTS = "import random\n\nimport tools\n\nprint(tools.pick(), random.random())\n"
SEEDS = "import random\nimport time\n\n\ndef prepare():\n    random.seed(time.time())\n"


@contextmanager
def checking(project: Project, jobs: int) -> Iterator[Check]:
    """Give what finds with so many processes what there is in the files as they become; a new linter finds the same."""

    def check(sources: Sequence[SourceText]) -> list[Finding]:
        found, _ = checks.check(sources, lambda done: None)
        assert found == project.check(sources)
        return found

    with Checks(project.settings_for, jobs) as checks:
        yield check


@pytest.fixture(params=[1, 2], ids=["alone", "divided"])
def jobs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(parallel, "_WORTHWHILE", 0)
    return int(request.param)


def essence(findings: Sequence[Finding]) -> list[tuple[str, str, int]]:
    return [(finding.filename, finding.code, finding.span.start.row) for finding in findings]


@pytest.mark.parametrize(
    ("files", "changed", "left"),
    [
        pytest.param(
            {"tools.py": PICK, "train.py": PRINTS, "other.py": "import tools\n\nprint(tools)\n"},
            {"train.py"},
            [],
            id="the program is seeded for what it calls",
        ),
        pytest.param(
            {
                "seeding.py": SEEDS,
                "tools.py": PICK,
                "train.py": "import seeding\nimport tools\n\nseeding.prepare()\nprint(tools.pick())\n",
            },
            {"seeding.py"},
            [],
            id="what it calls first is seeded for what it calls then",
        ),
        pytest.param(
            {
                "tools.py": PICK,
                "one.py": PRINTS,
                "two.py": PRINTS,
                "three.ipynb": "# %%\nimport tools\n# %%\ntools.pick()\n",
            },
            {"one.py", "two.py", "three.ipynb"},
            [],
            id="each program that calls it",
        ),
        pytest.param(
            {
                "tools.py": PICK + "\n\ndef fix_all():\n    random.seed(1)\n",
                "train.py": PRINTS,
                "late.py": "import tools\n\nprint(tools.pick())\ntools.fix_all()\n",
            },
            {"train.py", "late.py"},
            [],
            id="one program lacks a seed and another has it too late",
        ),
    ],
)
def test_what_a_fix_mends_elsewhere_is_seen(
    files: Mapping[str, str], changed: set[str], left: list[tuple[str, str, int]], jobs: int, tmp_path: Path
) -> None:
    project = write_project(tmp_path, files)
    with checking(project, jobs) as check:
        before = check(project.sources)
        result = fix_until_stable(check, project.sources, unsafe=True)
    elsewhere = {finding.filename for finding in before} - changed
    assert elsewhere
    after = {source.filename for old, source in zip(project.sources, result.sources, strict=True) if old != source}
    assert after == changed
    assert essence(result.findings) == left


@pytest.mark.parametrize("unsafe", [False, True])
def test_fixing_again_and_again_is_fixing_with_new_linters(unsafe: bool, jobs: int, tmp_path: Path) -> None:
    project = write_project(
        tmp_path,
        {
            "tools.py": PICK,
            "train.py": f"{PRINTS}x = 1  # noqa: SEED304\n",
            "nets.py": "import tensorflow as tf\n\ntf.set_random_seed(1)\nprint(tf.random_normal([2]))\n",
            "again.py": "import random\n\nimport nets, tools\n\nfor i in range(3):\n    random.seed(i)\ntools.pick()\n",
            "cells.ipynb": "# %%\nimport tools\n# %%\ntools.pick()\n# %%\nimport nets\n",
        },
    )
    with checking(project, jobs) as check:
        result = fix_until_stable(check, project.sources, unsafe=unsafe)
    assert result == project.fix(unsafe=unsafe)
    assert len([code for codes in result.fixed.values() for code in codes]) > 4


def test_seeds_that_were_chosen_for_a_fix_are_free_again(jobs: int, tmp_path: Path) -> None:
    project = write_project(
        tmp_path,
        {
            "nets.py": "from keras.initializers import GlorotUniform\n\nA = GlorotUniform()\nB = GlorotUniform()\n",
            "train.py": "import random\n\nimport nets\n\nprint(random.random(), nets.A)\n",
        },
        strict=True,
    )
    with checking(project, jobs) as check:
        result = fix_until_stable(check, project.sources, unsafe=True)
    assert [source.text.count("seed=") for source in result.sources] == [2, 0]


CHANGES: list[dict[str, str]] = [
    {"tools.py": f"# a comment\n\n{PICK}"},  # what is found there has moved
    {"tools.py": f"{PICK}\n\nrandom.seed(1)\n"},
    {"tools.py": f"# seeds\n{PICK}\n\nrandom.seed(1)\n"},
    {"tools.py": PICK, "train.py": PRINTS.replace("import tools", "import tools\n\nrandom.seed(1)")},
    {"alone.py": "import tools\n\nprint(tools.pick())\n"},  # one more program
    {"alone.py": "print(1)\n"},
    {"train.py": "import alone\n\nprint(alone)\n"},  # what it imported is run by itself from here on
    {"tools.py": "def pick(:\n"},
    {"tools.py": PICK, "train.py": PRINTS},
    {"train.py": f"{PRINTS}  # noqa: SEED101\n"},
    {"train.py": f"def main():\n    {PRINTS.splitlines()[-1]}\n"},
    {"train.py": PRINTS, "seeding.py": "import random\n\nimport tools\n\n\ndef seed():\n    random.seed(1)\n"},
    {"train.py": PRINTS.replace("import tools", "import tools\nimport seeding\n\nseeding.seed()")},  # it is called
    {"seeding.py": "def seed():\n    pass\n"},
]


def test_each_change_is_seen_as_if_it_had_always_been_there(jobs: int, tmp_path: Path) -> None:
    project = write_project(tmp_path, {"tools.py": PICK, "train.py": PRINTS, "alone.py": "", "seeding.py": SEEDS})
    current = {source.filename: source for source in project.sources}
    seen = []
    with checking(project, jobs) as check:
        for change in ({}, *CHANGES, *reversed(CHANGES)):
            current |= {name: current[name]._replace(text=text) for name, text in change.items()}
            seen.append(essence(check([*current.values()])))
    assert len({*map(tuple, seen)}) > len(CHANGES) / 2


def test_comments_in_files_that_not_all_processes_have_read(jobs: int, tmp_path: Path) -> None:
    project = write_project(
        tmp_path,
        {
            "a_single.py": PICK,
            "first.py": "import a_single, shared\n\nprint(shared.pick(), a_single.pick())\n",
            "second.py": "import shared\n\nprint(shared.pick())\n",
            "shared.py": f"{PICK}\n\ndef seed_all():\n    random.seed(1)\n",
        },
    )
    both = ("a_single.py", "shared.py")
    with checking(project, jobs) as check:
        assert "SEED104" in {finding.code for finding in check(project.sources)}
        for row in ("# one\n", "# two\n\n"):
            check([source._replace(text=row + source.text) for source in project.sources])
            several = [each._replace(text=row + each.text) for each in project.sources if each.filename in both]
            check([*several, *(each for each in project.sources if each.filename not in both)])


class Noting:
    """Settings of files that note for which they are asked."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.asked: set[str] = set()

    def __call__(self, path: str) -> Settings:
        self.asked.add(os.path.basename(path))
        return self.settings


def test_what_no_change_reaches_is_not_looked_at_again(tmp_path: Path) -> None:
    project = write_project(
        tmp_path, {"tools.py": PICK, "train.py": PRINTS, "other.py": "import random\n\nprint(random.random())\n"}
    )
    settings = Noting(project.settings)
    linter = Linter(settings)
    before = linter.check(project.sources)
    assert settings.asked == {"tools.py", "train.py", "other.py"}
    settings.asked.clear()
    assert linter.check(project.sources) == before
    assert not settings.asked
    changed = [source._replace(text=source.text.replace("())", "(1))")) for source in project.sources]
    linter.check([changed[0], changed[1], project.sources[2]])
    assert settings.asked == {"tools.py", "train.py"}


def test_a_program_that_comes_later_counts(tmp_path: Path) -> None:
    project = write_project(tmp_path, {"it/__init__.py": "", "it/tools.py": PICK})
    program = SourceText(str(tmp_path / "run.py"), "run.py", "import it.tools\n\nprint(it.tools.pick())\n")
    linter = Linter(project.settings_for)
    assert linter.check(project.sources) == []
    found = linter.check([*project.sources, program])
    assert found == project.check([*project.sources, program])
    assert essence(found) == [("it/tools.py", "SEED304", 5), ("run.py", "SEED101", 3)]


def test_a_fix_that_is_asked_for_alone_is_always_the_same(tmp_path: Path) -> None:
    code = "import keras\n\nfirst = keras.initializers.HeNormal()\nsecond = keras.initializers.HeNormal()\n"
    project = write_project(tmp_path, {"train.py": code})
    linter = Linter(project.settings_for, fixes_later=True)
    first, second = [finding for finding in linter.check(project.sources) if finding.code == "SEED301"]
    fixes = [linter.with_fix(finding).fix for finding in (first, first, second, first)]
    assert [edit.content for fix in fixes if fix for edit in fix.edits] == ["seed=42"] * 4


def test_what_was_found_before_still_has_its_fix(tmp_path: Path) -> None:
    project = write_project(tmp_path, {"one.py": PRINTS, "two.py": PRINTS, "tools.py": PICK})
    one, two, tools = project.sources
    seen = {source.path: source for source in project.sources}
    linter = Linter(project.settings_for, seen, fixes_later=True)
    linter.check([one])
    linter.check([two])
    two = two._replace(text=f"\n\n{two.text}")
    linter.see(seen | {two.path: two})
    again = [linter.with_fix(finding) for finding in linter.check([one, two])]
    assert again == [finding for finding in project.check([one, two, tools]) if finding.filename != "tools.py"]
    assert {finding.filename for finding in again if finding.fix} == {"one.py", "two.py"}
