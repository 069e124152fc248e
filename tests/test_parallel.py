"""Any number of processes finds the same, and an interrupted run leaves none behind."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import seedlint

from seedlint import crew, parallel
from seedlint.crew import Crew
from seedlint.files import Files
from seedlint.linter import Linter
from seedlint.parallel import Checks
from seedlint.settings import SettingsFinder
from seedlint.sources.text import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seedlint.finding import Finding
    from seedlint.sources.text import SourceText

FIXTURES = Path(__file__).parents[1] / "fixtures"
COMMAND = [sys.executable, "-m", "seedlint", "--isolated", "--no-cache", "--output-format=json", "--jobs=2", "."]
"""A run of some seconds."""


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Divide work however little it is."""
    monkeypatch.setattr(parallel, "_WORTHWHILE", 0)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("arguments", [(), ("--diff", "--unsafe-fixes")])
def test_any_number_of_processes_finds_the_same(arguments: tuple[str, ...]) -> None:
    folder = str(FIXTURES / "programs")
    options = ("--isolated", "--no-cache", "--output-format=json", *arguments, folder)
    alone = seedlint("check", "--jobs=1", *options)
    assert alone.stdout
    for jobs in (2, 5):
        assert seedlint("check", f"--jobs={jobs}", *options).output == alone.output


_SHARED = {
    "pyproject.toml": "[project]\nname = 'it'\n",
    "it/__init__.py": "",
    "it/layers.py": (
        "import tensorflow as tf\n\nOLD = tf.set_random_seed\n\n\n"
        "class Layer(tf.keras.layers.Layer):\n"
        "    def build(self, shape):\n"
        "        self.dense = tf.keras.layers.Dense(2)\n\n"
        "    def call(self, x):\n"
        "        return tf.nn.dropout(self.dense(x), 0.5)\n"
    ),
    "it/registry.py": "KNOWN = {}\nCHOSEN = []\n\n\ndef register(name, value):\n    KNOWN[name] = value\n",
    "it/choice.py": (
        "from it import registry\n\n\nclass Choice:\n    def make(self):\n        return 1\n\n\n"
        "registry.CHOSEN.append(Choice())\n"
    ),
    "it/plain.py": "from it import registry\n\n\ndef make():\n    return 1\n\n\nregistry.register('make', make)\n",
    "it/drawing.py": (
        "import random\n\nfrom it import registry\n\n\ndef make():\n    return random.random()\n\n\n"
        "registry.register('make', make)\n"
    ),
    "it/one.py": "from it import layers\n\nprint(layers.Layer()(1))\n\nif __name__ == '__main__':\n    print(1)\n",
    "it/two.py": "from it import layers\n\nprint(layers.Layer()(2))\n\nif __name__ == '__main__':\n    print(2)\n",
    "it/three.py": (
        "from it import drawing, registry\n\nprint(registry.KNOWN['make']())\n\n"
        "if __name__ == '__main__':\n    print(3)\n"
    ),
    "it/four.py": (
        "from it import plain, registry\n\nprint(registry.KNOWN['make']())\n\n"
        "if __name__ == '__main__':\n    print(4)\n"
    ),
    **dict.fromkeys(
        ("it/a_five.py", "it/five.py"),
        "import random\n\nfrom it import choice, registry\n\nregistry.CHOSEN[0].make = random.random\n"
        "print(registry.CHOSEN[0].make())\n\nif __name__ == '__main__':\n    print(5)\n",
    ),
    **dict.fromkeys(
        ("it/a_six.py", "it/six.py"),
        "from it import choice, registry\n\nprint(registry.CHOSEN[0].make())\n\n"
        "if __name__ == '__main__':\n    print(6)\n",
    ),
}
"""Programs that share a class, whose methods a framework calls, and a table and a list in which modules note what they
have."""


@pytest.fixture
def shared(tmp_path: Path) -> list[SourceText]:
    return _written(_SHARED, tmp_path)


