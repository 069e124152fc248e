"""Files as an editor has them: changed, or not on the disk at all yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linting import places

from seedlint.linter import Linter
from seedlint.settings import Settings
from seedlint.sources.text import SourceText, read

if TYPE_CHECKING:
    from pathlib import Path

TRAIN = "import random\n\nimport utils\n\nutils.prepare()\nprint(random.random())\n"
SEEDED = "import random\n\n\ndef prepare():\n    random.seed(1)\n"


def unsaved(path: Path, text: str) -> SourceText:
    return SourceText(path, path.name, text)


def found(file: Path, *buffers: SourceText) -> list[tuple[str, int]]:
    settings = Settings(file.parent)
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
