"""`verify`: what it says of programs whose causes are known, and that a program does not notice the probe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from faults.dictionary import EXPECTED, FAULTS, expected, verify
from faults.undisturbed import printed
from running import tensorflow_python

from seedlint.runtime.blame import check, read_all
from seedlint.runtime.families import FAMILIES
from seedlint.runtime.runner import run
from seedlint.runtime.spec import Command, RunSpec

ROOT: Final = Path(__file__).parents[1]
NEEDS_TENSORFLOW: Final = (
    pytest.mark.tensorflow,
    pytest.mark.skipif(tensorflow_python() is None, reason="TensorFlow is not installed"),
)


def seedlint_verify(folder: Path, *arguments: str, python: str | None = None) -> tuple[int, dict[str, Any]]:
    """The exit status and the JSON of `seedlint verify` in a folder."""
    done = subprocess.run(
        [python or sys.executable, "-m", "seedlint", "verify", "--output-format", "json", *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def causes(document: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(cause["family"], cause["filename"], cause["row"]) for cause in document["causes"]]


# -- what is found --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "clean_generators.py", "python_shuffle.py", "vocabulary.py", "two_generator_and_entropy.py",
        pytest.param("numpy_bootstrap.py", marks=NEEDS_TENSORFLOW),
        pytest.param("two_time_seed_and_generator.py", marks=NEEDS_TENSORFLOW),
        pytest.param("two_weights_and_order.py", marks=NEEDS_TENSORFLOW),
    ],
)  # fmt: skip
def test_the_causes_that_a_program_was_written_to_have(name: str) -> None:
    outcome = verify(name)
    assert [found[:2] for found in outcome.found] == [wanted[:2] for wanted in expected(name)]
    assert outcome.document["verdict"] == ("differs" if expected(name) else "repeats")


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_check_has_the_finding_of_each_cause_that_it_can_see(name: str) -> None:
    file = str(FAULTS / name)
    found = check(read_all([file]), tests=False)
    assert not found or EXPECTED[name]
    for wanted in EXPECTED[name]:
        if "code" in wanted:
            at = {
                finding.span.start.row: {finding.span.start.row, *(place.span.start.row for place in finding.related)}
                for finding in found
                if finding.code == wanted["code"]
            }
            assert wanted["row"] in at[wanted.get("finding", wanted["row"])]


def test_what_the_json_says(tmp_path: Path) -> None:
    (tmp_path / "roll.py").write_text("import random\n\nprint('rolled', random.randint(1, 10**9))\n")
    status, document = seedlint_verify(tmp_path, "--runs", "2", "roll.py")
    assert status == 1
    assert document["schema"] == 1
    assert document["verdict"] == "differs"
    assert (document["script"], document["runs"]) == ("roll.py", 2)
    assert {"python", "platform", "cores", "seedlint"} <= set(document["environment"])
    assert [(stage["name"], stage["equal"]) for stage in document["stages"]] == [("output", False)]
    first = document["first_divergence"]
    assert (first["stage"], first["what"], first["grade"]) == ("output", "printed line 1", "metric")
    assert (first["filename"], first["row"]) == ("roll.py", 3)
    (found,) = document["causes"]
    assert (found["family"], found["filename"], found["row"], found["code"]) == ("python", "roll.py", 3, "SEED101")
    assert "random.seed(42)" in found["fix"]
    assert set(document["not_causes"]) == set(FAMILIES) - {"python"}
    assert document["not_applicable"] == document["too_little_randomness"] == []
    assert document["bound"] == pytest.approx(0.776, abs=1e-3)
    assert document["repeat"] == "seedlint verify --runs 2 roll.py"


@pytest.mark.parametrize(("use", "row"), [("print(rng.random())", 2), ("", 4)])
def test_runs_part_at_the_entropy_of_a_generator_that_makes_them_differ(tmp_path: Path, use: str, row: int) -> None:
    (tmp_path / "roll.py").write_text(f"import random\nrng = random.Random()\n{use}\nprint(random.random())\n")
    _, document = seedlint_verify(tmp_path, "--runs", "2", "roll.py")
    assert document["parting"]["row"] == row
    assert (document["parting"]["first"] == "random.Random seeds with entropy") == (row == 2)


def test_the_finding_of_one_cause_is_not_that_of_another(tmp_path: Path) -> None:
    program = "import random, time\nrandom.seed(time.time())\nprint(random.random())\nprint(set('abcdefghijklmnop'))\n"
    (tmp_path / "roll.py").write_text(program)
    _, document = seedlint_verify(tmp_path, "roll.py")
    found = {cause["family"]: (cause["row"], cause["code"]) for cause in document["causes"]}
    assert found == {"clock": (2, "SEED105"), "hash": (4, None)}


def test_a_family_without_which_the_program_fails_is_not_applicable(tmp_path: Path) -> None:
    program = "import random, time\nassert time.time() > 1_750_000_000, 'a clock of long ago'\nprint(random.random())\n"
    (tmp_path / "dated.py").write_text(program)
    status, document = seedlint_verify(tmp_path, "dated.py")
    (single,) = document["not_applicable"]
    assert (single["family"], single["error"]) == ("clock", "AssertionError: a clock of long ago")
    assert causes(document) == [("python", "dated.py", 3)]
    assert "clock" not in document["not_causes"]
    assert status == 1


def test_python_seeds_its_stream_anew_in_a_fork(tmp_path: Path) -> None:
    program = (
        "import os, random\nrandom.seed(3)\nreading, writing = os.pipe()\nif os.fork() == 0:\n"
        "    os.write(writing, str(random.random()).encode())\n    os._exit(0)\nos.wait()\n"
        "print(os.read(reading, 99))\n"
    )
    (tmp_path / "forks.py").write_text(program)
    _, document = seedlint_verify(tmp_path, "--runs", "2", "forks.py")
    assert causes(document) == [("python", "forks.py", 5)]
    assert "seed it in the worker" in document["notes"][0]


@pytest.mark.tensorflow
@pytest.mark.skipif(tensorflow_python() is None, reason="NumPy comes with TensorFlow")
def test_randomness_that_repeats_is_too_little(tmp_path: Path) -> None:
    program = (
        "import os\nimport numpy as np\n\nfor epoch in range(3):\n    np.random.seed(1)\n"
        "    rows = np.random.permutation(20)\nfor worker in range(2):\n    if os.fork() == 0:\n"
        "        np.random.rand()\n        os._exit(0)\n    os.wait()\n"
    )
    (tmp_path / "again.py").write_text(program)
    status, document = seedlint_verify(tmp_path, "--runs", "2", "again.py", python=tensorflow_python())
    found = {single["kind"]: (single["filename"], single["row"]) for single in document["too_little_randomness"]}
    assert found == {"order": ("again.py", 6), "workers": ("again.py", 9)}
    assert status == 0


def test_numbers_that_no_seed_changes_are_too_little(tmp_path: Path) -> None:
    (tmp_path / "mean.py").write_text(
        "import random\n\nrandom.seed(4)\nprint('mean:', sum(random.sample(range(9), 9)))\n"
    )
    (tmp_path / "varies.py").write_text("import random\n\nrandom.seed(4)\nprint('drawn:', random.random())\n")
    (tmp_path / "quiet.py").write_text("import random\n\nrandom.seed(4)\nrandom.random()\nprint('done')\n")
    found = {}
    for name in ("mean.py", "varies.py", "quiet.py"):
        _, document = seedlint_verify(tmp_path, "--runs", "2", name)
        found[name] = [(single["kind"], single["row"]) for single in document["too_little_randomness"]]
    assert found == {"mean.py": [("seed", 3)], "varies.py": [], "quiet.py": []}


def test_what_the_environment_held_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "words.py").write_text("print(hash('a word'))\n")
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    _, document = seedlint_verify(tmp_path, "--runs", "2", "words.py")
    assert document["verdict"] == "repeats"
    assert any("PYTHONHASHSEED=0" in note for note in document["not_varied"])


# -- the fix --------------------------------------------------------------------------------------


def test_the_fix_is_tried_in_place_of_the_files(tmp_path: Path) -> None:
    main = "import inspect\nimport noise\n\nprint(noise.level())\nprint(inspect.getsource(noise.level))\n"
    helper = "import random\n\nSOURCE = random.Random()\n\n\ndef level():\n    return SOURCE.random()\n"
    (tmp_path / "main.py").write_text(main)
    (tmp_path / "noise.py").write_text(helper)
    status, document = seedlint_verify(tmp_path, "--try-fix", "main.py")
    assert causes(document) == [("generator", "noise.py", 3)]
    trial = document["fix_trial"]
    assert trial["repeats"], trial
    assert trial["command"] == "seedlint --fix noise.py"
    assert "-SOURCE = random.Random()" in trial["diff"]
    assert trial["time_ratio"] > 0
    assert ((tmp_path / "main.py").read_text(), (tmp_path / "noise.py").read_text()) == (main, helper)
    assert status == 1


def test_where_no_fix_can_be_applied_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "words.py").write_text("print(hash('a word'))\n")
    _, document = seedlint_verify(tmp_path, "--try-fix", "words.py")
    assert causes(document) == [("hash", "words.py", 1)]
    assert (document["fix_trial"]["repeats"], document["fix_trial"]["diff"]) == (False, "")
    assert "no fix can be applied" in document["fix_trial"]["message"]


# -- ways to run a program ------------------------------------------------------------------------


def test_the_cells_of_a_notebook_run_in_order_where_it_lies(tmp_path: Path) -> None:
    cells = [
        "%matplotlib inline\nimport random\nrandom.seed(2)",
        "data = open('data.txt').read()\ndata",
        "x = random.random()\nx;",
        "import inspect\ndef roll():\n    return random.Random().random()\ninspect.getsource(roll)\nroll()",
        "display(data)",
    ]
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "data.txt").write_text("hello")
    notebook = {
        "nbformat": 4, "nbformat_minor": 5, "metadata": {},
        "cells": [
            {"cell_type": "code", "id": str(number), "metadata": {}, "outputs": [], "execution_count": None,
             "source": source.splitlines(keepends=True)}
            for number, source in enumerate(cells)
        ],
    }  # fmt: skip
    (folder / "study.ipynb").write_text(json.dumps(notebook))
    status, document = seedlint_verify(tmp_path, "--try-fix", "notebooks/study.ipynb")
    assert status == 1, document["error"]
    (found,) = document["causes"]
    assert (found["filename"], found["cell"], found["row"]) == ("notebooks/study.ipynb", 4, 3)
    assert (found["finding"]["cell"], found["finding"]["row"], found["code"]) == (4, 3, "SEED305")
    assert (document["first_divergence"]["what"], document["stages"][0]["marks"]) == ("printed line 2", 3)
    assert document["fix_trial"]["repeats"], document["fix_trial"]


def test_a_notebook_that_fails_says_in_which_cell(tmp_path: Path) -> None:
    notebook = (ROOT / "fixtures/notebooks/magics.ipynb").read_text()
    (tmp_path / "study.ipynb").write_text(notebook)
    status, document = seedlint_verify(tmp_path, "study.ipynb")
    assert (status, document["verdict"]) == (2, "error")
    assert "(study.ipynb:cell " in document["error"]


def test_a_module_and_a_test_are_run_as_python_and_pytest_do(tmp_path: Path) -> None:
    (tmp_path / "dice").mkdir()
    (tmp_path / "dice/__main__.py").write_text("import random, sys\nprint(sys.argv[1:], random.random())\n")
    _, document = seedlint_verify(tmp_path, "--runs", "2", "-m", "dice", "--sides", "6")
    assert causes(document) == [("python", "dice/__main__.py", 2)]
    assert document["repeat"] == "seedlint verify --runs 2 -m dice --sides 6"
    (tmp_path / "test_dice.py").write_text("import random\n\n\ndef test_roll():\n    print(random.random())\n")
    _, document = seedlint_verify(tmp_path, "--runs", "2", "--try-fix", "pytest", "-s", "test_dice.py::test_roll")
    assert causes(document) == [("python", "test_dice.py", 5)]
    assert document["fix_trial"]["repeats"], document["fix_trial"]


# -- the program does not notice ------------------------------------------------------------------

ALL_THAT_IT_SEES: Final = """
import atexit, os, sys, threading, __main__
print(__name__, __file__, sys.argv, os.getcwd(), sys.path, sys.stdin.read())
print(__package__, __spec__, type(__loader__).__name__, __builtins__, __main__.__dict__ is globals(), sorted(globals()))
print(sys.getrecursionlimit(), sys.flags, len(os.environ), threading.active_count(), len(sys.meta_path) > 2)
import random, time
random.seed(5)
print(random.getstate()[1][:3], random.random(), random.gauss.__name__, callable(random.choice))
atexit.register(print, "the end")
"""


def plainly(folder: Path, *words: str, stdin: Path) -> subprocess.CompletedProcess[str]:
    with open(stdin, "rb") as given:
        return subprocess.run(
            [sys.executable, *words], cwd=folder, env=dict(os.environ), stdin=given, capture_output=True, text=True,
            encoding="utf-8", check=False,
        )  # fmt: skip


@pytest.mark.parametrize(
    "ends",
    ["", "sys.exit(3)", "sys.exit('no luck')", "def f():\n    raise KeyError('lost')\nf()", "os._exit(4)"],
)
def test_a_script_sees_what_it_sees_without_the_probe(tmp_path: Path, ends: str) -> None:
    stdin = tmp_path / "input.txt"
    stdin.write_text("given\n")
    (tmp_path / "script.py").write_text(ALL_THAT_IT_SEES + ends + "\n")
    plain = plainly(tmp_path, "script.py", "--epochs", "2", stdin=stdin)
    record = run(RunSpec(Command("script", "script.py", ("--epochs", "2")), str(tmp_path)), stdin)
    assert "\n".join((*record.output.lines, "")) == plain.stdout
    assert record.errors == plain.stderr
    assert record.status == plain.returncode


def test_a_module_sees_what_it_sees_without_the_probe(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("print('the package', __name__)\n")
    (package / "tool.py").write_text("import sys\nprint(__name__, __package__, __file__, sys.argv, sys.path[0])\n")
    stdin = Path(os.devnull)
    plain = plainly(tmp_path, "-m", "package.tool", "a", stdin=stdin)
    record = run(RunSpec(Command("module", "package.tool", ("a",)), str(tmp_path)), stdin)
    assert "\n".join((*record.output.lines, "")) == plain.stdout
    assert (record.errors, record.status) == (plain.stderr, plain.returncode)


TAPE: Final = """
import keras
import tensorflow as tf

