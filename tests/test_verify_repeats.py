"""`seedlint verify --repeats`: what many runs make of each metric."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import pytest
from jsonschema import Draft202012Validator

from seedlint.runtime import output
from seedlint.runtime.printed import PrintedNumbers
from seedlint.runtime.study import SEED_STEP, spread

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA: Final[dict[str, Any]] = json.loads((files("seedlint.runtime") / "schema.json").read_text("utf-8"))

SEEDED: Final = """\
import copy, pickle, random
import numpy as np

random.seed(1)
np.random.seed(2)
rng = np.random.default_rng(3)
old = np.random.RandomState(np.int64(4))
own = random.Random(5)
assert isinstance(old, np.random.RandomState)
old = copy.deepcopy(pickle.loads(pickle.dumps(old)))
print("python:", random.random(), "numpy:", np.random.rand(), "rng:", rng.random(), "old:", old.rand())
print("own =", own.random())
"""
FAILING: Final = """\
import random

random.seed(4)
first = random.random()
if first > 0.8:
    raise ValueError("a bad start")
print("loss:", "nan" if first < 0.45 else first, "accuracy: 0.5")
if first < 0.6:
    print("bonus: 3")
"""


@dataclass(frozen=True, slots=True)
class Verified:
    """What one `seedlint verify` left behind."""

    status: int
    output: str
    errors: str

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.output)
        Draft202012Validator(SCHEMA).validate(document)
        return document

    @property
    def study(self) -> dict[str, Any]:
        study: dict[str, Any] = self.document["study"]
        return study

    def metric(self, name: str) -> dict[str, Any]:
        (found,) = [metric for metric in self.study["metrics"] if metric["name"] == name]
        return dict(found)


class Place:
    """A folder with a program, and a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "train.py"
        self.cache = folder / "cache"
        self.runs = folder / "runs"
        foreign = ("PYTHONHASHSEED", "NO_COLOR", "FORCE_COLOR")
        self.environment = {name: value for name, value in os.environ.items() if name not in foreign}
        self.environment |= {"XDG_CACHE_HOME": str(self.cache), "HOME": str(folder), "COLUMNS": "80"}

    def start(
        self, *options: str, stdin: int = subprocess.DEVNULL, stderr: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "seedlint", "verify", *options, self.program.name],
            cwd=self.program.parent,
            env=self.environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
        )

    def verify(self, *options: str) -> Verified:
        process = self.start(*options)
        output, errors = process.communicate()
        return Verified(process.returncode, output, errors)

    def kept(self) -> list[Path]:
        return sorted(self.cache.rglob("*.json.gz"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


# -- numbers that a program prints ------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("Epoch 3/10", {}),
        ("Epoch 3: loss 0.5", {"loss": 0.5}),
        ("{'accuracy': 0.93, 'n': 12}", {"accuracy": 0.93, "n": 12}),
        ("Top-5 accuracy = 93 %", {"Top-5 accuracy": 93}),
        ("Test accuracy (5-fold): 0.93.", {"Test accuracy (5-fold)": 0.93}),
        ("loss, acc: [np.float64(0.25), np.float32(0.9)]", {"loss, acc": 0.25, "loss, acc (2)": 0.9}),
        ("loss tf.Tensor(0.5, shape=(), dtype=float32)", {"loss": 0.5}),
        ("macro avg       0.93      0.94       100", {"macro avg": 0.93, "macro avg (2)": 0.94}),
        ("mean ± sd: 0.9 ± 1e-3", {"mean ± sd": 0.9, "mean ± sd (2)": 0.001}),
        ("fold 1: 0.5", {"fold": 0.5}),
        ("[0.25, 0.9]", {"printed number 1": 0.25, "printed number 2": 0.9}),
        ("42", {"printed number 1": 42}),
        ("-inf", {"printed number 1": -math.inf}),
        ("[3 1 2] v1.2.3 conv2d 2026-11-21 10:11:12", {}),
    ],
)
def test_numbers_are_found_under_the_names_they_are_printed_with(line: str, numbers: dict[str, float]) -> None:
    printed = PrintedNumbers()
    printed.take(line)
    assert printed.values == numbers


