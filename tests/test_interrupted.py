"""`--fix` that is killed, interrupted, or out of room: each file is the old one or the new one, whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from commands import needs_permissions, obey_permissions

from seedlint.settings import Settings
from seedlint.sources.discovery import discover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KILLS: Final = int(os.environ.get("SEEDLINT_KILLS", "25"))
"""How often the tests kill `seedlint --fix`; 200 and more show that nothing was luck."""
FILES: Final = 12
ATTEMPTS: Final = 20
OLD: Final = (
    "import tensorflow as tf\n\ntf.random.set_seed({0})\n"
    "model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense({0})])\n"
)
NEW: Final = OLD.replace("tf.random.set_seed", "tf.keras.utils.set_random_seed")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")


class Programs:
    """Some programs of which each gets one fix."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "pyproject.toml").touch()
        self.files = {folder / f"train{number}.py": number for number in range(1, FILES + 1)}
        self.restore()

    def restore(self) -> None:
        for file in self.folder.iterdir():
            if file.name != "pyproject.toml":
                file.unlink()
        for file, number in self.files.items():
            file.write_text(OLD.format(number))

    def fixed(self) -> int:
        """How many files are new. All others are old, and nothing else lies there that would be linted."""
        result = 0
        for file, number in self.files.items():
            text = file.read_text()
            assert text in (OLD.format(number), NEW.format(number))
            result += text == NEW.format(number)
        found = discover([str(self.folder)], lambda directory: Settings(base=str(self.folder)))
        assert [Path(file.path) for file in found.files] == sorted(self.files)
        assert not found.problems
        return result

    def something_is_written(self) -> bool:
        return len(os.listdir(self.folder)) > FILES + 1 or any(
            file.stat().st_size > len(OLD.format(number)) for file, number in self.files.items()
        )


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


def start(folder: Path, *arguments: str, before: Callable[[], object] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "seedlint", "--fix", "--isolated", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=before,
    )


def moments(programs: Programs, count: int) -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """Ways to wait for the moment to stop a run: by turns any at all, and one while it writes."""
    chance = random.Random(count)
    began = time.monotonic()
    start(programs.folder, ".").communicate()
    whole_run = time.monotonic() - began
    assert programs.fixed() == FILES

    def at_any_time(process: subprocess.Popen[bytes]) -> None:
        time.sleep(chance.uniform(0, whole_run))

    def while_it_writes(process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None and not programs.something_is_written():
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.003))

    for number in range(count):
        programs.restore()
        yield at_any_time if number % 3 == 0 else while_it_writes


def test_killed_at_any_moment_each_file_is_old_or_new(programs: Programs) -> None:
    partly = 0
    for wait in moments(programs, KILLS):
        process = start(programs.folder, ".")
        wait(process)
        process.kill()
        process.communicate()
        partly += 0 < programs.fixed() < FILES
    assert partly, "no run was killed while it wrote"
    # What was left behind keeps nobody from going on.
    process = start(programs.folder, ".")
    process.communicate()
    assert (process.returncode, programs.fixed()) == (0, FILES)


def test_interrupted_at_any_moment_it_says_so_and_leaves_nothing_behind(programs: Programs) -> None:
    for wait in moments(programs, max(4, KILLS // 5)):
        process = start(programs.folder, ".")
        # Until Python has set up its own, a signal ends any process.
        while process.poll() is None and not handles_interrupts(process.pid):
            time.sleep(0.001)
        wait(process)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        assert process.returncode in (0, 130), errors.decode()
        assert b"Traceback" not in errors
        programs.fixed()
        assert not [name for name in os.listdir(programs.folder) if name.startswith(".")]


def handles_interrupts(process: int) -> bool:
    """Whether the process has a handler for SIGINT; where nothing tells, it is taken to."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGINT - 1) & 1)


def test_no_room_for_the_new_file_is_an_error_and_the_old_one_stays(programs: Programs) -> None:
    import resource

    long = programs.folder / "long.py"
    text = OLD.format(7) + "# filler\n" * 2_000
    long.write_text(text)

    def allow_short_files_only() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    process = start(programs.folder, ".", "--no-cache", before=allow_short_files_only)
    output, errors = process.communicate()
    assert process.returncode == 2
    assert errors.decode() == "error: long.py: not changed: File too large\n"
    assert f"Fixed {FILES} findings" in output.decode()
    assert long.read_text() == text
    long.unlink()
    assert programs.fixed() == FILES
    assert len(os.listdir(programs.folder)) == FILES + 1


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 32 kB, which only root can have."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("no small disk can be had here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_full_disk_is_an_error_and_the_old_file_stays(full_disk: Path) -> None:
    file = full_disk / "train.py"
    text = OLD.format(1) + "# filler\n" * 2_000
    (full_disk / "pyproject.toml").touch()
    file.write_text(text)
    process = start(full_disk, ".")
    _, errors = process.communicate()
    assert process.returncode == 2
    assert errors.decode() == "error: train.py: not changed: No space left on device\n"
    assert file.read_text() == text
    assert sorted(os.listdir(full_disk)) == ["pyproject.toml", "train.py"]


@needs_permissions
def test_folder_that_takes_no_new_file_is_an_error(programs: Programs) -> None:
    programs.folder.chmod(0o500)
    try:
        process = start(programs.folder, ".", before=obey_permissions)
        _, errors = process.communicate()
    finally:
        programs.folder.chmod(0o700)
    assert process.returncode == 2
    assert errors.count(b"not changed: Permission denied") == FILES
    assert programs.fixed() == 0


def test_file_that_is_changed_while_others_are_written_is_an_error_and_keeps_the_change(programs: Programs) -> None:
    last = sorted(programs.files)[-1]
    text = last.read_text()
    for _ in range(ATTEMPTS):
        programs.restore()
        process = start(programs.folder, ".")
        while process.poll() is None and not programs.something_is_written():
            time.sleep(0.0005)
        process.send_signal(signal.SIGSTOP)
        is_in_time = process.poll() is None and last.read_text() == text and programs.something_is_written()
        if is_in_time:
            last.write_text("# rewritten\n")
        process.send_signal(signal.SIGCONT)
        output, errors = process.communicate()
        if is_in_time:
            break
    assert is_in_time, "it was never stopped before it wrote the last file"
    assert process.returncode == 2
    message = f"error: {last.name}: not changed: the file has changed since it was read; run seedlint again\n"
    assert errors.decode() == message
    assert f"Fixed {FILES - 1} findings" in output.decode()
    assert last.read_text() == "# rewritten\n"
    last.write_text(NEW.format(programs.files[last]))
    assert programs.fixed() == FILES
