"""What is remembered between runs changes no finding, whatever has changed since."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from commands import needs_permissions, obey_permissions, seedlint

from seedlint.linter import Linter
from seedlint.sources.text import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seedlint.finding import Finding
    from seedlint.sources.text import SourceText

SEEDING = "import keras\n\n\ndef fix():\n    keras.utils.set_random_seed(7)\n"
TRAIN = "import random\n\nimport tools\n\ntools.fix()\nprint(random.random())\n"
OTHER = "import numpy as np\n\nprint(np.random.rand())\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in {"pyproject.toml": "", "tools.py": SEEDING, "train.py": TRAIN, "other.py": OTHER}.items():
        (folder / name).write_text(text)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that a linter was given."""
    names: list[str] = []
    check = Linter.check

    def noting(self: Linter, files: Sequence[SourceText], **more: Any) -> list[Finding]:
        names.extend(source.filename for source in files)
        return check(self, files, **more)

    monkeypatch.setattr(Linter, "check", noting)
    return names


def found(*arguments: str) -> list[tuple[str, str, int]]:
    result = seedlint("check", "--output-format=json", *arguments)
    assert result.exit_code in (0, 1), result.stderr
    assert not result.stderr
    return [(one["filename"], one["code"], one["location"]["row"]) for one in json.loads(result.stdout)]


def both(folder: Path, *arguments: str) -> list[tuple[str, str, int]]:
    """What is found with the cache and without it, which is the same."""
    with_it = found(f"--cache-dir={folder}", *arguments)
    assert with_it == found("--no-cache", *arguments)
    return with_it


def test_nothing_is_looked_at_twice(folder: Path, looked_at: list[str]) -> None:
    first = seedlint("check", f"--cache-dir={folder}", "--output-format=json")
    assert sorted(looked_at) == ["other.py", "tools.py", "train.py"]
    looked_at.clear()
    second = seedlint("check", f"--cache-dir={folder}", "--output-format=json")
    assert second.stdout == first.stdout  # fixes, related places and all
    assert "SEED304" in first.stdout
    assert looked_at == []


def test_what_a_change_reaches_is_looked_at_again(project: Path, folder: Path, looked_at: list[str]) -> None:
    assert ("train.py", "SEED304", 6) not in both(folder)
    (project / "tools.py").write_text(SEEDING.replace("keras.utils.set_random_seed(7)", "keras.utils.clear_session()"))
    looked_at.clear()
    now = found(f"--cache-dir={folder}")
    assert ("train.py", "SEED304", 6) in now
    assert sorted(looked_at) == ["tools.py", "train.py"]
    assert now == found("--no-cache")


def test_a_module_that_appears_is_seen(project: Path, folder: Path) -> None:
    (project / "train.py").write_text(TRAIN.replace("import tools", "from lib import tools"))
    assert ("train.py", "SEED304", 6) in both(folder)
    (project / "lib").mkdir()
    (project / "lib" / "tools.py").write_text(SEEDING)
    assert ("train.py", "SEED304", 6) not in both(folder)
    (project / "lib" / "tools.py").write_text("def fix():\n    pass\n")
    assert ("train.py", "SEED304", 6) in both(folder)
    (project / "lib" / "tools.py").write_text(SEEDING)
    assert ("train.py", "SEED304", 6) not in both(folder)
    shutil.rmtree(project / "lib")
    assert ("train.py", "SEED304", 6) in both(folder)


def test_a_module_that_shadows_another_is_seen(project: Path, folder: Path) -> None:
    scripts = project / "scripts"
    scripts.mkdir()
    (scripts / "run.py").write_text(TRAIN)
    assert ("scripts/run.py", "SEED304", 6) not in both(folder)
    (scripts / "tools.py").write_text("def fix():\n    pass\n")
    assert ("scripts/run.py", "SEED304", 6) in both(folder)


def test_a_program_that_appears_is_seen(project: Path, folder: Path) -> None:
    (project / "library.py").write_text("import random\n\n\ndef draw():\n    return random.random()\n")
    (project / "train.py").write_text("import library\n")
    before = both(folder, "library.py")
    (project / "deep-run").mkdir()
    (project / "deep-run" / "run.py").write_text("import library\n\nprint(library.draw())\n")
    after = both(folder, "library.py")
    assert before == []
    assert ("library.py", "SEED304", 5) in after


def test_settings_and_declarations_count(project: Path, folder: Path) -> None:
    (project / "other.py").write_text("import keras\n\nkeras.utils.set_random_seed(1)\nkeras.layers.Dropout(0.5)\n")
    assert [one for one in both(folder) if one[0] == "other.py"] == []
    (project / "pyproject.toml").write_text("[tool.seedlint]\nstrict = true\n")
    assert ("other.py", "SEED302", 4) in both(folder)
    (project / "pyproject.toml").write_text("[project]\ndependencies = ['tensorflow<2.16']\n")
    both(folder)
    both(folder, "--select=SEED3")
    both(folder, "--target=keras2")


def test_some_files_of_many_are_enough(folder: Path, looked_at: list[str]) -> None:
    both(folder, "train.py")
    looked_at.clear()
    found(f"--cache-dir={folder}")
    assert sorted(looked_at) == ["other.py", "tools.py"]
    looked_at.clear()
    found(f"--cache-dir={folder}", "train.py")
    assert looked_at == []


