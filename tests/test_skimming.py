"""What is said to hold nothing by its words alone holds nothing."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import seedlint
from hypothesis import given
from hypothesis import settings as effort
from hypothesis.strategies import from_regex

from seedlint.knowledge import TARGETS, load
from seedlint.knowledge.aliases import PREFIXES
from seedlint.linter import Linter
from seedlint.program.seeders import _SEEDER
from seedlint.rules import all_rules
from seedlint.settings import Settings
from seedlint.skimming import skim
from seedlint.sources.text import SourceError, SourceText, read

if TYPE_CHECKING:
    from seedlint.rules.rule import Example
    from seedlint.targets import Target

PLAIN = "import json\nimport sys\n\nprint(json.dumps(sys.argv))\n"
BAD = [(rule.code, example) for rule in all_rules() for example in rule.bad if example.filename.endswith(".py")]
STANDARD_LIBRARY = sorted(Path(sysconfig.get_path("stdlib")).glob("[a-t]*.py"))[::2]


def holds_nothing(folder: Path, *names: str, settings: Settings | None = None) -> bool:
    """Whether a look at the words of these files of a project tells that nothing is to be found in them."""
    (folder / "pyproject.toml").touch()
    files = [read(folder / name) for name in names]
    return skim(files, lambda path: settings or Settings(str(folder))) is not None


@pytest.mark.parametrize(("code", "example"), BAD, ids=[f"{code}-{number}" for number, (code, _) in enumerate(BAD)])
def test_a_closer_look_is_taken_at_what_rules_find(code: str, example: Example, tmp_path: Path) -> None:
    for name, text in {**example.files, example.filename: example.code}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert not holds_nothing(tmp_path, example.filename)


@pytest.mark.parametrize("target", TARGETS)
def test_a_closer_look_is_taken_at_what_is_known(target: Target, tmp_path: Path) -> None:
    known = {name for name in load(target).names() if name.startswith(("os.", "uuid."))}
    libraries = {name.partition(".")[0] for name in load(target).names()}
    known |= (libraries | {prefix.partition(".")[0] for prefix, _ in PREFIXES}) - {"os"}
    for name in known:
        (tmp_path / "train.py").write_text(f"import {name}\n")
        assert not holds_nothing(tmp_path, "train.py"), name


@effort(max_examples=200)
@given(from_regex(_SEEDER, fullmatch=True))
def test_a_closer_look_is_taken_at_what_is_called_like_a_seeder(name: str) -> None:
    text = f"def {name}():\n    pass\n"
    assert skim([SourceText("/nowhere/train.py", "train.py", text)], lambda path: Settings("/nowhere")) is None


@pytest.mark.parametrize("path", STANDARD_LIBRARY, ids=[path.stem for path in STANDARD_LIBRARY])
def test_nothing_is_found_in_real_code_that_is_passed_over(path: Path, tmp_path: Path) -> None:
    (tmp_path / path.name).write_bytes(path.read_bytes())
    try:
        is_passed_over = holds_nothing(tmp_path, path.name)
    except SourceError:
        return
    if is_passed_over:
        settings = Settings(str(tmp_path))
        assert Linter(lambda path: settings).check([read(tmp_path / path.name)]) == []


def test_plain_code_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(PLAIN)
    assert holds_nothing(tmp_path, "train.py")
    assert not holds_nothing(tmp_path, "train.py", settings=Settings(str(tmp_path), seeders=frozenset({"json.dumps"})))


@pytest.mark.parametrize(
    "text", ["print 1\n", "x = 1  # noqa: SEED304\n", f"x = {'-' * 300}1\n", f"x = 1{' + 1' * 300}\n"]
)
def test_what_rules_do_not_find_is_found_all_the_same(text: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(text)
    assert not holds_nothing(tmp_path, "train.py")


@pytest.mark.parametrize("where", ["import draws", "from lib import draws", "from .draws import draw"])
def test_what_a_program_imports_counts(where: str, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "train.py").write_text(f"{where}\n\nprint(draws.draw())\n")
    for place in (tmp_path, tmp_path / "lib"):
        (place / "draws.py").write_text("import random\n\n\ndef draw():\n    return random.random()\n")
    assert not holds_nothing(tmp_path, "train.py")


def test_what_runs_a_file_counts(tmp_path: Path) -> None:
    (tmp_path / "apply.py").write_text("def apply(function):\n    return function()\n")
    assert holds_nothing(tmp_path, "apply.py")
    (tmp_path / "train.py").write_text("import random\n\nimport apply\n\nprint(apply.apply(random.random))\n")
    assert not holds_nothing(tmp_path, "apply.py")


def test_it_is_remembered_with_what_it_rests_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "apply.py").write_text("import helper\n\n\ndef apply(function):\n    return function()\n")
    (tmp_path / "main.py").write_text("import helper\n\nhelper.run()\n")
    (tmp_path / "helper.py").write_text("def run():\n    pass\n")

    def found() -> str:
        return seedlint("check", "--cache-dir=cache", "--output-format=concise").stdout

    assert found() == found() == ""
    (tmp_path / "helper.py").write_text("def run():\n    import random\n    print(random.random())\n")
    assert "helper.py:3:11: SEED304" in found()
    (tmp_path / "helper.py").write_text("def run():\n    pass\n")
    assert found() == ""
    (tmp_path / "train.py").write_text("import random\n\nimport apply\n\nprint(apply.apply(random.random))\n")
    assert "SEED" in found()


def test_what_is_remembered_of_one_file_is_not_lost_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.py").write_text("import helper\n\nhelper.run()\n")
        (tmp_path / name / "helper.py").write_text("def run():\n    pass\n")

    def found(*names: str) -> str:
        return seedlint("check", "--cache-dir=cache", "--output-format=concise", *names).stdout

    assert found("one/main.py", "two/main.py") == ""
    assert found("two/helper.py") == ""
    (tmp_path / "one" / "helper.py").write_text("def run():\n    import random\n    print(random.random())\n")
    assert found("one/main.py", "two/main.py") == found("--no-cache", "one/main.py", "two/main.py")
    assert "one/helper.py" in found("one/helper.py")