def _written(texts: Mapping[str, str], folder: Path) -> list[SourceText]:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return [read(folder / name) for name in sorted(texts) if name.endswith(".py")]


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("method", ["fork", "forkserver"])
def test_processes_may_start_in_any_way(method: str, shared: list[SourceText], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_start_method", lambda: method)
    settings = SettingsFinder({}, isolated=True)
    told: list[int] = []
    with Checks(settings, 2) as checks:
        found, _ = checks.check(shared, told.append)
    assert found == Linter(settings).check(shared)
    assert any(finding.fix for finding in found)
    assert all(0 <= done <= len(shared) for done in told)


@pytest.mark.usefixtures("always")
def test_programs_that_share_modules_are_divided(shared: list[SourceText]) -> None:
    settings = SettingsFinder({}, isolated=True)
    with Checks(settings, 3) as checks:
        found, (_, *bases) = checks.check(shared, lambda done: None)
    assert found == Linter(settings).check(shared)
    assert all(any(run.endswith(":program") for run in basis.traces) and basis.used for basis in bases)
    assert sorted(path for basis in bases for path in basis.used) == [str(source.path) for source in shared]


_UNREADABLE = {
    "pyproject.toml": "",
    "unholdable.py": (
        "import random\n\n(x): float = random.random()\n\nif __name__ == '__main__':\n    print(x)\n"
    ),
    "deep.py": f"x = 1{' + 1' * 5000}\n",
    "deepest.py": f"import random\n\nx = {'-' * 20_000}random.random()\n",
    "broken.py": "def f(:\n",
    **{f"{name}.py": f"import {name[:-1]}\nimport random\n\nprint(random.random())\n" for name in (
        "unholdable1", "unholdable2", "deep1", "deep2", "deepest1", "deepest2", "broken1", "broken2"
    )},
}  # fmt: skip
"""What libcst can't hold, what is too deep for it or for Python, and what nobody can parse, each in two programs."""


@pytest.mark.usefixtures("always")
def test_what_cannot_be_read_is_the_same_in_all_processes(tmp_path: Path) -> None:
    sources = _written(_UNREADABLE, tmp_path)
    settings = SettingsFinder({}, isolated=True)
    alone = Linter(settings).check(sources)
    wrong = {Path(finding.filename).stem for finding in alone if finding.code == "SEED001"}
    assert {"deepest", "broken"} <= wrong
    for jobs in (2, 3):
        with Checks(settings, jobs) as checks:
            assert checks.check(sources, lambda done: None)[0] == alone


@pytest.mark.parametrize(
    "constant", ["True", "1", "1.0", "-0.0", "b'1'", "'1'", "None", "2**70", "1j", "'\\ud800'", "9" * 30]
)
def test_processes_hear_of_files_what_they_say(constant: str, tmp_path: Path) -> None:
    (source,) = _written({"train.py": f"x = [{constant}, ...]\n\n\ndef f(*a, b=x): return lambda: (a, b)\n"}, tmp_path)
    path = str(source.path)
    one, other = (Files({source.path: source}, by_libcst=False) for _ in range(2))
    told = one.told(path)
    if told is not None:
        other.hear({path: told})
    assert (told is None) == (constant in ("1j", "'\\ud800'", "9" * 30))
    assert repr(other.read(path)) == repr(one.read(path))
    assert other.summary(path) == one.summary(path)


_FORGOTTEN = {
    "pyproject.toml": "",
    "tools.py": "import keras\n\n\ndef fix():\n    keras.utils.set_random_seed(7)\n",
    "one.py": "import random\n\nimport tools\n\nprint(random.random())\n",
    "two.py": "import random\n\nimport tools\n\ntools.fix()\nprint(random.random())\n",
}


@pytest.mark.usefixtures("always")
def test_the_cache_knows_what_several_processes_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    _written(_FORGOTTEN, project)
    monkeypatch.chdir(project)

    def found(*options: str) -> str:
        result = seedlint("check", "--isolated", "--output-format=json", *options)
        assert result.exit_code == 1, result.stderr
        return result.stdout

    def both() -> str:
        with_it = found("--jobs=2", f"--cache-dir={tmp_path / 'cache'}")
        assert with_it == found("--jobs=1", "--no-cache")
        return with_it

    assert "SEED104" not in both()
    (project / "two.py").write_text(_FORGOTTEN["two.py"].replace("tools.fix()", "print(tools)"))
    assert "SEED104" in both()  # in tools.py, for what no program does any more


def _each_alone(sources: Sequence[SourceText]) -> list[Finding]:
    """What is found in each of these files where no other one has been looked at."""
    settings = SettingsFinder({}, isolated=True)
    found = [finding for source in sources for finding in Linter(settings).check([source])]
    return sorted(found, key=lambda finding: finding.sort_key)


@pytest.mark.parametrize("backwards", [False, True])
def test_no_program_sees_what_another_did(backwards: bool, shared: list[SourceText]) -> None:
    sources = shared[::-1] if backwards else shared
    settings = SettingsFinder({}, isolated=True)
    together = Linter(settings).check(sources)
    assert together == _each_alone(sources)
    found = {(Path(finding.filename).name, finding.code) for finding in together}
    assert {("layers.py", "SEED201"), ("layers.py", "SEED302"), ("drawing.py", "SEED304")} <= found
    assert not any(name in ("plain.py", "four.py") for name, _ in found)
    firsts = [finding for finding in together if finding.code == "SEED101"]
    drawing = {"one.py", "two.py", "three.py", "a_five.py", "five.py"}
    assert {Path(finding.filename).name for finding in firsts} == drawing


_DRAWING_WHEN_IMPORTED = {
    "pyproject.toml": "[project]\nname = 'it'\n",
    "it/__init__.py": "",
    "it/number.py": "import random\n\nNUMBER = random.randint(0, 9)\n",
    "it/table.py": (
        "import numpy as np\n\nfrom it import number\n\nROWS = np.random.rand(3)\n\n\n"
        "def seed():\n    np.random.seed(number.NUMBER)\n"
    ),
    "it/both.py": "import numpy as np\n\nMORE = np.random.rand(2)\n\nfrom it import table\n",
    **dict.fromkeys(
        ("it/drawn.py", "it/drawn_too.py"),
        "from it import both\n\nboth.table.seed()\n\nif __name__ == '__main__':\n    print(both.table.ROWS)\n",
    ),
    **dict.fromkeys(
        ("it/a_seeded.py", "it/seeded.py"),
        "import random\n\nimport numpy as np\n\nrandom.seed(1)\nnp.random.seed(1)\n\nfrom it import both\n\n"
        "both.table.seed()\n\nif __name__ == '__main__':\n    print(both.table.ROWS, np.random.rand())\n",
    ),
    "it/dynamic.py": "import random\n\nFIRST = random.random()\nexec('SEED = 1')\nSECOND = random.random()\n",
    **dict.fromkeys(
        ("it/a_dynamic.py", "it/dynamic_too.py"),
        "import numpy as np\n\nfrom it import dynamic\n\n"
        "if __name__ == '__main__':\n    print(dynamic.FIRST, np.random.rand())\n",
    ),
    "it/all_dynamic.py": (
        "import numpy as np\n\nexec('SEED = 2')\n\nfrom it import dynamic\n\n"
        "if __name__ == '__main__':\n    print(dynamic.FIRST, np.random.rand())\n"
    ),
    "it/late.py": (
        "import numpy as np\n\nfrom it import number\n\nnp.random.seed(1)\n\nfrom it import table\n\n"
        "if __name__ == '__main__':\n    print(table.ROWS, number.NUMBER)\n"
    ),
}
"""Programs that share modules which draw, or run what their text doesn't tell, when they are imported; some seed, or
do that themselves, before they import them."""


@pytest.mark.parametrize("backwards", [False, True])
def test_what_modules_draw_when_they_are_imported_is_drawn_in_each_program(backwards: bool, tmp_path: Path) -> None:
    sources = _written(_DRAWING_WHEN_IMPORTED, tmp_path)
    sources = sources[::-1] if backwards else sources
    settings = SettingsFinder({}, isolated=True)
    together = Linter(settings).check(sources)
    assert together == _each_alone(sources)
    found = {(Path(finding.filename).name, finding.code) for finding in together}
    assert {("drawn.py", "SEED101"), ("drawn_too.py", "SEED101"), ("table.py", "SEED105")} <= found
    assert not any(name in ("a_seeded.py", "seeded.py") for name, _ in found)
    doubted = {Path(finding.filename).name for finding in together if finding.certainty == "possible"}
    assert {"a_dynamic.py", "all_dynamic.py", "dynamic_too.py"} <= doubted


@pytest.mark.parametrize("folder", sorted((FIXTURES / "programs").iterdir()), ids=lambda folder: folder.name)
def test_files_checked_together_have_what_each_has_alone(folder: Path) -> None:
    sources = [read(path) for path in sorted(folder.rglob("*.py"))]
    settings = SettingsFinder({}, isolated=True)
    assert Linter(settings).check(sources) == _each_alone(sources)


def test_settings_reach_other_processes(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.seedlint]\nper-file-ignores = {'a*' = ['SEED3']}\n")
    settings = SettingsFinder({"SEED304": "unseeded-random-op"})
    assert not settings(str(tmp_path / "a.py")).rule_enabled("SEED304", str(tmp_path / "a.py"))
    again = pickle.loads(pickle.dumps(settings))
    assert again(str(tmp_path / "a.py")) == settings(str(tmp_path / "a.py"))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """A run of some seconds, and the processes that it has started. None is left in the end."""
    if sys.platform != "linux":
        pytest.skip("looks for processes in /proc")
    for number in range(40):
        lines = "".join(f"x{row} = random.random()\n" for row in range(1500))
        (tmp_path / f"program{number}.py").write_text(f"import random\n\n{lines}")
    process = subprocess.Popen(COMMAND, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while len(children := _children(process.pid)) < 2 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(children) == 2
    yield process, children
    while any(os.path.exists(f"/proc/{child}") for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_interrupted_run_says_nothing(running: tuple[subprocess.Popen[bytes], list[int]]) -> None:
    process, _ = running
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in error


def test_a_process_that_is_ended_ends_the_run(running: tuple[subprocess.Popen[bytes], list[int]]) -> None:
    process, children = running
    os.kill(children[1], signal.SIGKILL)
    out, error = process.communicate(timeout=60)
    assert process.returncode not in (0, 1)
    assert out == b""
    assert b"was ended" in error
    assert b"Traceback" not in error


def test_processes_end_with_the_run_that_is_killed(running: tuple[subprocess.Popen[bytes], list[int]]) -> None:
    process, _ = running
    process.kill()
    _, error = process.communicate(timeout=60)
    assert b"Traceback" not in error


def _children(pid: int) -> list[int]:
    try:
        return [*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    except FileNotFoundError:
        return []


class _Member:
    def fail(self) -> None:
        raise ValueError("there")

    def end(self) -> None:
        os._exit(1)


def test_what_goes_wrong_in_another_process_is_told_here() -> None:
    with Crew(_Member(), 2, lambda: None) as members:
        with pytest.raises(ValueError, match="there") as told:
            members.each("fail")
        assert "in fail" in str(told.value.__cause__)
        with pytest.raises(ChildProcessError):
            members.each("end")
