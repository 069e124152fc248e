"""`--watch`, as a process that runs while files change."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from queue import Queue
from typing import TYPE_CHECKING

import pytest
from commands import seedlint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 120
SEEDED = "import random\n\nrandom.seed(1)\nprint(random.random())\n"
UNSEEDED = "import random\n\nprint(random.random())\n"
# Under Keras 3 its numbers come from Python's `random`, under Keras 2 from TensorFlow.
DROPOUT = """\
import tensorflow as tf

tf.random.set_seed(1)
print(tf.keras.layers.Dropout(0.5)(tf.ones(3), training=True))
"""
PASSED = "All checks passed!\n"


class Watching:
    """A `seedlint --watch` that runs, and what it says."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "seedlint", "check", "--watch", *arguments]
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def says(self, words: str) -> bool:
        """Whether these words are in what it says of one of the next checks: a file may be read while it is written."""
        said = ""
        while words not in said:
            said = ""
            while "Watching for changes; Ctrl-C ends it." not in (line := self._lines.get(timeout=PATIENCE)):
                said += line
        return True

    def rest(self) -> str:
        """What else it has said when it has ended."""
        self._reader.join(PATIENCE)
        return "".join(self._lines.queue)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a program that uses a module of the project beside it."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "noise.py").write_text("x = 1\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "train.py").write_text(f"from lib import noise\n{UNSEEDED}")
    return tmp_path


@pytest.fixture
def watching(folder: Path) -> Iterator[Watching]:
    """One that watches the program's directory alone."""
    watching = Watching(folder, "app")
    yield watching
    watching.process.kill()
    watching.process.communicate()


def test_each_change_is_seen_until_interrupted(folder: Path, watching: Watching) -> None:
    train, settings, more = folder / "app" / "train.py", folder / "app" / "seedlint.toml", folder / "app" / "new"
    assert watching.says("app/train.py:4:7: SEED101")

    train.write_text(SEEDED)
    assert watching.says(PASSED)

    more.mkdir()
    assert watching.says(PASSED)
    (more / "more.py").write_text(UNSEEDED)
    assert watching.says("app/new/more.py:3:7: SEED101")

    settings.write_text("ignre = ['ALL']")
    assert watching.says("unknown key `ignre`; did you mean `ignore`?")
    settings.write_text("ignore = ['ALL']")
    assert watching.says(PASSED)
    settings.unlink()
    assert watching.says("app/new/more.py:3:7: SEED101")
    (more / "more.py").unlink()
    assert watching.says(PASSED)

    train.write_text(f"import lib.noise\nlib.noise.start()\n{UNSEEDED}")
    assert watching.says("app/train.py:5:7: SEED101")
    (folder / "lib" / "noise.py").write_text("import random\n\ndef start():\n    random.seed(1)\n")
    assert watching.says(PASSED)

    train.write_text(DROPOUT)
    assert watching.says("SEED302")
    (folder / "requirements.txt").write_text("tf_keras\n")
    assert watching.says(PASSED)

    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(PATIENCE) == 130
    assert "Traceback" not in watching.rest()


def test_screen_is_cleared_on_a_terminal_alone(folder: Path) -> None:
    terminal, its_end = pty.openpty()
    command = [sys.executable, "-m", "seedlint", "--watch", "app"]
    process = subprocess.Popen(command, cwd=folder, stdout=its_end, stderr=its_end)
    os.close(its_end)
    said = b""
    while b"Ctrl-C" not in said:
        said += os.read(terminal, 4096)
    process.kill()
    process.wait()
    os.close(terminal)
    assert said.startswith(b"\x1b[2J")
    assert b"SEED101" in said


def test_mistakes_at_the_start_end_it(folder: Path) -> None:
    (folder / "app" / "seedlint.toml").write_text("sed = 1")
    result = seedlint("--watch", str(folder / "app"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean `seed`?" in result.stderr


@pytest.mark.parametrize("arguments", [["-"], ["--add-noqa"], ["--write-baseline"]])
def test_contradictions_are_refused(arguments: list[str]) -> None:
    result = seedlint("--watch", *arguments)
    assert result.exit_code == 2
    assert "--watch checks files again" in result.stderr