def test_fixes_are_those_without_it(project: Path, folder: Path) -> None:
    both(folder)
    shown = seedlint("check", "--diff", f"--cache-dir={folder}")
    assert shown.stdout == seedlint("check", "--diff", "--no-cache").stdout
    assert seedlint("check", "--fix", f"--cache-dir={folder}").exit_code == 0
    assert both(folder) == []
    assert "seed" in (project / "other.py").read_text()


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"seedlint-cache 1 2\n{}", b"[1, 2]"])
def test_a_damaged_cache_is_made_anew(folder: Path, damage: bytes) -> None:
    expected = both(folder)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    for bad in (damage, whole[: len(whole) // 2], whole.replace(b"SEED304", b"SEED305")):
        file.write_bytes(bad)
        result = seedlint("check", f"--cache-dir={folder}", "--output-format=json")
        assert result.exit_code == 1
        assert result.stderr.startswith("warning: the cache is not used: ")
        assert [(one["filename"], one["code"], one["location"]["row"]) for one in json.loads(result.stdout)] == expected
        assert found(f"--cache-dir={folder}") == expected


def test_a_cache_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = seedlint("check", f"--cache-dir={tmp_path / 'file' / 'below'}", "--output-format=concise")
    assert result.exit_code == 1
    assert result.stderr.count("warning") == 1
    assert "--no-cache" in result.stderr
    assert result.stdout == seedlint("check", "--no-cache", "--output-format=concise").stdout


@needs_permissions
def test_a_cache_of_somebody_else_is_told_of(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o555)
    command = [sys.executable, "-m", "seedlint", f"--cache-dir={folder}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=obey_permissions)
    assert result.returncode == 1
    assert result.stderr.startswith("warning: the cache is not used: ")
    assert "Traceback" not in result.stderr


def test_several_processes_share_it(folder: Path) -> None:
    command = [sys.executable, "-m", "seedlint", f"--cache-dir={folder}", "--output-format=json"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    ended = [process.communicate() for process in running]
    assert len({out for out, _ in ended}) == 1
    assert {error for _, error in ended} == {b""}
    assert len(os.listdir(folder)) == 1
    both(folder)


def test_clean_empties_it(folder: Path) -> None:
    both(folder)
    (folder / "mine.txt").touch()
    result = seedlint("clean", f"--cache-dir={folder}")
    assert result.exit_code == 0
    assert result.stdout.startswith("Deleted 1 file ")
    assert os.listdir(folder) == ["mine.txt"]
    assert seedlint("clean", f"--cache-dir={folder / 'none'}").exit_code == 0


def age(folder: Path) -> None:
    """Let what is there be so old that its stamps are believed: nobody can set when that was, so this waits."""
    newest = max(max(status.st_mtime, status.st_ctime) for status in map(os.stat, (folder, *folder.rglob("*"))))
    time.sleep(max(0.0, newest + 2.1 - time.time()))


def test_what_has_not_changed_is_not_even_read(project: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    age(project)
    first = seedlint("check", f"--cache-dir={folder}", "--output-format=json")
    were_read: list[str] = []

    def noting(path: str) -> SourceText:
        were_read.append(os.path.basename(path))
        return read(path)

    for module in ("seedlint.cli.inputs", "seedlint.cache", "seedlint.files"):
        monkeypatch.setattr(f"{module}.read", noting)
    assert seedlint("check", f"--cache-dir={folder}", "--output-format=json").stdout == first.stdout
    assert were_read == ["other.py"]  # to show what is found


def test_a_change_that_keeps_the_size_and_the_time_is_seen(project: Path, folder: Path) -> None:
    age(project)
    before = both(folder)
    for text in (TRAIN.replace("random.random()", "random.rbndom()"), TRAIN):
        status = (project / "train.py").stat()
        (project / "train.py").write_text(text)
        os.utime(project / "train.py", ns=(status.st_atime_ns, status.st_mtime_ns))
        assert (project / "train.py").stat().st_size == status.st_size
        (project / "tools.py").write_text(SEEDING.replace("(7)", "(8)") if text == TRAIN else SEEDING)
        both(folder)
    assert both(folder) == before


def test_what_is_written_again_and_again_is_read_each_time(project: Path, folder: Path) -> None:
    other = project / "other.py"
    for draw in ("rand()", "sum()", "rand()", "sum()"):
        other.write_text(OTHER.replace("rand()", draw.ljust(6)))
        assert (("other.py", "SEED304", 3) in both(folder)) == (draw == "rand()")


def test_what_is_touched_is_read_once(project: Path, folder: Path, looked_at: list[str]) -> None:
    age(project)
    both(folder)
    for name in ("train.py", "pyproject.toml"):
        os.utime(project / name)
    (project / "notes.txt").touch()
    age(project)
    looked_at.clear()
    found(f"--cache-dir={folder}")
    (file,) = folder.iterdir()
    after = file.read_bytes()
    found(f"--cache-dir={folder}")
    assert looked_at == []
    assert file.read_bytes() == after
    remembered = json.loads(after.partition(b"\n")[2])["files"]
    assert all(stamp for _, _, stamp in remembered.values())