def test_last_value_of_a_name_counts_and_numbers_without_one_are_told_apart() -> None:
    printed = PrintedNumbers()
    for line in ("loss: 3", "0.5", "loss: 2", "0.25", "loss: nan"):
        printed.take(line)
    assert math.isnan(printed.values.pop("loss"))
    assert printed.values == {"printed number 1": 0.5, "printed number 2": 0.25}


def test_last_numbers_of_endless_output_are_found_and_times_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "MOST_COMPARED", 1_000)
    reader = output.OutputReader()
    for _ in range(20):
        reader.feed(b"step: 1.5\n" * 20_000)
    reader.feed(b"took 3.5 s, loss: 0.")
    reader.feed(b"25\naccuracy: 0.75")
    assert reader.output().numbers == {"step": 1.5, "loss": 0.25, "accuracy": 0.75}


# -- statistics -------------------------------------------------------------------------------


def test_interval_is_students() -> None:
    # t(4, 0.975) = 2.776445, by any table
    found = spread([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (found.count, found.mean, found.least, found.greatest) == (5, 3.0, 1.0, 5.0)
    assert found.sd == pytest.approx(math.sqrt(2.5))
    assert found.interval == pytest.approx((3 - 2.776445 * math.sqrt(0.5), 3 + 2.776445 * math.sqrt(0.5)))


def test_only_finite_values_count() -> None:
    found = spread([None, 1.0, math.nan, 3.0, -math.inf, math.inf])
    assert found.values == [None, 1.0, "nan", 3.0, "-inf", "inf"]
    assert (found.count, found.mean) == (2, 2.0)
    assert found.sd == pytest.approx(math.sqrt(2))


@pytest.mark.parametrize(
    ("values", "mean", "sd", "interval"),
    [
        ([], None, None, None),
        ([math.nan, None], None, None, None),
        ([2.5], 2.5, None, None),
        ([0.1] * 3, 0.1, 0, (0.1, 0.1)),
        ([1e200, 1e200], 1e200, 0, (1e200, 1e200)),
    ],
)
def test_too_few_values_and_equal_ones(
    values: list[float | None], mean: float | None, sd: float | None, interval: tuple[float, float] | None
) -> None:
    found = spread(values)
    assert (found.mean, found.sd, found.interval) == (mean, sd, interval)


# -- seeds ------------------------------------------------------------------------------------


def test_runs_with_other_seeds_are_what_the_program_is_with_those_seeds(place: Place) -> None:
    place.program.write_text(SEEDED)
    verified = place.verify("--repeats", "2", "--vary-seed", "--output-format", "json")
    assert verified.status == 0, verified.errors
    shifts = [run["seed_shift"] for run in verified.study["other_seeds"]["runs"]]
    assert shifts == [SEED_STEP, 2 * SEED_STEP]
    for number, shift in enumerate((0, *shifts)):
        program = re.sub(r"(?<=\()\d", lambda found, shift=shift: str(int(found[0]) + shift), SEEDED)  # type: ignore[misc]
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        printed = PrintedNumbers()
        for line in done.stdout.splitlines():
            printed.take(line)
        assert len(printed.values) == 5
        for name, value in printed.values.items():
            metric = verified.metric(name)
            runs = metric["other_seeds"]["values"][number - 1 : number] if shift else metric["same_seed"]["values"]
            assert set(runs) == {value}, name
    named = {seeding["api"]: (seeding["value"], seeding["row"]) for seeding in verified.study["seedings"]}
    assert named["random.seed"] == ("1", 4)
    assert named["numpy.random.default_rng"] == ("3", 6)
    assert len(named) == 5
    assert all(seeding["varied"] for seeding in verified.study["seedings"])


def test_program_without_seeds_is_told_that_none_was_varied(place: Place) -> None:
    place.program.write_text("import random\nrandom.seed('words')\nprint('x:', random.random())\n")
    verified = place.verify("--repeats", "2", "--vary-seed")
    assert "train.py:2 random.seed seeds with no whole number" in verified.output
    assert "No seed was varied" in verified.output


def test_results_of_a_study_that_no_seed_changes_are_told(place: Place) -> None:
    place.program.write_text("import random\n\nrandom.seed(4)\nprint('sum:', sum(random.sample(range(9), 9)))\n")
    found = place.verify("--repeats", "2", "--vary-seed", "--runs", "2", "--output-format", "json").document
    assert [(single["kind"], single["row"]) for single in found["too_little_randomness"]] == [("seed", 3)]
    assert len(found["study"]["other_seeds"]["runs"]) == 2


def test_repeats_without_other_seeds_are_compared_like_all_runs(place: Place) -> None:
    place.program.write_text("import random\nprint('x:', random.random())\n")
    verified = place.verify("--repeats", "5", "--no-attribution", "--output-format", "json")
    assert (verified.status, verified.document["runs"]) == (1, 5)
    assert verified.study["other_seeds"] is None
    spread_of_x = verified.metric("x")["same_seed"]
    assert len(set(spread_of_x["values"])) == spread_of_x["count"] == 5
    assert verified.study["same_seed"]["bound"] == pytest.approx(0.4507, abs=1e-4)


# -- runs that fail, values that are none -----------------------------------------------------


def test_failed_runs_and_missing_values_are_told(place: Place) -> None:
    place.program.write_text(FAILING)
    verified = place.verify("--repeats", "12", "--vary-seed", "--output-format", "json", "--jobs", "3")
    assert verified.status == 0
    runs = verified.study["other_seeds"]["runs"]
    failed = [number for number, run in enumerate(runs) if run["error"]]
    assert 0 < len(failed) < 12
    assert {runs[number]["error"] for number in failed} == {
        "the program ended with ValueError: a bad start (train.py:6)"
    }
    losses, bonuses = (verified.metric(name)["other_seeds"] for name in ("loss", "bonus"))
    assert all(losses["values"][number] is None for number in failed)
    assert losses["count"] == sum(isinstance(value, float) for value in losses["values"])
    assert "nan" in losses["values"]
    assert bonuses["count"] < 12 - len(failed)
    assert verified.study["other_seeds"]["bound"] == pytest.approx(1 - 0.05 ** (1 / (12 - len(failed))))
    assert any("did not fail" in note for note in verified.study["notes"])

    text = place.verify("--repeats", "12", "--vary-seed").output
    first = failed[0] + 1
    assert f"other seeds, run {first} (seeds + {first * SEED_STEP}) failed" in text
    assert re.search(rf"^  other seeds +{losses['count']}/12 ", text, re.MULTILINE)
    assert re.search(r"^    .*\bfailed\b.*\n  the same seeds +3/3", text, re.MULTILINE)
    assert "nan" in text
    assert "missing" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.skipif(sys.platform == "win32", reason="terminals as POSIX has them")
def test_terminal_is_shown_how_far_the_runs_have_come(place: Place) -> None:
    import pty

    place.program.write_text("print('loss: 0.5')\n")
    ours, theirs = pty.openpty()
    process = place.start("--repeats", "3", stderr=theirs)
    os.close(theirs)
    process.communicate()
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "runs as they are" in shown
    assert "3/3" in shown


def test_program_that_always_fails_is_not_repeated(place: Place) -> None:
    place.program.write_text("raise SystemExit('no data')\n")
    verified = place.verify("--repeats", "9", "--vary-seed", "--output-format", "json")
    assert (verified.status, verified.document["study"]) == (2, None)
    assert "no data" in verified.document["error"]


def test_program_that_fails_now_and_then_is_repeated(place: Place) -> None:
    place.runs.mkdir()
    place.program.write_text(
        "import os\n"
        "os.mkdir('runs/' + str(len(os.listdir('runs'))))\n"
        "assert not os.path.exists('runs/3')\n"
        "print('x: 1.5')\n"
    )
    verified = place.verify("--repeats", "6", "--jobs", "1", "--output-format", "json")
    assert (verified.status, verified.document["verdict"]) == (2, "error")
    assert "AssertionError" in verified.document["error"]
    assert [bool(run["error"]) for run in verified.study["same_seed"]["runs"]] == [False] * 3 + [True] * 3
    assert verified.metric("x")["same_seed"]["values"] == [1.5] * 3 + [None] * 3
    assert not place.kept()


def test_program_that_prints_no_number(place: Place) -> None:
    place.program.write_text("print('done')\n")
    verified = place.verify("--repeats", "2")
    assert verified.status == 0
    assert "No run printed or logged a number" in verified.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--repeats", "1"], "1 is not in the range x>=2"),
        (["--repeats", "many"], "'many' is not a valid integer"),
        (["--vary-seed"], "add --repeats 30"),
        (["--jobs", "0"], "0 is not in the range x>=1"),
    ],
)
def test_options_that_mean_nothing(place: Place, options: list[str], message: str) -> None:
    place.program.write_text("")
    verified = place.verify(*options)
    assert (verified.status, verified.output) == (2, "")
    assert message in verified.errors
    assert "Traceback" not in verified.errors


