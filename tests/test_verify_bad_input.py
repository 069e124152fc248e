"""Programs that misbehave, and recordings that can't be used: a clear message, status 2, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import seedlint

from seedlint.runtime.output import MOST_COMPARED, OutputReader
from seedlint.runtime.recording import FORMAT, End, RecordingError, Start, line_of, read

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")


@dataclass
class Place:
    """A directory in which `verify` runs, and another in which it may leave temporary files."""

    directory: Path
    temporary: Path

    def start(self, program: str, *options: str, **given: int) -> subprocess.Popen[str]:
        (self.directory / "program.py").write_text(program, "utf-8")
        environment = {**os.environ, "TMPDIR": str(self.temporary), "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, "-m", "seedlint", "verify", *options, "program.py"],
            cwd=self.directory, env=environment, text=True, encoding="utf-8",
            stdin=given.get("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def verify(self, program: str, *options: str) -> tuple[int, str]:
        """The exit status and all that was said, in one line."""
        process = self.start(program, *options)
        output, errors = process.communicate(timeout=120)
        assert "Traceback" not in errors
        return process.returncode, " ".join((output + errors).split())

    def processes(self) -> list[str]:
        """The processes that were started from here and still run."""
        found = []
        for environment in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if f"TMPDIR={self.temporary}".encode() in environment.read_bytes():
                    found.append((environment.parent / "cmdline").read_text())
        return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """What is asked of every test: no file and no process is left."""
    found = Place(tmp_path / "work", tmp_path / "temporary")
    found.directory.mkdir()
    found.temporary.mkdir()
    yield found
    assert not found.processes()
    assert not os.listdir(found.temporary)


MAKES_FILES = (
    "import os, tempfile\n"
    "folder, file = tempfile.TemporaryDirectory(), tempfile.NamedTemporaryFile()\n"
    "open(os.path.join(folder.name, 'data'), 'w').close()\n"
)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        pytest.param("raise ValueError('no data')", "ended with ValueError: no data (program.py:1)", id="crashes"),
        pytest.param("import sys\nsys.exit('bad luck')", "ended with SystemExit: bad luck (program.py:2)", id="exits"),
        pytest.param("def f(:", "ended with SyntaxError: invalid syntax", id="is no Python"),
        pytest.param("import tensorflow_of_another_world", "ModuleNotFoundError: No module named", id="lacks a module"),
        pytest.param("x = bytearray(2**62)", "ended with MemoryError (program.py:1)", id="wants too much memory"),
        pytest.param(
            f"{MAKES_FILES}print('bye', flush=True)\nos._exit(7)", "with status 7; it wrote last: bye",
            id="leaves by os._exit",
        ),
        pytest.param(
            "import argparse\nargparse.ArgumentParser(prog='x').parse_args(['--y'])",
            "ended with status 2; it wrote last: usage: x [-h] x: error: unrecognized arguments: --y", id="refuses",
        ),
        pytest.param(
            f"{MAKES_FILES}os.kill(os.getpid(), 9)", "by SIGKILL, as the system does when", id="is killed"
        ),
        pytest.param(
            "import os, sys\nprint('F0000 bad\\nI0000 all is well', file=sys.stderr, flush=True)\nos.abort()",
            "the program was ended by SIGABRT; it wrote last: F0000 bad Environment", id="crashes in C",
        ),
        pytest.param("print(input())", "EOFError: EOF when reading a line (program.py:1); if it", id="wants input"),
        pytest.param("import os\nos.closerange(3, 99)", "the recording ends before the program", id="closes all files"),
        pytest.param(
            "import os\nfor number in range(3, 20):\n try: os.write(number, b'rubbish\\n')\n except OSError: pass",
            "the recording of a run is damaged at line", id="writes into the recording",
        ),
    ],
)  # fmt: skip
def test_a_program_that_fails_is_an_error(place: Place, program: str, said: str) -> None:
    status, text = place.verify(program)
    assert said in text
    assert status == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "name the program that is to be run: seedlint verify train.py"),
        ("-m", "Option '-m' requires an argument"),
        ("--runs 2 lost.py -m lost --runs", "lost.py: there is no such file"),
        ("--runs 1 lost.py", "Invalid value for '--runs'"),
        (".", ".: is a folder; name the file that is to be run"),
    ],
)
def test_a_command_that_cannot_be_carried_out_is_refused(arguments: str, said: str) -> None:
    result = seedlint("verify", *arguments.split())
    assert said in result.stderr
    assert result.exit_code == 2


def test_what_a_run_did_until_it_crashed_is_told(place: Place) -> None:
    status, text = place.verify("import random\nprint(random.random())\nraise OSError('disk')", "--runs", "2")
    assert "OSError: disk (program.py:3)" in text
    assert "They part first in output: printed line 1" in text
    assert status == 2


def test_a_program_that_hangs_is_ended_with_all_that_it_started(place: Place) -> None:
    program = (
        f"{MAKES_FILES}import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])\n"
        "if os.fork() == 0:\n    os.setsid()\n"
        "time.sleep(99)\n"
    )
    status, text = place.verify(program, "--timeout", "1.5", "--runs", "2")
    assert "the program did not end within 1.5 s; --timeout gives it more time" in text
    assert status == 2


def test_a_program_that_hangs_with_its_output_closed_is_ended(place: Place) -> None:
    status, text = place.verify(
        "import os, time\nos.closerange(1, 3)\ntime.sleep(99)\n", "--timeout", "1", "--runs", "2"
    )
    assert "the program did not end within 1 s" in text
    assert status == 2


def test_a_program_that_is_ended_leaves_no_shared_memory(place: Place) -> None:
    program = (
        "import os, time\nfrom multiprocessing import shared_memory\n"
        "shared = shared_memory.SharedMemory(create=True, size=9)\n"
        "open(f'name-{os.getpid()}', 'w').write(shared.name)\ntime.sleep(99)\n"
    )
    status, _ = place.verify(program, "--timeout", "2", "--runs", "2")
    names = [file.read_text() for file in place.directory.glob("name-*")]
    assert (status, len(names)) == (2, 2)
    assert not set(names) & set(os.listdir("/dev/shm"))


def test_no_room_for_what_is_recorded_is_told(place: Place) -> None:
    status, text = place.verify("import os, shutil\nshutil.rmtree(os.environ['TMPDIR'])", "--runs", "3", "--jobs", "1")
    place.temporary.mkdir(exist_ok=True)
    assert "a run can't be carried out: [Errno 2]" in text
    assert status == 2


def test_what_a_program_leaves_running_is_ended(place: Place) -> None:
    program = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(99)\nprint('done')\n"
    status, text = place.verify(program, "--runs", "2")
    assert "program.py repeats: 2 runs" in text
    assert status == 0


@pytest.mark.parametrize("way", ["spawn", "fork"])
def test_processes_of_multiprocessing_run_as_ever(place: Place, way: str) -> None:
    program = (
        "import multiprocessing, random\n"
        "def work(number):\n    random.seed(number)\n    return random.random()\n"
        "if __name__ == '__main__':\n"
        f"    with multiprocessing.get_context('{way}').Pool(2) as pool:\n"
        "        print(pool.map(work, range(4)))\n"
    )
    status, text = place.verify(program, "--runs", "2")
    assert "program.py repeats: 2 runs" in text
    assert status == 0


def test_a_change_of_directory_does_no_harm(place: Place) -> None:
    status, text = place.verify("import os, random\nos.chdir('/')\nprint(random.random())\n", "--runs", "2")
    assert "Cause 1: Python's `random` stream at program.py:3" in text
    assert status == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_tells_what_it_has(place: Place, number: int) -> None:
    begun = place.directory / "begun"
    process = place.start(f"import time\nopen({str(begun)!r}, 'w')\nprint('one')\ntime.sleep(99)\n")
    while not begun.exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert "program.py: interrupted" in output
    assert "They part" not in output
    assert "Traceback" not in errors
    assert process.returncode == 2


def test_standard_input_is_the_same_for_each_run(place: Place) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"4\nthe rest\n")
    os.close(writing)
    process = place.start(
        "import sys\nassert input() == '4'\nassert sys.stdin.read() == 'the rest\\n'\n", stdin=reading
    )
    os.close(reading)
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, "repeats: 3 runs" in output) == (0, True)


def test_output_without_end_is_counted_and_not_kept() -> None:
    reader = OutputReader()
    block = b"x" * (1 << 20)
    for _ in range(3 * MOST_COMPARED // len(block)):
        reader.feed(block)
    found = reader.output()
    assert found.size == 3 * MOST_COMPARED
    assert sum(map(len, found.lines)) < MOST_COMPARED // 8


START = Start(0, FORMAT, "0.1.0", "3.11", [])


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    whole = line_of(START) + line_of(End(1, "exit", 0.5))
    path.write_text(whole)
    assert read(path).is_whole
    path.write_text(whole[:-4])
    assert read(path).events == (START,)
    assert not read(path).is_whole


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (line_of(START).replace(f'"format":{FORMAT}', '"format":99'), "another version of seedlint (format 99,"),
        ("[1, 2]\n", "is none of seedlint's"),
        ("\0\0\n", "is none of seedlint's"),
        (line_of(START) + "rubbish\n", "is damaged at line 2"),
        (line_of(START) + '{"e":"draw","n":1}\n', "is damaged at line 2"),
    ],
)  # fmt: skip
def test_a_recording_that_cannot_be_used_says_why(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "recording.jsonl"
    path.write_text(text)
    with pytest.raises(RecordingError) as error:
        read(path)
    assert said in str(error.value)