keras.utils.set_random_seed(3)
x = tf.random.normal([32, 4])
data = tf.data.Dataset.from_tensor_slices(x).shuffle(32).map(lambda row: row + tf.random.normal([4])).batch(8)
model = keras.Sequential([keras.layers.Dense(8, activation="tanh"), keras.layers.Dropout(0.3), keras.layers.Dense(1)])
optimizer = keras.optimizers.Adam(0.01)


@tf.function
def train_step(batch):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(batch, training=True)))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


for epoch in range(2):
    for batch in data:
        loss = train_step(batch)
    print(epoch, float(loss).hex())
print(tf.random.uniform([2]).numpy().tolist(), keras.random.normal([2]).numpy().tolist())
"""
LEGACY: Final = """
import os
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(3)
x = np.random.rand(64, 4).astype("float32")
model = tf.keras.Sequential([tf.keras.layers.Dense(8), tf.keras.layers.Dropout(0.5), tf.keras.layers.Dense(1)])
model.compile("adam", "mse")
history = model.fit(x, x.sum(axis=1), epochs=2, batch_size=16, verbose=0)
print(history.history, model.predict(x[:4], verbose=0).tolist(), np.random.rand(), tf.random.uniform([2]).numpy())
"""


@pytest.mark.parametrize(
    "program",
    [
        pytest.param((FAULTS / "clean_set_random_seed.py").read_text(), id="Keras 3, fit"),
        pytest.param(TAPE, id="GradientTape and tf.data"),
        pytest.param(LEGACY, id="Keras 2"),
        pytest.param((FAULTS / "clean_sklearn.py").read_text(), id="scikit-learn"),
    ],
)
@pytest.mark.tensorflow
@pytest.mark.skipif(tensorflow_python() is None, reason="TensorFlow is not installed")
def test_a_program_prints_the_same_bits_under_the_probe(tmp_path: Path, program: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(program)
    plain, probed = printed(script, probed=False), printed(script, probed=True)
    assert plain.status == 0, plain.errors
    assert probed.lines == plain.lines
    assert probed.status == 0, probed.errors