# -- interruptions ----------------------------------------------------------------------------

COUNTED: Final = """\
import os, random, time

random.seed(8)
os.mkdir(f"runs/{time.time_ns()}-{os.getpid()}")
time.sleep(0.1)
print("loss:", random.random())
"""
STUDY: Final = ("--repeats", "8", "--vary-seed", "--runs", "2", "--output-format", "json")


def interrupted(place: Place, after: int) -> Verified:
    """The study, stopped by Ctrl-C when so many runs are kept. Its standard input gives nothing, like a terminal."""
    silent, kept_open = os.pipe()
    process = place.start(*STUDY, stdin=silent)
    while len(place.kept()) < after:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate()
    os.close(silent)
    os.close(kept_open)
    return Verified(process.returncode, output, errors)


def test_interrupted_study_goes_on_with_what_is_kept(place: Place) -> None:
    place.program.write_text(COUNTED)
    place.runs.mkdir()
    whole = place.verify(*STUDY)
    assert (whole.status, len(list(place.runs.iterdir()))) == (0, 10)
    assert not place.kept(), "a complete study is not kept"

    stopped = interrupted(place, 4)
    assert stopped.status == 2
    kept = len(place.kept())
    assert f"interrupted; {kept} of 10 runs are kept in {place.kept()[0].parent}" in stopped.document["error"]
    assert "Traceback" not in stopped.errors
    arms = stopped.study["same_seed"]["runs"], stopped.study["other_seeds"]["runs"]
    assert sum(map(len, arms)) == kept
    assert not any(run["error"] for arm in arms for run in arm)

    # What is damaged is run again, like what is missing.
    place.kept()[0].write_bytes(place.kept()[0].read_bytes()[:-20])
    before = len(list(place.runs.iterdir()))
    again = place.verify(*STUDY)
    assert f"going on with {kept - 1} runs of an interrupted study" in again.errors
    assert len(list(place.runs.iterdir())) - before == 10 - (kept - 1)
    assert again.metric("loss") == whole.metric("loss")
    assert not place.kept()


def test_runs_of_another_version_of_the_program_do_not_count(place: Place) -> None:
    place.program.write_text(COUNTED)
    place.runs.mkdir()
    interrupted(place, 2)
    place.program.write_text(COUNTED.replace("seed(8)", "seed(9)"))
    again = place.verify(*STUDY)
    assert "going on" not in again.errors
    assert len(again.study["other_seeds"]["runs"]) == 8
    assert {seeding["value"] for seeding in again.study["seedings"]} == {"9"}


def test_study_during_which_the_program_changes_says_so(place: Place) -> None:
    place.program.write_text("open(__file__, 'a').write('#')\nprint('loss: 0.5')\n")
    assert any(
        "changed during the study" in note
        for note in place.verify("--repeats", "3", "--output-format", "json").study["notes"]
    )


def test_cache_that_can_not_be_written_is_told_once(place: Place) -> None:
    place.program.write_text("print('loss: 0.5')\n")
    place.cache.write_text("a file where a folder should be")
    verified = place.verify("--repeats", "3")
    assert verified.status == 0
    assert verified.errors.count("an interruption will lose the runs") == 1
