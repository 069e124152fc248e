"""Files as an editor has them: changed, or not on the disk at all yet."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from linting import places

from seedlint.linter import Linter
from seedlint.rules import all_rules
from seedlint.settings import Selection, Settings
from seedlint.sources.text import SourceText, read

if TYPE_CHECKING:
    from pathlib import Path

    from seedlint.finding import Finding

TRAIN = "import random\n\nimport utils\n\nutils.prepare()\nprint(random.random())\n"
SEEDED = "import random\n\n\ndef prepare():\n    random.seed(1)\n"


def unsaved(path: Path | str, text: str) -> SourceText:
    return SourceText(str(path), os.path.basename(path), text)


def found(file: Path, *buffers: SourceText) -> list[tuple[str, int]]:
    settings = Settings(str(file.parent))
    linter = Linter(lambda path: settings, {buffer.path: buffer for buffer in buffers})
    return places(linter.check([read(file)]))


def write(folder: Path, **files: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text("", "utf-8")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, "utf-8")


def test_a_buffer_is_seen_instead_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, train=TRAIN, utils="def prepare():\n    pass\n")
    assert found(tmp_path / "train.py") == [("SEED101", 6), ("SEED304", 6)]
    seeded = unsaved(tmp_path / "utils.py", SEEDED)
    assert found(tmp_path / "train.py", seeded) == []


def test_a_module_that_is_not_on_the_disk_yet_is_found(tmp_path: Path) -> None:
    write(tmp_path, train=TRAIN)
    seeded = unsaved(tmp_path / "utils.py", SEEDED)
    assert found(tmp_path / "train.py", seeded) == []
    assert found(tmp_path / "train.py") == [("SEED101", 6), ("SEED304", 6)]


def test_a_program_that_is_not_on_the_disk_yet_reaches_the_modules_that_are(tmp_path: Path) -> None:
    write(tmp_path)
    package = tmp_path / "tools"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    (package / "draws.py").write_text("import random\n\n\ndef sample():\n    return random.random()\n", "utf-8")
    assert found(package / "draws.py") == []
    program = unsaved(tmp_path / "run.py", "from tools.draws import sample\n\nprint(sample())\n")
    assert found(package / "draws.py", program) == [("SEED304", 5)]


def _same(settings: Settings, path: Path) -> Settings:
    return settings


EXAMPLES = [
    (rule.code, example)
    for rule in all_rules()
    for example in (*rule.bad, *rule.good)
    if example.filename.endswith(".py")
]


def test_what_is_typed_is_seen_as_if_it_had_always_been_there(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    checked = 0
    for number, (code, example) in enumerate(EXAMPLES):
        root = tmp_path / str(number)
        files = {str(root / name): text for name, text in {example.filename: example.code, **example.files}.items()}
        settings = Settings(
            str(root), (Selection(extend_select=(code,)),), target=example.target, strict=example.strict
        )
        now = {path: unsaved(path, text) for path, text in files.items()}
        before = {
            path: unsaved(path, "" if os.path.basename(path) == example.filename else "import random\n")
            for path in files
        }
        half = now | {path: before[path] for path in list(now)[:1]}

        def found(state: dict[str, SourceText], linter: Linter) -> list[Finding]:
            return linter.check([*state.values()])

        settings_for = partial(_same, settings)
        linter = Linter(settings_for, before, fixes_later=True)
        found(before, linter)
        for state in (now, half, before, now):
            linter.see(state)
            wanted = found(state, Linter(settings_for, state, fixes_later=True))
            assert found(state, linter) == wanted, example.reason
            checked += len(wanted)
    assert checked > 100
