"""Any number of processes finds the same, and an interrupted run leaves none behind."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import seedlint

from seedlint import parallel
from seedlint.linter import Linter
from seedlint.settings import Settings, SettingsFinder
from seedlint.sources.text import read

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


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("method", ["fork", "forkserver"])
def test_processes_may_start_in_any_way(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_start_method", lambda: method)
    sources = [read(path) for path in sorted((FIXTURES / "recipes").glob("*.py"))]
    settings = SettingsFinder({}, isolated=True)
    told: list[int] = []
    found, bases = parallel.check(sources, settings, 2, told.append)
    assert len(bases) == 2
    assert found == Linter(settings).check(sources)
    assert all(0 <= done <= len(sources) for done in told)


def test_programs_that_share_a_module_stay_together(tmp_path: Path) -> None:
    texts = {
        "pyproject.toml": "",
        "shared.py": "x = 1\n",
        "one.py": "import shared\n",
        "two.py": "import shared\n",
        "alone.py": "import random\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    settings = Settings(tmp_path)
    sources = [read(path) for path in sorted(tmp_path.glob("*.py"))]
    groups = Linter(lambda path: settings).apart(sources)
    names = sorted(sorted(source.path.name for source in group) for group in groups)
    assert names == [["alone.py"], ["one.py", "shared.py", "two.py"]]


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
    "it/registry.py": "KNOWN = {}\n\n\ndef register(name, value):\n    KNOWN[name] = value\n",
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
}
"""Programs that share a class, whose methods a framework calls, and a table in which modules note what they have."""


@pytest.mark.parametrize("backwards", [False, True])
def test_no_program_sees_what_another_did(backwards: bool, tmp_path: Path) -> None:
    for name, text in _SHARED.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    sources = sorted((read(path) for path in tmp_path.rglob("*.py")), key=lambda source: source.path, reverse=backwards)
    settings = SettingsFinder({}, isolated=True)
    together = Linter(settings).check(sources)
    alone = [finding for source in sources for finding in Linter(settings).check([source])]
    assert together == sorted(alone, key=lambda finding: finding.sort_key)
    found = {(Path(finding.filename).name, finding.code) for finding in together}
    assert {("layers.py", "SEED201"), ("layers.py", "SEED302"), ("drawing.py", "SEED304")} <= found
    assert not any(name in ("plain.py", "four.py") for name, _ in found)
    firsts = [finding for finding in together if finding.code == "SEED101"]
    assert {Path(finding.filename).name for finding in firsts} == {"one.py", "two.py", "three.py"}


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
    "it/late.py": (
        "import numpy as np\n\nfrom it import number\n\nnp.random.seed(1)\n\nfrom it import table\n\n"
        "if __name__ == '__main__':\n    print(table.ROWS, number.NUMBER)\n"
    ),
}
"""Programs that share modules which draw when they are imported; some seed before they import them."""


@pytest.mark.parametrize("backwards", [False, True])
def test_what_modules_draw_when_they_are_imported_is_drawn_in_each_program(backwards: bool, tmp_path: Path) -> None:
    for name, text in _DRAWING_WHEN_IMPORTED.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    sources = sorted((read(path) for path in tmp_path.rglob("*.py")), key=lambda source: source.path, reverse=backwards)
    settings = SettingsFinder({}, isolated=True)
    together = Linter(settings).check(sources)
    alone = [finding for source in sources for finding in Linter(settings).check([source])]
    assert together == sorted(alone, key=lambda finding: finding.sort_key)
    found = {(Path(finding.filename).name, finding.code) for finding in together}
    assert {("drawn.py", "SEED101"), ("drawn_too.py", "SEED101"), ("table.py", "SEED105")} <= found
    assert not any(name in ("a_seeded.py", "seeded.py") for name, _ in found)


@pytest.mark.parametrize("folder", sorted((FIXTURES / "programs").iterdir()), ids=lambda folder: folder.name)
def test_files_checked_together_have_what_each_has_alone(folder: Path) -> None:
    sources = [read(path) for path in sorted(folder.rglob("*.py"))]
    settings = SettingsFinder({}, isolated=True)
    alone = [finding for source in sources for finding in Linter(settings).check([source])]
    assert Linter(settings).check(sources) == sorted(alone, key=lambda finding: finding.sort_key)


def test_settings_reach_other_processes(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.seedlint]\nper-file-ignores = {'a*' = ['SEED3']}\n")
    settings = SettingsFinder({"SEED304": "unseeded-random-op"})
    assert not settings(tmp_path / "a.py").rule_enabled("SEED304", tmp_path / "a.py")
    again = pickle.loads(pickle.dumps(settings))
    assert again(tmp_path / "a.py") == settings(tmp_path / "a.py")


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_an_interrupted_run_leaves_no_process(tmp_path: Path) -> None:
    for number in range(40):
        lines = "".join(f"x{row} = random.random()\n" for row in range(1500))
        (tmp_path / f"program{number}.py").write_text(f"import random\n\n{lines}")
    process = subprocess.Popen(COMMAND, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (children := _children(process.pid)) and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(children) >= 1
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in error
    while any(os.path.exists(f"/proc/{child}") for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _children(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
